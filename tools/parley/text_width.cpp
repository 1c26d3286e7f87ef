// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/text_width.h"

#include <wchar.h>

#include <algorithm>

#include "core/base/utf8.h"

namespace parley::terminal {
namespace {

constexpr char32_t kJoiner = 0x200D;

bool is_regional_indicator(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }
bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }
bool is_tag(char32_t c) { return c >= 0xE0020 && c <= 0xE007F; }
bool is_selector(char32_t c) { return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF); }
// Blocks in which emoji live; the exact property isn't needed, since it only decides what a joiner may glue.
bool is_pictograph(char32_t c) { return (c >= 0x2190 && c <= 0x2BFF) || (c >= 0x1F000 && c <= 0x1FAFF) || c == 0xA9 || c == 0xAE; }

int wcwidth_of(char32_t c) { return ::wcwidth(static_cast<wchar_t>(c)); }

// Never drawn: invisible, or drawn differently from terminal to terminal.
bool is_dropped(char32_t c) { return c == kJoiner || is_selector(c) || is_tag(c); }

bool extends(char32_t c) { return is_dropped(c) || is_skin_tone(c) || wcwidth_of(c) == 0; }

int cells_of(char32_t c) {
  if (is_dropped(c)) return 0;
  const int width = wcwidth_of(c);
  return width < 0 ? 1 : width;  // newer than this system's tables: drawn as U+FFFD
}

class Walk {
 public:
  Walk(std::string_view text, size_t at) : text_(text), at_(at) {}
  bool at_end() const { return at_ >= text_.size(); }
  size_t at() const { return at_; }
  char32_t peek() const { return decode_utf8(text_, at_).point; }
  char32_t next() {
    const Utf8Step step = decode_utf8(text_, at_);
    at_ += step.length;
    return step.point;
  }

 private:
  std::string_view text_;
  size_t at_;
};

// A skin tone has a colour of its own only where it stands alone.
bool is_drawn(char32_t point, bool first) { return !is_dropped(point) && (first || !is_skin_tone(point)); }

// Where a line ends, and where the next one starts.
struct Break {
  size_t end;
  size_t next;
};

Break break_line(std::string_view text, size_t begin, int width) {
  Break chance{begin, begin};  // the last good place to break; none yet
  size_t content_end = begin;  // after the last character that isn't a space: spaces may hang over the edge
  int used = 0;
  for (size_t at = begin; at < text.size();) {
    if (text[at] == '\n') return {used > width ? content_end : at, at + 1};
    const Grapheme grapheme = grapheme_at(text, at);
    const size_t next = at + grapheme.length;
    used += grapheme.width;
    if (text[at] == ' ' && grapheme.length == 1) {
      if (content_end > begin) chance = {content_end, next};
    } else if (used > width) {
      if (chance.next > begin) return chance;
      return at > begin ? Break{content_end, at} : Break{next, next};
    } else {
      content_end = next;
      if (grapheme.width >= 2) chance = {next, next};
      if (next < text.size() && text[next] != ' ' && text[next] != '\n' && grapheme_at(text, next).width >= 2) chance = {next, next};
    }
    at = next;
  }
  return {used > width ? content_end : text.size(), text.size()};
}

}  // namespace

Grapheme grapheme_at(std::string_view text, size_t at) {
  Walk walk(text, at);
  const char32_t first = walk.next();
  int width = cells_of(first);
  if (is_regional_indicator(first) && !walk.at_end() && is_regional_indicator(walk.peek())) width += cells_of(walk.next());
  bool joined = false;
  const bool picture = is_pictograph(first);  // only pictures are joined to pictures (UAX #29, GB11)
  while (!walk.at_end() && text[walk.at()] != '\n') {
    const char32_t c = walk.peek();
    if (joined && is_pictograph(c)) {
      width += cells_of(c);
    } else if (!extends(c)) {
      break;
    }
    joined = picture && c == kJoiner;
    walk.next();
  }
  return {at, walk.at() - at, width};
}

size_t grapheme_before(std::string_view text, size_t at) {
  size_t begin = 0;
  const size_t line = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  if (line != std::string_view::npos) begin = line + 1 == at ? line : line + 1;
  while (begin < at) {
    const size_t next = begin + grapheme_at(text, begin).length;
    if (next >= at) return begin;
    begin = next;
  }
  return 0;
}

int display_width(std::string_view text) {
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    const Grapheme grapheme = grapheme_at(text, at);
    width += grapheme.width;
    at += grapheme.length;
  }
  return width;
}

std::string drawable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const Grapheme grapheme = grapheme_at(text, at);
    Walk walk(text.substr(0, at + grapheme.length), at);
    for (bool first = true; !walk.at_end(); first = false) {
      const char32_t point = walk.next();
      if (is_drawn(point, first)) append_utf8(out, wcwidth_of(point) < 0 ? kReplacementCharacter : point);
    }
    at += grapheme.length;
  }
  return out;
}

std::string_view fit(std::string_view text, int width) {
  size_t at = 0;
  while (at < text.size()) {
    const Grapheme grapheme = grapheme_at(text, at);
    width -= grapheme.width;
    if (width < 0) break;
    at += grapheme.length;
  }
  return text.substr(0, at);
}

std::vector<std::string_view> wrap(std::string_view text, int width) {
  std::vector<std::string_view> lines;
  size_t begin = 0;
  bool newline = true;
  while (begin < text.size()) {
    const Break place = break_line(text, begin, width);
    lines.push_back(text.substr(begin, place.end - begin));
    newline = text[place.next - 1] == '\n';
    begin = place.next;
  }
  if (newline) lines.push_back(text.substr(text.size()));
  return lines;
}

}  // namespace parley::terminal
