// SPDX-License-Identifier: Apache-2.0
// A parleyd of our own for one run: its own data directory, a free port, ended and cleaned up with the object. Main thread.
// Its tickets are signed here with the key from its data directory, so ten thousand users cost no ten thousand processes.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/identity/ticket.h"

namespace parley::bench {

struct ServerOptions {
  std::string program;                // path of parleyd; empty = beside this program
  std::vector<std::string> flags;     // further flags for it
  int cpu = -1;                       // pin it to this processor; -1 = wherever
  std::filesystem::path data_parent;  // where its data directory is made; empty = the system's temporary directory
};

// True when this child ended within the time; it is reaped then.
bool reap_within(pid_t pid, int milliseconds);
// What a process said last, from the file with its output.
std::string last_line(const std::filesystem::path& log);
// SIGTERM, and SIGKILL after the time; reaped. Says on stderr what it said last, if it had ended by itself.
void end_server(pid_t pid, const std::filesystem::path& log, int patience_ms);

class ServerProcess {
 public:
  // Starts it and waits until it serves (at most 20 s).
  static Result<std::unique_ptr<ServerProcess>> start(const ServerOptions& options);
  ~ServerProcess();  // SIGTERM, and SIGKILL after 20 s
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // As a crash: SIGKILL, and again on the same data and port. Waits until it serves, as start() does.
  Result<void> kill_and_restart();

  pid_t pid() const { return pid_; }
  uint16_t port() const;
  const std::string& address() const { return address_; }  // parley://…
  // A ticket for all rooms, signed with the server's own key.
  std::string ticket(const std::string& user) const;

 private:
  ServerProcess() = default;
  Result<void> make_directory();
  Result<void> launch(const std::string& port);
  Result<void> wait_for_address();
  Result<void> load_signer();

  ServerOptions options_;
  pid_t pid_ = -1;
  std::filesystem::path directory_;
  std::string address_;
  std::unique_ptr<identity::Signer> signer_;
};

}  // namespace parley::bench
