// SPDX-License-Identifier: Apache-2.0
// Members whose network doesn't take what their rooms say. Above kLaggingQueueBytes unacknowledged a session gets no live entries any more;
// when it has caught up with its queue, pages of the history bring what it missed, and live goes on. So a slow reader costs the server a
// bounded queue, isn't thrown out, and misses nothing. All sessions are looked at, 20 times a second while anything is delivered. Owned by
// one I/O thread.
#pragma once

#include <vector>

#include "net/server/io_state.h"
#include "net/server/pages.h"

namespace parley::server {

inline constexpr uint32_t kCaughtUpQueueBytes = 16 * 1024;

class SlowMembers {
 public:
  SlowMembers(IoState& state, Pages& pages) : state_(state), pages_(pages) {}

  int run();
  MonoTime next_deadline() const { return lagging_.empty() ? kNever : next_look_; }

 private:
  void hold_back_crowded();
  int release_caught_up();
  void hold_back(Session& session);
  void let_go(Session& session);

  IoState& state_;
  Pages& pages_;
  MonoTime next_look_{};
  std::vector<SessionId> lagging_;
};

}  // namespace parley::server
