// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

#include "tools/parley/message_text.h"
#include "tools/parley/pipe_session.h"

namespace parley::terminal {
namespace {

class Tail {
 public:
  Tail(PipeSession& session, bool json) : session_(session), json_(json) {
    handler_.on_event = [this](const parley_event& event) { on_event(event); };
    handler_.on_ready = [this] { session_.finish(kExitOk); };  // nobody reads our output any more
    handler_.extra_fd = STDOUT_FILENO;
    handler_.extra_events = 0;  // only POLLERR and POLLHUP, which come unasked
    handler_.patient = true;
  }
  int run() { return session_.run(handler_); }

 private:
  void on_event(const parley_event& event) {
    if (is_entry(event)) {
      print(json_ ? json_entry(event) : plain_line(event));
    } else if (event.type == PARLEY_EVENT_GAP) {
      json_ ? print(json_gap(event)) : complain(gap_words(event));
    } else if (event.type == PARLEY_EVENT_ERASED) {
      json_ ? print(json_erased(event))
            : complain("what one of the users said up to message " + std::to_string(event.sequence) + " was erased");
    } else if (event.type == PARLEY_EVENT_ROLLBACK) {
      json_ ? print(json_rollback(event))
            : complain("the server crashed before it stored the messages after " + std::to_string(event.sequence) + "; they come again");
    }
  }

  void print(const std::string& line) {
    if (std::printf("%s\n", line.c_str()) < 0 || std::fflush(stdout) != 0) session_.finish(kExitOk);
  }

  PipeSession& session_;
  const bool json_;
  PipeSession::Handler handler_;
};

}  // namespace

int run_tail(const PipeOptions& options) {
  ConnectionOptions connect = options.connection;
  if (options.since > 0) connect.room.clear();  // joined below instead, from that number on
  auto connection = Connection::open(connect);
  if (!connection) {
    complain(connection.error().text);
    return kExitFailed;
  }
  if (options.since > 0) {
    if (const auto joined = (*connection)->join_since(options.connection.room, options.since); !joined) {
      complain(joined.error().text);
      return kExitFailed;
    }
  }
  PipeSession session(std::move(*connection), options.connection.room);
  return Tail(session, options.json).run();
}

}  // namespace parley::terminal
