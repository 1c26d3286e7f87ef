// SPDX-License-Identifier: Apache-2.0
// Numbered sends until they are durable. Everything goes out in the order of its numbers; after a reconnect, or when the server says
// "later", it goes back to the first number that isn't durable, or that was refused, and sends on from there (go-back-N). The server
// answers what it had accepted before with its receipt, so nothing is in the history twice.
//
// A send that is refused for good is dropped, and a void one (to room 0) goes out under its number, then all behind it again: the server
// skips them until then. So it never has to remember what it refused: all up to its last number was applied, or is known here to be void.
// The same holds for sends dropped here because their room is gone, or doesn't let this ticket send (which saves them the way). One that
// went out on an earlier connection isn't dropped then but asked about, since the server may have taken it.
//
// Bound: kMaxOutbox, then outbox_full. Owned by its session; no allocation once the slots' strings have grown.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "net/client/context.h"
#include "net/client/decode.h"
#include "net/client/outbox_file.h"
#include "net/client/room.h"
#include "net/client/session_events.h"
#include "net/client/uplink.h"
#include "wire_generated.h"

namespace parley::client {

class Outbox {
 public:
  Outbox(Context& context, Uplink& uplink, SessionEvents& events) : context_(context), uplink_(uplink), events_(events) {}

  // `content` is validated. The number by which receipts name it.
  Result<uint64_t> add(Room& room, const Content& content);
  // Sends what may go out now.
  void pump();

  // new_epoch: the server restarted; what was ordered but not durable may be gone, so its place is told again.
  void on_online(bool new_epoch);
  void on_offline() { sent_here_ = false; }
  void on_receipts(const wire::Receipts& receipts);
  void on_refused(uint64_t number, const RefusalView& refusal);
  // An own entry came back in its room: for a repeated send that is how its place becomes known.
  void on_entry(uint64_t number, Sequence sequence);

  // What an earlier session left in `file`, which outlives this and is kept up to date from now on: their rooms are joined already. Before
  // the first connection.
  void restore(OutboxFile& file, const std::function<Room*(std::string_view)>& room_of);
  // Who the server says this is: what was left by somebody else isn't sent as him.
  void on_user(std::string_view user);

  void drop_room(const Room& room, const Error& why);
  bool has(const Room& room) const;
  size_t size() const { return live_; }
  // The server and we don't agree on the numbers of this connection; a new one, whose first number is free, settles it.
  bool wants_reconnect() const { return wants_reconnect_; }

 private:
  struct Slot {
    Room* room = nullptr;  // null: dropped, or asked about
    Content content;
    uint64_t sequence = 0;  // told by ORDERED
    bool ordered = false;
    bool asked = false;  // its room is gone, but it went out: only the server knows what became of it. content.text is the room's name
    bool live() const { return room != nullptr || asked; }
    const std::string& room_name() const;
  };

  Slot& at(uint64_t number) { return slots_[(head_ + (number - front_)) & (slots_.size() - 1)]; }
  const Slot& at(uint64_t number) const { return slots_[(head_ + (number - front_)) & (slots_.size() - 1)]; }
  Slot* live_slot(uint64_t number);
  bool send_next();
  bool send_void() { return send_placeholder(RoomId{}); }
  bool send_placeholder(RoomId room);
  void refuse_here(uint64_t number, Slot& slot);
  void grow();
  void drop(Slot& slot);
  // Of a send that is over without a durable receipt.
  void drop(uint64_t number);
  void pop_front();
  void trim();
  void tell_ordered(uint64_t number, Slot& slot, uint64_t sequence);
  void on_durable(uint64_t through);

  Context& context_;
  Uplink& uplink_;
  SessionEvents& events_;

  OutboxFile* file_ = nullptr;  // none: sends are kept in memory only
  std::vector<Slot> slots_;     // a ring; its size is a power of two
  size_t head_ = 0;             // slot of front_
  uint64_t front_ = 1;          // oldest number kept
  uint64_t next_ = 1;           // number of the next add()
  uint64_t cursor_ = 1;         // next to go out on this connection
  uint64_t sent_through_ = 0;   // highest that ever went out
  size_t live_ = 0;
  bool sent_here_ = false;  // something went out on this connection, so the server has a number to expect
  bool wants_reconnect_ = false;
  MonoTime not_before_{};
};

}  // namespace parley::client
