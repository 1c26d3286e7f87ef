// SPDX-License-Identifier: Apache-2.0
// Tab in the input line: completes the word before the cursor to a command, a member's name, "@name" or an ":emoji:"; each further Tab
// takes the next that fits. Owned by the controller.
#pragma once

#include <string>
#include <vector>

#include "tools/parley/input_line.h"
#include "tools/parley/mentions.h"

namespace parley::terminal {

class Completion {
 public:
  // Members of the open room.
  void next(InputLine& input, const Members& members);

 private:
  void begin(const InputLine& input, const Members& members);

  std::vector<std::string> candidates_;
  size_t index_ = 0;
  std::string before_, after_;  // the word that is completed
  std::string result_;          // the line as the last Tab left it: if it is something else by now, that one is over
};

}  // namespace parley::terminal
