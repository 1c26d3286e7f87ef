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

std::string mark_of(const Line& line, const Layout& layout) {
  if (line.id != 0 && line.id == layout.seen) return "seen";
  return std::string(mark_text(line.mark));
}

std::string padded(std::string_view text, int width) {
  std::string out(fit(text, width));
  out.append(static_cast<size_t>(std::max(0, width - display_width(out))), ' ');
  return out;
}

// A rule with words in it, across the row.
Row separator(Style style, const std::string& words, int width) {
  const std::string text = " " + words + " ";
  const int side = std::max(0, (width - display_width(text)) / 2);
  const auto rule = [](int length) {
    std::string out;
    for (int i = 0; i < length; ++i) out += "─";
    return out;
  };
  return {{style, 0, rule(side) + text + rule(width - side - display_width(text))}};
}

std::string spaces(int count) { return std::string(static_cast<size_t>(std::max(0, count)), ' '); }

// What stands before the text, in the first row.
Row head_of(const Line& line, const Layout& layout) {
  Row head{{Style::kFaint, 0, clock_text(line.wall_us, layout.utc_offset_s) + " "}};
  if (layout.number_width > 0) {
    const std::string number = line.sequence != 0 ? "#" + std::to_string(line.sequence) : "";
    head.push_back({Style::kFaint, 0, padded(number, layout.number_width)});
  }
  if (line.kind == Line::Kind::kNotice || line.kind == Line::Kind::kInfo) {
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
  if (line.kind == Line::Kind::kNotice || line.kind == Line::Kind::kInfo) return Style::kNotice;
  if (line.deleted || line.kind == Line::Kind::kCustom) return Style::kFaint;
  if (line.mark == Mark::kFailed) return Style::kFailed;
  if (line.mentions_me) return Style::kMention;
  return line.kind == Line::Kind::kEmote ? Style::kEmote : Style::kPlain;
}

// Words that begin with @ stand out.
void append_words(Row& row, std::string_view text, Style style) {
  const auto starts = [&](size_t at) {
    return text[at] == '@' && (at == 0 || text[at - 1] == ' ') && at + 1 < text.size() && text[at + 1] != ' ';
  };
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (style != Style::kPlain || !starts(at)) continue;
    if (at > begin) row.push_back({style, 0, std::string(text.substr(begin, at - begin))});
    const size_t end = std::min(text.find(' ', at), text.size());
    row.push_back({Style::kMention, 0, std::string(text.substr(at, end - at))});
    begin = at = end;
  }
  if (begin < text.size() || row.empty()) row.push_back({style, 0, std::string(text.substr(std::min(begin, text.size())))});
}

std::string text_of(const Line& line) {
  if (!line.deleted) return line.text;
  if (line.user.empty()) return "[erased]";
  return line.text.empty() ? "[deleted]" : "[deleted: " + line.text + "]";
}

// Behind the text, in fainter letters.
std::string remarks_of(const Line& line) {
  std::string out;
  if (line.edited != 0 && !line.deleted) out += " (edited)";
  if (line.pinned && !line.deleted) out += " (pinned)";
  return out;
}

void append_text(std::vector<Row>& rows, const Line& line, int indent, const Layout& layout) {
  const int mark_width = mark_of(line, layout).empty() ? 0 : display_width(mark_of(line, layout)) + 1;
  Row head = head_of(line, layout);
  if (indent == 0) rows.push_back(std::exchange(head, {}));
  const std::string text = text_of(line);
  const std::string all = text + remarks_of(line);
  for (const std::string_view part : wrap(all, std::max(2, layout.width - indent - mark_width))) {
    Row row = std::exchange(head, {});
    if (row.empty() && indent > 0) row.push_back({Style::kPlain, 0, spaces(indent)});
    const auto begin = static_cast<size_t>(part.data() - all.data());
    const size_t said = begin < text.size() ? std::min(part.size(), text.size() - begin) : 0;
    if (said > 0 || part.empty()) append_words(row, part.substr(0, said), style_of(line));
    if (said < part.size()) row.push_back({Style::kFaint, 0, std::string(part.substr(said))});
    rows.push_back(std::move(row));
  }
}

void append_mark(Row& last, const Line& line, const Layout& layout) {
  const std::string text = mark_of(line, layout);
  if (text.empty()) return;
  last.push_back({Style::kPlain, 0, spaces(std::max(1, layout.width - width_of(last) - display_width(text)))});
  last.push_back({line.mark == Mark::kFailed ? Style::kFailed : Style::kMark, 0, text});
}

Row reply_row(const Line& line, int indent, const Layout& layout) {
  const std::string quoted = "↪ " + (line.reply.empty() ? "#" + std::to_string(line.reply_to) : line.reply);
  const int width = std::max(2, layout.width - indent - 1);
  const bool whole = display_width(quoted) <= width;
  return {{Style::kFaint, 0, spaces(indent) + (whole ? quoted : std::string(fit(quoted, width - 1)) + "…")}};
}

void append_reactions(std::vector<Row>& rows, const Line& line, int indent, int width) {
  Row row{{Style::kPlain, 0, spaces(indent)}};
  for (const Reaction& each : line.reactions) {
    const std::string text = each.emoji + " " + std::to_string(each.count);
    const bool first = row.size() == 1;
    if (!first && width_of(row) + 3 + display_width(text) > width) {
      rows.push_back(std::exchange(row, {{Style::kPlain, 0, spaces(indent)}}));
    } else if (!first) {
      row.push_back({Style::kFaint, 0, " · "});
    }
    row.push_back({each.mine ? Style::kMine : Style::kFaint, 0, text});
  }
  rows.push_back(std::move(row));
}

void append_separators(std::vector<Row>& rows, const Line& line, const Line* previous, const Layout& layout) {
  const auto day = [&](const Line& l) { return day_of(l.wall_us, layout.utc_offset_s); };
  if (line.missing_from != 0) rows.push_back(separator(Style::kFaint, "more between, not loaded yet", layout.width));
  if (line.wall_us != 0 && (previous == nullptr || previous->wall_us == 0 || day(*previous) != day(line)))
    rows.push_back(separator(Style::kDay, day_text(line.wall_us, layout.utc_offset_s), layout.width));
  if (line.id != 0 && line.id == layout.first_new) rows.push_back(separator(Style::kNew, "new", layout.width));
}

}  // namespace

std::vector<Row> rows_of(const Line& line, const Line* previous, const Layout& layout) {
  std::vector<Row> rows;
  append_separators(rows, line, previous, layout);
  const size_t first = rows.size();
  int indent = width_of(head_of(line, layout));
  if (layout.width - indent - kMarkWidth < kMinTextWidth) indent = 0;  // so narrow that the text gets rows of its own
  if (line.reply_to != 0 && !line.deleted) rows.push_back(reply_row(line, std::max(indent, kClockWidth), layout));
  append_text(rows, line, indent, layout);
  append_mark(rows.back(), line, layout);
  if (!line.reactions.empty()) append_reactions(rows, line, std::max(indent, kClockWidth), layout.width);
  if (line.mark == Mark::kFailed) {
    const std::string why = "not sent: " + line.why;
    for (const std::string_view part : wrap(why, std::max(2, layout.width - kClockWidth)))
      rows.push_back({{Style::kFailed, 0, spaces(kClockWidth) + std::string(part)}});
  }
  if (line.id == 0 || line.id != layout.selected) return rows;
  for (size_t i = first; i < rows.size(); ++i)
    for (Span& span : rows[i]) span.selected = true;
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
