// SPDX-License-Identifier: Apache-2.0
// parleyctl: what an operator asks a parleyd on this machine. Tables for people, --json for programs. Exit codes: 0, 1 refused or no
// server, 2 wrong command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "core/base/text.h"
#include "net/server/version.h"
#include "tools/parleyctl/admin_client.h"
#include "tools/parleyctl/tables.h"
#include "tools/parleyctl/ticket.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;

struct Options {
  std::filesystem::path data_dir = "parley-data";
  bool as_json = false;
  TicketOptions ticket;
};

int show(const Result<json>& answer, bool as_json, std::string (*table)(const json&)) {
  if (!answer) {
    std::cerr << "parleyctl: " << printable(answer.error().text) << '\n';
    if (as_json) std::cout << json{{"ok", false}, {"error", error_name(answer.error().code)}, {"text", answer.error().text}} << '\n';
    return 1;
  }
  std::cout << (as_json ? answer->dump(2) + "\n" : table(*answer)) << std::flush;
  return 0;
}

std::string ticket_line(const json& answer) { return answer.at("ticket").get<std::string>() + "\n"; }

void add_ticket_flags(CLI::App* command, TicketOptions& ticket) {
  command->add_option("--user", ticket.user, "the user's id")->required();
  command->add_option("--room", ticket.rooms, "room, or a pattern like 'team-*'; several times for several")->required();
  command->add_option("--name", ticket.name, "display name; the user's id if not given");
  command->add_option("--valid", ticket.valid, "for how long: 90s, 15m, 24h, 30d")->capture_default_str();
  command->add_option("--can", ticket.rights, "rights: join, send, history, moderate")->delimiter(',')->capture_default_str();
  command->add_option("--audience", ticket.audience, "without a running server: its audience setting")->capture_default_str();
}

int run(int argc, char** argv) {
  CLI::App app("parleyctl: asks a parleyd on this machine, and makes tickets for it");
  Options options;
  app.set_version_flag("--version", std::string("parleyctl ") + server::version());
  app.add_option("--data-dir", options.data_dir, "the server's data directory")->capture_default_str();
  app.add_flag("--json", options.as_json, "answer as JSON");
  app.require_subcommand(1);
  app.fallthrough();  // --json and --data-dir may stand behind the command, too
  const CLI::App* status = app.add_subcommand("status", "how the server is: address, storage, counters");
  const CLI::App* rooms = app.add_subcommand("rooms", "all rooms with their entries and members");
  const CLI::App* sessions = app.add_subcommand("sessions", "who is connected, from where, in which rooms");
  add_ticket_flags(app.add_subcommand("ticket", "makes a ticket: who may come in, to which rooms, for how long"), options.ticket);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  if (*status) return show(ask_server(options.data_dir, {{"ask", "status"}}), options.as_json, status_table);
  if (*rooms) return show(ask_server(options.data_dir, {{"ask", "rooms"}}), options.as_json, rooms_table);
  if (*sessions) return show(ask_server(options.data_dir, {{"ask", "sessions"}}), options.as_json, sessions_table);
  return show(make_ticket(options.data_dir, options.ticket), options.as_json, ticket_line);
}

}  // namespace
}  // namespace parley::parleyctl

int main(int argc, char** argv) { return parley::parleyctl::run(argc, argv); }
