// SPDX-License-Identifier: Apache-2.0
// The loop that send, tail and history share: waits for network, signals and descriptors, and turns what ends a session into an exit code.
// Main thread.
#pragma once

#include <poll.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/time.h"
#include "tools/parley/pipes.h"
#include "tools/parley/signals.h"

namespace parley::terminal {

// One line on standard error, harmless.
void complain(std::string_view text);

class PipeSession {
 public:
  // How long a server that can't be reached is tried: at start, and in the middle of work.
  static constexpr Seconds kPatienceAtStart{10};
  static constexpr Seconds kPatienceAtWork{60};

  struct Handler {
    std::function<void(const parley_event&)> on_event;  // all but those that end the session
    std::function<void()> on_ready = [] {};             // `extra` below is readable or at its end
    std::function<void()> on_turn = [] {};              // after each round
    int extra_fd = -1;                                  // -1: none, or not now
    short extra_events = POLLIN;
    bool patient = false;  // tries for ever once it was online
    int exit_on_signal = kExitOk;
  };

  PipeSession(std::unique_ptr<Connection> connection, std::string room) : connection_(std::move(connection)), room_(std::move(room)) {}
  Connection& connection() { return *connection_; }
  // Until finish() or an end from outside. `handler` may change meanwhile.
  int run(Handler& handler);
  void finish(int exit_code) { exit_code_ = exit_code; }
  bool finished() const { return exit_code_.has_value(); }

 private:
  void handle(const parley_event& event, Handler& handler);
  void check_patience(const Handler& handler);

  std::unique_ptr<Connection> connection_;
  std::string room_;
  Signals signals_;
  SystemClock clock_;
  std::optional<int> exit_code_;
  bool was_online_ = false;
  MonoTime offline_since_ = clock_.now().mono;  // kNever: online
  std::string offline_why_ = "no answer: is the address right, and does the server run?";
};

}  // namespace parley::terminal
