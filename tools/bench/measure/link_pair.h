// SPDX-License-Identifier: Apache-2.0
// A server's link and a client's, in one process and virtual time, with a MemorySocket between them; requests bear a ticket that the server
// judges, as in parleyd. The server's CPU for handshakes is counted while sessions open. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/identity/ticket.h"
#include "net/link/link.h"
#include "tools/bench/measure/memory_wire.h"

namespace parley::bench {

double thread_cpu_us();

class LinkPair {
 public:
  LinkPair(bool reliability, uint64_t seed);

  // Opens so many more sessions; false if one didn't come up. Returns the server's CPU for them in `server_us`.
  bool open(int sessions, double& server_us);
  void pass(Micros time) {
    now.mono += time;
    now.wall += time;
  }
  // All that has arrived at that end.
  static int drain(link::Link& link, Now now);

  Now now{MonoTime(Seconds(1000)), WallTime(Seconds(1'700'000'000))};
  MemorySocket server_socket, client_socket;
  std::unique_ptr<link::Link> server, client;
  std::vector<link::LinkId> at_server, at_client;  // the open sessions, in the order in which they opened
  std::array<uint8_t, 32> server_public{};

 private:
  struct Judge final : link::RequestJudge {
    std::unique_ptr<link::RequestVerdict> judge(const link::OpenedRequest& request, WallTime wall) override;
    identity::KeySet keys;
  };
  struct Handler final : link::LinkHandler {
    explicit Handler(std::vector<link::LinkId>& sessions) : open(sessions) {}
    link::RequestReply on_request(link::LinkId, const link::OpenedRequest& request) override;
    void on_proven(link::LinkId id) override { open.push_back(id); }
    void on_answer(link::LinkId id, bool accepted, ByteView, ByteView) override {
      if (accepted) open.push_back(id);
    }
    void on_payload(link::LinkId, MutableBytes) override {}
    void on_closed(link::LinkId, link::LinkClose) override {}
    std::vector<link::LinkId>& open;
  };

  SeededRandom random_;
  Secret<32> server_key_, client_key_;
  Judge judge_;
  std::string ticket_;
  Handler server_handler_{at_server}, client_handler_{at_client};
};

}  // namespace parley::bench
