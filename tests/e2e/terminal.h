// SPDX-License-Identifier: Apache-2.0
// A program on a terminal of its own (a pty): keys go in, what it draws comes out. Drawing is a stream of text and escapes; a word that is
// drawn anew stands in it as it is. Killed and reaped when the object goes. One thread; waits block in poll(2).
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "tests/e2e/process.h"

namespace parley::e2e {

class Terminal {
 public:
  // 100 × 30 cells, as xterm.
  explicit Terminal(const Command& command);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(std::string_view keys);
  // Reads until the text is drawn, after what was found before. False when the program or patience ends.
  bool shows(std::string_view text);
  // Reads what is there, without waiting: so that the program never waits for its terminal.
  void drain();
  // Reads until the program ended (or patience did).
  void until_end();
  // What was drawn since the last find.
  std::string drawn() const { return drawn_.substr(seen_); }

 private:
  bool read_some(int timeout_ms);

  pid_t pid_ = -1;
  int fd_ = -1;
  std::string drawn_;
  size_t seen_ = 0;
};

inline constexpr std::string_view kUp = "\033OA";
inline constexpr std::string_view kEnter = "\r";

}  // namespace parley::e2e
