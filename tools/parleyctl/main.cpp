// SPDX-License-Identifier: Apache-2.0
// parleyctl: what an operator asks a parleyd on this machine, and does with its store. Tables for people, --json for programs. Exit codes:
// 0; 1 refused, failed, or something is wrong with the store; 2 wrong command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "core/base/text.h"
#include "net/server/version.h"
#include "tools/parleyctl/admin_client.h"
#include "tools/parleyctl/backup.h"
#include "tools/parleyctl/tables.h"
#include "tools/parleyctl/ticket.h"
#include "tools/parleyctl/transfer.h"
#include "tools/parleyctl/upkeep.h"
#include "tools/parleyctl/users.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;

struct Options {
  std::filesystem::path data_dir = "parley-data";
  bool as_json = false;
  TicketOptions ticket;
  std::string room, text;          // say
  std::filesystem::path backup;    // where to
  std::filesystem::path verify;    // empty: data_dir
  std::vector<std::string> rooms;  // export
  ImportOptions import;
  std::string user;
};

constexpr const char* kLinesHelp =
    "A line is an object with room, user, text, time (RFC 3339, or seconds since 1970) and, where there is one, name; `kind` is message "
    "unless\n"
    "it says edit, delete, reaction, pin, topic, system or custom. The fields are those of `parley history --json`, and besides: mentions, "
    "by,\n"
    "by_moderator, erased, superseded. reply_to and target name another line of the room by its `sequence`. Other fields are passed over.\n"
    "A file that is imported again goes on behind the last line that was stored, so an import that was cut short is simply repeated.";

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

// What is done to a running server or its store; the others only ask.
struct Operations {
  CLI::App* say = nullptr;
  CLI::App* backup = nullptr;
  CLI::App* verify = nullptr;
  CLI::App* compact = nullptr;
  CLI::App* take_out = nullptr;
  CLI::App* take_in = nullptr;
};

Operations add_operations(CLI::App& app, Options& options) {
  Operations all{};
  all.say = app.add_subcommand("say", "says a line in a room as the server: stored, numbered and told like any entry");
  all.say->add_option("ROOM", options.room, "made if there is none of that name")->required();
  all.say->add_option("TEXT", options.text, "one line; in quotes")->required();
  all.backup =
      app.add_subcommand("backup", "has the running server copy its store and its keys; to restore, start parleyd on a copy of that");
  all.backup->add_option("DIR", options.backup, "a directory that isn't there yet")->required();
  all.verify = app.add_subcommand("verify", "looks whether a store holds together, also beside a running server; a line for each finding");
  all.verify->add_option("DIR", options.verify, "a backup, say; the data directory if not given");
  all.compact = app.add_subcommand("compact", "makes the store's file as small as what is in it; the server must be stopped");
  all.take_out = app.add_subcommand("export", "all entries as JSON lines on standard output, also beside a running server");
  all.take_out->add_option("--room", options.rooms, "this room only; several times for several");
  all.take_out->footer(kLinesHelp);
  all.take_in = app.add_subcommand("import", "takes JSON lines into the store, as an old chat's history; the server must be stopped");
  all.take_in->add_option("FILE", options.import.file, "of JSON lines; - is standard input")->required();
  all.take_in->add_option("--name", options.import.name,
                          "under which it is remembered how far this file is imported; its name if not given");
  all.take_in->add_flag("--strict", options.import.strict, "stop at the first line that isn't right; else it is told and passed over");
  all.take_in->add_option("--store-max-bytes", options.import.store_bytes, "as the server's setting, where there is no store yet");
  all.take_in->footer(kLinesHelp);
  return all;
}

int run_operation(const Operations& chosen, Options& options) {
  const auto& dir = options.data_dir;
  if (*chosen.say)
    return show(ask_server(dir, {{"ask", "say"}, {"room", options.room}, {"text", options.text}}), options.as_json, said_line);
  if (*chosen.backup) return show(make_backup(dir, options.backup), options.as_json, backup_line);
  if (*chosen.verify) return run_verify(options.verify.empty() ? dir : options.verify, options.as_json);
  if (*chosen.compact) return run_compact(dir, options.as_json);
  if (*chosen.take_out) return run_export(dir, options.rooms);
  options.import.as_json = options.as_json;
  return run_import(dir, options.import);
}

int run(int argc, char** argv) {
  CLI::App app("parleyctl: asks a parleyd on this machine, makes tickets for it, and looks after its store");
  Options options;
  app.set_version_flag("--version", std::string("parleyctl ") + server::version());
  app.add_option("--data-dir", options.data_dir, "the server's data directory")->capture_default_str();
  app.add_flag("--json", options.as_json, "answer as JSON");
  app.require_subcommand(1);
  app.fallthrough();  // --json and --data-dir may stand behind the command, too
  const CLI::App* status = app.add_subcommand("status", "how the server is: address, storage, counters");
  const CLI::App* rooms = app.add_subcommand("rooms", "all rooms with their entries and members");
  const CLI::App* sessions = app.add_subcommand("sessions", "who is connected, from where, in which rooms");
  CLI::App* exported = app.add_subcommand("export-user", "all that is stored of a user, a JSON object a line");
  CLI::App* erased = app.add_subcommand("erase-user", "takes what a user said out of history and search, for good; numbers stay");
  for (CLI::App* each : {exported, erased}) each->add_option("user", options.user, "the user's id")->required();
  CLI::App* ticket = app.add_subcommand("ticket", "makes a ticket: who may come in, to which rooms, for how long");
  add_ticket_flags(ticket, options.ticket);
  const Operations operations = add_operations(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  if (*status) return show(ask_server(options.data_dir, {{"ask", "status"}}), options.as_json, status_table);
  if (*rooms) return show(ask_server(options.data_dir, {{"ask", "rooms"}}), options.as_json, rooms_table);
  if (*sessions) return show(ask_server(options.data_dir, {{"ask", "sessions"}}), options.as_json, sessions_table);
  if (*exported) return export_user(options.data_dir, options.user);
  if (*erased) return erase_user(options.data_dir, options.user, options.as_json);
  if (*ticket) return show(make_ticket(options.data_dir, options.ticket), options.as_json, ticket_line);
  return run_operation(operations, options);
}

}  // namespace
}  // namespace parley::parleyctl

int main(int argc, char** argv) { return parley::parleyctl::run(argc, argv); }
