// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/screen.h"

#define NCURSES_NOMACROS  // functions can be qualified, and no macro takes names such as `move`
#include <curses.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/base/text.h"
#include "tools/parley/screen_codes.h"
#include "tools/parley/text_width.h"

namespace parley::terminal {
namespace {

constexpr int kRoomsWidth = 18, kMembersWidth = 18;
constexpr int kWidthForRooms = 64, kWidthForMembers = 96;
constexpr int kMaxInputRows = 6;
constexpr std::string_view kPrompt = "> ";
// Bright enough on dark ground and dark enough on bright: from the 6×6×6 cube of 256-colour terminals.
constexpr std::array<short, kNameColours> kPalette256{33, 37, 64, 71, 97, 98, 130, 136, 160, 166, 168, 172};
constexpr std::array<short, 6> kPalette8{COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_BLUE, COLOR_MAGENTA, COLOR_CYAN};
enum Pair : short { kNamePairs = 1, kFailedPair = kNamePairs + kNameColours, kNoticePair, kMarkPair, kMentionPair };

void start_colours() {
  ::start_color();
  ::use_default_colors();
  for (short i = 0; i < kNameColours; ++i) {
    const auto index = static_cast<size_t>(i);
    ::init_pair(static_cast<short>(kNamePairs + i), COLORS >= 256 ? kPalette256[index] : kPalette8[index % kPalette8.size()], -1);
  }
  ::init_pair(kFailedPair, COLOR_RED, -1);
  ::init_pair(kNoticePair, COLOR_CYAN, -1);
  ::init_pair(kMarkPair, COLOR_GREEN, -1);
  ::init_pair(kMentionPair, COLOR_YELLOW, -1);
}

void start_input() {
  ::raw();
  ::noecho();
  ::nonl();  // Enter and Ctrl-J differ
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::set_escdelay(25);
  ::mousemask(BUTTON4_PRESSED | BUTTON5_PRESSED, nullptr);
  ::mouseinterval(0);
  ::define_key("\033[200~", kPasteBegin);
  ::define_key("\033[201~", kPasteEnd);
  ::define_key("\033[1;5D", kControlLeft);
  ::define_key("\033[1;5C", kControlRight);
  ::define_key("\033[1;5A", kControlUp);
  ::define_key("\033[1;5B", kControlDown);
  ::define_key("\033[1;3A", kAltUp);
  ::define_key("\033[1;3B", kAltDown);
  ::define_key("\033[I", kFocusIn);
  ::define_key("\033[O", kFocusOut);
}

// Bracketed paste, and word of whether the window is in front.
void tell_terminal(bool on) {
  std::fputs(on ? "\033[?2004h\033[?1004h" : "\033[?2004l\033[?1004l", stdout);
  std::fflush(stdout);
}

// U+2502 rather than ACS_VLINE: terminals that say they have the old line-drawing set don't always.
void draw_rule(int x, int height) {
  for (int y = 0; y < height; ++y) ::mvaddstr(y, x, "\u2502");
}

// " 12", and with an @ in front when somebody means you.
std::string unread_text(const Room& room) {
  if (room.unread == 0) return "";
  return (room.mentions > 0 ? " @" : " ") + std::to_string(room.unread);
}

}  // namespace

struct Screen::Frame {
  int height = 0, width = 0;
  int left = 0, right = 0;  // columns of the middle: [left, right)
  int input_rows = 1;
  std::vector<std::string_view> input;  // its rows, the last kMaxInputRows around the cursor
  int middle() const { return right - left; }
  int status_y() const { return height - input_rows - 1; }
  int lines_height() const { return std::max(0, status_y() - 1); }
};

Result<std::unique_ptr<Screen>> Screen::open(bool colours) {
  std::unique_ptr<Screen> out(new Screen);
  out->terminal_ = ::newterm(nullptr, stdout, stdin);
  if (out->terminal_ == nullptr)
    return fail(ErrorCode::kInvalidArgument, "this terminal's type isn't known: set TERM, e.g. TERM=xterm-256color");
  out->colours_ = colours && ::has_colors();
  if (out->colours_) start_colours();
  start_input();
  tell_terminal(true);
  return out;
}

Screen::~Screen() {
  if (terminal_ == nullptr) return;
  tell_terminal(false);
  ::endwin();
  ::delscreen(static_cast<SCREEN*>(terminal_));
}

void Screen::redraw_all() { ::clearok(stdscr, TRUE); }

Screen::Frame Screen::frame_of(const InputLine& input) const {
  Frame frame;
  getmaxyx(stdscr, frame.height, frame.width);
  frame.left = frame.width >= kWidthForRooms ? kRoomsWidth + 1 : 0;
  frame.right = frame.width >= kWidthForMembers ? frame.width - kMembersWidth - 1 : frame.width;
  const int columns = std::max(2, frame.middle() - display_width(kPrompt) - 1);  // the last one is for the cursor
  frame.input = wrap(input.text(), columns);
  frame.input_rows = std::clamp(static_cast<int>(frame.input.size()), 1, std::min(kMaxInputRows, std::max(1, frame.height - 3)));
  return frame;
}

Screen::Shown Screen::draw(const ChatModel& model, const InputLine& input, const Facts& facts) {
  const Frame frame = frame_of(input);
  pane_ = {frame.lines_height(), {frame.middle(), facts.utc_offset_s}};
  if (model.active() != nullptr) pane_.layout = model.layout(*model.active(), frame.middle(), facts.utc_offset_s);
  ::erase();
  if (frame.left > 0) draw_rooms(model, frame);
  if (frame.right < frame.width) draw_members(model, frame);
  draw_title(model, frame);
  const Shown shown = draw_lines(model, frame);
  draw_text(frame.status_y(), frame.left, facts.status, frame.middle(), A_REVERSE);
  draw_input(input, frame);
  ::refresh();
  return shown;
}

void Screen::draw_rooms(const ChatModel& model, const Frame& frame) {
  int y = 0;
  for (const auto& room : model.rooms()) {
    if (y >= frame.height) break;
    const std::string count = unread_text(*room);
    const int attributes = room.get() == model.active() ? A_REVERSE : room->unread > 0 ? A_BOLD : room->joined ? A_NORMAL : A_DIM;
    draw_text(y, 0, " " + model.shown_room(room->name), kRoomsWidth - 1, attributes);
    const int digits = display_width(count);
    if (digits > 0) draw_text(y, kRoomsWidth - digits - 1, count, digits, attributes);
    ++y;
  }
  draw_rule(kRoomsWidth, frame.height);
}

void Screen::draw_members(const ChatModel& model, const Frame& frame) {
  draw_rule(frame.right, frame.height);
  const Room* room = model.active();
  if (room == nullptr) return;
  int y = 0;
  const int x = frame.right + 2;
  const int width = frame.width - x;
  const int shown = static_cast<int>(room->members.size()) <= frame.height ? frame.height : frame.height - 1;
  for (const auto& [user, name] : room->members) {
    if (y >= shown) break;
    draw_text(y++, x, name, width, attributes_of({Style::kName, colour_of(user), ""}));
  }
  const int hidden = static_cast<int>(room->members.size()) - y;
  if (hidden > 0) draw_text(frame.height - 1, x, "+ " + std::to_string(hidden) + " more", width, A_DIM);
}

void Screen::draw_title(const ChatModel& model, const Frame& frame) {
  const Room* room = model.active();
  std::string text = " Parley";
  if (room != nullptr) {
    text = " " + model.shown_room(room->name) + (room->joined ? " · " + std::to_string(room->members.size()) + " here" : "");
    uint64_t elsewhere = 0;
    for (const auto& each : model.rooms()) elsewhere += each.get() != room ? each->unread : 0;
    if (frame.left == 0 && elsewhere > 0) text += " · " + std::to_string(elsewhere) + " new in other rooms (Ctrl-N)";
    if (!room->view.follows()) text += " · scrolled back (End)";
    if (!room->topic.empty()) text += " · " + room->topic;
  }
  draw_text(0, frame.left, text, frame.middle(), A_BOLD);
}

Screen::Shown Screen::draw_lines(const ChatModel& model, const Frame& frame) {
  const Room* room = model.active();
  if (room == nullptr || frame.lines_height() == 0) return {};
  const auto view = room->view.compose(room->log.lines(), frame.lines_height(), pane_.layout);
  int y = frame.status_y() - static_cast<int>(view.rows.size());
  for (const Row& row : view.rows) draw_row(y++, frame.left, row, frame.middle());
  return {view.at_top && static_cast<int>(view.rows.size()) < frame.lines_height() && !room->log.lines().empty(), view.missing_from};
}

void Screen::draw_input(const InputLine& input, const Frame& frame) {
  size_t cursor_row = 0;
  for (size_t i = 0; i < frame.input.size(); ++i)
    if (static_cast<size_t>(frame.input[i].data() - input.text().data()) <= input.cursor()) cursor_row = i;
  const auto shown = static_cast<size_t>(frame.input_rows);
  const size_t first = cursor_row >= shown ? cursor_row - shown + 1 : 0;
  const int x = frame.left + display_width(kPrompt);
  draw_text(frame.status_y() + 1, frame.left, first == 0 ? kPrompt : "^ ", 2, A_DIM);
  for (size_t i = first; i < std::min(frame.input.size(), first + shown); ++i)
    draw_text(frame.status_y() + 1 + static_cast<int>(i - first), x, frame.input[i], frame.right - x, A_NORMAL);
  const std::string_view row = frame.input[cursor_row];
  const size_t offset = input.cursor() - static_cast<size_t>(row.data() - input.text().data());
  const int column = x + display_width(row.substr(0, std::min(offset, row.size())));
  ::move(frame.status_y() + 1 + static_cast<int>(cursor_row - first), std::min(column, frame.right - 1));
}

void Screen::draw_row(int y, int x, const Row& row, int width) {
  for (const Span& span : row) {
    draw_text(y, x, span.text, width, attributes_of(span));
    const int used = display_width(span.text);
    x += used;
    width -= used;
  }
}

// Fills up with spaces where it is drawn in reverse, so that bars are bars.
void Screen::draw_text(int y, int x, std::string_view text, int width, int attributes) {
  if (width <= 0 || y < 0) return;
  const std::string_view part = fit(text, width);
  ::attrset(static_cast<attr_t>(attributes));
  ::mvaddstr(y, x, drawable(part).c_str());
  if (attributes & static_cast<int>(A_REVERSE))
    for (int i = display_width(part); i < width; ++i) ::mvaddch(y, x + i, ' ');
  ::attrset(A_NORMAL);
}

int Screen::attributes_of(const Span& span) const {
  if (span.selected) return static_cast<int>(A_REVERSE);
  const auto pair = [this](int number, int without) { return colours_ ? static_cast<int>(COLOR_PAIR(number)) : without; };
  switch (span.style) {
    case Style::kPlain:
      return A_NORMAL;
    case Style::kFaint:
    case Style::kDay:
      return A_DIM;
    case Style::kName:
      return pair(kNamePairs + span.colour, A_BOLD);
    case Style::kMark:
      return pair(kMarkPair, A_DIM);
    case Style::kFailed:
      return pair(kFailedPair, A_BOLD);
    case Style::kNotice:
      return pair(kNoticePair, A_DIM);
    case Style::kEmote:
      return static_cast<int>(A_ITALIC);
    case Style::kMention:
      return pair(kMentionPair, A_BOLD) | static_cast<int>(A_BOLD);
    case Style::kMine:
      return pair(kMarkPair, A_BOLD) | static_cast<int>(A_BOLD);
    case Style::kNew:
      return pair(kFailedPair, A_BOLD);
  }
  return A_NORMAL;
}

}  // namespace parley::terminal
