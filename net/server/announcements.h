// SPDX-License-Identifier: Apache-2.0
// What the operator says to a room (parleyctl say): system entries, on the bus like any other, so they are numbered, stored, told live and
// in pages. Counted under a producer that no user can have. One at a time: the next is looked at when the one before is on the disk.
//
// ask() and take() on the main thread; all else on the I/O thread that owns it. Bounds: kMaxAnnouncements waiting.
#pragma once

#include <optional>
#include <string>

#include "core/bus/spsc_queue.h"
#include "net/server/io_state.h"

namespace parley::server {

inline constexpr size_t kMaxAnnouncements = 8;

struct Announcement {
  uint64_t id = 0;         // echoed
  std::string room, text;  // valid; the room needn't exist yet
};

struct AnnouncementAnswer {
  uint64_t id = 0;
  Result<Sequence> sequence;  // it is stored under this number of its room
};

class Announcements {
 public:
  // `answers` is notified when an answer is there.
  Announcements(IoState& state, bus::Wakeup* answers);

  bool ask(Announcement announcement);  // false: too many wait
  std::optional<AnnouncementAnswer> take();

  int run();
  MonoTime next_deadline() const;
  // A record without a session that this thread published came off the bus; the reader stands behind it.
  void on_applied(const bus::RecordHeader& header, const room::Applied& applied);

 private:
  enum class Stage : uint8_t { kIdle, kPublish, kOnBus, kStoring };

  void publish();
  bool publish_room();
  bool publish_entry(RoomId room);
  std::optional<Error> refusal() const;
  void finish(Result<Sequence> sequence);

  IoState& state_;
  bus::Wakeup* const answers_wakeup_;
  const ProducerId producer_;
  Stage stage_ = Stage::kIdle;
  Announcement current_;
  Sequence sequence_;
  bus::BusPosition stored_at_ = 0;  // kStoring: the watermark that it waits for
  bus::SpscQueue<Announcement> questions_{kMaxAnnouncements};
  bus::SpscQueue<AnnouncementAnswer> answers_{2 * kMaxAnnouncements};
};

}  // namespace parley::server
