// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/redis.h"

#include <charconv>
#include <initializer_list>

namespace parley::bench {

namespace {

void put_command(std::string& out, std::initializer_list<std::string_view> words) {
  out += '*' + std::to_string(words.size()) + "\r\n";
  for (const std::string_view word : words) {
    out += '$' + std::to_string(word.size()) + "\r\n";
    out += word;
    out += "\r\n";
  }
}

constexpr int kMostNesting = 8;  // HELLO's answer has 2

// One value at the front: its whole length, 0 while it isn't whole. `text`: what a string or an error says, or the number as it stands.
size_t value_bytes(std::string_view bytes, std::string_view& text, int depth = 0) {
  const size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos || depth > kMostNesting) return 0;
  text = bytes.substr(1, end - 1);
  long count = 0;
  std::from_chars(text.begin(), text.end(), count);
  size_t at = end + 2;
  switch (bytes[0]) {
    case '$':
    case '=':
    case '!':
      if (count < 0) return at;
      text = bytes.substr(at).substr(0, static_cast<size_t>(count));
      at += static_cast<size_t>(count) + 2;
      return bytes.size() < at ? 0 : at;
    case '%':
    case '|':
      count *= 2;
      [[fallthrough]];
    case '*':
    case '~':
    case '>':
      for (; count > 0; --count) {
        std::string_view inner;
        const size_t taken = value_bytes(bytes.substr(at), inner, depth + 1);
        if (taken == 0) return 0;
        at += taken;
      }
      return at;
    default:
      return at;
  }
}

// The value behind the key of a flat map.
std::string_view value_of(std::string_view map, std::string_view key) {
  map.remove_prefix(map.find("\r\n") + 2);
  while (!map.empty()) {
    std::string_view name, value;
    map.remove_prefix(value_bytes(map, name));
    const size_t taken = value_bytes(map, value);
    if (name == key || taken == 0) return value;
    map.remove_prefix(taken);
  }
  return {};
}

// A push of three: its kind, the channel, and the message or a count.
void read_push(std::string_view push, Incoming& in) {
  push.remove_prefix(push.find("\r\n") + 2);
  std::string_view kind, channel, value;
  push.remove_prefix(value_bytes(push, kind));
  push.remove_prefix(value_bytes(push, channel));
  value_bytes(push, value);
  if (kind == "subscribe") in.kind = Incoming::Kind::kJoined;
  if (kind != "message") return;
  in.kind = Incoming::Kind::kMessage;
  in.text = value;
}

}  // namespace

ForeignCommand Redis::server(int port, const std::string&) const {
  return {"redis-server",
          {"--port", std::to_string(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxclients", "19000",
           "--client-output-buffer-limit", "pubsub 0 0 0"},
          ""};
}

void Redis::hello(int, std::string_view room, std::string& out) const {
  put_command(out, {"HELLO", "3"});
  put_command(out, {"SUBSCRIBE", room});
}

void Redis::publish(int, std::string_view room, std::string_view text, std::string& out) const {
  put_command(out, {"PUBLISH", room, text});
}

size_t Redis::read(std::string_view bytes, std::string_view, Incoming& in) {
  in.kind = Incoming::Kind::kOther;
  if (bytes.empty()) return 0;
  std::string_view text;
  const size_t taken = value_bytes(bytes, text);
  if (taken == 0) return 0;
  const std::string_view value = bytes.substr(0, taken);
  if (value[0] == '>') read_push(value, in);
  if (value[0] == '%') version_ = "redis-server " + std::string(value_of(value, "version"));
  if (value[0] == '-') {
    in.kind = Incoming::Kind::kRefused;
    in.text = text;
  }
  return taken;
}

}  // namespace parley::bench
