// SPDX-License-Identifier: Apache-2.0
#include "net/server/slow_members.h"

#include "net/server/slow_stage.h"

namespace parley::server {
namespace {

constexpr Micros kLookEvery{50'000};
constexpr size_t kListedMemberBytes = 56;  // about, with names of 4 bytes
constexpr size_t kLooksATurn = 64;         // at who is owed a list

}  // namespace

int SlowMembers::run() {
  hold_back_crowded();
  tell_behind();
  const int lists = hand_out_lists();
  if (state_.now.mono < next_look_ || slow_.empty()) return lists;
  next_look_ = state_.now.mono + kLookEvery;
  const size_t before = slow_.size();
  std::erase_if(slow_, [this](Slow& each) { return catch_up(each); });
  return lists + static_cast<int>(before - slow_.size());
}

MonoTime SlowMembers::next_deadline() const {
  const MonoTime lists = state_.lists_owed.empty() ? kNever : next_lists_;
  return slow_.empty() ? lists : std::min(lists, next_look_);
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

// A bounded number of them is looked at, in the order in which they came: who may not have it yet goes to the end, for whom it is too much
// this time stays in front. Those of one room share one encoding.
int SlowMembers::hand_out_lists() {
  std::vector<IoState::OwedList>& owed = state_.lists_owed;
  if (owed.empty() || state_.now.mono < next_lists_) return 0;
  next_lists_ = state_.now.mono + kListTurn;
  const auto looked_at = owed.begin() + static_cast<std::ptrdiff_t>(std::min(owed.size(), kLooksATurn));
  turn_.assign(owed.begin(), looked_at);
  owed.erase(owed.begin(), looked_at);
  std::ranges::stable_sort(turn_, {}, &IoState::OwedList::room);
  size_t left = kListBytesATurn;
  int given = 0;
  for (size_t from = 0; from < turn_.size();) {
    const RoomId room = turn_[from].room;
    size_t to = from;
    while (to < turn_.size() && turn_[to].room == room) ++to;
    given += hand_out(std::span(turn_).subspan(from, to - from), left);
    from = to;
  }
  owed.insert(owed.begin(), postponed_.begin(), postponed_.end());
  postponed_.clear();
  return given;
}

int SlowMembers::hand_out(std::span<const IoState::OwedList> of_one_room, size_t& left) {
  const RoomId room = of_one_room.front().room;
  const size_t list_bytes = state_.roster.member_count(room) * kListedMemberBytes + 1;
  receivers_.clear();
  for (const IoState::OwedList& each : of_one_room) {
    LocalMember* member = member_of(each);
    if (member == nullptr) continue;
    if (!may_have(each)) {
      state_.lists_owed.push_back(each);
    } else if (left == 0) {
      postponed_.push_back(each);
    } else {
      member->missed_presence = false;
      receivers_.push_back(each.session);
      left -= std::min(left, list_bytes);
    }
  }
  if (!receivers_.empty()) presence_.send_list(receivers_, room, 0);
  return static_cast<int>(receivers_.size());
}

// Null: gone, or here anew.
LocalMember* SlowMembers::member_of(const IoState::OwedList& list) {
  LocalRoom* local = state_.sessions.find(list.session) == nullptr ? nullptr : state_.local_rooms.find(list.room);
  LocalMember* member = local == nullptr ? nullptr : local->find(list.session);
  return member != nullptr && member->missed_presence ? member : nullptr;
}

bool SlowMembers::may_have(const IoState::OwedList& list) {
  return state_.now.mono >= list.not_before && !state_.sessions.find(list.session)->lagging && follows(list.session);
}

}  // namespace parley::server
