// SPDX-License-Identifier: Apache-2.0
// Somebody else's server for one run: on a free loopback port, with a directory for its configuration, ended and cleaned up with the
// object. Main thread.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace parley::bench {

// How a server is started: its arguments, and what stands in the file that they may name.
struct ForeignCommand {
  std::string program;
  std::vector<std::string> arguments;
  std::string config;
};
using ForeignCommandMaker = std::function<ForeignCommand(int port, const std::string& config_path)>;

// Its path, from $PATH and the sbin directories; empty if it isn't installed.
std::string find_program(const std::string& name);

class ForeignServer {
 public:
  // Starts it, pinned to `cpu` (-1: anywhere), and waits until it takes connections, at most 20 s. Its output goes to a file; when it ends
  // early, the error has the last line of that.
  static Result<std::unique_ptr<ForeignServer>> start(const ForeignCommandMaker& command, int cpu);
  ~ForeignServer();  // SIGTERM, and SIGKILL after 5 s
  ForeignServer(const ForeignServer&) = delete;
  ForeignServer& operator=(const ForeignServer&) = delete;

  pid_t pid() const { return pid_; }
  int port() const { return port_; }

 private:
  ForeignServer() = default;
  Result<void> launch(const ForeignCommandMaker& maker, int cpu);
  Result<void> wait_for_port(const std::string& program);

  pid_t pid_ = -1;
  int port_ = 0;
  std::filesystem::path directory_;
};

}  // namespace parley::bench
