// SPDX-License-Identifier: Apache-2.0
#include "net/client/event_queue.h"

namespace parley::client {

EventQueue::EventQueue() {
  for (Batch& batch : batches_) batch.clear();
}

void EventQueue::Batch::clear() {
  events.clear();
  arena.clear();
  arena.push_back('\0');
  next = 0;
  last_room = {};
}

uint32_t EventQueue::Batch::keep(std::string_view text) {
  if (text.empty()) return 0;
  const auto at = static_cast<uint32_t>(arena.size());
  arena.insert(arena.end(), text.begin(), text.end());
  arena.push_back('\0');
  return at;
}

// Mostly that of the event before: one copy serves both.
uint32_t EventQueue::Batch::keep_room(std::string_view room) {
  if (room != std::string_view{arena.data() + last_room.at, last_room.size}) last_room = {keep(room), room.size()};
  return last_room.at;
}

void EventQueue::push(const parley_event& event, const EventStrings& strings) {
  Batch& batch = batches_[filling_];
  Stored& stored = batch.events.emplace_back(event);
  stored.event.text_length = strings.text.size();
  stored.room = batch.keep_room(strings.room);
  stored.user = batch.keep(strings.user);
  stored.name = strings.name == strings.user ? stored.user : batch.keep(strings.name);  // who has no name of his own
  stored.text = batch.keep(strings.text);
  ++waiting_;
}

void EventQueue::hand_out(Batch& batch, std::span<parley_event> out, size_t& used) {
  const char* arena = batch.arena.data();
  while (used < out.size() && batch.next < batch.events.size()) {
    const Stored& stored = batch.events[batch.next++];
    if (stored.event.session == nullptr) continue;  // forgotten
    parley_event& event = out[used++];
    event = stored.event;
    event.room = arena + stored.room;
    event.user = arena + stored.user;
    event.name = arena + stored.name;
    event.text = arena + stored.text;
    --waiting_;
  }
}

// The batch that was filled is handed out next. The one filled from now on was used up by an earlier take(), so nobody looks at it any
// more.
void EventQueue::rotate() {
  const size_t idle = 3 - handing_ - filling_;
  handing_ = filling_;
  filling_ = idle;
  batches_[filling_].clear();
}

size_t EventQueue::take(std::span<parley_event> out) {
  size_t used = 0;
  hand_out(batches_[handing_], out, used);
  if (batches_[handing_].next == batches_[handing_].events.size() && !batches_[filling_].events.empty()) {
    rotate();
    hand_out(batches_[handing_], out, used);
  }
  return used;
}

void EventQueue::forget(const parley_session* session) {
  for (const size_t index : {handing_, filling_}) {
    Batch& batch = batches_[index];
    for (size_t i = batch.next; i < batch.events.size(); ++i) {
      if (batch.events[i].event.session != session) continue;
      batch.events[i].event.session = nullptr;
      --waiting_;
    }
  }
}

}  // namespace parley::client
