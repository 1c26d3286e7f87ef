// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/pipe_session.h"

#include <cstdio>

#include "core/base/text.h"

namespace parley::terminal {
namespace {
constexpr int kLookMs = 500;  // at patience's end
}

void complain(std::string_view text) { std::fprintf(stderr, "parley: %s\n", printable(text).c_str()); }

int PipeSession::run(Handler& handler) {
  while (!finished()) {
    for (auto events = connection_->poll(); !events.empty() && !finished(); events = connection_->poll())
      for (const parley_event& event : events) handle(event, handler);
    handler.on_turn();
    check_patience(handler);
    if (finished()) break;
    pollfd wait[] = {{connection_->fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}, {handler.extra_fd, handler.extra_events, 0}};
    ::poll(wait, 3, connection_->timeout_ms(kLookMs));
    if (signals_.take()) finish(handler.exit_on_signal);
    if (handler.extra_fd >= 0 && wait[2].revents != 0) handler.on_ready();
  }
  return *exit_code_;
}

void PipeSession::handle(const parley_event& event, Handler& handler) {
  if (finished()) return;
  switch (event.type) {
    case PARLEY_EVENT_ONLINE:
      was_online_ = true;
      offline_since_ = kNever;
      return;
    case PARLEY_EVENT_OFFLINE:
      if (offline_since_ == kNever) offline_since_ = clock_.now().mono;
      offline_why_ = event.text;
      return;
    case PARLEY_EVENT_REFUSED:
      complain(event.text);
      return finish(kExitFailed);
    case PARLEY_EVENT_LEFT:
      complain("not in " + room_ + ": " + event.text);
      return finish(kExitFailed);
    default:
      return handler.on_event(event);
  }
}

void PipeSession::check_patience(const Handler& handler) {
  if (offline_since_ == kNever || (was_online_ && handler.patient)) return;
  const Micros patience = was_online_ ? kPatienceAtWork : kPatienceAtStart;
  if (clock_.now().mono - offline_since_ < patience) return;
  complain("can't reach the server: " + offline_why_);
  finish(kExitUnreachable);
}

}  // namespace parley::terminal
