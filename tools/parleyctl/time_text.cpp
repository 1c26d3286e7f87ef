// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/time_text.h"

#include <cstdio>
#include <optional>

#include "core/base/text.h"

namespace parley::parleyctl {
namespace {

int digits(std::string_view text, size_t at, size_t count) {
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::unexpected<Error> no_time(std::string_view text) {
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(text) + "\" isn't a time like 2026-11-27T15:04:05Z or 2026-11-27T16:04:05.5+01:00");
}

// Of "Z" or "+01:00", what UTC is behind.
std::optional<std::chrono::minutes> zone_of(std::string_view zone) {
  if (zone == "Z" || zone == "z") return std::chrono::minutes(0);
  const int hours = digits(zone, 1, 2);
  const int minutes = digits(zone, 4, 2);
  const bool right =
      zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
  if (!right) return std::nullopt;
  const std::chrono::minutes offset(hours * 60 + minutes);
  return zone[0] == '+' ? offset : -offset;
}

}  // namespace

Result<WallTime> parse_time(std::string_view text) {
  const std::chrono::year_month_day date{std::chrono::year(digits(text, 0, 4)),
                                         std::chrono::month(static_cast<unsigned>(digits(text, 5, 2))),
                                         std::chrono::day(static_cast<unsigned>(digits(text, 8, 2)))};
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  const bool shaped = text.size() > 19 && text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't' || text[10] == ' ') &&
                      text[13] == ':' && text[16] == ':';
  if (!shaped || !date.ok() || digits(text, 0, 4) < 1970 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return no_time(text);
  size_t at = 19;
  int64_t micros = 0;
  if (text[at] == '.') {
    int64_t unit = 100'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) micros += (text[at] - '0') * unit;
  }
  const auto zone = zone_of(text.substr(at));
  if (!zone) return no_time(text);
  const WallTime local =
      std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + Seconds(second) + Micros(micros);
  return local - *zone;
}

std::string time_text(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const int64_t micros = (time - day).count();
  const int64_t seconds = micros / 1'000'000;
  char out[48];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60), static_cast<int>(micros % 1'000'000));
  return out;
}

}  // namespace parley::parleyctl
