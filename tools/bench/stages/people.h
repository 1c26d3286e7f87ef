// SPDX-License-Identifier: Apache-2.0
// Who chats in the world of `stages`: a speaker, a listener and the other members of the room, each the client library on a real socket
// and, as an agent, on a thread of its own. Their public calls marked so are the main thread's.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "core/base/agent.h"
#include "net/client/client.h"
#include "tools/bench/stages/traced.h"

namespace parley::bench {

// What one needs to get in.
struct Entrance {
  link::Endpoint server{};
  std::array<uint8_t, 32> server_key{};
  std::string room{};
};

class ClientAgent : public Agent {
 public:
  // `passage` null: a member that nobody follows.
  ClientAgent(Entrance entrance, Random& random, Passage* passage);
  Result<void> open();  // main thread, before it runs; likewise
  Result<void> add_session(const std::string& ticket);
  int fd() const { return socket_->fd(); }
  uint16_t port() const { return socket_->local().port; }
  size_t joined() const { return joined_.load(); }  // main thread

  int do_work(Now now) override;
  MonoTime next_deadline() const override { return client_->next_deadline(); }

 protected:
  virtual void on_event(const parley_event&) {}
  client::ClientSession& session() { return *sessions_.front(); }
  const std::string& room() const { return entrance_.room; }

 private:
  Entrance entrance_;
  Random& random_;
  Passage* passage_;
  std::unique_ptr<link::DatagramSocket> socket_;
  std::unique_ptr<client::Client> client_;
  std::vector<client::ClientSession*> sessions_;
  std::atomic<size_t> joined_ = 0;
};

struct SpeakerPlan {
  int64_t period_ns = 0;
  size_t message_bytes = 0;
};

// Message i is due at start + i × period, whatever happened to those before.
class Speaker final : public ClientAgent {
 public:
  Speaker(Entrance entrance, Random& random, Trace& trace, Passage& passage, SpeakerPlan plan)
      : ClientAgent(std::move(entrance), random, &passage), trace_(trace), plan_(plan) {}
  void start(int64_t at_ns) { start_ns_.store(at_ns); }  // main thread; then wake it
  size_t durable() const { return durable_.load(); }     // main thread
  size_t refused() const { return refused_.load(); }     // likewise

  int do_work(Now now) override;
  MonoTime next_deadline() const override;

 private:
  void on_event(const parley_event& event) override;
  int64_t due_ns() const { return start_ns_.load() + static_cast<int64_t>(next_) * plan_.period_ns; }
  bool has_more() const { return start_ns_.load() != 0 && next_ < trace_.messages(); }
  void say(int64_t due);

  Trace& trace_;
  const SpeakerPlan plan_;
  std::atomic<int64_t> start_ns_ = 0;
  std::atomic<size_t> durable_ = 0, refused_ = 0;
  MessageRow next_ = 0;
  uint64_t first_number_ = 0;  // the client's number of row 0
};

class Listener final : public ClientAgent {
 public:
  Listener(Entrance entrance, Random& random, Trace& trace, Passage& passage)
      : ClientAgent(std::move(entrance), random, &passage), trace_(trace) {}
  size_t received() const { return received_.load(); }  // main thread

 private:
  void on_event(const parley_event& event) override;

  Trace& trace_;
  std::atomic<size_t> received_ = 0;
};

}  // namespace parley::bench
