// SPDX-License-Identifier: Apache-2.0
// What all commands of parley-bench share: the output flags, the arguments for the report, and the exit code. A command's options stand in
// its own file NAME_command.cpp, as a function of commands.h that adds it to the command line. Main thread.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tools/bench/measure/report.h"

namespace parley::bench {

class Roof {
 public:
  // What stands behind the command's name.
  explicit Roof(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}

  // A command with --json, --check and --runs. `measure` runs once the command line is read, with a report to fill, and returns false when
  // it couldn't measure (the reason is on stderr); `seed` is read then, too, and NULL where nothing is random. With --runs N it runs N
  // times, each time with the next seed.
  using Measure = std::function<bool(Report&)>;
  void run_when_chosen(CLI::App* command, Measure measure, uint64_t* seed = nullptr);
  // A command that measures nothing and returns its exit code.
  void do_when_chosen(CLI::App* command, std::function<int()> work);
  const std::vector<std::string>& arguments() const { return arguments_; }
  // 0; 1 with --check when a goal falls short; 2 when a command couldn't measure.
  int exit_code() const { return exit_code_; }

 private:
  bool measure_all(Report& report, const Measure& measure, uint64_t* seed) const;

  std::vector<std::string> arguments_;
  Output output_;
  int exit_code_ = 0;
};

}  // namespace parley::bench
