// SPDX-License-Identifier: Apache-2.0
// The rooms of a session: joins them (two in the hello, the rest by Join), again after each reconnect from where the program's view ends;
// puts their entries in order through RoomFeed; keeps rosters; leaves when the last own message is durable.
// At most kMaxRoomsPerSession. Owned by its session.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "net/client/context.h"
#include "net/client/room.h"
#include "net/client/session_events.h"
#include "net/client/uplink.h"
#include "wire_generated.h"

namespace parley::client {

// What Rooms tells the rest of the session.
class RoomsOwner {
 public:
  virtual ~RoomsOwner() = default;
  virtual void on_entry(ProducerId producer, ProducerNumber number, Sequence sequence) = 0;
  virtual void on_heard(Room& room, std::string_view user, Sequence sequence) = 0;  // live
  virtual void on_member_left(Room& room, std::string_view user) = 0;
  virtual void on_open(Room& room) = 0;  // that was told early
  virtual bool has_sends(const Room& room) const = 0;
  // Before the room goes: whoever holds a pointer lets go of it.
  virtual void on_room_gone(Room& room, const Error& why) = 0;
};

class Rooms {
 public:
  Rooms(Context& context, Uplink& uplink, SessionEvents& events, RoomsOwner& owner);
  ~Rooms();

  // The program's calls.
  Result<void> join(std::string_view name, JoinWish wish);
  Result<void> leave(std::string_view name);
  Result<void> mark_read(std::string_view name, Sequence sequence);
  // A room that can be sent to and asked about; null when never joined or left.
  Room* find(std::string_view name) const;

  // The connection.
  std::vector<JoinFields> hello_rooms(size_t most);
  void on_online();
  void on_offline();
  void do_timers();
  // Sends became durable or were dropped: leaves what waited for that.
  void finish_leaving();

  // Messages. `true` from on_request_refused: it was ours.
  void on_joined(const wire::Joined& joined);
  void on_entries(const wire::Entries& entries);
  void on_behind(const wire::Behind& behind);
  void on_page(const wire::HistoryPage& page);       // request 0, or a question of ours
  void on_presence(const wire::Presence& presence);  // request 0
  void on_left(const wire::Left& left);
  void on_invited(const wire::Invited& invited);
  void on_read_mark(const wire::ReadMark& mark);
  void on_room_info(const wire::RoomInfo& info);
  void on_erased(const wire::Erased& erased);
  bool on_request_refused(uint32_t request, const RefusalView& refusal);
  bool owns_page(uint32_t request) const;
  // The room of that id; null, and counted, when there is none.
  Room* find(RoomId id);

 private:
  class Sink;
  struct Slot;

  Slot* slot_of(std::string_view name) const;
  Slot* slot_of(RoomId id);
  template <class Match>
  Slot* slot_where(Match match) const;
  void ask_join(Room& room);
  JoinFields join_fields(Room& room);
  void ask_missing(Room& room);
  void remove(Slot& slot, const Error* why);
  void collect(const flatbuffers::Vector<flatbuffers::Offset<wire::EntryBytes>>& entries);
  void tell_mark(Room& room);
  void add_counts(const Room& room, const RoomFeed::Counters& before);

  Context& context_;
  Uplink& uplink_;
  SessionEvents& events_;
  RoomsOwner& owner_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<FeedEntry> batch_;  // of the message in hand
};

}  // namespace parley::client
