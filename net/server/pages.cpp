// SPDX-License-Identifier: Apache-2.0
#include "net/server/pages.h"

#include <algorithm>

#include "net/server/policy.h"
#include "net/server/slow_stage.h"

namespace parley::server {
namespace {

constexpr size_t kAsksPerCycle = 64;
constexpr Micros kParkedLook{5'000};  // how often parked catch-ups are looked at when nothing else happens
constexpr Micros kReadErrorDelay{1'000'000};

history::Reading reading_of(wire::Direction direction) {
  switch (direction) {
    case wire::Direction::Forward:
      return history::Reading::kForward;
    case wire::Direction::Around:
      return history::Reading::kAround;
    case wire::Direction::FromTime:
      return history::Reading::kFromTime;
    default:
      return history::Reading::kBackward;
  }
}

}  // namespace

void Pages::start(CatchUp catch_up) {
  if (catch_up.next > catch_up.up_to) return send_complete(catch_up);
  if (Seat* seat = seat_of(catch_up)) {
    seat->catching_up = true;
    seat->another_follows = catch_up.another_follows;
    if (catch_up.gap_from) send_gap(catch_up, false);
  }
  new_.push(std::move(catch_up));
}

Seat* Pages::seat_of(const CatchUp& catch_up) {
  Session* session = state_.sessions.find(catch_up.session);
  Seat* seat = session == nullptr ? nullptr : session->seat(catch_up.room);
  return seat != nullptr && seat->tag == catch_up.tag ? seat : nullptr;  // else it left meanwhile
}

void Pages::send_complete(const CatchUp& catch_up) {
  if (Seat* seat = seat_of(catch_up)) seat->catching_up = false;
  CatchUp last = catch_up;
  send_gap(last, !catch_up.another_follows);
  if (!catch_up.another_follows) state_.info_owed.push_back({catch_up.session, catch_up.room, state_.reader.position()});
}

// A page without entries, with the gap before what is owed, if there is one.
void Pages::send_gap(CatchUp& catch_up, bool complete) {
  PageFields fields;
  fields.room_id = catch_up.room;
  fields.complete = complete;
  fields.more = !complete;
  if (catch_up.gap_from) {
    fields.gap_from = catch_up.gap_from;
    fields.gap_to = catch_up.next;
    fields.gap_reason = catch_up.gap_reason;
  }
  catch_up.gap_from = Sequence();
  state_.encode.begin_entries();
  state_.post_to_room(catch_up.session, catch_up.room, state_.encode.finish_page(fields));
}

bool Pages::ask_join(const Session& session, const PendingJoin& join, RoomId room) {
  history::PageQuery query;
  query.question = history::Question::kJoin;
  query.session = session.id;
  query.request = join.tag;
  query.user = session.user();
  query.page.room = room;
  query.since_epoch = join.epoch;
  if (!join.valid_through) query.since = join.since;
  return state_.world.page_reader.ask(state_.io, query);
}

void Pages::request(Session& session, const wire::HistoryRequest& request) {
  const Seat* seat = session.seat(RoomId(request.room_id()));
  if (seat == nullptr) return state_.refuse_request(session.id, request.request(), refuse_not_member());
  history::PageQuery query;
  query.session = session.id;
  query.request = request.request();
  query.page.room = seat->room;
  query.page.reading = reading_of(request.direction());
  query.page.from = Sequence(request.from());
  query.page.floor = seat->floor;
  query.page.floor_reason = seat->floor_reason;
  query.page.time = WallTime(Micros(request.time_us()));
  query.user = session.user();
  query.page.limit = std::clamp<size_t>(request.limit(), 1, kMaxPageEntries);
  const bool slow = state_.transport->queued_bytes(session.id) > kCatchUpQueueBytes;
  if (slow || session.pages_asked >= kMaxPagesAsked || !state_.world.page_reader.ask(state_.io, query)) {
    return state_.refuse_request(session.id, request.request(), refuse_busy());
  }
  ++session.pages_asked;
}

bool Pages::may_ask(const CatchUp& catch_up) const {
  if (state_.now.mono < catch_up.not_before) return false;
  if (state_.world.writer.durable_through() < catch_up.after) {
    if (catch_up.tried || state_.world.writer.state() == history::StorageState::kWorking) return false;
  }
  const uint32_t queued = state_.transport->queued_bytes(catch_up.session);
  if (!is_lagging(catch_up.session)) return queued < kCatchUpQueueBytes;
  return queued <= kSlowCatchUpBytes && stage_of(state_.transport->backlog(catch_up.session)) == Stage::kFollows;
}

bool Pages::is_lagging(SessionId id) const {
  const Session* session = state_.sessions.find(id);
  return session != nullptr && session->lagging;
}

bool Pages::ask(const CatchUp& catch_up) {
  history::PageQuery query;
  query.session = catch_up.session;
  query.request = catch_up.tag;
  query.catch_up = true;
  query.page.room = catch_up.room;
  query.page.reading = history::Reading::kForward;
  query.page.from = catch_up.next;
  if (const Session* session = state_.sessions.find(catch_up.session)) query.user = session->user();
  query.page.limit = static_cast<size_t>(std::min<uint64_t>(catch_up.up_to.value - catch_up.next.value + 1,
                                                            is_lagging(catch_up.session) ? kSlowPageEntries : kMaxPageEntries));
  query.up_to = catch_up.up_to;
  return state_.world.page_reader.ask(state_.io, query);
}

void Pages::park(CatchUp catch_up) { parked_.push_back(std::move(catch_up)); }

int Pages::run() {
  int asked = 0;
  for (size_t looked = 0; looked < kAsksPerCycle && !new_.empty(); ++looked) {
    if (!may_ask(new_.front())) {
      const bool due = state_.world.writer.durable_through() >= new_.front().after;
      if (!due) break;  // those behind it aren't due either
      park(new_.front());
    } else if (ask(new_.front())) {
      ++asked;
    } else {
      break;  // the reader's queue is full
    }
    new_.pop();
  }
  for (size_t looked = 0; looked < std::min(kAsksPerCycle, parked_.size()); ++looked) {
    scan_from_ = scan_from_ < parked_.size() ? scan_from_ : 0;
    CatchUp& each = parked_[scan_from_];
    if (state_.sessions.find(each.session) != nullptr && !may_ask(each)) {
      ++scan_from_;
    } else if (state_.sessions.find(each.session) == nullptr || ask(each)) {
      each = parked_.back();
      parked_.pop_back();
      ++asked;
    } else {
      break;
    }
  }
  return asked;
}

MonoTime Pages::next_deadline() const { return parked_.empty() && new_.empty() ? kNever : state_.now.mono + kParkedLook; }

void Pages::on_answer(const history::PageAnswer& answer) {
  if (answer.query.catch_up) return on_catch_up_answer(answer);
  Session* session = state_.sessions.find(answer.query.session);
  if (session == nullptr) return;
  --session->pages_asked;
  const Seat* seat = session->seat(answer.query.page.room);
  if (seat == nullptr) return state_.refuse_request(session->id, answer.query.request, refuse_not_member());
  if (!answer.page) {
    ++state_.counters.page_errors;
    return state_.refuse_request(session->id, answer.query.request, {answer.page.error().code, answer.page.error().text, 1000});
  }
  send_page(answer, *seat);
}

void Pages::send_page(const history::PageAnswer& answer, const Seat& seat) {
  const history::Page& page = *answer.page;
  PageFields fields;
  fields.request = answer.query.request;
  fields.room_id = seat.room;
  fields.gap_from = page.gap_from;
  fields.gap_to = page.gap_to;
  fields.gap_reason = page.gap_reason;
  fields.more = page.more;
  state_.encode.begin_entries();
  // It may have left and come back with less right meanwhile.
  for (const history::StoredEntry& entry : page.entries) {
    if (entry.sequence >= seat.floor) state_.encode.add_entry(entry.sequence, entry.bytes);
  }
  for (const history::PageNote& note : page.notes) {
    if (note.sequence >= seat.floor) state_.encode.add_note(note);
  }
  ++state_.counters.pages;
  state_.post_entries(answer.query.session, seat.room, state_.encode.finish_page(fields), page.entries.size());
}

void Pages::on_catch_up_answer(const history::PageAnswer& answer) {
  const history::PageQuery& query = answer.query;
  CatchUp rest;
  rest.session = query.session;
  rest.room = query.page.room;
  rest.tag = query.request;
  rest.next = query.page.from;
  rest.up_to = query.up_to;
  Seat* seat = seat_of(rest);
  if (seat == nullptr) return;
  rest.another_follows = seat->another_follows;
  if (!answer.page) {
    ++state_.counters.page_errors;
    rest.not_before = state_.now.mono + kReadErrorDelay;
    return park(rest);
  }
  PageFields fields;
  fields.room_id = rest.room;
  fields.gap_from = answer.page->gap_from;
  fields.gap_to = std::min(answer.page->gap_to, rest.up_to.next());
  fields.gap_reason = answer.page->gap_reason;
  rest.next = std::max(rest.next, fields.gap_to);
  size_t entries = 0;
  state_.encode.begin_entries();
  for (const history::StoredEntry& entry : answer.page->entries) {
    if (entry.sequence > rest.up_to) break;  // those come live
    state_.encode.add_entry(entry.sequence, entry.bytes);
    rest.next = entry.sequence.next();
    ++entries;
  }
  for (const history::PageNote& note : answer.page->notes) {
    if (note.sequence < rest.next) state_.encode.add_note(note);
  }
  const bool done = rest.next > rest.up_to;
  fields.complete = done && !rest.another_follows;
  fields.more = !fields.complete;
  seat->catching_up = !done;
  if (rest.next > query.page.from) {
    ++state_.counters.pages;
    state_.post_entries(query.session, rest.room, state_.encode.finish_page(fields), entries);
  }
  if (fields.complete) return state_.info_owed.push_back({query.session, rest.room, state_.reader.position()});
  if (done) return;
  if (!answer.page->more && answer.page->head >= rest.up_to) {  // the store has got that far, so the rest is damaged: it won't come
    rest.gap_from = rest.next;
    rest.gap_reason = GapReason::kDamaged;
    rest.next = rest.up_to.next();
    return send_complete(rest);
  }
  if (!answer.page->more) {
    rest.tried = true;
    rest.after = state_.reader.position();
  }
  if (!may_ask(rest) || !ask(rest)) park(rest);
}

}  // namespace parley::server
