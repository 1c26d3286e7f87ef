// SPDX-License-Identifier: Apache-2.0
#include "net/transport/unacknowledged.h"

#include <algorithm>

namespace parley::transport {
namespace {

constexpr size_t kKept = 64;       // places, when nothing is left
constexpr size_t kMovedFrom = 16;  // acknowledged ones are moved over from so many on, when they are the greater part

// How far `to` lies beyond `from`; both wrap around, never 2 GiB apart.
int32_t between(uint32_t from, uint32_t to) { return static_cast<int32_t>(to - from); }

}  // namespace

void Unacknowledged::add(uint32_t bytes, uint16_t entries, MonoTime now) {
  given_ += bytes;
  messages_.push_back({.given = now, .end = given_, .entries = entries});
}

void Unacknowledged::acknowledge(uint32_t bytes) {
  acknowledged_ += bytes;
  while (first_ < messages_.size() && between(acknowledged_, messages_[first_].end) <= 0) ++first_;
  if (first_ == messages_.size()) return clear();
  if (first_ < kMovedFrom || first_ < messages_.size() / 2) return;
  messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

void Unacknowledged::clear() {
  messages_.clear();
  if (messages_.capacity() > kKept) std::vector<Message>().swap(messages_);
  first_ = 0;
  acknowledged_ = given_;
}

void Unacknowledged::give_anew(MonoTime now) {
  for (Message& each : messages_) each.given = now;
}

Backlog Unacknowledged::waiting(uint32_t under_way, MonoTime now) const {
  Backlog backlog;
  if (messages_.empty()) return backlog;
  backlog.oldest = now - messages_[first_].given;
  size_t end = messages_.size();
  while (end > first_ && messages_[end - 1].given >= now) --end;
  const uint32_t left = acknowledged_ + under_way;  // up to here
  if (end == first_ || between(left, messages_[end - 1].end) <= 0) return backlog;
  backlog.bytes = messages_[end - 1].end - left;
  for (size_t at = end; at > first_ && between(left, messages_[at - 1].end) > 0; --at) backlog.entries += messages_[at - 1].entries;
  return backlog;
}

}  // namespace parley::transport
