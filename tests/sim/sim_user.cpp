// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_user.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "tests/sim/checkers.h"

namespace parley::sim {

SimUser::SimUser(UserSetup setup, Observed& seen) : setup_(std::move(setup)), seen_(seen) { start(); }

void SimUser::start() {
  client_ = std::make_unique<client::Client>(client::over_socket(*setup_.socket, *setup_.random), *setup_.random, client::ClientOptions{});
  auto session = client_->connect({.server = setup_.server, .server_key = setup_.server_key, .ticket = setup_.ticket});
  CHECK(session.has_value(), "a simulated client can connect");
  session_ = *session;
}

void SimUser::kill() {
  for (const auto& [number, index] : sent_)
    if (seen_.sent[index].fate == SendFate::kPending) seen_.sent[index].sender_killed = true;
  seen_.questions_ended += questions_.size();
  questions_.clear();
  sent_.clear();
  stays_.clear();
  durable_through_ = 0;
  client_.reset();
  session_ = nullptr;
}

void SimUser::finish() {
  for (const auto& [room, index] : stays_) seen_.stays[index].member_at_end = true;
}

void SimUser::poll(Now now) {
  if (!client_) return;
  now_ = now.mono;
  std::array<parley_event, 64> events;
  size_t count;
  do {
    count = client_->poll(now, events);
    for (size_t i = 0; i < count; ++i) on_event(events[i]);
  } while (count == events.size());
}

void SimUser::rebound(Now now) {
  if (client_) client_->rebound(now);
}

void SimUser::join(const std::string& room, uint16_t last) {
  if (!session_ || wants(room) || !session_->join(room, {.last = last, .since = {}})) return;
  stays_[room] = seen_.stays.size();
  const bool wants_history = last > 0 && seen_.grants[setup_.name][room].history;
  seen_.stays.push_back({.user = setup_.name, .room = room, .wants_history = wants_history, .steps = {}});
}

void SimUser::leave(const std::string& room) {
  if (session_) (void)session_->leave(room);
}

void SimUser::send(const std::string& room, std::string text) {
  if (!session_) return;
  const auto number = session_->send(room, {.text = text});
  if (!number) return;  // not a member, or the outbox is full
  sent_[*number] = seen_.sent.size();
  seen_.sent.push_back(
      {.producer = session_->producer().value, .number = *number, .user = setup_.name, .room = room, .text = std::move(text)});
}

void SimUser::ask(const std::string& room, bool who) {
  if (!session_) return;
  const auto request = who ? session_->who(room) : session_->page(room, {.direction = wire::Direction::Backward, .limit = 20});
  if (!request) return;
  ++seen_.questions_asked;
  questions_.insert(*request);
}

bool SimUser::busy() const {
  return !client_ || session_->state() != client::SessionState::kOnline || session_->outbox_size() != 0 || !questions_.empty();
}

bool SimUser::at_rest(const std::map<std::string, uint64_t>& heads) const {
  if (busy()) return false;
  return std::all_of(stays_.begin(), stays_.end(), [&](const auto& stay) {
    const auto head = heads.find(stay.first);
    return head != heads.end() && position_of(seen_.stays[stay.second]).value_or(head->second) == head->second;
  });
}

Stay* SimUser::stay(const std::string& room) {
  const auto found = stays_.find(room);
  return found == stays_.end() ? nullptr : &seen_.stays[found->second];
}

void SimUser::on_event(const parley_event& event) {
  switch (event.type) {
    case PARLEY_EVENT_ONLINE:
      online_since_ = now_;
      return;
    case PARLEY_EVENT_ORDERED:
    case PARLEY_EVENT_DURABLE:
    case PARLEY_EVENT_SEND_FAILED:
      return on_receipt(event);
    case PARLEY_EVENT_BEHIND:
      ++behind_;
      return;
    case PARLEY_EVENT_PAGE_END:
    case PARLEY_EVENT_MEMBERS_END:
      seen_.questions_ended += questions_.erase(event.request);
      return;
    default:
      return on_room_event(event);
  }
}

void SimUser::on_room_event(const parley_event& event) {
  Stay* stay = this->stay(event.room);
  if (stay == nullptr || event.request != 0) return;
  Step step;
  step.line.sequence = event.sequence;
  step.at_us = now_.time_since_epoch().count();
  switch (event.type) {
    case PARLEY_EVENT_JOINED:
      step.kind = StepKind::kJoined;
      break;
    case PARLEY_EVENT_MESSAGE:
      step.line = {event.sequence, event.producer, event.number, event.user, {event.text, event.text_length}};
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
      stays_.erase(event.room);
      return;
    default:
      return;
  }
  stay->steps.push_back(std::move(step));
}

void SimUser::on_receipt(const parley_event& event) {
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
  } else if (event.sequence != 0) {
    sent.ordered_at = event.sequence;
  }
}

}  // namespace parley::sim
