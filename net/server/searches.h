// SPDX-License-Identifier: Apache-2.0
// Searches of sessions: who may ask, how often, and the way of the answer. Searching itself is the searcher's (core/search), on its own
// thread. Owned by one I/O thread.
//
// Bounds: the session's rate of requests; kMaxSearchesAsked of a session under way and kMaxPendingSearches of the thread (more: busy);
// nothing for a session with kCatchUpQueueBytes unacknowledged (busy).
#pragma once

#include "net/server/io_state.h"

namespace parley::server {

inline constexpr uint8_t kMaxSearchesAsked = 2;

class Searches {
 public:
  explicit Searches(IoState& state) : state_(state) {}

  void request(Session& session, const wire::SearchRequest& request);
  // Sends what the searcher has answered; returns how many that were.
  int take();

 private:
  std::optional<Refusal> refuse(Session& session, const Seat* seat) const;
  void on_answer(const search::SearchAnswer& answer);

  IoState& state_;
};

}  // namespace parley::server
