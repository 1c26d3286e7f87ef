// SPDX-License-Identifier: Apache-2.0
#include "net/client/unread.h"

#include <algorithm>
#include <cstddef>

namespace parley::client {

void Unread::on_info(const UnreadInfo& info) {
  if (info.read < read_) return;  // the server hasn't heard of our mark yet
  stale_ = false;
  read_ = info.read;
  counted_ = info.head;
  older_ = info.unread;
  older_mentions_ = info.mentions;
  while (has_newer() && oldest().sequence <= counted_) forget_oldest();
}

void Unread::on_message(Sequence sequence, bool mentions_me) {
  if (sequence <= counted_ || sequence <= read_) return;
  if (has_newer() && sequence <= newer_.back().sequence) return;
  if (newer_.size() - first_ == kKept) {
    counted_ = oldest().sequence;
    older_ += 1;
    older_mentions_ += oldest().mentions_me ? 1 : 0;
    forget_oldest();
  }
  if (newer_.size() == 2 * kKept) {  // so a message is moved once at most
    newer_.erase(newer_.begin(), newer_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  newer_.push_back({sequence, mentions_me});
  newer_mentions_ += mentions_me ? 1 : 0;
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
  while (has_newer() && oldest().sequence <= sequence) forget_oldest();
  return true;
}

void Unread::rollback(Sequence through) {
  while (has_newer() && newer_.back().sequence > through) forget_newest();
  read_ = std::min(read_, through);
  if (counted_ <= through) return;
  counted_ = through;
  stale_ = true;
}

void Unread::forget_oldest() {
  newer_mentions_ -= oldest().mentions_me ? 1 : 0;
  ++first_;
  if (!has_newer()) newer_.clear(), first_ = 0;
}

void Unread::forget_newest() {
  newer_mentions_ -= newer_.back().mentions_me ? 1 : 0;
  newer_.pop_back();
  if (!has_newer()) newer_.clear(), first_ = 0;
}

}  // namespace parley::client
