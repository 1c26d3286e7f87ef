// SPDX-License-Identifier: Apache-2.0
// A user of the simulation: a real Client on a simulated socket, whose events are written into Observed. Can be killed without a goodbye
// and started again as a new installation. One thread, the world's.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "net/client/client.h"
#include "tests/sim/recorder.h"

namespace parley::sim {

struct UserSetup {
  std::string name;
  std::string ticket;
  link::Endpoint server;
  std::array<uint8_t, 32> server_key{};
  link::DatagramSocket* socket = nullptr;
  Random* random = nullptr;
};

class SimUser {
 public:
  SimUser(UserSetup setup, Observed& seen);

  void start();
  // Gone without a word (the caller cuts its network off meanwhile). Its pending sends may or may not have arrived.
  void kill();
  void poll(Now now);
  // Its socket is at another address; only the client that is told so says a word at once.
  void rebound(Now now);

  void join(const std::string& room, uint16_t last);
  void leave(const std::string& room);
  void send(const std::string& room, std::string text);
  // Edits, deletes or reacts to a message of its own, one that the dice choose.
  void change(Saying saying, std::string text, uint64_t dice);
  void ask(const std::string& room, bool who);

  bool wants(const std::string& room) const { return recorder_.wants(room); }
  // Online, nothing pending, and told everything of its rooms up to these heads.
  bool at_rest(const std::map<std::string, uint64_t>& heads) const;
  bool busy() const;
  // When it last went online: before the server's last start means that it hasn't noticed yet.
  MonoTime online_since() const { return online_since_; }
  MonoTime next_deadline() const { return client_ ? client_->next_deadline() : kNever; }
  const std::string& name() const { return setup_.name; }
  const link::Endpoint address() const { return setup_.socket->local(); }
  const link::Endpoint& server() const { return setup_.server; }
  uint32_t reconnects() const { return session_ ? session_->reconnects() : 0; }
  uint32_t times_behind() const { return behind_; }
  const client::Counters& counters() const { return client_->counters(); }
  // The simulation is over: who is still a member is one at the end.
  void finish() { recorder_.finish(); }

 private:
  UserSetup setup_;
  Observed& seen_;
  Recorder recorder_;
  std::unique_ptr<client::Client> client_;
  client::ClientSession* session_ = nullptr;
  uint32_t behind_ = 0;
  MonoTime now_{}, online_since_{};
};

}  // namespace parley::sim
