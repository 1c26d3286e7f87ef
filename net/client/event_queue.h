// SPDX-License-Identifier: Apache-2.0
// The events that wait for parley_poll. Events are written straight into batches together with their strings; a batch that is being handed
// out is no longer written, so its strings don't move. Three batches in turn: one handed out, one filled, one whose strings the program may
// still look at. No allocation once the batches have grown to what the program needs.
//
// Bound: at kMaxEventsQueued the client stops reading the socket (full()); what a batch of datagrams in hand still brings is taken, so that
// nothing is lost. Owned by the client's thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/limits.h"
#include "net/client/parley.h"

namespace parley::client {

// The strings of an event; copied, and given to the program with a 0 at the end.
struct EventStrings {
  std::string_view room, user, name, text;
};

class EventQueue {
 public:
  EventQueue();

  void push(const parley_event& event, const EventStrings& strings);
  // Up to out.size() events in order. Their strings live until the next take().
  size_t take(std::span<parley_event> out);
  // Removes what waits for a session that goes away.
  void forget(const parley_session* session);

  size_t size() const { return waiting_; }
  bool full() const { return waiting_ >= kMaxEventsQueued; }

 private:
  struct Stored {
    parley_event event;
    uint32_t room = 0, user = 0, name = 0, text = 0;  // offsets into the arena
  };
  struct Kept {
    uint32_t at = 0;  // in the arena
    size_t size = 0;
  };
  struct Batch {
    std::vector<Stored> events;
    std::vector<char> arena;  // starts with the empty string
    size_t next = 0;          // first event not handed out
    Kept last_room;
    void clear();
    uint32_t keep(std::string_view text);
    uint32_t keep_room(std::string_view room);
  };

  void hand_out(Batch& batch, std::span<parley_event> out, size_t& used);
  void rotate();

  std::array<Batch, 3> batches_;
  size_t handing_ = 0;
  size_t filling_ = 1;
  size_t waiting_ = 0;
};

}  // namespace parley::client
