// SPDX-License-Identifier: Apache-2.0
// What of a room its user hasn't read, counted without the store: from the server's RoomInfo, the messages that came since, and the marks
// that his devices set. Of the newest kKept unread messages the numbers are kept, so a mark among them costs no question; one before them
// needs the server's count again (stale()).
//
// Own messages count as read with everything before them. Marks only go forward. Owned by its room; no network, no clock.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/ids.h"

namespace parley::client {

struct UnreadInfo {
  Sequence read, head;
  uint64_t unread = 0, mentions = 0;
};

class Unread {
 public:
  static constexpr size_t kKept = 256;  // 4 KiB, for somebody who never reads

  void on_info(const UnreadInfo& info);
  // A message of somebody else came, live or by catch-up.
  void on_message(Sequence sequence, bool mentions_me);
  // Read up to there, on whatever device, or said something there. True if the mark moved.
  bool mark(Sequence sequence);
  // What was never stored is gone again.
  void rollback(Sequence through);

  Sequence read() const { return read_; }
  uint64_t unread() const { return older_ + (newer_.size() - first_); }
  uint64_t mentions() const { return older_mentions_ + newer_mentions_; }
  // The counts include messages that may have been read: only the server knows.
  bool stale() const { return stale_; }

 private:
  struct Message {
    Sequence sequence;
    bool mentions_me;
  };
  bool has_newer() const { return first_ < newer_.size(); }
  Message& oldest() { return newer_[first_]; }
  void forget_oldest();
  void forget_newest();

  Sequence read_, counted_;  // `older_` holds all unread up to counted_
  uint64_t older_ = 0, older_mentions_ = 0;
  std::vector<Message> newer_;  // above counted_, ascending; from first_ on. Its memory stays
  size_t first_ = 0;
  uint64_t newer_mentions_ = 0;
  bool stale_ = false;
};

}  // namespace parley::client
