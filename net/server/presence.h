// SPDX-License-Identifier: Apache-2.0
// Who came and who went, to the members on this I/O thread. Changes are gathered over a duty cycle: each room gets one message for all of
// them, and somebody who came and went within one is no news. Who joined in this cycle gets the whole list instead, one encoding for all
// who joined the same room; in a room of more than kListAtOnceMembers it waits for its turn (SlowMembers). Lists are cut into parts of at
// most kMaxPageBytes. Owned by one I/O thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/server/io_state.h"

namespace parley::server {

class Presence {
 public:
  explicit Presence(IoState& state) : state_(state) {}

  // News of the roster (its join() or leave() returned true).
  void came(RoomId room, std::string_view user, std::string_view name);
  void went(RoomId room, std::string_view user);
  // A local member was added: it gets the list at the end of this cycle.
  void welcome(RoomId room) { welcomed_.push_back(room); }
  // The list to each of them, as the answer to a WhoRequest or, with request 0, by itself.
  void send_list(std::span<const SessionId> to, RoomId room, uint32_t request);
  void flush();

 private:
  struct Change {
    RoomId room;
    uint32_t index = 0;
    bool came = false;
    uint32_t text = 0;  // offset in text_: user, then name
    uint8_t user_bytes = 0, name_bytes = 0;
  };
  void note(RoomId room, bool came, std::string_view user, std::string_view name);
  std::string_view user_of(const Change& change) const { return std::string_view(text_).substr(change.text, change.user_bytes); }
  std::string_view name_of(const Change& change) const {
    return std::string_view(text_).substr(change.text + change.user_bytes, change.name_bytes);
  }
  void flush_changes(std::span<const Change> of_one_room);
  void send_changes(RoomId room);
  // It is too slow for changes, or was: it gets the whole list instead, later (SlowMembers).
  bool misses(RoomId room, LocalMember& member);
  void flush_welcomes(RoomId room);
  void owe_lists(RoomId room, LocalRoom& local);
  // Encodes the room's list in parts and gives each to `send(packet)`.
  template <class Send>
  void for_each_part(RoomId room, uint32_t request, Send&& send);

  IoState& state_;
  std::vector<Change> changes_;  // of this cycle
  std::string text_;
  std::vector<RoomId> welcomed_;
  std::vector<MemberView> came_;  // scratch
  std::vector<std::string_view> went_;
};

}  // namespace parley::server
