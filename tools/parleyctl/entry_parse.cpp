// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/identity/base64url.h"
#include "tools/parleyctl/entry_json.h"
#include "tools/parleyctl/entry_names.h"
#include "tools/parleyctl/time_text.h"

namespace parley::parleyctl {
namespace {

using history::GoneWhy;
using history::PlainEntry;
using Json = nlohmann::json;

std::optional<std::vector<uint8_t>> from_base64(std::string text) {
  while (!text.empty() && text.back() == '=') text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  const auto bytes = identity::from_base64url(text);
  if (!bytes) return std::nullopt;
  return std::vector<uint8_t>(bytes->begin(), bytes->end());
}

// Reads the fields of one line; the first that is missing or of another type is kept.
class Fields {
 public:
  explicit Fields(const Json& line) : line_(line) {}

  std::string text(const char* key, bool needed = false) {
    if (!line_.contains(key)) return missing(key, needed), std::string();
    if (!line_[key].is_string()) return wrong(key, "a string"), std::string();
    return line_[key].get<std::string>();
  }
  uint64_t number(const char* key, bool needed = false) {
    if (!line_.contains(key)) return missing(key, needed), 0;
    if (!line_[key].is_number_unsigned()) return wrong(key, "a whole number"), 0;
    return line_[key].get<uint64_t>();
  }
  bool flag(const char* key) {
    if (!line_.contains(key)) return false;
    if (!line_[key].is_boolean()) return wrong(key, "true or false"), false;
    return line_[key].get<bool>();
  }
  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> out;
    if (!line_.contains(key)) return out;
    if (!line_[key].is_array()) return wrong(key, "a list of strings"), out;
    for (const Json& each : line_[key]) {
      if (!each.is_string()) return wrong(key, "a list of strings"), out;
      out.push_back(each.get<std::string>());
    }
    return out;
  }
  WallTime time(const char* key) {
    constexpr double kLast = 253402300799;  // of the year 9999
    if (!line_.contains(key)) return missing(key, true), WallTime{};
    if (line_[key].is_number()) {
      const double seconds = line_[key].get<double>();
      if (!(seconds >= 0 && seconds <= kLast)) return wrong(key, "seconds since 1970"), WallTime{};
      return WallTime(Micros(static_cast<int64_t>(seconds * 1e6)));
    }
    if (!line_[key].is_string()) return wrong(key, "a time like 2026-11-27T15:04:05Z"), WallTime{};
    const auto parsed = parse_time(line_[key].get<std::string>());
    if (!parsed) fail_with(parsed.error().text);
    return parsed.value_or(WallTime{});
  }
  void wrong(const char* key, const char* wanted) { fail_with("\"" + std::string(key) + "\" isn't " + wanted); }
  void fail_with(std::string text) {
    if (!error_) error_ = Error{ErrorCode::kInvalidArgument, std::move(text)};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  void missing(const char* key, bool needed) {
    if (needed) fail_with("it has no \"" + std::string(key) + "\"");
  }
  const Json& line_;
  std::optional<Error> error_;
};

EntryKind kind_of(Fields& fields) {
  const std::string word = fields.text("kind");
  if (word.empty() || word == "message") return fields.flag("emote") ? EntryKind::kEmote : EntryKind::kText;
  for (const auto& [kind, name] : kKindNames)
    if (word == name) return kind;
  fields.fail_with("\"kind\" is none of message, edit, delete, reaction, pin, topic, custom, system");
  return EntryKind::kNone;
}

GoneWhy gone_of(Fields& fields) {
  GoneWhy gone = GoneWhy::kNot;
  for (const auto& [why, name] : kGoneNames)
    if (fields.flag(name)) gone = why;
  return gone;
}

void take_custom(PlainEntry& entry, Fields& fields) {
  const uint64_t type = fields.number("custom_type", true);
  entry.custom_type = static_cast<uint32_t>(type);
  if (type > UINT32_MAX) fields.wrong("custom_type", "a number of 32 bits");
  auto payload = from_base64(fields.text("data", true));
  if (!payload) return fields.wrong("data", "base64");
  entry.payload = std::move(*payload);
}

void take_content(PlainEntry& entry, Fields& fields) {
  if (entry.gone != GoneWhy::kNot) {
    entry.text = fields.text("text");
    entry.gone_by = fields.text("by");
    return;
  }
  if (entry.kind == EntryKind::kCustom) return take_custom(entry, fields);
  const bool message = is_message(entry.kind);
  entry.removed = fields.flag("removed");
  entry.by_moderator = fields.flag("by_moderator");
  if (message) entry.mentions = fields.texts("mentions");
  entry.target = Sequence(message ? fields.number("reply_to") : fields.number("target"));
  if (entry.kind == EntryKind::kPin) return;
  const bool may_be_empty = entry.kind == EntryKind::kDelete || entry.kind == EntryKind::kTopic;
  entry.text = entry.kind == EntryKind::kReaction ? fields.text("emoji", true) : fields.text("text", !may_be_empty);
}

}  // namespace

Result<history::ImportLine> parse_line(std::string_view line) {
  const Json parsed = Json::parse(line, nullptr, false);
  if (parsed.is_discarded()) return fail(ErrorCode::kInvalidArgument, "it isn't JSON");
  if (!parsed.is_object())
    return fail(ErrorCode::kInvalidArgument, "it isn't an object like {\"room\":…,\"user\":…,\"text\":…,\"time\":…}");
  Fields fields(parsed);
  history::ImportLine out;
  out.room = fields.text("room", true);
  out.sequence = Sequence(fields.number("sequence"));
  out.entry.kind = kind_of(fields);
  out.entry.gone = gone_of(fields);
  out.entry.author = fields.text("user", out.entry.kind != EntryKind::kSystem && out.entry.gone == GoneWhy::kNot);
  out.entry.name = fields.text("name");
  if (out.entry.name == out.entry.author) out.entry.name.clear();
  out.entry.wall = fields.time("time");
  take_content(out.entry, fields);
  if (fields.error()) return std::unexpected(*fields.error());
  return out;
}

}  // namespace parley::parleyctl
