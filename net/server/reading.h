// SPDX-License-Identifier: Apache-2.0
// How far users have read, and what a member is told of a room beside its entries: topic, pins, unread and mention counts. A mark goes over
// the bus, so the store keeps it and the user's other sessions, and the other one of a direct room, hear of it on whatever thread they
// are. Counts come from the store, in O(1) (core/history/notes.h); the client goes on counting by itself.
//
// Bound: one RoomInfo owed for each catch-up that ended or request that the session's rate let in. Owned by one I/O thread.
#pragma once

#include "net/server/io_state.h"

namespace parley::server {

class Reading {
 public:
  explicit Reading(IoState& state) : state_(state) {}

  void mark(Session& session, const wire::MarkRead& mark);
  void request(Session& session, const wire::RoomInfoRequest& request);
  // A kMark record came off the bus.
  void on_mark(const bus::Record& record);
  // The page reader's answer to a Question::kRoomInfo.
  void on_answer(const history::PageAnswer& answer);
  // Asks for what is owed (IoState::info_owed).
  int run();

 private:
  bool ask(const IoState::OwedInfo& owed);
  void tell(std::string_view user, const bus::RecordHeader& header, std::string_view reader);

  IoState& state_;
};

}  // namespace parley::server
