// SPDX-License-Identifier: Apache-2.0
// A store with a bus in front of it, driven by hand in virtual time: what the writer and the page reader are tested with.
// One thread; nothing here waits for anything but the disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/limits.h"
#include "core/bus/broadcast_ring.h"
#include "core/history/writer.h"
#include "core/room/names.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {

class BusFixture : public StoreFixture {
 protected:
  void SetUp() override { start(); }

  void start() {
    open();
    ring_.emplace(bus::RingOptions{.slots = slots_, .slot_bytes = kBusSlotBytes, .max_producers = 1, .max_record_bytes = kMaxRecordBytes});
    writer_.emplace(*store_, ring_->add_reader(), std::vector<bus::Wakeup*>{&subscriber_}, rules_);
  }
  // As SIGKILL leaves it, except that the store writes its checkpoint: what the writer still held is gone.
  void restart() {
    writer_.reset();
    ring_.reset();
    store_.reset();
    start();
  }

  std::optional<bus::BusPosition> join(std::string room, std::string user = "ann") {
    uint8_t raw[room::kMaxNamesBytes];
    return ring_->publish({.kind = bus::RecordKind::kJoin}, room::encode_names({room, user, user}, raw));
  }
  std::optional<bus::BusPosition> send(uint64_t room, uint64_t number, std::string_view bytes, uint64_t producer = 7) {
    return ring_->publish({.kind = bus::RecordKind::kEntry,
                           .room = RoomId(room),
                           .producer = ProducerId(producer),
                           .number = ProducerNumber(number),
                           .wall = now_.wall},
                          as_bytes(bytes));
  }
  int work() { return writer_->do_work(now_); }
  void pass(Micros time) { now_.mono += time; }
  // Lets the commit delay pass, so that what is on the ring is stored.
  void settle() {
    work();
    pass(kMaxCommitDelay);
    work();
  }
  std::vector<std::string> texts(uint64_t room) {
    std::vector<std::string> out;
    for (const StoredEntry& entry : forward(room, 1, kMaxPageEntries).entries) out.push_back(text(entry));
    return out;
  }

  size_t slots_ = 1024;
  Now now_{MonoTime(Seconds(100)), WallTime(Seconds(1'700'000'000))};
  room::RoomRules rules_;  // set before start()
  bus::Wakeup subscriber_;
  std::optional<bus::BroadcastRing> ring_;
  std::optional<Writer> writer_;
};

}  // namespace parley::history
