// SPDX-License-Identifier: Apache-2.0
// The commands for scripts and pipes. Each runs until it is done or gets SIGINT or SIGTERM, says what is wrong in one line on standard
// error, and returns an exit code. Main thread.
#pragma once

#include <cstdint>
#include <string>

#include "tools/parley/connection.h"

namespace parley::terminal {

// Part of the interface, see --help.
enum ExitCode { kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitUnreachable = 3 };

struct PipeOptions {
  ConnectionOptions connection;  // .room: the one it is about
  bool json = false;
  uint64_t since = 0;     // tail: from the message after this one; 0 = the last ones
  uint64_t limit = 0;     // history and search: the newest N; 0 = all
  uint64_t reply_to = 0;  // send: each line replies to this message; 0 = to none
  std::string words;      // search
};

// Each line of standard input is a message; ends when all of them are durable on the server or refused.
int run_send(const PipeOptions& options);
// Prints messages as they come.
int run_tail(const PipeOptions& options);
// Prints what was said, ascending.
int run_history(const PipeOptions& options);

// Prints what was said with these words, newest first.
int run_search(const PipeOptions& options);

}  // namespace parley::terminal
