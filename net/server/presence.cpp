// SPDX-License-Identifier: Apache-2.0
#include "net/server/presence.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "net/server/slow_stage.h"

namespace parley::server {
namespace {

// What a member costs in a list beside its two names: table, offsets, lengths, padding.
constexpr size_t kMemberOverhead = 48;

}  // namespace

void Presence::note(RoomId room, bool came, std::string_view user, std::string_view name) {
  changes_.push_back({room, static_cast<uint32_t>(changes_.size()), came, static_cast<uint32_t>(text_.size()),
                      static_cast<uint8_t>(user.size()), static_cast<uint8_t>(name.size())});
  text_.append(user).append(name);
}

void Presence::came(RoomId room, std::string_view user, std::string_view name) { note(room, true, user, name); }
void Presence::went(RoomId room, std::string_view user) { note(room, false, user, {}); }

void Presence::flush() {
  std::sort(changes_.begin(), changes_.end(), [this](const Change& a, const Change& b) {
    return std::make_tuple(a.room, user_of(a), a.index) < std::make_tuple(b.room, user_of(b), b.index);
  });
  for (size_t from = 0; from < changes_.size();) {
    size_t to = from + 1;
    while (to < changes_.size() && changes_[to].room == changes_[from].room) ++to;
    flush_changes(std::span(changes_).subspan(from, to - from));
    from = to;
  }
  changes_.clear();
  text_.clear();
  for (const RoomId room : welcomed_) flush_welcomes(room);
  welcomed_.clear();
}

// Per user, coming and going alternate: an even number of changes is none, an odd one is its last.
void Presence::flush_changes(std::span<const Change> of_one_room) {
  const RoomId room = of_one_room.front().room;
  const LocalRoom* local = state_.local_rooms.find(room);
  if (local == nullptr || local->fresh == local->members.size()) return;
  size_t bytes = 0;
  for (size_t from = 0; from < of_one_room.size();) {
    size_t to = from + 1;
    while (to < of_one_room.size() && user_of(of_one_room[to]) == user_of(of_one_room[from])) ++to;
    const Change& last = of_one_room[to - 1];
    if ((to - from) % 2 == 1) {
      if (last.came) came_.push_back({user_of(last), name_of(last)});
      if (!last.came) went_.push_back(user_of(last));
      bytes += kMemberOverhead + last.user_bytes + last.name_bytes;
    }
    if (bytes >= kMaxPageBytes) {
      send_changes(room);
      bytes = 0;
    }
    from = to;
  }
  send_changes(room);
}

void Presence::send_changes(RoomId room) {
  if (came_.empty() && went_.empty()) return;
  PresenceFields fields;
  fields.room_id = room;
  const auto packet = state_.transport->make_packet(state_.encode.presence(fields, came_, went_), transport::Delivery::kReliable);
  for (LocalMember& member : state_.local_rooms.find(room)->members) {
    if (member.fresh || misses(room, member)) continue;
    state_.transport->send(member.session, transport::channel_of(room), packet);
  }
  came_.clear();
  went_.clear();
}

bool Presence::misses(RoomId room, LocalMember& member) {
  if (member.missed_presence) return true;
  if (!member.lagging && stage_of(state_.transport->backlog(member.session)) < Stage::kNoPresence) return false;
  member.missed_presence = true;
  state_.lists_owed.push_back({member.session, room, state_.now.mono + kPresenceAgain});
  return true;
}

void Presence::flush_welcomes(RoomId room) {
  LocalRoom* local = state_.local_rooms.find(room);
  if (local == nullptr || local->fresh == 0) return;  // gone again, or done: a room is listed once for each who joined
  if (state_.roster.member_count(room) > kListAtOnceMembers) return owe_lists(room, *local);
  for_each_part(room, 0, [&](const transport::PacketPtr& packet) {
    for (const LocalMember& member : local->members) {
      if (member.fresh) state_.transport->send(member.session, transport::channel_of(room), packet);
    }
  });
  for (LocalMember& member : local->members) member.fresh = false;
  local->fresh = 0;
}

// Until then they miss changes, which the list will hold.
void Presence::owe_lists(RoomId room, LocalRoom& local) {
  for (LocalMember& member : local.members) {
    if (!std::exchange(member.fresh, false)) continue;
    member.missed_presence = true;
    state_.lists_owed.push_back({member.session, room, state_.now.mono});
  }
  local.fresh = 0;
}

void Presence::send_list(std::span<const SessionId> to, RoomId room, uint32_t request) {
  for_each_part(room, request, [&](const transport::PacketPtr& packet) {
    for (const SessionId each : to) state_.transport->send(each, transport::channel_of(room), packet);
  });
}

template <class Send>
void Presence::for_each_part(RoomId room, uint32_t request, Send&& send) {
  PresenceFields fields;
  fields.room_id = room;
  fields.request = request;
  fields.snapshot = true;
  size_t bytes = 0;
  const auto emit = [&] {
    send(state_.transport->make_packet(state_.encode.presence(fields, came_, {}), transport::Delivery::kReliable));
    fields.snapshot = false;
    came_.clear();
    bytes = 0;
  };
  state_.roster.for_each(room, [&](std::string_view user, std::string_view name) {
    came_.push_back({user, name});
    bytes += kMemberOverhead + user.size() + name.size();
    if (bytes >= kMaxPageBytes) emit();
  });
  fields.last = true;
  emit();
}

}  // namespace parley::server
