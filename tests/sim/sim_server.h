// SPDX-License-Identifier: Apache-2.0
// The server of the simulation: the real ServerCore over a real store in a directory of its own, polled in the world's thread. It can be
// killed at any moment; what was on its bus and not yet committed is lost then, what was committed stays.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/history/store.h"
#include "net/server/server_core.h"
#include "tests/sim/observed.h"

namespace parley::sim {

struct ServerSetup {
  const identity::ServerKeys& keys;
  std::vector<link::DatagramSocket*> sockets;
  Random& random;
  std::filesystem::path directory;  // exists, is empty, and is the server's alone
  double sends_per_second = 20;     // and at once; low enough to be met
};

class SimServer {
 public:
  explicit SimServer(ServerSetup setup);

  void start();
  // Like SIGKILL: the store's file as it is at this moment is what the next start finds.
  void kill();
  // The disk takes its time: the history writer doesn't get to run until then.
  void stall_disk(MonoTime until) { stalled_until_ = until; }
  bool running() const { return core_ != nullptr; }

  int do_work(Now now);
  MonoTime next_deadline() const;
  // The newest sequence of each room, as the server counts it now.
  std::map<std::string, uint64_t> heads(Now now);
  // What each user's session hasn't acknowledged, in bytes.
  std::map<std::string, uint32_t> queued(Now now);
  // All entries of all rooms, through a reader of the store.
  std::map<std::string, std::vector<Line>> history() const;

 private:
  const identity::ServerKeys& keys_;
  std::vector<link::DatagramSocket*> sockets_;
  Random& random_;
  std::filesystem::path directory_;
  server::ServerConfig config_;
  uint32_t starts_ = 0;
  MonoTime stalled_until_ = kNever;  // never: it isn't stalled
  std::unique_ptr<history::Store> store_;
  std::unique_ptr<server::ServerCore> core_;
  std::vector<Agent*> agents_;
};

}  // namespace parley::sim
