// SPDX-License-Identifier: Apache-2.0
// The chat on a terminal: one loop over network, keys and the clock.
// Main thread, until the user quits.
#pragma once

#include "tools/parley/connection.h"

namespace parley::terminal {

// Returns an exit code (pipes.h). `options.room` is opened at once, if there is one.
int run_chat(const ConnectionOptions& options);

}  // namespace parley::terminal
