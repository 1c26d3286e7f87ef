// SPDX-License-Identifier: Apache-2.0
#include "net/server/presence.h"

#include <algorithm>
#include <utility>

#include "net/server/slow_stage.h"

namespace parley::server {
namespace {

// What a member costs in a list beside its two names: table, offsets, lengths, padding.
constexpr size_t kMemberOverhead = 48;

}  // namespace

// Those of a large room wait behind what waits of it already, so that all stay in order; also once it is small again, until the flush.
PresenceChanges& Presence::changes_of(RoomId room) {
  if (const auto held = held_.find(room); held != held_.end()) return held->second.changes;
  const LocalRoom* local = is_large(room) ? state_.local_rooms.find(room) : nullptr;
  if (local == nullptr) return changes_;
  Held& held = held_[room];
  held.due = local->presence_told + kGather;
  return held.changes;
}

void Presence::flush() {
  flush_changes(changes_);
  for (auto each = held_.begin(); each != held_.end();) {
    auto& [room, held] = *each;
    const bool waits = held.due > state_.now.mono && is_large(room);
    if (!waits) flush_changes(held.changes);
    each = waits ? std::next(each) : held_.erase(each);
  }
  for (const RoomId room : welcomed_) flush_welcomes(room);
  welcomed_.clear();
}

MonoTime Presence::next_deadline() const {
  MonoTime next = kNever;
  for (const auto& [room, held] : held_) next = std::min(next, held.due);
  return next;
}

void Presence::flush_changes(PresenceChanges& changes) {
  changes.for_each_room([&](std::span<const PresenceChanges::Change> of_one_room) { flush_room(changes, of_one_room); });
  changes.clear();
}

void Presence::flush_room(const PresenceChanges& changes, std::span<const PresenceChanges::Change> of_one_room) {
  const RoomId room = of_one_room.front().room;
  LocalRoom* local = state_.local_rooms.find(room);
  if (local == nullptr || local->fresh == local->members.size()) return;
  local->presence_told = state_.now.mono;
  size_t bytes = 0;
  changes.for_each_news(of_one_room, [&](const PresenceChanges::Change& news) {
    if (news.came) came_.push_back({changes.user_of(news), changes.name_of(news)});
    if (!news.came) went_.push_back(changes.user_of(news));
    bytes += kMemberOverhead + news.user_bytes + news.name_bytes;
    if (bytes < kMaxPageBytes) return;
    send_changes(room);
    bytes = 0;
  });
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
  const auto held = held_.find(room);
  if (request == 0 && held != held_.end()) held->second.changes.listed();
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
