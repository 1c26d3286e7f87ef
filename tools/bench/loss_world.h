// SPDX-License-Identifier: Apache-2.0
// A sender, a receiver and the server between them in virtual time: the real client library, ENet, link, server and store on a simulated
// network (net/link/sim_network.h), all decided by one seed. Chat is sparse: a message every 0.3 to 3 s. Each message is timed from the
// send to the receiver's event. One thread a world; worlds on several threads don't meet.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/history/store.h"
#include "core/identity/server_keys.h"
#include "net/client/client.h"
#include "net/link/nonce_watch.h"
#include "net/link/sim_network.h"
#include "net/server/server_core.h"
#include "tools/bench/measure/histogram.h"

namespace parley::bench {

struct LossWorldOptions {
  uint64_t seed = 1;
  bool link_reliability = true;  // false: plain ENet
  uint64_t messages = 0;         // at most so many in the world's life, for the size of its store
  bool watch_nonces = true;      // remembers every datagram: for runs of up to some 100,000 messages
};

// Of one phase of a world, all messages of it delivered or given up.
struct LossPhase {
  Histogram delivery;  // ns
  uint64_t sent = 0, lost = 0, doubled = 0;
  uint64_t down_bytes = 0, up_bytes = 0;  // datagrams as sealed, copies and what the network then lost included
  Micros time{0};
};

class LossWorld {
 public:
  // `keys` outlive it. CHECKs that everybody gets online, on a network that loses nothing.
  LossWorld(const identity::ServerKeys& keys, const link::PathConditions& clean, const LossWorldOptions& options);
  ~LossWorld();
  LossWorld(const LossWorld&) = delete;
  LossWorld& operator=(const LossWorld&) = delete;

  void set_conditions(const link::PathConditions& conditions) { network_.set_conditions(conditions); }
  // Sends that many messages, then waits until they are there, at most a minute.
  LossPhase chat(uint64_t messages);
  uint64_t disconnects() const { return disconnects_; }
  uint64_t nonce_violations() const { return nonces_.violations(); }

 private:
  struct Person {
    std::unique_ptr<client::Client> client;
    client::ClientSession* session = nullptr;
    bool joined = false;
  };

  void open_server(const identity::ServerKeys& keys, const LossWorldOptions& options);
  void add_person(const identity::ServerKeys& keys, const std::string& name, const LossWorldOptions& options);
  void gather();
  void say();
  void poll();
  void poll(Person& person);
  void on_event(const Person& person, const parley_event& event);
  void on_message(uint64_t number);
  void run_until(MonoTime end);

  std::filesystem::path directory_;
  SeededRandom random_;
  link::SimNetwork network_;
  link::NonceWatch nonces_;
  Now now_;
  server::ServerConfig config_;
  std::unique_ptr<history::Store> store_;
  std::unique_ptr<server::ServerCore> core_;
  std::vector<Agent*> agents_;
  std::vector<Person> people_;  // the sender, the receiver

  uint64_t disconnects_ = 0, down_bytes_ = 0, up_bytes_ = 0;
  uint64_t said_ = 0;              // messages, ever
  uint64_t phase_from_ = 0;        // the first message of this phase
  std::vector<MonoTime> said_at_;  // of this phase's
  std::vector<bool> heard_;        // likewise
  uint64_t heard_count_ = 0;
  LossPhase phase_;
};

}  // namespace parley::bench
