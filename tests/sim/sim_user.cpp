// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_user.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"

namespace parley::sim {

namespace {

wire::SendKind kind_of(Saying saying) {
  switch (saying) {
    case Saying::kEdit:
      return wire::SendKind::Edit;
    case Saying::kDelete:
      return wire::SendKind::Delete;
    case Saying::kReaction:
      return wire::SendKind::Reaction;
    default:
      return wire::SendKind::Text;
  }
}

}  // namespace

SimUser::SimUser(UserSetup setup, Observed& seen) : setup_(std::move(setup)), seen_(seen), recorder_(setup_.name, seen) { start(); }

void SimUser::start() {
  client_ = std::make_unique<client::Client>(client::over_socket(*setup_.socket, *setup_.random), *setup_.random, client::ClientOptions{});
  auto session = client_->connect({.server = setup_.server, .server_key = setup_.server_key, .ticket = setup_.ticket});
  CHECK(session.has_value(), "a simulated client can connect");
  session_ = *session;
}

void SimUser::kill() {
  recorder_.killed();
  client_.reset();
  session_ = nullptr;
}

void SimUser::poll(Now now) {
  if (!client_) return;
  now_ = now.mono;
  std::array<parley_event, 64> events;
  size_t count;
  do {
    count = client_->poll(now, events);
    for (size_t i = 0; i < count; ++i) {
      if (events[i].type == PARLEY_EVENT_ONLINE) online_since_ = now_;
      if (events[i].type == PARLEY_EVENT_BEHIND) ++behind_;
      recorder_.on_event(events[i], now_.time_since_epoch().count());
    }
  } while (count == events.size());
}

void SimUser::rebound(Now now) {
  if (client_) client_->rebound(now);
}

void SimUser::join(const std::string& room, uint16_t last) {
  if (!session_ || wants(room) || !session_->join(room, {.last = last, .since = {}})) return;
  recorder_.joined(room, last > 0 && seen_.grants[setup_.name][room].history);
}

void SimUser::leave(const std::string& room) {
  if (session_) (void)session_->leave(room);
}

void SimUser::send(const std::string& room, std::string text) {
  if (!session_) return;
  const auto number = session_->send(room, {.text = text});
  if (!number) return;  // not a member, or the outbox is full
  recorder_.sent({.producer = session_->producer().value, .number = *number, .user = {}, .room = room, .text = std::move(text)});
}

void SimUser::change(Saying saying, std::string text, uint64_t dice) {
  const auto own = recorder_.own_message(dice);
  if (!session_ || !own) return;
  const auto& [room, target] = *own;
  const auto number = session_->send(room, {.kind = kind_of(saying), .text = text, .target = target});
  if (!number) return;  // the outbox is full
  recorder_.sent({.producer = session_->producer().value,
                  .number = *number,
                  .user = {},
                  .room = room,
                  .text = std::move(text),
                  .saying = saying,
                  .target = target});
}

void SimUser::ask(const std::string& room, bool who) {
  if (!session_) return;
  const auto request = who ? session_->who(room) : session_->page(room, {.direction = wire::Direction::Backward, .limit = 20});
  if (request) recorder_.asked(*request);
}

bool SimUser::busy() const {
  return !client_ || session_->state() != client::SessionState::kOnline || session_->outbox_size() != 0 || recorder_.waits_for_answers();
}

bool SimUser::at_rest(const std::map<std::string, uint64_t>& heads) const { return !busy() && recorder_.told_all(heads); }

}  // namespace parley::sim
