// SPDX-License-Identifier: Apache-2.0
// The reliable messages that a session was given and that aren't acknowledged yet, in the order of being given. Acknowledgements are bytes,
// taken as if they came in that order: where one is missing, a later one stands for it, so the oldest message may be told younger than it
// is.
//
// Grows with what isn't acknowledged, which its transport bounds (kMaxSessionQueuedBytes); keeps what it grew to, as long as that is
// little: a session that keeps up allocates nothing. Owned by its session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/time.h"
#include "net/transport/transport.h"

namespace parley::transport {

class Unacknowledged {
 public:
  void add(uint32_t bytes, uint16_t entries, MonoTime now);
  void acknowledge(uint32_t bytes);
  void clear();
  // All of it counts as given now: until now nobody could acknowledge it.
  void give_anew(MonoTime now);
  // `under_way`: so many bytes have left and aren't acknowledged. What was given at `now` hasn't had its turn and doesn't wait.
  Backlog waiting(uint32_t under_way, MonoTime now) const;
  void prefetch() const { __builtin_prefetch(messages_.data() + first_); }  // it will be asked soon

 private:
  struct Message {
    MonoTime given{};
    uint32_t end = 0;  // of its bytes, counted from the session's first, modulo 2³²
    uint16_t entries = 0;
  };

  std::vector<Message> messages_;
  size_t first_ = 0;  // of messages_ that isn't acknowledged
  uint32_t given_ = 0, acknowledged_ = 0;
};

}  // namespace parley::transport
