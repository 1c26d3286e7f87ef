// SPDX-License-Identifier: Apache-2.0
// parleyd's command line: --config FILE, --print-config, --version, and a flag for each setting. A flag wins over the file, the file over
// the default. Main thread, at start.
#pragma once

#include <optional>

#include "tools/parleyd/settings.h"

namespace parley::parleyd {

struct CommandLine {
  DaemonConfig config;
  std::optional<int> exit_code;  // all is said already: --help, --version, --print-config, or a mistake
};

CommandLine read_command_line(int argc, char** argv);

}  // namespace parley::parleyd
