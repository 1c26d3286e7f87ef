// SPDX-License-Identifier: Apache-2.0
// Plain ENet: many clients on a few hosts (and sockets), as many on each as Crowd has, against an EnetRelay.
// A client's packets wait in ENet while its window is full; publish() says no then, as ENet itself would queue without a bound. One thread.
#pragma once

#include <vector>

#include "tools/bench/drivers/driver.h"
#include "tools/bench/drivers/enet_relay.h"

struct _ENetHost;
struct _ENetPeer;
struct _ENetEvent;

namespace parley::bench {

class EnetDriver final : public Driver {
 public:
  ~EnetDriver() override;
  const char* name() const override { return "enet"; }
  Promises promises() const override { return {.sealed = false, .ordered = true, .stored = false, .echoes = true}; }
  std::string version() const override;
  Result<void> start(const DriverOptions& options, int clients, int rooms, Deliver deliver) override;
  Result<void> join(int client) override;
  int joined() const override { return joined_; }
  bool publish(int client, std::string_view text) override;
  void poll(int wait_ms) override;
  uint64_t faults() const override { return faults_; }
  pid_t server_pid() const override { return relay_->pid(); }

 private:
  void handle(const _ENetEvent& event);

  std::unique_ptr<EnetRelay> relay_;
  std::vector<_ENetHost*> hosts_;
  std::vector<_ENetPeer*> peers_;
  int rooms_ = 1;
  Deliver deliver_;
  int joined_ = 0;
  uint64_t faults_ = 0;
};

}  // namespace parley::bench
