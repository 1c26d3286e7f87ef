// SPDX-License-Identifier: Apache-2.0
// `parley`: chat on a terminal, or send, tail, history and search for pipes. Reads the command line and hands over.
#include <langinfo.h>

#include <CLI/CLI.hpp>
#include <clocale>
#include <cstring>
#include <fstream>

#include "core/base/text.h"
#include "net/client/parley.h"
#include "tools/parley/chat.h"
#include "tools/parley/network_options.h"
#include "tools/parley/pipe_session.h"
#include "tools/parley/pipes.h"

namespace parley::terminal {
namespace {

struct Arguments {
  PipeOptions pipe;
  NetworkWords network;
  std::string ticket_file;
};

constexpr uint32_t kEarlierMessages = 50;  // that chat and tail begin with; --help names it

constexpr const char* kFooter =
    "Address and ticket may come from the environment instead: PARLEY_ADDRESS, PARLEY_TICKET.\n"
    "--json prints one object a line: {\"type\",\"kind\",\"room\",\"sequence\",\"user\",\"name\",\"time\", ...}. By kind there "
    "are besides,\n"
    "  where they aren't 0, false or empty: message: text, emote, reply_to, edited (by which entry), deleted; edit, delete: target,\n"
    "  text; reaction: target, emoji, removed; pin: target, removed; topic, system: text; custom: custom_type, data (base64).\n"
    "  A message shows what it says by now. There are also\n"
    "  {\"type\":\"gap\",\"room\",\"from\",\"to\",\"reason\"} (messages [from, to) don't come) and "
    "{\"type\":\"rollback\",\"room\",\"sequence\"}\n"
    "  (messages above it were lost by a crash before they were stored; they come again).\n"
    "Exit codes: 0 all right, 1 refused or failed, 2 wrong usage, 3 the server can't be reached.";

// Widths and key codes need UTF-8. C.UTF-8 is there on every Debian and Ubuntu.
void use_utf8() {
  std::setlocale(LC_ALL, "");
  if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
  std::setlocale(LC_NUMERIC, "C");
}

Result<std::string> read_ticket(const std::string& path) {
  std::ifstream file(path);
  std::string ticket;
  if (!(file >> ticket)) return fail(ErrorCode::kNotFound, "no ticket in " + path + ": is the file there, and may you read it?");
  return ticket;
}

Result<void> complete(Arguments& arguments) {
  ConnectionOptions& connection = arguments.pipe.connection;
  if (!arguments.ticket_file.empty()) {
    auto ticket = read_ticket(arguments.ticket_file);
    if (!ticket) return std::unexpected(ticket.error());
    connection.ticket = std::move(*ticket);
  }
  if (arguments.network.any()) {
    const auto network = read_network(arguments.network);
    if (!network) return std::unexpected(network.error());
    connection.network = *network;
  }
  if (connection.address.empty())
    return fail(ErrorCode::kInvalidArgument, "no server: pass --address parley://host:port#key (parleyd prints it) or set PARLEY_ADDRESS");
  if (connection.ticket.empty())
    return fail(ErrorCode::kInvalidArgument, "no ticket: pass --ticket or --ticket-file or set PARLEY_TICKET (parleyctl ticket makes one)");
  if (!connection.room.empty()) return validate_name(connection.room, "room name");
  return {};
}

void add_network_options(CLI::App& app, NetworkWords& words) {
  static constexpr const char* kGroup = "A bad network by choice, in both directions";
  const auto add = [&](const char* name, std::string& word, const char* what) { app.add_option(name, word, what)->group(kGroup); };
  add("--loss", words.loss, "this share of the datagrams is lost: 10%");
  add("--delay", words.delay, "each takes so much longer: 50ms");
  add("--jitter", words.jitter, "and up to so much more: 20ms");
  add("--burst", words.burst, "this share of the time nothing passes, by outages of 50 ms or what you say: 5%,200ms");
  add("--duplicate", words.duplicate, "this share arrives twice: 2%");
  add("--reorder", words.reorder, "this share is overtaken, by 20 ms or what you say: 5%,30ms");
  add("--corrupt", words.corrupt, "a bit of this share flips: 1%");
}

// The shell took the quotes of "two words" away; an argument with a space was quoted.
std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    const bool quote = word.find(' ') != word.npos && word.find('"') == word.npos;
    out += (out.empty() ? "" : " ") + (quote ? '"' + word + '"' : word);
  }
  return out;
}

int run(int argc, char** argv) {
  Arguments arguments;
  ConnectionOptions& connection = arguments.pipe.connection;
  CLI::App app("Parley's terminal client", "parley");
  app.footer(kFooter);
  app.fallthrough();
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", parley_version());
  app.add_option("--address", connection.address, "the server: parley://host:port#key")->envname("PARLEY_ADDRESS");
  app.add_option("--ticket", connection.ticket, "who you are and what you may do, from the game or parleyctl ticket")
      ->envname("PARLEY_TICKET");
  app.add_option("--ticket-file", arguments.ticket_file, "the same, from a file");
  app.add_option("--room", connection.room, "the room to open");
  add_network_options(app, arguments.network);

  const auto add = [&](const char* name, const char* what, bool room_required) {
    CLI::App* command = app.add_subcommand(name, what);
    auto* room = command->add_option("ROOM", connection.room, "the room");
    if (room_required) room->required();
    return command;
  };
  add("chat", "chat on the terminal (the default)", false);
  CLI::App* send = add("send", "each line of standard input is a message; ends when all are stored", true);
  CLI::App* tail = add("tail", "print messages as they come, after the last 50", true);
  CLI::App* history = add("history", "print what was said", true);
  CLI::App* search = add("search", "print what was said with these words, newest first", true);
  std::vector<std::string> words;
  search->add_option("WORDS", words, "all of them; \"in a row\" begin* from:USER (after --: -without)")->required();
  search->add_flag("--json", arguments.pipe.json, "one JSON object a line");
  search->add_option("--limit", arguments.pipe.limit, "the newest N only")->check(CLI::Range(uint64_t{1}, uint64_t{1'000'000}));
  send->add_option("--reply-to", arguments.pipe.reply_to, "the lines reply to the message with this sequence number")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 62));
  tail->add_flag("--json", arguments.pipe.json, "one JSON object a line");
  tail->add_option("--since", arguments.pipe.since, "begin after this sequence number instead")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 62));
  history->add_flag("--json", arguments.pipe.json, "one JSON object a line");
  history->add_option("--limit", arguments.pipe.limit, "the newest N only")->check(CLI::Range(uint64_t{1}, uint64_t{1'000'000}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11 reports by exceptions; they end here
    if (error.get_exit_code() == 0) return app.exit(error);
    complain(std::string(error.what()) + " (parley --help)");
    return kExitUsage;
  }
  if (const auto ready = complete(arguments); !ready) {
    complain(ready.error().text);
    return kExitUsage;
  }
  if (send->parsed()) return run_send(arguments.pipe);
  if (search->parsed()) {
    arguments.pipe.words = joined(words);
    return run_search(arguments.pipe);
  }
  if (!history->parsed()) connection.history = kEarlierMessages;
  if (tail->parsed()) return run_tail(arguments.pipe);
  if (history->parsed()) return run_history(arguments.pipe);
  return run_chat(connection);
}

}  // namespace
}  // namespace parley::terminal

int main(int argc, char** argv) {
  parley::terminal::use_utf8();
  return parley::terminal::run(argc, argv);
}
