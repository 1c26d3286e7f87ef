// SPDX-License-Identifier: Apache-2.0
// The many members of `parley-bench storm`, in a process of their own, which gives way to the one that measures: two thousand clients that
// all come back at once keep a processor busy for seconds, which in life is two thousand processors, and what waits there says nothing of
// the server. They listen, and close and connect again when they are told to. Orders and answers go over a socket pair, one at a time.
//
// Start it before there are threads (it forks). Main thread.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/error.h"

namespace parley::bench {

struct HerdOptions {
  int members = 0;
  int room_members = 0;  // with those who aren't of the herd
  int within_ms = 0;     // in a storm: until all have closed and begun to connect again
  std::string address = {};
  std::function<std::string(int)> ticket = {};  // of member i
};

// What the herd answers: to kGather when so many are in the room, to kCount at once, to kStorm when all are back and know of each
// other again, of everybody in the room.
struct HerdNews {
  int joined = 0;
  uint64_t bytes_down = 0;  // that the present connections received
  uint64_t delivered = 0;   // messages, since the start
  // Of the storm:
  double back_s = 0;          // until the last one was back
  double known_s = 0;         // until each knew of everybody; 0: not within a minute
  double bytes_a_member = 0;  // received, by all its connections
  int64_t late_p99_ns = 0;    // of a message, as these members see it with their own work in front
};

class Herd {
 public:
  static Result<std::unique_ptr<Herd>> start(const HerdOptions& options);
  ~Herd();  // ends it
  Herd(const Herd&) = delete;
  Herd& operator=(const Herd&) = delete;

  // One order at a time; its answer comes by take().
  void gather(int members) { order({Order::kGather, members}); }
  void count() { order({Order::kCount, 0}); }
  void storm() { order({Order::kStorm, 0}); }
  // Nothing: not yet. An error: it is gone.
  Result<std::optional<HerdNews>> take();
  pid_t pid() const { return pid_; }

 private:
  friend class HerdProcess;
  struct Order {
    enum Kind : int { kGather, kCount, kStorm } kind;
    int members;
  };
  Herd(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
  void order(const Order& order) const;

  const pid_t pid_;
  const int socket_;
};

}  // namespace parley::bench
