// SPDX-License-Identifier: Apache-2.0
// The players of the crash test on a few real clients (one UDP socket each), all in one thread: they talk all the time, ask, change their
// address (parley_rebind) and restart, by the dice of a seed. What they see is in `seen`. The caller kills the server meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "tests/crash/player.h"
#include "tests/e2e/server.h"

namespace parley::crash {

class Crowd {
 public:
  // The server runs.
  Crowd(const e2e::Server& server, uint64_t seed, sim::Observed& seen);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  void talk_for(std::chrono::milliseconds time);
  // Until it holds; false when that long passed before.
  bool talk_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most);
  // Some of the players' programs are started anew.
  void restart_some();
  // Everybody says a last word and waits for the receipts. False if it doesn't come to rest.
  bool settle();
  bool wait_until_told_all(const std::map<std::string, uint64_t>& heads);
  void finish();

  const std::vector<std::string>& rooms() const { return rooms_; }
  Figures& figures() { return figures_; }

 private:
  using Clock = std::chrono::steady_clock;
  bool turn_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most, bool talking);
  void act();
  void turn();
  parley_client* client_of(size_t player) const { return clients_[player % clients_.size()]; }

  SeededRandom random_;
  const std::vector<std::string> rooms_{"hall", "raid", "trade"};
  Figures figures_;
  std::vector<parley_client*> clients_;
  std::vector<std::unique_ptr<Player>> players_;
};

}  // namespace parley::crash
