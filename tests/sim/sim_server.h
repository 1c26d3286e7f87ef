// SPDX-License-Identifier: Apache-2.0
// The server of the simulation: the real ServerCore over a real store in a directory of its own, polled in the world's thread. Its process
// or its power can die at any moment, also in the middle of a commit or of a start (tests/core/history/faulty_disk.h): what was on its bus
// and not committed is lost then, writes that weren't synced are torn; what was committed stays.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/history/store.h"
#include "net/server/server_core.h"
#include "tests/core/history/faulty_disk.h"
#include "tests/sim/observed.h"

namespace parley::sim {

struct ServerSetup {
  const identity::ServerKeys& keys;
  std::vector<link::DatagramSocket*> sockets;
  Random& random;
  std::filesystem::path directory;   // exists, is empty, and is the server's alone
  double sends_per_second = 20;      // and at once; low enough to be met
  bool drive_ignores_syncs = false;  // then the promises can't be kept
  room::RoomRules rooms{};
};

class SimServer {
 public:
  explicit SimServer(ServerSetup setup);

  // May die and begin again several times before it is up.
  void start();
  // By SIGKILL, or with the machine.
  void die(history::test::Death death);
  // It will die within an operation of its disk, after so many more; the world looks after each step whether it did.
  void die_after(uint64_t operations) { disk_->fail_after(operations); }
  bool dying() const { return disk_ && disk_->failed(); }
  // The disk takes its time: the history writer doesn't get to run until then.
  void stall_disk(MonoTime until) { stalled_until_ = until; }
  bool running() const { return core_ != nullptr; }

  int do_work(Now now);
  MonoTime next_deadline() const;
  // The newest sequence of each room, as the server counts it now.
  std::map<std::string, uint64_t> heads(Now now);
  // What each user's session hasn't acknowledged, in bytes.
  std::map<std::string, uint32_t> queued(Now now);
  // All entries of all rooms, through a reader of the store; those that retention took are empty lines. And where the others begin.
  std::map<std::string, std::vector<Line>> history() const;
  std::map<std::string, uint64_t> first_retained() const;

 private:
  bool try_start();
  std::filesystem::path place() const { return directory_ / std::to_string(starts_); }

  const identity::ServerKeys& keys_;
  std::vector<link::DatagramSocket*> sockets_;
  Random& random_;
  std::filesystem::path directory_;
  const bool drive_ignores_syncs_;
  server::ServerConfig config_;
  uint32_t starts_ = 0;
  MonoTime stalled_until_ = kNever;  // never: it isn't stalled
  std::unique_ptr<history::test::FaultyDisk> disk_;
  std::unique_ptr<history::Store> store_;
  std::unique_ptr<server::ServerCore> core_;
  std::vector<Agent*> agents_;
};

}  // namespace parley::sim
