// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/crowd.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "core/base/check.h"

namespace parley::crash {
namespace {

constexpr size_t kClients = 3;
constexpr size_t kPlayers = 7;
constexpr int kTurnMs = 2;
constexpr std::chrono::seconds kPatience{90};

}  // namespace

Crowd::Crowd(const e2e::Server& server, uint64_t seed, sim::Observed& seen) : random_(seed) {
  parley_client_options options = {};
  options.size = sizeof options;
  options.agent = "crash";
  options.bind = "127.0.0.1:0";
  for (size_t i = 0; i < kClients; ++i) {
    clients_.push_back(nullptr);
    CHECK(parley_client_create(&options, &clients_.back()) == PARLEY_OK, parley_error_text(nullptr));
  }
  for (size_t i = 0; i < kPlayers; ++i) {
    const std::string name = "user" + std::to_string(i);
    for (const std::string& room : rooms_) seen.grants[name][room] = {true, true, true};
    std::vector<std::string> rooms = rooms_;
    if (i % 2 == 0) rooms.erase(rooms.begin() + static_cast<long>(random_.below(rooms.size())));
    players_.push_back(
        std::make_unique<Player>(Player::Setup{name, server.address(), server.ticket(name), std::move(rooms)}, seen, figures_));
    players_.back()->connect(client_of(i));
  }
}

Crowd::~Crowd() {
  for (parley_client* client : clients_) parley_client_destroy(client);
}

void Crowd::talk_for(std::chrono::milliseconds time) {
  turn_until([] { return false; }, time, true);
}

bool Crowd::talk_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most) { return turn_until(holds, at_most, true); }

bool Crowd::turn_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most, bool talking) {
  const auto end = Clock::now() + at_most;
  while (!holds()) {
    if (Clock::now() >= end) return false;
    if (talking) act();
    turn();
  }
  return true;
}

void Crowd::act() {
  for (auto& player : players_) {
    if (random_.below(8) == 0) player->say(random_);
    if (random_.below(400) == 0) player->ask(random_);
  }
  if (random_.below(300) != 0) return;
  parley_client* const moving = clients_[random_.below(clients_.size())];
  CHECK(parley_rebind(moving) == PARLEY_OK, parley_error_text(moving));
  ++figures_.moves;
}

void Crowd::turn() {
  std::array<pollfd, kClients> waits{};
  int wait_ms = kTurnMs;
  for (size_t i = 0; i < kClients; ++i) {
    waits[i] = {parley_client_fd(clients_[i]), POLLIN, 0};
    wait_ms = std::min(wait_ms, parley_timeout_ms(clients_[i], kTurnMs));
  }
  poll(waits.data(), waits.size(), wait_ms);
  std::array<parley_event, 64> events;
  for (parley_client* client : clients_) {
    for (int count = -1; count != 0;) {
      count = parley_poll(client, events.data(), static_cast<int>(events.size()));
      for (const parley_event& event : std::span(events).first(static_cast<size_t>(count)))
        static_cast<Player*>(event.user_data)->on_event(event);
    }
  }
}

void Crowd::restart_some() {
  for (size_t i = 0; i < players_.size(); ++i) {
    if (random_.below(4) != 0) continue;
    players_[i]->close();
    players_[i]->restart(client_of(i), random_);
  }
}

bool Crowd::settle() {
  const auto quiet = [this] { return std::ranges::all_of(players_, [](const auto& player) { return player->settled(); }); };
  // Twice: who was at rest when the server died notices it by the second word at the latest.
  for (int words = 0; words < 2; ++words) {
    if (!turn_until(quiet, kPatience, false)) return false;
    for (auto& player : players_) player->say(random_);
  }
  return turn_until(quiet, kPatience, false);
}

bool Crowd::wait_until_told_all(const std::map<std::string, uint64_t>& heads) {
  return turn_until([&] { return std::ranges::all_of(players_, [&](auto& each) { return each->recorder().told_all(heads); }); }, kPatience,
                    false);
}

void Crowd::finish() {
  for (auto& player : players_) player->recorder().finish();
}

}  // namespace parley::crash
