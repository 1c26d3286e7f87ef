// SPDX-License-Identifier: Apache-2.0
// The commands of parley-bench. Each function adds one to the command line, with its options; it stands in the file NAME_command.cpp, and
// the options live as long as the command line. main calls them all, on the main thread.
#pragma once

#include "tools/bench/roof.h"

namespace parley::bench {

void add_arena(CLI::App& app, Roof& roof);
void add_compare(CLI::App& app, Roof& roof);
void add_compare_servers(CLI::App& app, Roof& roof);
void add_flood(CLI::App& app, Roof& roof);
void add_history(CLI::App& app, Roof& roof);
void add_idle(CLI::App& app, Roof& roof);
void add_join(CLI::App& app, Roof& roof);
void add_latency(CLI::App& app, Roof& roof);
void add_link_cost(CLI::App& app, Roof& roof);
void add_loss(CLI::App& app, Roof& roof);
void add_report(CLI::App& app, Roof& roof);
void add_room(CLI::App& app, Roof& roof);
void add_search(CLI::App& app, Roof& roof);
void add_sessions(CLI::App& app, Roof& roof);
void add_soak(CLI::App& app, Roof& roof);
void add_stages(CLI::App& app, Roof& roof);
void add_storm(CLI::App& app, Roof& roof);

}  // namespace parley::bench
