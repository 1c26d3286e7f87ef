// SPDX-License-Identifier: Apache-2.0
#include "net/server/slow_members.h"

#include "net/server/slow_stage.h"

namespace parley::server {
namespace {

constexpr Micros kLookEvery{50'000};

}  // namespace

int SlowMembers::run() {
  hold_back_crowded();
  tell_behind();
  note_presence();
  if (state_.now.mono < next_look_ || next_deadline() == kNever) return 0;
  next_look_ = state_.now.mono + kLookEvery;
  const size_t before = slow_.size() + without_presence_.size();
  std::erase_if(slow_, [this](Slow& each) { return catch_up(each); });
  std::erase_if(without_presence_, [this](const WithoutPresence& each) { return renew_presence(each); });
  return static_cast<int>(before - slow_.size() - without_presence_.size());
}

// Only between two deliveries to a room: what of it was applied has been sent.
void SlowMembers::hold_back_crowded() {
  for (const SessionId id : state_.crowded) {
    Session* session = state_.sessions.find(id);
    if (session != nullptr) hold_back(*session);
  }
  state_.crowded.clear();
}

void SlowMembers::hold_back(Session& session) {
  for (Seat& seat : session.seats) {
    if (seat.lagging_from) continue;
    seat.lagging_from = state_.rooms.find(seat.room)->head.next();
    state_.local_rooms.find(seat.room)->find(session.id)->lagging = true;
  }
  if (session.lagging) return;
  ++state_.counters.lagging;
  session.lagging = true;
  slow_.push_back({session.id});
}

void SlowMembers::tell_behind() {
  for (const auto& [id, room] : state_.left_out) {
    Session* session = state_.sessions.find(id);
    const Seat* seat = session == nullptr ? nullptr : session->seat(room);
    if (seat == nullptr || !seat->lagging_from) continue;
    state_.post_to_room(id, room, state_.encode.behind(room, Sequence(seat->lagging_from.value - 1)));
  }
  state_.left_out.clear();
}

void SlowMembers::note_presence() {
  for (const auto& [id, room] : state_.missed_presence) without_presence_.push_back({id, room, state_.now.mono + kPresenceAgain});
  state_.missed_presence.clear();
}

bool SlowMembers::follows(SessionId session) const {
  return state_.transport->queued_bytes(session) <= kCaughtUpBytes && stage_of(state_.transport->backlog(session)) == Stage::kFollows;
}

// True when it is in all its rooms as the others are.
bool SlowMembers::catch_up(Slow& slow) {
  Session* session = state_.sessions.find(slow.session);
  if (session == nullptr) return true;
  if (!follows(slow.session)) return false;
  std::vector<Seat>& seats = session->seats;
  for (const Seat& seat : seats) {
    if (seat.catching_up) return false;
  }
  for (size_t looked = 0; looked < seats.size(); ++looked) {
    Seat& seat = seats[slow.turn++ % seats.size()];
    if (seat.lagging_from && start_round(*session, seat)) return false;
  }
  session->lagging = false;
  return true;
}

// False: it missed nothing. What is left after a round came meanwhile, so it gets less if the connection takes what the room says at all.
bool SlowMembers::start_round(Session& session, Seat& seat) {
  CatchUp missed;
  missed.session = session.id;
  missed.room = seat.room;
  missed.tag = seat.tag;
  missed.next = seat.lagging_from;
  missed.up_to = state_.rooms.find(seat.room)->head;
  missed.after = state_.reader.position();
  missed.another_follows = missed.next.value + kMaxPageEntries <= missed.up_to.value;
  seat.lagging_from = missed.another_follows ? missed.up_to.next() : Sequence();
  if (!missed.another_follows) {
    LocalMember* member = state_.local_rooms.find(seat.room)->find(session.id);
    member->lagging = member->told_behind = false;
  }
  if (missed.next > missed.up_to) return false;
  pages_.start(missed);
  return true;
}

// True when it needn't be looked at again.
bool SlowMembers::renew_presence(const WithoutPresence& who) {
  const Session* session = state_.sessions.find(who.session);
  LocalRoom* local = session == nullptr ? nullptr : state_.local_rooms.find(who.room);
  LocalMember* member = local == nullptr ? nullptr : local->find(who.session);
  if (member == nullptr || !member->missed_presence) return true;  // gone, or here anew
  if (state_.now.mono < who.not_before || session->lagging || !follows(who.session)) return false;
  member->missed_presence = false;
  presence_.send_list(who.session, who.room, 0);
  return true;
}

}  // namespace parley::server
