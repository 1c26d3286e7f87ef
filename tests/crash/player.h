// SPDX-License-Identifier: Apache-2.0
// One user of the crash test: a session of a real client, through the C API and nothing else. It talks in its rooms; it can be closed and
// connected again as a program that restarts: with the same producer and all of its messages again, or as a new installation. Everything
// goes into a Recorder. One thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "net/client/parley.h"
#include "tests/sim/recorder.h"

namespace parley::crash {

struct Figures {
  uint64_t sends = 0, again = 0, ordered = 0, durable = 0, resumes = 0, offline = 0, moves = 0, restarts = 0, questions = 0, kills = 0;
};

class Player {
 public:
  struct Setup {
    std::string name, address, ticket;
    std::vector<std::string> rooms;
  };
  Player(Setup setup, sim::Observed& seen, Figures& figures);

  void connect(parley_client* client);
  // Its client goes, or only the session.
  void close();
  // What the next connect() does: goes on with the same producer, if it said little enough to say it all again.
  void restart(parley_client* client, Random& random);

  void say(Random& random);
  void ask(Random& random);
  void on_event(const parley_event& event);

  bool settled() const { return online_ && !recorder_.waits_for_receipts() && !recorder_.waits_for_answers(); }
  sim::Recorder& recorder() { return recorder_; }

 private:
  struct Said {
    std::string room, text;
  };
  bool send(const Said& said);

  const Setup setup_;
  Figures& figures_;
  sim::Recorder recorder_;
  parley_session* session_ = nullptr;
  uint64_t producer_ = 0;
  std::vector<Said> said_;  // by this producer, in order
  bool online_ = false, was_online_ = false;
  uint64_t texts_ = 0;
};

}  // namespace parley::crash
