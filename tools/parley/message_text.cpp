// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/message_text.h"

#include <algorithm>
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

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? static_cast<uint8_t>(bytes[at + i]) : 0u);
    for (size_t i = 0; i < 4; ++i) out += i <= count ? kDigits[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::string_view bytes_of(const parley_event& event) { return {event.text, event.text_length}; }

const char* kind_of(const parley_event& event) {
  switch (event.type) {
    case PARLEY_EVENT_EDITED:
      return "edit";
    case PARLEY_EVENT_DELETED:
      return "delete";
    case PARLEY_EVENT_REACTION:
      return "reaction";
    case PARLEY_EVENT_PINNED:
      return "pin";
    case PARLEY_EVENT_TOPIC:
      return "topic";
    case PARLEY_EVENT_CUSTOM:
      return "custom";
    case PARLEY_EVENT_SYSTEM:
      return "system";
    default:
      return "message";
  }
}

std::string boolean(bool value) { return value ? "true" : "false"; }

// What a kind has besides what all have.
std::string json_of_kind(const parley_event& event) {
  const std::string text = event.type != PARLEY_EVENT_CUSTOM ? quoted(bytes_of(event)) : "";
  const std::string target = std::to_string(event.target);
  switch (event.type) {
    case PARLEY_EVENT_EDITED:
    case PARLEY_EVENT_DELETED:
      return ",\"target\":" + target + ",\"text\":" + text;
    case PARLEY_EVENT_REACTION:
      return ",\"target\":" + target + ",\"emoji\":" + text + ",\"removed\":" + boolean(event.removed);
    case PARLEY_EVENT_PINNED:
      return ",\"target\":" + target + ",\"removed\":" + boolean(event.removed);
    case PARLEY_EVENT_TOPIC:
    case PARLEY_EVENT_SYSTEM:
      return ",\"text\":" + text;
    case PARLEY_EVENT_CUSTOM:
      return ",\"custom_type\":" + std::to_string(event.custom_type) + ",\"data\":\"" + base64(bytes_of(event)) + "\"";
    default:
      return ",\"text\":" + text + ",\"emote\":" + boolean(event.emote) + (event.target != 0 ? ",\"reply_to\":" + target : "") +
             (event.edited != 0 ? ",\"edited\":" + std::to_string(event.edited) : "") + (event.deleted ? ",\"deleted\":true" : "");
  }
}

// "anna edited #12: hello".
std::string deed(const parley_event& event, const std::string& name, const std::string& text) {
  const std::string target = "#" + std::to_string(event.target);
  const std::string why = text.empty() ? "" : ": " + text;
  switch (event.type) {
    case PARLEY_EVENT_EDITED:
      return name + " edited " + target + why;
    case PARLEY_EVENT_DELETED:
      return name + " deleted " + target + why;
    case PARLEY_EVENT_REACTION:
      return name + (event.removed ? " took back " : " reacted ") + text + (event.removed ? " from " : " to ") + target;
    case PARLEY_EVENT_PINNED:
      return name + (event.removed ? " unpinned " : " pinned ") + target;
    case PARLEY_EVENT_TOPIC:
      return text.empty() ? name + " cleared the topic" : name + " set the topic" + why;
    default:
      return text;
  }
}

std::string plain_message(const parley_event& event, const std::string& name, std::string text) {
  if (event.deleted) text = *event.user == '\0' ? "[erased]" : text.empty() ? "[deleted]" : "[deleted: " + text + "]";
  const std::string reply = event.target != 0 ? " (to #" + std::to_string(event.target) + ")" : "";
  const std::string edited = event.edited != 0 && !event.deleted ? " (edited)" : "";
  return (event.emote ? "* " + name + reply + " " : name + reply + ": ") + text + edited;
}

const char* gap_name(uint32_t reason) {
  constexpr const char* kNames[] = {"unknown", "retention", "late_joiner", "not_granted", "damaged"};
  return reason < std::size(kNames) ? kNames[reason] : kNames[0];
}

}  // namespace

bool is_entry(const parley_event& event) {
  if (event.type == PARLEY_EVENT_PINNED) return *event.user != '\0';  // else nobody did it just now
  return event.type == PARLEY_EVENT_MESSAGE || kind_of(event) != std::string_view("message");
}

std::string plain_line(const parley_event& entry) {
  const std::string start = date_time(entry.wall_us, "%Y-%m-%d %H:%M:%S ");
  const std::string name = printable(*entry.name != '\0' ? entry.name : entry.user);
  if (entry.type == PARLEY_EVENT_MESSAGE) return start + plain_message(entry, name, printable(bytes_of(entry)));
  if (entry.type == PARLEY_EVENT_CUSTOM)
    return start + name + ": [custom " + std::to_string(entry.custom_type) + ", " + std::to_string(entry.text_length) + " bytes]";
  return start + "-- " + deed(entry, name, printable(bytes_of(entry)));
}

std::string json_entry(const parley_event& event) {
  char micros[16];
  std::snprintf(micros, sizeof micros, ".%06" PRId64 "Z", event.wall_us % 1'000'000);
  const char* type = event.type == PARLEY_EVENT_MESSAGE ? "message" : "entry";
  return std::string("{\"type\":\"") + type + "\",\"kind\":\"" + kind_of(event) + "\",\"room\":" + quoted(event.room) +
         ",\"sequence\":" + std::to_string(event.sequence) + ",\"user\":" + quoted(event.user) + ",\"name\":" + quoted(event.name) +
         json_of_kind(event) + ",\"time\":\"" + date_time(event.wall_us, "%Y-%m-%dT%H:%M:%S") + micros + "\"}";
}

std::string json_gap(const parley_event& event) {
  return json_start("gap", event) + ",\"from\":" + std::to_string(event.gap_from) + ",\"to\":" + std::to_string(event.gap_to) +
         ",\"reason\":\"" + gap_name(event.gap_reason) + "\"}";
}

std::string json_erased(const parley_event& event) {
  return json_start("erased", event) + ",\"user\":" + quoted(event.user) + ",\"sequence\":" + std::to_string(event.sequence) + "}";
}

std::string gap_words(const parley_event& event) {
  const bool one = event.gap_to == event.gap_from + 1;
  const std::string which = one ? "message " + std::to_string(event.gap_from)
                                : "messages " + std::to_string(event.gap_from) + " to " + std::to_string(event.gap_to - 1);
  switch (event.gap_reason) {
    case PARLEY_GAP_RETENTION:
      return which + (one ? " isn't" : " aren't") + " kept any more";
    case PARLEY_GAP_LATE_JOINER:
      return which + (one ? " was" : " were") + " said before you came, and this room doesn't show that";
    case PARLEY_GAP_NOT_GRANTED:
      return "your ticket doesn't allow you to read " + which;
    case PARLEY_GAP_DAMAGED:
      return which + (one ? " is" : " are") + " damaged on the server's disk; its operator should know";
    default:
      return which + (one ? " doesn't" : " don't") + " come";
  }
}

std::string json_rollback(const parley_event& event) {
  return json_start("rollback", event) + ",\"sequence\":" + std::to_string(event.sequence) + "}";
}

}  // namespace parley::terminal
