// SPDX-License-Identifier: Apache-2.0
// One simulated world: the real server, real clients and real ENet on a simulated network, in one thread and virtual time, all decided by a
// seed. For kScript it throws everything at them (joins, sends, kills, restarts, stalls, partitions, on a bad network); then all faults end
// and the world must come to rest. The result is what was seen from outside; checkers.h judges it. A soak is a world of another kind:
// everybody may do everything and writes as fast as the outbox lets him, at 10 % loss, until so many messages were sent.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "net/link/nonce_watch.h"
#include "net/link/sim_network.h"
#include "tests/sim/hostile_network.h"
#include "tests/sim/sim_server.h"
#include "tests/sim/sim_user.h"

namespace parley::sim {

struct WorldFacts {
  uint64_t messages = 0, stored = 0, restarts = 0, kills = 0, partitions = 0, datagrams = 0, holes = 0, rollbacks = 0, gaps = 0, steps = 0;
  uint64_t moves = 0, attacks = 0, power_cuts = 0, reconnects = 0;
  MonoTime ended{};
};

// What kind of world: the usual one, unless one of these is set.
struct Plan {
  uint64_t soak_messages = 0;
  Micros quiet{0};                   // so long at 20 % loss, with clients that say next to nothing
  bool drive_ignores_syncs = false;  // the server's: then promises can't be kept, and the checkers have to say so
};

class World {
 public:
  // `directory` exists, is empty, and is this world's alone.
  World(uint64_t seed, const identity::ServerKeys& keys, const std::filesystem::path& directory, const Plan& plan = {});
  ~World();

  Observed run();
  const WorldFacts& facts() const { return facts_; }

 private:
  struct Fault {  // what ends by itself
    MonoTime ends{};
    SimUser* user = nullptr;  // null: the server is down
    bool killed = false;
  };

  void make_users(const identity::ServerKeys& keys);
  void run_script();
  void run_soak();
  void run_quiet();
  void act_in_soak();
  void move(SimUser& user);
  void worsen_one_way(SimUser& user);
  void calm_down();
  Grants some_grants();
  link::PathConditions some_conditions();
  std::string some_text(const SimUser& user);
  void act();
  void act_on_server();
  void server_dies();
  void act_on(SimUser& user);
  void end_faults(bool all);
  void run_until(MonoTime end);
  void step();
  bool comes_to_rest();
  bool at_rest();
  bool usual() const { return plan_.soak_messages == 0 && plan_.quiet == Micros(0); }
  bool chance(double p) { return random_.unit() < p; }
  Micros between(int64_t least_ms, int64_t most_ms);

  SeededRandom random_;
  link::SimNetwork network_;
  link::NonceWatch nonces_;
  std::unique_ptr<HostileNetwork> hostile_;
  Now now_;
  const Plan plan_;
  Observed seen_;
  WorldFacts facts_;
  std::vector<std::string> rooms_;
  std::vector<link::Endpoint> server_addresses_;
  std::unique_ptr<SimServer> server_;
  std::vector<std::unique_ptr<SimUser>> users_;
  std::vector<Fault> faults_;
  MonoTime server_since_{};
  std::vector<std::pair<link::Endpoint, link::Endpoint>> worse_ways_;
  uint64_t texts_ = 0;
  int64_t pause_ms_ = 0;  // the longest between two acts of the script
};

}  // namespace parley::sim
