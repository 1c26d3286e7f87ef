// SPDX-License-Identifier: Apache-2.0
// The server of users with its own threads (net/server/server.h), a speaker, a listener and further members on loopback sockets, in one
// process, so that one clock and one memory see the whole way. The server's threads are kept to one processor and the clients' to another,
// where there are two. Main thread.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/bus/runner.h"
#include "net/server/server.h"
#include "tools/bench/stages/people.h"

namespace parley::bench {

struct StagesOptions {
  int rate = 200;  // messages/s
  int seconds = 10;
  int members = 20;  // in the room, speaker and listener among them
  int message_bytes = 64;
  int io_threads = 1;
  bus::IdleMode idle = bus::IdleMode::kBlock;  // of the server's I/O threads and of the clients'
};

class StagesWorld {
 public:
  StagesWorld(const StagesOptions& options, Trace& trace);
  ~StagesWorld();
  StagesWorld(const StagesWorld&) = delete;
  StagesWorld& operator=(const StagesWorld&) = delete;

  // The server serves and everybody is in the room. Errors: of Server::start and of sockets; kTimeout when not all came in within 20 s.
  Result<void> gather();
  // Sends all messages; returns when all have come and are durable, or 10 s after the last one was due.
  void chat();
  // Ends all threads; the trace may be read.
  void stop();

  size_t received() const { return listener_->received(); }
  size_t refused() const { return speaker_->refused(); }

 private:
  Result<void> start_server();
  Result<void> add_people();
  Result<void> open(ClientAgent& agent, const std::vector<std::string>& users);
  void run(ClientAgent& agent, const char* thread_name);

  const StagesOptions options_;
  Trace& trace_;
  std::filesystem::path directory_;
  SystemClock clock_;
  SystemRandom random_;  // has no state
  Passage speaker_passage_, listener_passage_;
  std::vector<std::unique_ptr<Passage>> server_passages_;  // one an I/O thread
  server::ServerConfig config_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<Speaker> speaker_;
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<ClientAgent> others_;
  std::vector<std::unique_ptr<bus::Wakeup>> wakeups_;
  std::vector<std::unique_ptr<bus::AgentRunner>> runners_;  // last: they stop first
};

}  // namespace parley::bench
