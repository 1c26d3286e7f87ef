// SPDX-License-Identifier: Apache-2.0
#include "net/server/slow_members.h"

namespace parley::server {
namespace {

// A session can overshoot by what its rooms say in this time.
constexpr Micros kLookEvery{50'000};

}  // namespace

int SlowMembers::run() {
  hold_back_crowded();
  return release_caught_up();
}

// Only between two deliveries to a room: what of it was applied has been sent.
void SlowMembers::hold_back_crowded() {
  for (const SessionId id : state_.crowded) {
    Session* session = state_.sessions.find(id);
    if (session != nullptr && !session->lagging) hold_back(*session);
  }
  state_.crowded.clear();
}

int SlowMembers::release_caught_up() {
  if (state_.now.mono < next_look_) return 0;
  next_look_ = state_.now.mono + kLookEvery;
  const size_t before = lagging_.size();
  std::erase_if(lagging_, [this](SessionId id) {
    Session* session = state_.sessions.find(id);
    if (session == nullptr) return true;
    if (state_.transport->queued_bytes(id) > kCaughtUpQueueBytes) return false;
    let_go(*session);
    return true;
  });
  return static_cast<int>(before - lagging_.size());
}

void SlowMembers::hold_back(Session& session) {
  ++state_.counters.lagging;
  session.lagging = true;
  for (Seat& seat : session.seats) {
    seat.lagging_from = state_.rooms.find(seat.room)->head.next();
    state_.local_rooms.find(seat.room)->find(session.id)->lagging = true;
  }
  lagging_.push_back(session.id);
}

void SlowMembers::let_go(Session& session) {
  session.lagging = false;
  for (Seat& seat : session.seats) {
    if (!seat.lagging_from) continue;  // joined since
    state_.local_rooms.find(seat.room)->find(session.id)->lagging = false;
    CatchUp missed;
    missed.session = session.id;
    missed.room = seat.room;
    missed.tag = seat.tag;
    missed.next = seat.lagging_from;
    missed.up_to = state_.rooms.find(seat.room)->head;
    missed.after = state_.reader.position();
    seat.lagging_from = Sequence();
    if (missed.next <= missed.up_to) pages_.start(missed);
  }
}

}  // namespace parley::server
