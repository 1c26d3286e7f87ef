// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <utility>

#include "core/base/limits.h"
#include "tools/parley/message_text.h"
#include "tools/parley/pipe_session.h"

namespace parley::terminal {
namespace {

// Answer after answer, printed as they come, until all is found or as much as is wanted.
class SearchPrinter {
 public:
  SearchPrinter(PipeSession& session, const PipeOptions& options)
      : session_(session), options_(options), left_(options.limit > 0 ? options.limit : ~uint64_t{0}) {
    handler_.on_event = [this](const parley_event& event) { on_event(event); };
  }
  int run() {
    ask();
    return session_.run(handler_);
  }

 private:
  void ask() {
    const auto limit = static_cast<uint32_t>(std::min<uint64_t>(left_, kMaxSearchEntries));
    const auto request = session_.connection().search(options_.connection.room, options_.words, before_, limit);
    if (request) {
      request_ = *request;
      return;
    }
    complain(request.error().text);
    session_.finish(kExitFailed);
  }

  void on_event(const parley_event& event) {
    if (event.request != request_ || request_ == 0) return;
    if (event.type == PARLEY_EVENT_MESSAGE) on_message(event);
    if (event.type == PARLEY_EVENT_PAGE_END) on_page_end(event);
  }

  void on_message(const parley_event& event) {
    if (left_ == 0) return;
    --left_;
    before_ = event.sequence;
    const std::string line = options_.json ? json_entry(event) : plain_line(event);
    if (std::printf("%s\n", line.c_str()) < 0) session_.finish(kExitOk);  // nobody reads on, as with `| head`
  }

  void on_page_end(const parley_event& event) {
    if (event.code == PARLEY_E_TIMEOUT || event.code == PARLEY_E_BUSY || event.code == PARLEY_E_RATE_LIMITED) return ask();
    if (event.code != PARLEY_OK) {
      complain(event.text);
      return session_.finish(kExitFailed);
    }
    if (event.more != 0 && left_ > 0) {
      before_ = event.sequence;
      return ask();
    }
    if (*event.text != '\0') complain(event.text);
    if (!session_.finished()) session_.finish(std::fflush(stdout) == 0 ? kExitOk : kExitFailed);
  }

  PipeSession& session_;
  const PipeOptions& options_;
  PipeSession::Handler handler_;
  uint64_t left_;
  uint32_t request_ = 0;
  uint64_t before_ = 0;
};

}  // namespace

int run_search(const PipeOptions& options) {
  auto connection = Connection::open(options.connection);
  if (!connection) {
    complain(connection.error().text);
    return kExitFailed;
  }
  PipeSession session(std::move(*connection), options.connection.room);
  return SearchPrinter(session, options).run();
}

}  // namespace parley::terminal
