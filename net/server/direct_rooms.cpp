// SPDX-License-Identifier: Apache-2.0
#include "net/server/direct_rooms.h"

#include <algorithm>

#include "core/base/limits.h"

namespace parley::server {

DirectRooms::DirectRooms(IoState& state) : state_(state) {
  for (const room::RoomState& room : state_.world.snapshot.rooms) on_new_room(room);
}

void DirectRooms::on_new_room(const room::RoomState& room) {
  auto pair = direct_pair(room.name);
  if (!pair) return;
  rooms_of_[pair->first].push_back(room.id);
  if (pair->second != pair->first) rooms_of_[pair->second].push_back(room.id);
  pairs_.emplace(room.id, std::move(*pair));
}

void DirectRooms::flush() {
  for (const RoomId room : due_) invite_absent(room);
  due_.clear();
}

void DirectRooms::invite_absent(RoomId id) {
  const auto pair = pairs_.find(id);
  if (pair == pairs_.end()) return;  // "dm:" and something that is no pair: of before that name was kept for pairs
  const auto tell = [&](const std::string& user) {
    for (const SessionId session : state_.users.of(user)) invite(*state_.sessions.find(session), *state_.rooms.find(id), true);
  };
  tell(pair->second.first);
  if (pair->second.second != pair->second.first) tell(pair->second.second);
}

void DirectRooms::on_ready(const Session& session) {
  const auto rooms = rooms_of_.find(std::string(session.user()));
  if (rooms == rooms_of_.end()) return;
  size_t invited = 0;
  for (auto id = rooms->second.rbegin(); id != rooms->second.rend() && invited < kMaxInvitesAtOnce; ++id) {
    const room::RoomState& room = *state_.rooms.find(*id);
    if (!room.head) continue;
    invite(session, room, false);
    ++invited;
  }
}

// Who is in the room or about to be hears of it there; who may not join it needn't know.
void DirectRooms::invite(const Session& session, const room::RoomState& room, bool live) {
  const auto in = [&](const Seat& seat) { return seat.room == room.id; };
  const auto joining = [&](const auto& join) { return join->room == room.name; };
  if (std::any_of(session.seats.begin(), session.seats.end(), in)) return;
  if (std::any_of(session.joins.begin(), session.joins.end(), joining)) return;
  if (!session.ticket.allows(room.name, identity::Right::kJoin)) return;
  state_.post(session.id, transport::kControlChannel,
              state_.encode.invited({room.name, pairs_.at(room.id).other_than(session.user()), room.head, live}));
}

}  // namespace parley::server
