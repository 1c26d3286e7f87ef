// SPDX-License-Identifier: Apache-2.0
#include "core/room/room_rules.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <utility>

#include "core/base/text.h"

namespace parley::room {
namespace {

constexpr std::pair<std::string_view, uint64_t> kSpans[] = {{"d", 86'400}, {"h", 3600}, {"m", 60}, {"s", 1}};  // in seconds
constexpr std::pair<std::string_view, uint64_t> kSizes[] = {{"GiB", uint64_t{1} << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"bytes", 1}};
constexpr std::string_view kEntries = "entries", kEmpty = "empty:", kForever = "forever";
constexpr uint64_t kLongest = uint64_t{100} * 366 * 86'400;  // seconds
constexpr std::pair<const char*, LateJoiners> kLateWords[] = {
    {"all", LateJoiners::kAll}, {"since-joining", LateJoiners::kSinceJoining}, {"nothing", LateJoiners::kNothing}};

std::unexpected<Error> wrong(std::string text) { return fail(ErrorCode::kInvalidArgument, std::move(text)); }
std::string in_quotes(std::string_view text) { return "\"" + printable(text) + "\""; }

bool matches(std::string_view pattern, std::string_view room) {
  return pattern.ends_with('*') ? room.starts_with(pattern.substr(0, pattern.size() - 1)) : room == pattern;
}

// "64MiB" → 64 and "MiB". Nothing unless it begins with a number above 0.
std::optional<std::pair<uint64_t, std::string_view>> number_and_unit(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number == 0) return std::nullopt;
  return std::pair(number, text.substr(static_cast<size_t>(end - text.data())));
}

// In the smallest unit; nothing when the unit isn't one of these, or it is more than `most`.
std::optional<uint64_t> amount(std::string_view text, std::span<const std::pair<std::string_view, uint64_t>> units, uint64_t most) {
  const auto parts = number_and_unit(text);
  if (!parts) return std::nullopt;
  const auto unit = std::ranges::find(units, parts->second, &std::pair<std::string_view, uint64_t>::first);
  if (unit == units.end() || parts->first > most / unit->second) return std::nullopt;
  return parts->first * unit->second;
}

std::string in_units(uint64_t value, std::span<const std::pair<std::string_view, uint64_t>> units) {
  const auto unit = std::ranges::find_if(units, [value](const auto& each) { return value % each.second == 0; });
  return std::to_string(value / unit->second) + std::string(unit->first);
}

std::string in_units(Micros span) { return in_units(static_cast<uint64_t>(std::chrono::duration_cast<Seconds>(span).count()), kSpans); }

bool take_bound(std::string_view part, Keep& keep) {
  const bool empty = part.starts_with(kEmpty);
  if (const auto seconds = amount(empty ? part.substr(kEmpty.size()) : part, kSpans, kLongest)) {
    (empty ? keep.empty : keep.age) = Seconds(static_cast<int64_t>(*seconds));
    return true;
  }
  if (const auto size = amount(part, kSizes, std::numeric_limits<int64_t>::max())) {
    keep.bytes = *size;
    return true;
  }
  const auto count = number_and_unit(part);
  if (!count || count->second != kEntries) return false;
  keep.entries = count->first;
  return true;
}

// Cuts off what stands before `separator`.
std::string_view cut(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

Result<void> take_word(std::string_view word, RoomRule& rule) {
  constexpr std::string_view kKeep = "keep=", kLate = "late-joiners=";
  if (word.starts_with(kKeep)) {
    auto keep = parse_keep(word.substr(kKeep.size()));
    if (!keep) return std::unexpected(std::move(keep.error()));
    rule.keep = *keep;
    return {};
  }
  if (word.starts_with(kLate)) {
    auto late = parse_late_joiners(word.substr(kLate.size()));
    if (!late) return std::unexpected(std::move(late.error()));
    rule.late_joiners = *late;
    return {};
  }
  return wrong(in_quotes(word) + " is neither keep=… nor late-joiners=…");
}

}  // namespace

RoomPolicy RoomRules::of(std::string_view room) const {
  std::optional<Keep> keep;
  std::optional<LateJoiners> late;
  for (const RoomRule& rule : rules) {
    if (!matches(rule.pattern, room)) continue;
    if (!keep) keep = rule.keep;
    if (!late) late = rule.late_joiners;
  }
  return {keep.value_or(otherwise.keep), late.value_or(otherwise.late_joiners)};
}

Result<Keep> parse_keep(std::string_view text) {
  Keep keep;
  if (text == kForever) return keep;
  do {
    const std::string_view part = cut(text, ',');
    if (!take_bound(part, keep))
      return wrong(in_quotes(part) + " is no bound of a history; write \"forever\", or bounds like 30d,1000entries,64MiB,empty:60s");
  } while (!text.empty());
  return keep;
}

std::string to_text(const Keep& keep) {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ",") + part; };
  if (keep.age > Micros(0)) add(in_units(keep.age));
  if (keep.entries > 0) add(std::to_string(keep.entries) + std::string(kEntries));
  if (keep.bytes > 0) add(in_units(keep.bytes, kSizes));
  if (keep.empty > Micros(0)) add(std::string(kEmpty) + in_units(keep.empty));
  return out.empty() ? std::string(kForever) : out;
}

Result<LateJoiners> parse_late_joiners(std::string_view text) {
  for (const auto& [word, policy] : kLateWords) {
    if (text == word) return policy;
  }
  return wrong(in_quotes(text) + " is none of all, since-joining, nothing");
}

const char* to_text(LateJoiners policy) {
  return std::ranges::find(kLateWords, policy, &std::pair<const char*, LateJoiners>::second)->first;
}

Result<RoomRule> parse_rule(std::string_view text) {
  RoomRule rule{.pattern = std::string(cut(text, ' '))};
  const size_t star = rule.pattern.find('*');
  if (rule.pattern.empty() || (star != std::string::npos && star + 1 != rule.pattern.size()))
    return wrong("must begin with a room's name, or with the beginning of names and '*'");
  while (!text.empty()) {
    const std::string_view word = cut(text, ' ');
    if (word.empty()) continue;
    if (auto taken = take_word(word, rule); !taken) return std::unexpected(std::move(taken.error()));
  }
  if (!rule.keep && !rule.late_joiners) return wrong(in_quotes(rule.pattern) + " has neither keep=… nor late-joiners=…");
  return rule;
}

std::string to_text(const RoomRule& rule) {
  std::string out = rule.pattern;
  if (rule.keep) out += " keep=" + to_text(*rule.keep);
  if (rule.late_joiners) out += std::string(" late-joiners=") + to_text(*rule.late_joiners);
  return out;
}

}  // namespace parley::room
