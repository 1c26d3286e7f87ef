// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/history_path.h"

#include <string>

#include "core/base/limits.h"
#include "core/room/names.h"
#include "net/server/encode.h"
#include "tools/bench/drivers/crowd.h"
#include "tools/bench/made_up_chat.h"
#include "tools/bench/measure/process.h"

namespace parley::bench {
namespace {

constexpr size_t kBodies = 4096;
constexpr Micros kFullPause{200};      // the bus is full: the writer needs longer to make a place
constexpr Micros kLookAgain{100'000};  // for a store that refuses
constexpr uint64_t kNotifyEvery = 64;  // messages; an I/O thread wakes the writer once a round

}  // namespace

HistoryTraffic::HistoryTraffic(const Options& options) : options_(options), random_(options.seed), numbers_(options.producers) {
  MadeUpChat chat(options.seed);
  server::Encoder encoder;
  while (bodies_.size() < kBodies) {
    const std::string text = chat.message();
    const std::string author = "user" + std::to_string(chat.below(options.producers));
    const ByteView bytes = encoder.entry({author, author, ProducerId(1), ProducerNumber(1), WallTime(Seconds(1)), {.text = text}});
    bodies_.emplace_back(bytes.begin(), bytes.end());
  }
  for (const auto& body : bodies_) views_.emplace_back(body);
}

bus::Record HistoryTraffic::next(WallTime wall) {
  const uint64_t producer = random_.below(options_.producers);
  const bus::RecordHeader header{.kind = bus::RecordKind::kEntry,
                                 .room = RoomId(1 + random_.below(options_.rooms)),
                                 .producer = ProducerId((options_.first_producer + producer + 1) * 0x9E3779B97F4A7C15ULL),
                                 .number = ProducerNumber(++numbers_[producer]),
                                 .wall = wall};
  return {header, views_[said_++ % views_.size()]};
}

int HistoryPath::WatchedWriter::do_work(Now now) {
  const uint64_t commits_before = writer.counters().commits;
  const int64_t start = Crowd::now_ns();
  const int done = writer.do_work(now);
  if (writer.counters().commits != commits_before) commits.record(Crowd::now_ns() - start);
  cpu_s = thread_cpu_s();
  return done;
}

// As Server::start_threads runs it.
HistoryPath::HistoryPath(history::Store& store)
    : ring_({kBusSlots, kBusSlotBytes, 1, kMaxRecordBytes}),
      agent_(store, ring_, subscriber_),
      runner_({&agent_}, writer_wakeup_, clock_, {.thread_name = "history", .deaf = kMaxCommitDelay}) {}

Result<void> HistoryPath::refused() const {
  if (agent_.writer.state() == history::StorageState::kWorking) return {};
  return fail(ErrorCode::kStorageFailed, agent_.writer.last_error());
}

Result<void> HistoryPath::make_rooms(uint64_t rooms) {
  bus::BusPosition end = 0;
  for (uint64_t room = 1; room <= rooms; ++room) {
    std::array<uint8_t, room::kMaxNamesBytes> raw{};
    const ByteView names = room::encode_names({"room-" + std::to_string(room), "user", "user"}, raw);
    auto published = publish({{.kind = bus::RecordKind::kJoin}, names});
    if (!published) return std::unexpected(published.error());
    end = *published;
  }
  return wait_durable(end);
}

Result<bus::BusPosition> HistoryPath::publish(const bus::Record& record) {
  while (true) {
    const auto end = ring_.publish(record.header, record.payload);
    if (!end || ++published_ % kNotifyEvery == 0) wake_writer();
    if (end) return *end;
    if (auto working = refused(); !working) return std::unexpected(working.error());
    bus::Wakeup::pause(kFullPause);
  }
}

Result<void> HistoryPath::wait_durable(bus::BusPosition end) {
  wake_writer();
  for (auto seen = durable_through(); seen < end; seen = durable_through()) {
    wait(seen, kLookAgain);
    if (auto working = refused(); !working) return working;
  }
  return {};
}

// As wakeup.h says: announce, look once more, sleep.
void HistoryPath::wait(bus::BusPosition seen, Micros most) {
  subscriber_.prepare_sleep();
  if (durable_through() != seen) return subscriber_.cancel_sleep();
  subscriber_.wait(-1, most);
}

const Histogram& HistoryPath::stop() {
  runner_.stop();
  return agent_.commits;
}

}  // namespace parley::bench
