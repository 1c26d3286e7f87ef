// SPDX-License-Identifier: Apache-2.0
// Who came and who went, to the members on this I/O thread. Changes are gathered, at least over a duty cycle: each room gets one message
// for all of them, and somebody who came and went meanwhile is no news. A room of more than kListAtOnceMembers is told at most once each
// kGather: when a thousand come, each change that went out at once would cost a datagram for every member, and chat would wait
// behind them. Who joined in this cycle gets the whole list instead, one encoding for all who joined the same room; in such a large room
// it waits for its turn (SlowMembers). Lists are cut into parts of at most kMaxPageBytes. Owned by one I/O thread.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/server/io_state.h"
#include "net/server/presence_changes.h"

namespace parley::server {

class Presence {
 public:
  static constexpr Micros kGather{500'000};

  explicit Presence(IoState& state) : state_(state) {}

  // News of the roster (its join() or leave() returned true).
  void came(RoomId room, std::string_view user, std::string_view name) { changes_of(room).came(room, user, name); }
  void went(RoomId room, std::string_view user) { changes_of(room).went(room, user); }
  // A local member was added: it gets the list at the end of this cycle.
  void welcome(RoomId room) { welcomed_.push_back(room); }
  // The list to each of them, as the answer to a WhoRequest or, with request 0, by itself.
  void send_list(std::span<const SessionId> to, RoomId room, uint32_t request);
  void flush();
  MonoTime next_deadline() const;

 private:
  // What a large room isn't told yet.
  struct Held {
    MonoTime due{};
    PresenceChanges changes;
  };
  bool is_large(RoomId room) const { return state_.roster.member_count(room) > kListAtOnceMembers; }
  PresenceChanges& changes_of(RoomId room);
  void flush_changes(PresenceChanges& changes);
  void flush_room(const PresenceChanges& changes, std::span<const PresenceChanges::Change> of_one_room);
  void send_changes(RoomId room);
  // It is too slow for changes, or was: it gets the whole list instead, later (SlowMembers).
  bool misses(RoomId room, LocalMember& member);
  void flush_welcomes(RoomId room);
  void owe_lists(RoomId room, LocalRoom& local);
  // Encodes the room's list in parts and gives each to `send(packet)`.
  template <class Send>
  void for_each_part(RoomId room, uint32_t request, Send&& send);

  IoState& state_;
  PresenceChanges changes_;                // of this cycle
  std::unordered_map<RoomId, Held> held_;  // at most one a large room with members here
  std::vector<RoomId> welcomed_;
  std::vector<MemberView> came_;  // scratch
  std::vector<std::string_view> went_;
};

}  // namespace parley::server
