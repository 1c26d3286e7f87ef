// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/irc.h"

namespace parley::bench {

ForeignCommand Irc::server(int port, const std::string& config_path) const {
  return {"ngircd",
          {"-n", "-f", config_path},
          "[Global]\nName = bench.local\nInfo = parley-bench\nListen = 127.0.0.1\nPorts = " + std::to_string(port) +
              "\nMotdPhrase = hello\n[Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxPenaltyTime = 0\n"
              "PingTimeout = 3600\n[Options]\nPAM = no\nIdent = no\nDNS = no\nConnectIPv6 = no\n"};
}

void Irc::hello(int client, std::string_view, std::string& out) const {
  const std::string nick = "b" + std::to_string(client);
  out += "NICK " + nick + "\r\nUSER " + nick + " 0 * :" + nick + "\r\n";
}

void Irc::publish(int, std::string_view room, std::string_view text, std::string& out) const {
  out += "PRIVMSG #";
  out += room;
  out += " :";
  out += text;
  out += "\r\n";
}

size_t Irc::read(std::string_view bytes, std::string_view room, Incoming& in) {
  in.kind = Incoming::Kind::kOther;
  const size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return 0;
  std::string_view line = bytes.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with(':')) next_word(line);  // who says it
  const std::string_view command = next_word(line);
  if (command == "PRIVMSG") {  // target :text
    in.kind = Incoming::Kind::kMessage;
    in.text = line.substr(line.find(':') + 1);
  } else if (command == "PING") {
    in.answer = "PONG " + std::string(line) + "\r\n";
  } else if (command == "ERROR") {
    in.kind = Incoming::Kind::kRefused;
    in.text = line;
  } else if (command.size() == 3) {
    read_numeric(command, line, room, in);
  }
  return end + 1;
}

void Irc::read_numeric(std::string_view number, std::string_view rest, std::string_view room, Incoming& in) {
  if (number == "001") in.answer = "JOIN #" + std::string(room) + "\r\n";
  if (number == "366") in.kind = Incoming::Kind::kJoined;  // end of the names: the last that a join brings
  if (number == "004") {                                   // nick host version modes
    next_word(rest);
    next_word(rest);
    version_ = next_word(rest);
  }
  if (number[0] == '4' && number != "422") {  // 422: no message of the day
    in.kind = Incoming::Kind::kRefused;
    in.text = rest;
  }
}

}  // namespace parley::bench
