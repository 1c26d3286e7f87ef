// SPDX-License-Identifier: Apache-2.0
#include "net/client/outbox.h"

#include <algorithm>

#include "core/base/limits.h"

namespace parley::client {
namespace {

static_assert((kMaxOutbox & (kMaxOutbox - 1)) == 0, "the ring grows by doubling up to kMaxOutbox");
constexpr size_t kFirstSlots = 8;
// No session is in this room: a send to it is answered with its receipt if it was taken before, else refused.
constexpr RoomId kNoRoom{~0ULL};

}  // namespace

const std::string& Outbox::Slot::room_name() const { return room != nullptr ? room->name : content.text; }

Result<uint64_t> Outbox::add(Room& room, const Content& content) {
  if (next_ - front_ >= kMaxOutbox)
    return fail(ErrorCode::kOutboxFull, std::to_string(kMaxOutbox) + " messages wait for the server: send again when some are durable");
  if (next_ - front_ == slots_.size()) grow();
  if (file_ != nullptr) {
    if (auto kept = file_->keep({next_, room.name, content}); !kept) return std::unexpected(kept.error());
  }
  const uint64_t number = next_++;
  Slot& slot = at(number);
  slot.room = &room;
  slot.content = content;  // into the memory that the slot has
  slot.sequence = 0;
  slot.ordered = slot.asked = false;
  ++live_;
  return number;
}

void Outbox::grow() {
  std::vector<Slot> larger(slots_.empty() ? kFirstSlots : slots_.size() * 2);
  for (uint64_t number = front_; number < next_; ++number) larger[number - front_] = std::move(at(number));
  slots_ = std::move(larger);
  head_ = 0;
}

void Outbox::pump() {
  if (not_before_ > context_.now.mono) {
    context_.wake(not_before_);
    return;
  }
  while (cursor_ < next_ && send_next()) ++cursor_;
  trim();
}

// The room doesn't let this ticket send. If it never went out, that is the end of it; else the server knows what became of it.
void Outbox::refuse_here(uint64_t number, Slot& slot) {
  if (slot.room == nullptr || !slot.room->open() || slot.room->may_send || number <= sent_through_) return;
  events_.send_failed(slot.room->name, number,
                      {ErrorCode::kNotGranted, "your ticket doesn't allow to send to this room; ask for one that does"});
  drop(number);
}

// Stands for a number whose message is gone: a send to room 0 only uses its number up.
bool Outbox::send_placeholder(RoomId room) { return uplink_.send(context_.encoder.send(ProducerNumber{cursor_}, room, {.text = "-"})); }

// False when the send at the cursor has to wait.
bool Outbox::send_next() {
  if (cursor_ < front_) return send_void();
  Slot& slot = at(cursor_);
  refuse_here(cursor_, slot);
  if (slot.asked) {
    if (!send_placeholder(kNoRoom)) return false;
    sent_here_ = true;
    return true;
  }
  if (slot.room == nullptr) return !sent_here_ || send_void();
  if (!slot.room->open()) return false;
  if (!uplink_.send(context_.encoder.send(ProducerNumber{cursor_}, slot.room->id, slot.content))) return false;
  sent_here_ = true;
  sent_through_ = std::max(sent_through_, cursor_);
  return true;
}

void Outbox::drop(Slot& slot) {
  slot.room = nullptr;
  slot.asked = false;
  --live_;
}

void Outbox::drop(uint64_t number) {
  drop(at(number));
  if (file_ != nullptr) file_->drop(number);
}

void Outbox::restore(OutboxFile& file, const std::function<Room*(std::string_view)>& room_of) {
  file_ = &file;
  const OutboxFile::State state = file.state();  // a copy: dropping changes it
  front_ = cursor_ = state.kept.empty() ? state.next : state.kept.front().number;
  next_ = state.next;
  sent_through_ = next_ - 1;  // each of them may have gone out
  while (slots_.size() < next_ - front_ || slots_.empty()) slots_.resize(slots_.empty() ? kFirstSlots : slots_.size() * 2);
  for (const KeptSend& kept : state.kept) {
    Slot& slot = at(kept.number);
    slot.room = room_of(kept.room);
    slot.content = kept.content;
    slot.asked = slot.room == nullptr;
    if (slot.asked) slot.content.text = kept.room;
    ++live_;
  }
}

void Outbox::on_user(std::string_view user) {
  if (file_ == nullptr) return;
  if (!file_->state().user.empty() && file_->state().user != user) {
    for (uint64_t number = front_; number < next_; ++number) {
      if (!at(number).live()) continue;
      events_.send_failed(at(number).room_name(), number,
                          {ErrorCode::kNotGranted, "this was left in the outbox file by another user; it isn't sent as you"});
      drop(number);
    }
  }
  file_->set_user(user);
}

void Outbox::pop_front() {
  if (at(front_).live()) drop(at(front_));
  head_ = (head_ + 1) & (slots_.size() - 1);
  if (cursor_ == front_) ++cursor_;
  ++front_;
}

// Dropped sends at the front go once the server knows that their numbers are used, or needn't.
void Outbox::trim() {
  while (front_ < next_ && !at(front_).live() && (front_ < cursor_ || !sent_here_)) pop_front();
}

Outbox::Slot* Outbox::live_slot(uint64_t number) {
  if (number < front_ || number >= next_ || number > sent_through_) return nullptr;
  Slot& slot = at(number);
  return slot.live() ? &slot : nullptr;
}

void Outbox::on_online(bool new_epoch) {
  cursor_ = front_;
  sent_here_ = false;
  wants_reconnect_ = false;
  not_before_ = MonoTime{};
  if (!new_epoch) return;
  for (uint64_t number = front_; number < next_; ++number) {
    at(number).ordered = false;
    at(number).sequence = 0;
  }
}

void Outbox::tell_ordered(uint64_t number, Slot& slot, uint64_t sequence) {
  if (slot.ordered) return;
  slot.ordered = true;
  slot.sequence = sequence;
  events_.ordered(slot.room_name(), number, Sequence{sequence});
}

void Outbox::on_entry(uint64_t number, Sequence sequence) {
  if (Slot* slot = live_slot(number)) tell_ordered(number, *slot, sequence.value);
}

void Outbox::on_receipts(const wire::Receipts& receipts) {
  if (receipts.ordered() != nullptr) {
    for (const wire::Receipt* receipt : *receipts.ordered()) {
      Slot* slot = live_slot(receipt->number());
      // Without a sequence it was accepted earlier: its own entry tells its place, at the latest `durable` does without.
      if (slot != nullptr && receipt->sequence() != 0) tell_ordered(receipt->number(), *slot, receipt->sequence());
    }
  }
  if (receipts.durable_through() != 0) on_durable(receipts.durable_through());
}

void Outbox::on_durable(uint64_t through) {
  through = std::min(through, sent_through_);
  uint64_t told = 0;
  while (front_ < next_ && front_ <= through) {
    Slot& slot = at(front_);
    if (slot.live()) {
      tell_ordered(front_, slot, 0);
      told = front_;
    }
    pop_front();
  }
  if (told != 0 && file_ != nullptr) file_->done(told);
  if (told != 0) events_.durable(told);
}

void Outbox::on_refused(uint64_t number, const RefusalView& refusal) {
  if (refusal.error.code == ErrorCode::kNumberGap) {
    ++context_.counters.unexpected;
    wants_reconnect_ = true;
    context_.wake(MonoTime{});
    return;
  }
  if (number >= cursor_) return;  // said before we went back
  if (refusal.retry.count() > 0) {
    cursor_ = number;
    not_before_ = context_.now.mono + refusal.retry;
    context_.wake(not_before_);
    return;
  }
  if (Slot* slot = live_slot(number)) {
    events_.send_failed(slot->room_name(), number, refusal.error);
    drop(number);
  }
  cursor_ = number;  // void now, perhaps since before the server said so, and even gone from the slots
}

void Outbox::drop_room(const Room& room, const Error& why) {
  for (uint64_t number = front_; number < next_; ++number) {
    Slot& slot = at(number);
    if (slot.room != &room) continue;
    if (number <= sent_through_) {
      slot.content.text = room.name;
      slot.room = nullptr;
      slot.asked = true;
      continue;
    }
    events_.send_failed(room.name, number, why);
    drop(number);
  }
  trim();
}

bool Outbox::has(const Room& room) const {
  for (uint64_t number = front_; number < next_; ++number)
    if (at(number).room == &room) return true;
  return false;
}

}  // namespace parley::client
