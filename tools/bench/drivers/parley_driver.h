// SPDX-License-Identifier: Apache-2.0
// Parley itself, through parley.h as a game uses it: a parleyd of our own and a Crowd. The server runs with its defaults, but for the limit
// of messages a session and second, which no other system has. One thread.
#pragma once

#include "tools/bench/drivers/crowd.h"
#include "tools/bench/drivers/driver.h"
#include "tools/bench/measure/server_process.h"

namespace parley::bench {

class ParleyDriver final : public Driver {
 public:
  const char* name() const override { return "parley"; }
  Promises promises() const override { return {.sealed = true, .ordered = true, .stored = true, .echoes = true}; }
  std::string version() const override { return std::string("parleyd ") + parley_version(); }
  Result<void> start(const DriverOptions& options, int clients, int rooms, Deliver deliver) override;
  Result<void> join(int client) override;
  int joined() const override { return crowd_->counts().joined; }
  bool publish(int client, std::string_view text) override { return crowd_->publish(client, text); }
  void poll(int wait_ms) override { crowd_->poll(wait_ms); }
  uint64_t faults() const override;
  int64_t library_ns() const override { return crowd_->library_ns(); }
  pid_t server_pid() const override { return server_->pid(); }

 private:
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<Crowd> crowd_;
};

}  // namespace parley::bench
