// SPDX-License-Identifier: Apache-2.0
#include "net/link/session_table.h"

#include "core/base/check.h"

namespace parley::link {
namespace {

constexpr unsigned kSlotBits = 16;
constexpr uint32_t kSlotMask = (1u << kSlotBits) - 1;
static_assert(kMaxSessionsPerIo <= size_t{1} << kSlotBits, "a slot must fit into the low half of a LinkId");

}  // namespace

SessionTable::SessionTable(size_t capacity, size_t io_index, size_t io_count, Random& random)
    : capacity_(capacity), io_index_(io_index), io_count_(io_count), random_(random) {
  CHECK(capacity <= kMaxSessionsPerIo, "more sessions than LinkId can number");
  CHECK(io_count > 0 && io_index < io_count, "io_index must be below io_count");
}

uint32_t SessionTable::free_index() const {
  const uint64_t classes = (uint64_t{1} << 32) / io_count_;
  for (;;) {
    const auto index = static_cast<uint32_t>(random_.below(classes) * io_count_ + io_index_);
    if (index != 0 && !indices_.find(index)) return index;
  }
}

Session* SessionTable::add() {
  if (indices_.size() >= capacity_) return nullptr;
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const uint32_t number = free_.front();
  free_.pop_front();
  Slot& slot = slots_[number];
  if (++slot.generation == 0) slot.generation = 1;
  slot.session = std::make_unique<Session>();
  slot.session->id = LinkId(uint32_t{slot.generation} << kSlotBits | number);
  slot.session->local_index = free_index();
  indices_.insert(slot.session->local_index, number);
  return slot.session.get();
}

void SessionTable::remove(Session& session) {
  const uint32_t number = session.id.value & kSlotMask;
  CHECK(number < slots_.size() && slots_[number].session.get() == &session, "the session isn't of this table");
  CHECK(!session.timer.armed(), "a session's timer is cancelled before it goes");
  indices_.erase(session.local_index);
  slots_[number].session.reset();
  free_.push_back(number);
}

Session* SessionTable::find(LinkId id) const {
  const uint32_t number = id.value & kSlotMask;
  if (number >= slots_.size()) return nullptr;
  Session* const session = slots_[number].session.get();
  return session != nullptr && session->id == id ? session : nullptr;
}

Session* SessionTable::peek(LinkId id) const {
  const uint32_t number = id.value & kSlotMask;
  return number < slots_.size() ? slots_[number].session.get() : nullptr;
}

Session* SessionTable::find_index(uint32_t receiver_index) const {
  if (receiver_index == 0) return nullptr;
  const auto number = indices_.find(receiver_index);
  return number ? slots_[*number].session.get() : nullptr;
}

}  // namespace parley::link
