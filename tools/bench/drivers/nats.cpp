// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/nats.h"

#include <charconv>

namespace parley::bench {

ForeignCommand Nats::server(int port, const std::string&) const {
  return {"nats-server", {"-a", "127.0.0.1", "-p", std::to_string(port)}, ""};
}

void Nats::hello(int, std::string_view room, std::string& out) const {
  out += "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"c++\",\"version\":\"1\",\"protocol\":1}\r\nSUB ";
  out += room;
  out += " 1\r\nPING\r\n";
}

void Nats::publish(int, std::string_view room, std::string_view text, std::string& out) const {
  out += "PUB ";
  out += room;
  out += ' ';
  out += std::to_string(text.size());
  out += "\r\n";
  out += text;
  out += "\r\n";
}

size_t Nats::read(std::string_view bytes, std::string_view, Incoming& in) {
  in.kind = Incoming::Kind::kOther;
  const size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) return 0;
  std::string_view line = bytes.substr(0, end);
  if (line.starts_with("MSG ")) {  // MSG subject sid [reply-to] size
    const std::string_view count = line.substr(line.rfind(' ') + 1);
    size_t size = 0;
    std::from_chars(count.begin(), count.end(), size);
    if (bytes.size() < end + 2 + size + 2) return 0;
    in.kind = Incoming::Kind::kMessage;
    in.text = bytes.substr(end + 2, size);
    return end + 2 + size + 2;
  }
  if (line == "PING") in.answer = "PONG\r\n";
  if (line == "PONG") in.kind = Incoming::Kind::kJoined;
  if (line.starts_with("INFO ")) read_info(line);
  if (line.starts_with("-ERR")) {
    in.kind = Incoming::Kind::kRefused;
    in.text = line;
  }
  return end + 2;
}

void Nats::read_info(std::string_view json) {
  constexpr std::string_view kField = "\"version\":\"";
  const size_t at = json.find(kField);
  if (at == std::string_view::npos) return;
  json.remove_prefix(at + kField.size());
  version_ = "nats-server ";
  version_ += json.substr(0, json.find('"'));
}

}  // namespace parley::bench
