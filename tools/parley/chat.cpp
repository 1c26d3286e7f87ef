// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/chat.h"

#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "tools/parley/pipe_session.h"
#include "tools/parley/screen.h"
#include "tools/parley/signals.h"
#include "tools/parley/status_text.h"

namespace parley::terminal {
namespace {

constexpr int kTimerMs = 500;  // the status line shows the round trip

int utc_offset_s(WallTime now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return static_cast<int>(local.tm_gmtoff);
}

// https://no-color.org: set and not empty.
bool colours_wanted() {
  const char* wish = std::getenv("NO_COLOR");
  return wish == nullptr || *wish == '\0';
}

class Chat {
 public:
  Chat(Connection& connection, Screen& screen) : connection_(connection), screen_(screen), controller_(model_, connection) {}

  int run(const std::string& room) {
    if (!room.empty()) {
      model_.activate(model_.room(room));
    } else {
      model_.notice("welcome to Parley: /join ROOM goes to a room, /help says the rest", clock_.now());
    }
    while (!controller_.quitting()) {
      const Now now = clock_.now();
      take_events(now);
      take_keys(now);
      controller_.settle(screen_.pane());
      draw(now);
      wait();
    }
    return model_.status().kind == Status::Kind::kRefused ? kExitFailed : kExitOk;
  }

 private:
  void take_events(Now now) {
    for (auto events = connection_.poll(); !events.empty(); events = connection_.poll()) {
      for (const parley_event& event : events) {
        model_.apply(event, connection_.producer(), now);
        if (event.type == PARLEY_EVENT_INVITED) controller_.accept(event.room, now);
      }
      dirty_ = true;
    }
  }

  void take_keys(Now now) {
    while (auto key = screen_.read_key()) {
      dirty_ = true;
      if (key->kind == Key::Kind::kRedraw) screen_.redraw_all();
      controller_.press(*key, screen_.pane(), now);
    }
  }

  void draw(Now now) {
    std::string status = controller_.hint();
    if (status.empty()) status = status_text(model_, connection_.rtt_us(), now.mono);
    if (!dirty_ && status == shown_status_) return;
    shown_status_ = std::move(status);
    const Screen::Shown shown = screen_.draw(model_, controller_.input(), {shown_status_, utc_offset_s(now.wall)});
    if (shown.missing_from != 0) controller_.want_missing(shown.missing_from, now);
    if (shown.room_above) controller_.want_older(now);
    dirty_ = false;
  }

  void wait() {
    pollfd files[] = {{STDIN_FILENO, POLLIN, 0}, {connection_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}};
    ::poll(files, 3, connection_.timeout_ms(kTimerMs));
    const bool terminal_gone = (files[0].revents & (POLLHUP | POLLERR)) != 0;
    if (signals_.take() || terminal_gone) controller_.press({Key::Kind::kQuit, ""}, screen_.pane(), clock_.now());
  }

  Connection& connection_;
  Screen& screen_;
  SystemClock clock_;
  Signals signals_;
  ChatModel model_;
  Controller controller_;
  std::string shown_status_;
  bool dirty_ = true;
};

}  // namespace

int run_chat(const ConnectionOptions& options) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) {
    complain(
        "the chat needs a terminal; for pipes there are: parley send ROOM, parley tail ROOM, parley history ROOM, parley search ROOM "
        "WORDS");
    return kExitUsage;
  }
  auto connection = Connection::open(options);
  if (!connection) {
    complain(connection.error().text);
    return kExitFailed;
  }
  auto screen = Screen::open(colours_wanted());
  if (!screen) {
    complain(screen.error().text);
    return kExitFailed;
  }
  return Chat(**connection, **screen).run(options.room);
}

}  // namespace parley::terminal
