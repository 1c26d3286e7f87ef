// SPDX-License-Identifier: Apache-2.0
// What a room's members may see, while networks fail and the server is killed: one sequence, dense, the same for all, with each sender's
// messages once and in his order. Fed with what each client receives; remembers the newest kKept entries, so hours cost no memory. A server
// that crashed may take back its tail (a rollback): then those entries are expected anew. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "tools/bench/load/stamp.h"

namespace parley::bench {

class RoomLedger {
 public:
  static constexpr size_t kKept = 65'536;  // a rollback or a straggler that reaches further back is counted as a fault

  struct Faults {
    uint64_t lost = 0;          // a sender's message that a later one of his overtook, or that never came
    uint64_t doubled = 0;       // a second place for the same message
    uint64_t out_of_order = 0;  // a member got another sequence than the next one, or another message under it than the others
    uint64_t total() const { return lost + doubled + out_of_order; }
  };

  // For senders and members numbered below these.
  RoomLedger(int senders, int members) : next_number_(static_cast<size_t>(senders)), last_(static_cast<size_t>(members)) {}

  // A member is in the room, for the first time: it gets what comes after this sequence.
  void joined(int member, uint64_t sequence) { last_[static_cast<size_t>(member)] = sequence; }
  void received(int member, uint64_t sequence, const Stamp& stamp);
  // The member drops what it has above `sequence`. `crash` counts the server's crashes: the first member to say so takes the entries back.
  void rolled_back(int member, uint64_t sequence, uint64_t crash);

  // At the end: each sender sent so many; what has no place is lost, and each member's last must be the newest.
  Faults finish(const std::vector<uint32_t>& sent) const;
  const Faults& faults() const { return faults_; }
  uint64_t newest() const { return first_ + entries_.size() - 1; }
  uint64_t last_of(int member) const { return last_[static_cast<size_t>(member)]; }
  // Numbers of this sender that have their place.
  uint32_t placed(int sender) const { return next_number_[static_cast<size_t>(sender)]; }

 private:
  struct Entry {
    uint32_t sender = 0, number = 0;
    uint32_t expected = 0;  // the sender's next number before it, for a rollback
    bool operator==(const Entry& other) const { return sender == other.sender && number == other.number; }
  };
  void append(const Stamp& stamp);

  std::deque<Entry> entries_;  // sequences first_ ... newest()
  uint64_t first_ = 1;
  bool started_ = false;
  std::vector<uint32_t> next_number_;
  std::vector<uint64_t> last_;  // of each member
  uint64_t crash_ = 0;
  Faults faults_;
};

}  // namespace parley::bench
