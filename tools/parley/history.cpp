// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <deque>
#include <iterator>
#include <utility>

#include "core/base/limits.h"
#include "tools/parley/message_text.h"
#include "tools/parley/pipe_session.h"

namespace parley::terminal {
namespace {

// All of it: pages forward from the start, printed as they come. The newest N: pages backward, kept until the first of them is known.
class History {
 public:
  History(PipeSession& session, const PipeOptions& options)
      : session_(session), room_(options.connection.room), json_(options.json), left_(options.limit), backward_(options.limit > 0) {
    handler_.on_event = [this](const parley_event& event) { on_event(event); };
  }
  int run() {
    ask();
    return session_.run(handler_);
  }

 private:
  void ask() {
    asked_ = static_cast<uint32_t>(backward_ ? std::min<uint64_t>(left_, kMaxPageEntries) : kMaxPageEntries);
    const auto kind = backward_ ? PageWish::Kind::kBefore : PageWish::Kind::kFrom;
    if (!backward_) next_ = std::max<uint64_t>(next_, 1);
    const auto request = session_.connection().page(room_, {.kind = kind, .sequence = next_, .limit = asked_});
    if (request) {
      request_ = *request;
      return;
    }
    complain(request.error().text);
    session_.finish(kExitFailed);
  }

  void on_event(const parley_event& event) {
    if (event.request != request_ || request_ == 0) return;
    if (is_entry(event)) on_entry(event);
    if (event.type == PARLEY_EVENT_PAGE_END) on_page_end(event);
  }

  void on_entry(const parley_event& event) {
    ++in_page_;
    std::string line = json_ ? json_entry(event) : plain_line(event);
    if (backward_) {
      if (in_page_ == 1) first_in_page_ = event.sequence;
      page_.push_back(std::move(line));
    } else {
      next_ = event.sequence + 1;
      print(line);
    }
  }

  void on_page_end(const parley_event& event) {
    const uint64_t got = std::exchange(in_page_, 0);
    if (event.code == PARLEY_E_TIMEOUT || event.code == PARLEY_E_BUSY || event.code == PARLEY_E_RATE_LIMITED) return again();
    if (event.code != PARLEY_OK) {
      complain(event.text);
      return session_.finish(kExitFailed);
    }
    older_.insert(older_.begin(), std::make_move_iterator(page_.begin()), std::make_move_iterator(page_.end()));
    page_.clear();
    left_ -= std::min(left_, got);
    const bool gap_ahead = !backward_ && event.gap_to > next_;
    if (gap_ahead) next_ = event.gap_to;
    if (got == 0 && !gap_ahead) {
      pass_silent_page();
    } else if (backward_) {
      next_ = first_in_page_;
    }
    if (event.more && (!backward_ || (left_ > 0 && next_ > 1))) return ask();
    for (const std::string& line : older_) print(line);
    if (!session_.finished()) session_.finish(std::fflush(stdout) == 0 ? kExitOk : kExitFailed);
  }

  // Nothing of it is to be seen (edits that later ones replaced), but numbers are dense.
  void pass_silent_page() {
    if (!backward_) {
      next_ += asked_;
    } else {
      next_ = next_ > asked_ ? next_ - asked_ : 1;
    }
  }

  // The connection broke within the page, or the server asks to wait: what it brought is asked for again, but for what was printed.
  void again() {
    page_.clear();
    ask();
  }

  void print(const std::string& line) {
    if (std::printf("%s\n", line.c_str()) < 0) session_.finish(kExitOk);  // nobody reads on, as with `| head`
  }

  PipeSession& session_;
  const std::string room_;
  const bool json_;
  uint64_t left_;  // backward: how many are still wanted
  const bool backward_;
  PipeSession::Handler handler_;
  uint32_t request_ = 0, asked_ = 0;
  uint64_t next_ = 0;  // backward: pages end before it; forward: they start at it
  uint64_t in_page_ = 0;
  uint64_t first_in_page_ = 0;
  std::deque<std::string> page_, older_;
};

}  // namespace

int run_history(const PipeOptions& options) {
  auto connection = Connection::open(options.connection);
  if (!connection) {
    complain(connection.error().text);
    return kExitFailed;
  }
  PipeSession session(std::move(*connection), options.connection.room);
  return History(session, options).run();
}

}  // namespace parley::terminal
