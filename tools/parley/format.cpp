// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/format.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "tools/parley/text_width.h"

namespace parley::terminal {
namespace {

constexpr int kClockWidth = 6;  // "15:04 "
constexpr int kNameWidth = 14;  // longest name in the column, without the space after it
constexpr int kMarkWidth = 3;   // " ✓✓"
constexpr int kNarrow = 48;     // below it, the text starts right behind the name
constexpr int kMinTextWidth = 8;

using Days = std::chrono::sys_days;

WallTime local(int64_t wall_us, int utc_offset_s) { return WallTime(Micros(wall_us) + Seconds(utc_offset_s)); }
Days day_of(int64_t wall_us, int utc_offset_s) { return std::chrono::floor<std::chrono::days>(local(wall_us, utc_offset_s)); }

std::string padded(std::string_view text, int width) {
  std::string out(fit(text, width));
  out.append(static_cast<size_t>(std::max(0, width - display_width(out))), ' ');
  return out;
}

Row day_row(const Line& line, const Layout& layout) {
  const std::string text = " " + day_text(line.wall_us, layout.utc_offset_s) + " ";
  const int side = std::max(0, (layout.width - display_width(text)) / 2);
  std::string rule;
  for (int i = 0; i < side; ++i) rule += "─";
  return {{Style::kDay, 0, rule + text + rule}};
}

// What stands before the text, in the first row.
Row head_of(const Line& line, const Layout& layout) {
  Row head{{Style::kFaint, 0, clock_text(line.wall_us, layout.utc_offset_s) + " "}};
  if (line.kind == Line::Kind::kNotice) {
    head.push_back({Style::kNotice, 0, "-- "});
  } else if (line.kind == Line::Kind::kEmote) {
    head.push_back({Style::kEmote, 0, "* "});
    head.push_back({Style::kName, colour_of(line.user), std::string(fit(line.name, kNameWidth)) + " "});
  } else {
    const bool column = layout.width >= kNarrow;
    head.push_back({Style::kName, colour_of(line.user),
                    column ? padded(line.name, kNameWidth) + " " : std::string(fit(line.name, kNameWidth)) + ": "});
  }
  return head;
}

int width_of(const Row& row) {
  int width = 0;
  for (const Span& span : row) width += display_width(span.text);
  return width;
}

Style style_of(const Line& line) {
  if (line.kind == Line::Kind::kNotice) return Style::kNotice;
  if (line.mark == Mark::kFailed) return Style::kFailed;
  return line.kind == Line::Kind::kEmote ? Style::kEmote : Style::kPlain;
}

void append_text(std::vector<Row>& rows, Row head, const Line& line, const Layout& layout) {
  const int mark_width = line.mark == Mark::kNone ? 0 : kMarkWidth;
  int indent = width_of(head);
  if (layout.width - indent - mark_width < kMinTextWidth) indent = 0;  // so narrow that the text gets rows of its own
  if (indent == 0) rows.push_back(std::exchange(head, {}));
  for (const std::string_view part : wrap(line.text, std::max(2, layout.width - indent - mark_width))) {
    Row row = std::exchange(head, {});
    if (row.empty() && indent > 0) row.push_back({Style::kPlain, 0, std::string(static_cast<size_t>(indent), ' ')});
    row.push_back({style_of(line), 0, std::string(part)});
    rows.push_back(std::move(row));
  }
}

void append_mark(Row& last, const Line& line, int width) {
  if (line.mark == Mark::kNone) return;
  const std::string text(mark_text(line.mark));
  const int gap = std::max(1, width - width_of(last) - display_width(text));
  last.push_back({Style::kPlain, 0, std::string(static_cast<size_t>(gap), ' ')});
  last.push_back({line.mark == Mark::kFailed ? Style::kFailed : Style::kMark, 0, text});
}

}  // namespace

std::vector<Row> rows_of(const Line& line, const Line* previous, const Layout& layout) {
  std::vector<Row> rows;
  const auto day = [&](const Line& l) { return day_of(l.wall_us, layout.utc_offset_s); };
  if (line.wall_us != 0 && (previous == nullptr || previous->wall_us == 0 || day(*previous) != day(line)))
    rows.push_back(day_row(line, layout));
  append_text(rows, head_of(line, layout), line, layout);
  append_mark(rows.back(), line, layout.width);
  if (line.mark != Mark::kFailed) return rows;
  const std::string why = "not sent: " + line.why;
  for (const std::string_view part : wrap(why, std::max(2, layout.width - kClockWidth)))
    rows.push_back({{Style::kFailed, 0, std::string(kClockWidth, ' ') + std::string(part)}});
  return rows;
}

// FNV-1a: stable over runs and machines, unlike std::hash.
int colour_of(std::string_view user) {
  uint32_t hash = 2166136261u;
  for (const char c : user) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  return static_cast<int>((hash ^ (hash >> 16)) % kNameColours);
}

std::string clock_text(int64_t wall_us, int utc_offset_s) {
  if (wall_us == 0) return "     ";
  const WallTime time = local(wall_us, utc_offset_s);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(time - std::chrono::floor<std::chrono::days>(time)).count();
  char out[8];
  std::snprintf(out, sizeof out, "%02d:%02d", static_cast<int>(minutes / 60 % 24), static_cast<int>(minutes % 60));
  return out;
}

std::string day_text(int64_t wall_us, int utc_offset_s) {
  static constexpr const char* kWeekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  static constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                            "July",    "August",   "September", "October", "November", "December"};
  const Days day = day_of(wall_us, utc_offset_s);
  const std::chrono::year_month_day date(day);
  return std::string(kWeekdays[std::chrono::weekday(day).c_encoding()]) + ", " + std::to_string(static_cast<unsigned>(date.day())) + " " +
         kMonths[static_cast<unsigned>(date.month()) - 1] + " " + std::to_string(static_cast<int>(date.year()));
}

std::string_view mark_text(Mark mark) {
  switch (mark) {
    case Mark::kNone:
      return "";
    case Mark::kSent:
      return "·";
    case Mark::kOrdered:
      return "✓";
    case Mark::kDurable:
      return "✓✓";
    case Mark::kFailed:
      return "!";
  }
  return "";
}

}  // namespace parley::terminal
