// SPDX-License-Identifier: Apache-2.0
// What a soak runs: a parleyd, the path to it, a crowd on the path, and a ledger for each room, which is told of everything that the crowd
// receives. When the server is killed it comes back on the same port and data, so the path needn't know. One thread.
#pragma once

#include <memory>
#include <vector>

#include "tools/bench/drivers/crowd.h"
#include "tools/bench/load/path_relay.h"
#include "tools/bench/load/room_ledger.h"
#include "tools/bench/measure/server_process.h"
#include "tools/bench/soak.h"

namespace parley::bench {

class SoakWorld {
 public:
  // Everything started, everybody in their rooms.
  static Result<std::unique_ptr<SoakWorld>> start(const SoakOptions& options);

  // Says what is due and polls once.
  void step();
  void set_path(const link::PathConditions& conditions) { path_->set(conditions); }
  void time_into(Histogram& latency) { latency_ = &latency; }
  void rebind() { crowd_->rebind(); }
  Result<void> kill_server();
  // Says nothing more, and waits until everything has reached everybody, at most 2 min. From then on faults() has what never came.
  void finish();

  RoomLedger::Faults faults() const;
  uint64_t sent() const { return crowd_->counts().sent; }
  uint64_t delivered() const { return crowd_->counts().delivered; }
  uint64_t refused() const { return refused_; }
  uint64_t gaps() const { return gaps_; }
  uint64_t held_back() const { return held_back_; }
  pid_t server_pid() const { return server_->pid(); }

 private:
  explicit SoakWorld(const SoakOptions& options) : options_(options) {}
  Result<void> build();
  void handle(int session, const parley_event& event);
  void say(int64_t due_ns);
  bool settled() const;
  RoomLedger& ledger_of(int session) { return ledgers_[static_cast<size_t>(session % options_.rooms)]; }
  int member_of(int session) const { return session / options_.rooms; }

  SoakOptions options_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<PathRelay> path_;
  std::unique_ptr<Crowd> crowd_;
  std::vector<RoomLedger> ledgers_;
  std::vector<std::vector<uint32_t>> said_;  // of each room's members
  std::vector<bool> joined_;
  Histogram* latency_ = nullptr;
  int64_t start_ns_ = 0, turn_ = 0;
  uint64_t crashes_ = 0, refused_ = 0, gaps_ = 0, held_back_ = 0;
  bool finished_ = false;
};

}  // namespace parley::bench
