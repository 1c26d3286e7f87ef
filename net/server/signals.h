// SPDX-License-Identifier: Apache-2.0
// Typing marks, talk state and map pings: from a session onto the bus, and off it to the other members on this thread, gathered over a
// duty cycle: one message a room, and of one user and kind only the newest. Never stored, never refused: at every bound they are dropped
// and counted. They travel unsequenced, so each carries what tells a receiver that it is too late (wire.fbs: after, order).
//
// Bounds: kSignalsPerSecond a session; half of the ring; kMaxTypingMembers, above which a room's typing isn't forwarded (n people would
// tell n people; talk and pings are rarer and matter more); a member who is slow gets none (stages in slow_stage.h). Owned by one I/O
// thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/room/signal.h"
#include "net/server/io_state.h"

namespace parley::server {

class Signals {
 public:
  explicit Signals(IoState& state) : state_(state) {}

  void on_signal(Session& session, const wire::Signal& signal);
  // A kSignal record came off the bus.
  void on_record(const bus::Record& record, const room::Applied& applied);
  // To the members, at the end of the cycle.
  void flush();

 private:
  struct Heard {
    RoomId room;
    SessionId from;  // none: of another thread
    Sequence after;
    uint64_t order = 0;
    room::Signal signal;  // names are in text_, at:
    uint32_t text = 0;
    uint8_t user_bytes = 0, name_bytes = 0;
  };
  std::string_view user_of(const Heard& heard) const { return std::string_view(text_).substr(heard.text, heard.user_bytes); }
  std::string_view name_of(const Heard& heard) const {
    return std::string_view(text_).substr(heard.text + heard.user_bytes, heard.name_bytes);
  }
  bool may_publish(Session& session, const wire::Signal& signal);
  void keep_newest();
  void flush_room(std::span<const Heard> of_one_room);
  void send_part(std::span<const Heard> part);
  bool misses(const LocalMember& member) const;  // it is too slow for them
  // What they say, but for those that `without` said itself.
  ByteView encode(std::span<const Heard> part, SessionId without);

  IoState& state_;
  std::vector<Heard> heard_;  // of this cycle: at most as many as FanOut reads records
  std::string text_;
  std::vector<SessionId> senders_;  // scratch
  std::vector<flatbuffers::Offset<wire::UserSignal>> offsets_;
  flatbuffers::FlatBufferBuilder builder_{1024};
};

}  // namespace parley::server
