// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>
#include <utility>

#include "tools/parley/pipe_session.h"

namespace parley::terminal {
namespace {

class Sender {
 public:
  Sender(PipeSession& session, const PipeOptions& options)
      : session_(session), room_(options.connection.room), reply_to_(options.reply_to) {
    handler_.on_event = [this](const parley_event& event) { on_event(event); };
    handler_.on_ready = [this] { read_input(); };
    handler_.on_turn = [this] { advance(); };
    handler_.extra_fd = STDIN_FILENO;
    handler_.exit_on_signal = kExitFailed;  // what was said may not have arrived
  }
  int run() { return session_.run(handler_); }

 private:
  void on_event(const parley_event& event) {
    if (event.type == PARLEY_EVENT_DURABLE) waiting_.erase(waiting_.begin(), waiting_.upper_bound(event.number));
    if (event.type == PARLEY_EVENT_SEND_FAILED && waiting_.erase(event.number) > 0) failed(event.text);
  }

  void read_input() {
    char chunk[16 * 1024];
    const ssize_t got = ::read(STDIN_FILENO, chunk, sizeof chunk);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
      at_end_ = true;
    } else {
      input_.append(chunk, static_cast<size_t>(got));
    }
  }

  // Sends what lines there are, as far as the outbox takes them; reads on only when all are sent.
  void advance() {
    bool room_left = true;
    size_t begin = 0;
    while (room_left) {
      const size_t newline = input_.find('\n', begin);
      if (newline == std::string::npos && (!at_end_ || begin == input_.size())) break;
      const size_t end = std::min(newline, input_.size());
      room_left = send_line(std::string_view(input_).substr(begin, end - begin));
      if (room_left) begin = std::min(end + 1, input_.size());
    }
    input_.erase(0, begin);
    handler_.extra_fd = at_end_ || !room_left ? -1 : STDIN_FILENO;
    if (at_end_ && input_.empty() && waiting_.empty()) session_.finish(failures_ == 0 ? kExitOk : kExitFailed);
  }

  // False: not now, the outbox is full.
  bool send_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) {
      ++line_number_;
      return true;
    }
    const auto number = session_.connection().send(room_, {.text = line, .reply_to = reply_to_});
    if (!number && number.error().code == ErrorCode::kOutboxFull) return false;
    ++line_number_;
    if (number) {
      waiting_.insert(*number);
    } else {
      failed("line " + std::to_string(line_number_) + ": " + number.error().text);
    }
    return true;
  }

  void failed(const std::string& why) {
    ++failures_;
    complain("not sent: " + why);
  }

  PipeSession& session_;
  const std::string room_;
  const uint64_t reply_to_;
  PipeSession::Handler handler_;
  std::string input_;  // read, not sent yet
  bool at_end_ = false;
  std::set<uint64_t> waiting_;  // without a durable receipt; bounded by the outbox
  uint64_t line_number_ = 0;
  uint64_t failures_ = 0;
};

}  // namespace

int run_send(const PipeOptions& options) {
  auto connection = Connection::open(options.connection);
  if (!connection) {
    complain(connection.error().text);
    return kExitFailed;
  }
  PipeSession session(std::move(*connection), options.connection.room);
  return Sender(session, options).run();
}

}  // namespace parley::terminal
