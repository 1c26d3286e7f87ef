// SPDX-License-Identifier: Apache-2.0
// A program as a child process: started with its arguments and environment, its output collected, waited for with a deadline, ended by
// its pid. Whatever still runs when the object goes is killed and reaped, so that a failed test leaves nothing behind.
// One thread. Every wait blocks in poll(2) on what it waits for, never for a fixed time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::e2e {

// Far beyond what anything here needs, also under sanitizers on a busy machine: only a hang gets there.
inline constexpr std::chrono::seconds kPatience{60};

struct Command {
  std::vector<std::string> argv;                                      // argv[0] is a path
  std::vector<std::pair<std::string, std::string>> environment = {};  // added to ours
  std::string input = {};                                             // its standard input
};

class Process {
 public:
  explicit Process(const Command& command);
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }
  void send_signal(int signal);

  // Reads until its output or its log holds `text`. False when it ends, or patience does, before.
  bool wait_for_output(std::string_view text);
  bool wait_for_log(std::string_view text);
  // Reads until it ends or so much time passed.
  void watch_for(std::chrono::milliseconds time);
  // Its exit code, or 128 + the signal that ended it; nothing if it still runs when patience ends.
  std::optional<int> wait_for_exit();

  const std::string& output() const { return output_.text; }  // standard output so far
  const std::string& log() const { return log_.text; }        // standard error so far

 private:
  struct Stream {
    int fd = -1;
    std::string text;
  };
  using Deadline = std::chrono::steady_clock::time_point;
  bool wait_for_text(const Stream& stream, std::string_view text);
  bool read_some(Deadline deadline);
  static void drain(Stream& stream);

  pid_t pid_ = -1;
  int pid_fd_ = -1;
  Stream output_, log_;
  std::optional<int> exit_code_;
};

// Our environment without what is Parley's, and these first: of two of a name, the first counts.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added);
// As exec takes them, with a null at the end; the texts must outlive it.
std::vector<char*> pointers_to(std::vector<std::string>& texts);

// Runs it to its end.
struct Finished {
  int exit_code = -1;
  std::string output, log;
};
Finished run(const Command& command);

}  // namespace parley::e2e
