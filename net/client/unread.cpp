// SPDX-License-Identifier: Apache-2.0
#include "net/client/unread.h"

#include <algorithm>

namespace parley::client {

void Unread::on_info(const UnreadInfo& info) {
  if (info.read < read_) {  // the server hasn't heard of our mark yet
    stale_ = info.head > read_;
    return;
  }
  stale_ = false;
  read_ = info.read;
  counted_ = info.head;
  older_ = info.unread;
  older_mentions_ = info.mentions;
  while (!newer_.empty() && newer_.front().sequence <= counted_) forget_oldest();
}

void Unread::on_message(Sequence sequence, bool mentions_me) {
  if (sequence <= counted_ || sequence <= read_) return;
  if (!newer_.empty() && sequence <= newer_.back().sequence) return;
  newer_.push_back({sequence, mentions_me});
  newer_mentions_ += mentions_me ? 1 : 0;
  if (newer_.size() <= kKept) return;
  counted_ = newer_.front().sequence;
  older_ += 1;
  older_mentions_ += newer_.front().mentions_me ? 1 : 0;
  forget_oldest();
}

bool Unread::mark(Sequence sequence) {
  if (sequence <= read_) return false;
  read_ = sequence;
  if (sequence >= counted_) {
    older_ = older_mentions_ = 0;
    stale_ = false;
  } else {
    stale_ = older_ > 0;
  }
  while (!newer_.empty() && newer_.front().sequence <= sequence) forget_oldest();
  return true;
}

void Unread::rollback(Sequence through) {
  while (!newer_.empty() && newer_.back().sequence > through) {
    newer_mentions_ -= newer_.back().mentions_me ? 1 : 0;
    newer_.pop_back();
  }
  read_ = std::min(read_, through);
  if (counted_ <= through) return;
  counted_ = through;
  stale_ = true;
}

void Unread::forget_oldest() {
  newer_mentions_ -= newer_.front().mentions_me ? 1 : 0;
  newer_.pop_front();
}

}  // namespace parley::client
