// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/recorder.h"

#include <algorithm>

#include "core/base/check.h"
#include "tests/sim/checkers.h"

namespace parley::sim {

namespace {

Saying saying_of(parley_event_type type) {
  switch (type) {
    case PARLEY_EVENT_EDITED:
      return Saying::kEdit;
    case PARLEY_EVENT_DELETED:
      return Saying::kDelete;
    case PARLEY_EVENT_REACTION:
      return Saying::kReaction;
    default:
      return Saying::kMessage;
  }
}

Line line_of(const parley_event& event) {
  return {.sequence = event.sequence,
          .producer = event.producer,
          .number = event.number,
          .user = event.user,
          .text = {event.text, event.text_length},
          .saying = saying_of(event.type),
          .target = event.target,
          .edited = event.edited,
          .deleted = event.deleted != 0};
}

}  // namespace

void Recorder::joined(const std::string& room, bool wants_history, uint64_t since) {
  stays_[room] = seen_.stays.size();
  seen_.stays.push_back({.user = user_, .room = room, .wants_history = wants_history, .since = since, .steps = {}});
}

void Recorder::sent(Sent send) {
  const auto [known, fresh] = all_sent_.emplace(std::pair{send.producer, send.number}, seen_.sent.size());
  sent_[send.number] = known->second;
  send.user = user_;
  if (fresh) {
    seen_.sent.push_back(std::move(send));
    return;
  }
  Sent& again = seen_.sent[known->second];
  CHECK(again.room == send.room && again.text == send.text, "who restarts with its producer sends the same again");
  again.sender_killed = false;
}

std::optional<std::pair<std::string, uint64_t>> Recorder::own_message(uint64_t dice) const {
  std::vector<const Sent*> placed;
  for (const auto& [number, index] : sent_) {
    const Sent& sent = seen_.sent[index];
    if (sent.ordered_at != 0 && sent.saying == Saying::kMessage && wants(sent.room)) placed.push_back(&sent);
  }
  if (placed.empty()) return std::nullopt;
  const Sent& one = *placed[dice % placed.size()];
  return std::pair{one.room, one.ordered_at};
}

void Recorder::asked(uint32_t request) {
  ++seen_.questions_asked;
  questions_.insert(request);
}

void Recorder::killed() {
  for (const auto& [number, index] : sent_)
    if (seen_.sent[index].fate == SendFate::kPending) seen_.sent[index].sender_killed = true;
  seen_.questions_ended += questions_.size();
  questions_.clear();
  sent_.clear();
  stays_.clear();
  durable_through_ = 0;
}

void Recorder::finish() {
  for (const auto& [room, index] : stays_) seen_.stays[index].member_at_end = true;
}

bool Recorder::waits_for_receipts() const {
  return std::ranges::any_of(sent_, [&](const auto& each) { return seen_.sent[each.second].fate == SendFate::kPending; });
}

uint64_t Recorder::durable_place(const std::string& room) const {
  uint64_t newest = 0;
  for (const auto& [key, index] : all_sent_) {
    const Sent& sent = seen_.sent[index];
    if (sent.room == room && sent.fate == SendFate::kDurable) newest = std::max(newest, sent.ordered_at);
  }
  return newest;
}

bool Recorder::told_all(const std::map<std::string, uint64_t>& heads) const {
  return std::ranges::all_of(stays_, [&](const auto& stay) {
    const auto head = heads.find(stay.first);
    return head != heads.end() && position_of(seen_.stays[stay.second]).value_or(head->second) == head->second;
  });
}

void Recorder::on_event(const parley_event& event, int64_t at_us) {
  switch (event.type) {
    case PARLEY_EVENT_ORDERED:
    case PARLEY_EVENT_DURABLE:
    case PARLEY_EVENT_SEND_FAILED:
      return on_receipt(event);
    case PARLEY_EVENT_PAGE_END:
    case PARLEY_EVENT_MEMBERS_END:
      seen_.questions_ended += questions_.erase(event.request);
      return;
    default:
      return on_room_event(event, at_us);
  }
}

void Recorder::on_room_event(const parley_event& event, int64_t at_us) {
  const auto found = stays_.find(event.room);
  if (found == stays_.end() || event.request != 0) return;
  Step step;
  step.line.sequence = event.sequence;
  step.at_us = at_us;
  switch (event.type) {
    case PARLEY_EVENT_JOINED:
      step.kind = StepKind::kJoined;
      break;
    case PARLEY_EVENT_MESSAGE:
    case PARLEY_EVENT_EDITED:
    case PARLEY_EVENT_DELETED:
    case PARLEY_EVENT_REACTION:
      step.line = line_of(event);
      break;
    case PARLEY_EVENT_ROLLBACK:
      step.kind = StepKind::kRollback;
      break;
    case PARLEY_EVENT_GAP:
      step.kind = StepKind::kGap;
      step.from = event.gap_from;
      step.to = event.gap_to;
      break;
    case PARLEY_EVENT_LEFT:
      stays_.erase(found);
      return;
    default:
      return;
  }
  seen_.stays[found->second].steps.push_back(std::move(step));
}

void Recorder::on_receipt(const parley_event& event) {
  if (event.type == PARLEY_EVENT_DURABLE) {
    for (auto sent = sent_.upper_bound(durable_through_); sent != sent_.end() && sent->first <= event.number; ++sent) {
      Sent& each = seen_.sent[sent->second];
      if (each.fate == SendFate::kPending) each.fate = SendFate::kDurable;
    }
    durable_through_ = event.number;
    return;
  }
  const auto found = sent_.find(event.number);
  CHECK(found != sent_.end(), "a receipt for what was never sent");
  Sent& sent = seen_.sent[found->second];
  if (event.type == PARLEY_EVENT_SEND_FAILED) {
    CHECK(sent.fate == SendFate::kPending, "a send failed after it was durable");
    sent.fate = SendFate::kFailed;
  } else {
    sent.ordered_at = event.sequence;  // 0: it was accepted earlier, at a place that nobody remembers
  }
}

}  // namespace parley::sim
