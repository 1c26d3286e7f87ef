// SPDX-License-Identifier: Apache-2.0
// A program on a terminal of its own (a pty): keys go in, and a terminal emulator (libvterm) keeps the screen that it draws, so that a test
// sees what its user would see. Killed and reaped when the object goes. One thread; waits block in poll(2).
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "tests/e2e/process.h"

struct VTerm;

namespace parley::e2e {

class Terminal {
 public:
  // 100 × 30 cells, as xterm.
  explicit Terminal(const Command& command);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(std::string_view keys);
  // Waits until the text stands on the screen. False when the program or patience ends.
  bool shows(std::string_view text);
  // Reads what is there, without waiting: so that the program never waits for its terminal.
  void drain();
  // Reads until the program ended (or patience did).
  void until_end();
  // What is on the screen, line by line.
  std::string screen() const;

 private:
  struct FreeEmulator {
    void operator()(VTerm* emulator) const;
  };
  bool read_some(int timeout_ms);

  pid_t pid_ = -1;
  int fd_ = -1;
  std::unique_ptr<VTerm, FreeEmulator> emulator_;
};

inline constexpr std::string_view kUp = "\033OA";
inline constexpr std::string_view kEnter = "\r";

}  // namespace parley::e2e
