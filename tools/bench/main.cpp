// SPDX-License-Identifier: Apache-2.0
// parley-bench: one command a question. Each fills a Report, which is printed as text or JSON; --check turns goals into an exit code.
#include <string>
#include <vector>

#include "tools/bench/commands.h"

namespace {

std::vector<std::string> after_the_name(int argc, char** argv) {
  return argc > 2 ? std::vector<std::string>(argv + 2, argv + argc) : std::vector<std::string>();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace parley::bench;
  CLI::App app("parley-bench: measures chat as players feel it");
  app.require_subcommand(1);
  Roof roof(after_the_name(argc, argv));
  add_latency(app, roof);
  add_room(app, roof);
  add_arena(app, roof);
  add_flood(app, roof);
  add_compare_servers(app, roof);
  add_sessions(app, roof);
  add_idle(app, roof);
  add_join(app, roof);
  add_storm(app, roof);
  add_loss(app, roof);
  add_link_cost(app, roof);
  add_history(app, roof);
  add_search(app, roof);
  add_stages(app, roof);
  add_soak(app, roof);
  add_report(app, roof);
  add_compare(app, roof);
  CLI11_PARSE(app, argc, argv);
  return roof.exit_code();
}
