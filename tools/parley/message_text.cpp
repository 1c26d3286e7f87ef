// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/message_text.h"

#include <cinttypes>
#include <cstdio>
#include <ctime>

#include "core/base/text.h"
#include "core/base/utf8.h"

namespace parley::terminal {
namespace {

std::tm utc_of(int64_t wall_us) {
  const auto seconds = static_cast<std::time_t>(wall_us / 1'000'000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

std::string date_time(int64_t wall_us, const char* format) {
  const std::tm parts = utc_of(wall_us);
  char out[40];
  return {out, std::strftime(out, sizeof out, format, &parts)};
}

// Quoted. What printable() would make visible is written \u…, anything else as it is.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const Utf8Step step = decode_utf8(text, at);
    const std::string_view bytes = text.substr(at, step.length);
    char escape[8];
    if (bytes == "\"" || bytes == "\\") {
      (out += '\\') += bytes;
    } else if (bytes == "\n" || bytes == "\t") {
      out += bytes == "\n" ? "\\n" : "\\t";
    } else if (step.valid && printable(bytes) != bytes) {
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(step.point & 0xFFFF));
      out += escape;
    } else {
      append_utf8(out, step.point);
    }
    at += step.length;
  }
  return out += '"';
}

std::string json_start(const char* type, const parley_event& event) {
  return std::string("{\"type\":\"") + type + "\",\"room\":" + quoted(event.room);
}

}  // namespace

std::string plain_line(const parley_event& message) {
  const std::string name = printable(*message.name != '\0' ? message.name : message.user);
  const std::string text = printable({message.text, message.text_length});
  return date_time(message.wall_us, "%Y-%m-%d %H:%M:%S ") + (message.emote ? "* " + name + " " + text : name + ": " + text);
}

std::string json_message(const parley_event& message) {
  char micros[16];
  std::snprintf(micros, sizeof micros, ".%06" PRId64 "Z", message.wall_us % 1'000'000);
  return json_start("message", message) + ",\"sequence\":" + std::to_string(message.sequence) + ",\"user\":" + quoted(message.user) +
         ",\"name\":" + quoted(message.name) + ",\"text\":" + quoted({message.text, message.text_length}) +
         ",\"emote\":" + (message.emote ? "true" : "false") + ",\"time\":\"" + date_time(message.wall_us, "%Y-%m-%dT%H:%M:%S") + micros +
         "\"}";
}

std::string json_gap(const parley_event& event) {
  return json_start("gap", event) + ",\"from\":" + std::to_string(event.gap_from) + ",\"to\":" + std::to_string(event.gap_to) + "}";
}

std::string json_rollback(const parley_event& event) {
  return json_start("rollback", event) + ",\"sequence\":" + std::to_string(event.sequence) + "}";
}

}  // namespace parley::terminal
