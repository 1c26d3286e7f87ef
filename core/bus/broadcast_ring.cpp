// SPDX-License-Identifier: Apache-2.0
#include "core/bus/broadcast_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/check.h"

namespace parley::bus {

namespace {

size_t slots_for(size_t bytes, size_t slot_bytes) { return std::max<size_t>(1, (bytes + slot_bytes - 1) / slot_bytes); }

}  // namespace

BroadcastRing::BroadcastRing(const RingOptions& options)
    : slot_bytes_(options.slot_bytes),
      max_record_bytes_(options.max_record_bytes),
      mask_(options.slots - 1),
      margin_(options.max_producers * slots_for(options.max_record_bytes, options.slot_bytes)),
      slots_(options.slots) {
  static_assert(sizeof(Slot) == kCacheLine, "a header is one line: a reader that waits for it touches nothing else");
  CHECK(std::has_single_bit(options.slots), "slots is a power of two");
  CHECK(options.slot_bytes > 0 && options.slot_bytes % kCacheLine == 0, "slot_bytes is a multiple of 64");
  CHECK(options.max_producers > 0 && options.slots >= margin_, "each producer's largest record must find room at the same time");
  const size_t spill = slots_for(options.max_record_bytes, options.slot_bytes) - 1;
  payload_.resize((options.slots + spill) * slot_bytes_ / kCacheLine);  // zeroed, so its pages are there before the first message
}

BroadcastRing::~BroadcastRing() = default;

BroadcastRing::Reader& BroadcastRing::add_reader() {
  CHECK(claimed() == 0, "readers are added before the first publish");
  readers_.push_back(std::unique_ptr<Reader>(new Reader(*this)));
  return *readers_.back();
}

std::optional<BusPosition> BroadcastRing::publish(const RecordHeader& header, ByteView payload) {
  CHECK(payload.size() <= max_record_bytes_, "the record fits the bus");
  if (!has_room(is_dispensable(header.kind) ? margin_ + slots_.size() / 2 : margin_)) return std::nullopt;
  const size_t span = span_of(payload.size());
  // Acquire pairs with the release half of all earlier claims: the readers' progress on which those relied is known here too, so
  // overwriting what the readers left behind is ordered after their reading.
  const BusPosition start = claimed_.fetch_add(span, std::memory_order_acq_rel);
  Slot& slot = slot_at(start);
  slot.payload_bytes = static_cast<uint32_t>(payload.size());
  slot.span = static_cast<uint32_t>(span);
  slot.header = header;
  if (!payload.empty()) std::memcpy(payload_at(start), payload.data(), payload.size());
  slot.published.store(start + 1, std::memory_order_release);  // to the acquire in Reader::peek
  return start + span;
}

// The check and the claim are two steps, and meanwhile others may claim. The margin makes that harmless. Let L = slowest reader + slots −
// margin. A check passes only if it saw claimed ≤ L. Look at the claims that end above L: a producer has at most one of them, because
// before its second one its check would have seen at least its own first (a thread never reads older than what it wrote). So claims never
// end above L + max_producers × the largest span = slowest reader + slots. Old values of either load only make the check stricter, or are
// covered by this, as is a larger margin. tests/core/bus/ring_model_test.cpp explores it with all interleavings and all allowed old values.
bool BroadcastRing::has_room(uint64_t margin) {
  const BusPosition claimed = claimed_.load(std::memory_order_relaxed);
  // Acquire pairs with the release store below, by the producer that last asked the readers.
  if (claimed + margin <= slowest_cached_.load(std::memory_order_acquire) + slots_.size()) return true;
  const BusPosition slowest = slowest_reader();
  slowest_cached_.store(slowest, std::memory_order_release);  // two producers may store in either order: an older minimum is still true
  return claimed + margin <= slowest + slots_.size();
}

BusPosition BroadcastRing::slowest_reader() const {
  CHECK(!readers_.empty(), "a ring without readers would keep nothing and lose everything");
  BusPosition slowest = readers_.front()->position();
  for (const auto& reader : readers_) slowest = std::min(slowest, reader->position());
  return slowest;
}

size_t BroadcastRing::span_of(size_t payload_bytes) const { return slots_for(payload_bytes, slot_bytes_); }

// Relaxed: a bound, which carries no data along.
BusPosition BroadcastRing::claimed() const { return claimed_.load(std::memory_order_relaxed); }

std::optional<Record> BroadcastRing::Reader::peek() {
  const Slot& slot = ring_.slot_at(next_);
  // Acquire pairs with the release store at the end of publish().
  if (slot.published.load(std::memory_order_acquire) != next_ + 1) return std::nullopt;
  return Record{slot.header, ByteView(ring_.payload_at(next_), slot.payload_bytes)};
}

void BroadcastRing::Reader::advance() {
  const Slot& slot = ring_.slot_at(next_);
  // Relaxed: peek() on this thread has acquired it already.
  DCHECK(slot.published.load(std::memory_order_relaxed) == next_ + 1, "advance() follows a peek() that returned a record");
  next_ += slot.span;
  cursor_.store(next_, std::memory_order_release);  // to the acquire in position(): our reading is over before the slots are overwritten
}

// Acquire pairs with the release store in advance().
BusPosition BroadcastRing::Reader::position() const { return cursor_.load(std::memory_order_acquire); }

}  // namespace parley::bus
