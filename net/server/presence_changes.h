// SPDX-License-Identifier: Apache-2.0
// Who came and who went since the members were told last, of any number of rooms. Per user, coming and going alternate, so an even number
// of changes is none and an odd one is its last. Unless a whole list was handed out in between: whoever got that knows the room as it was
// at that moment, so then all are told where the user is now, which for the others is nothing new (Roster in net/client).
//
// Bounded by the joins and leaves that the bus brings between two tellings (presence.h). Owned by one Presence.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/ids.h"

namespace parley::server {

class PresenceChanges {
 public:
  struct Change {
    RoomId room;
    uint32_t index = 0;  // in the order of happening
    uint32_t lists = 0;  // that had been handed out before
    bool came = false;
    uint32_t text = 0;  // offset in text_: user, then name
    uint8_t user_bytes = 0, name_bytes = 0;
  };

  void came(RoomId room, std::string_view user, std::string_view name) { note(room, true, user, name); }
  void went(RoomId room, std::string_view user) { note(room, false, user, {}); }
  // Somebody got a whole list that shows all that was noted until now.
  void listed() { ++lists_; }

  void clear();
  // visit(changes of one room), room after room; each by user, and in order.
  template <class Visit>
  void for_each_room(Visit&& visit);
  // visit(last change) for each user of one room's changes whom the others must be told of.
  template <class Visit>
  void for_each_news(std::span<const Change> of_one_room, Visit&& visit) const;

  std::string_view user_of(const Change& change) const { return std::string_view(text_).substr(change.text, change.user_bytes); }
  std::string_view name_of(const Change& change) const {
    return std::string_view(text_).substr(change.text + change.user_bytes, change.name_bytes);
  }

 private:
  void note(RoomId room, bool came, std::string_view user, std::string_view name);

  std::vector<Change> changes_;
  std::string text_;
  uint32_t lists_ = 0;
};

template <class Visit>
void PresenceChanges::for_each_room(Visit&& visit) {
  std::sort(changes_.begin(), changes_.end(), [this](const Change& a, const Change& b) {
    return std::make_tuple(a.room, user_of(a), a.index) < std::make_tuple(b.room, user_of(b), b.index);
  });
  for (size_t from = 0; from < changes_.size();) {
    size_t to = from + 1;
    while (to < changes_.size() && changes_[to].room == changes_[from].room) ++to;
    visit(std::span<const Change>(changes_).subspan(from, to - from));
    from = to;
  }
}

template <class Visit>
void PresenceChanges::for_each_news(std::span<const Change> of_one_room, Visit&& visit) const {
  for (size_t from = 0; from < of_one_room.size();) {
    size_t to = from + 1;
    while (to < of_one_room.size() && user_of(of_one_room[to]) == user_of(of_one_room[from])) ++to;
    const Change& last = of_one_room[to - 1];
    if ((to - from) % 2 == 1 || of_one_room[from].lists != last.lists) visit(last);
    from = to;
  }
}

}  // namespace parley::server
