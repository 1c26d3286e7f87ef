// SPDX-License-Identifier: Apache-2.0
#include "net/link/ack_block.h"

#include <algorithm>

namespace parley::link {
namespace {

constexpr size_t kHighestAt = 0, kBeforeAt = 4, kArrivedAt = 12, kDelayAt = 14;
static_assert(kDelayAt + 4 == kAckBlockBytes);
constexpr uint64_t kHighestSpan = uint64_t{1} << 32;

}  // namespace

void write_ack_block(const AckBlock& block, uint8_t* out) {
  store_le(out + kHighestAt, static_cast<uint32_t>(block.highest));
  store_le(out + kBeforeAt, block.before);
  store_le(out + kArrivedAt, static_cast<uint16_t>(block.arrived));
  store_le(out + kDelayAt, static_cast<uint32_t>(std::clamp<int64_t>(block.delay.count(), 0, UINT32_MAX)));
}

std::optional<AckBlock> read_ack_block(ByteView body, uint64_t next_counter) {
  if (body.size() < kAckBlockBytes) return std::nullopt;
  // The newest counter below next_counter that ends in these 32 bits.
  uint64_t highest = (next_counter & ~(kHighestSpan - 1)) | load_le<uint32_t>(&body[kHighestAt]);
  if (highest >= next_counter) {
    if (highest < kHighestSpan) return std::nullopt;
    highest -= kHighestSpan;
  }
  const Micros delay(load_le<uint32_t>(&body[kDelayAt]));
  return AckBlock{highest, load_le<uint64_t>(&body[kBeforeAt]), load_le<uint16_t>(&body[kArrivedAt]), delay};
}

void AckTracker::on_datagram(bool is_highest, bool wants_ack, MonoTime now) {
  ++arrived_;
  if (is_highest) highest_at_ = now;
  if (!wants_ack) {
    if (++untold_ >= kUntold) repeats_ = std::max(repeats_, 1);
    return;
  }
  repeats_ = kRepeats;
  due_ = std::min(due_, now + kAckDelay);
}

void AckTracker::on_duplicate(MonoTime now, Micros spacing) {
  ++arrived_;
  due_ = std::min(due_, std::max(now + kAckDelay, last_taken_ + spacing));
}

AckBlock AckTracker::take(const ReplayWindow& window, MonoTime now, bool often) {
  repeats_ = often ? 0 : std::max(repeats_ - 1, 0);
  untold_ = 0;
  due_ = kNever;
  last_taken_ = now;
  return {window.highest(), window.before_highest(), arrived_, now - highest_at_};
}

}  // namespace parley::link
