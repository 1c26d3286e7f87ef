// SPDX-License-Identifier: Apache-2.0
#include "net/server/session.h"

#include <cstring>

namespace parley::server {

std::vector<uint64_t> pack_send(const wire::Send& send) {
  flatbuffers::FlatBufferBuilder builder(512);
  wire::SendT fields;
  send.UnPackTo(&fields);
  builder.Finish(wire::CreateSend(builder, &fields));
  std::vector<uint64_t> out((builder.GetSize() + 7) / 8);
  std::memcpy(out.data(), builder.GetBufferPointer(), builder.GetSize());
  return out;
}

// At most kMaxRoomsPerSession seats and joins, mostly one or two: a scan is faster than any index.
Seat* Session::seat(RoomId room) {
  for (Seat& each : seats) {
    if (each.room == room) return &each;
  }
  return nullptr;
}

PendingJoin* Session::pending(uint32_t tag) {
  for (const auto& each : joins) {
    if (each->tag == tag) return each.get();
  }
  return nullptr;
}

PendingJoin* Session::pending(std::string_view room) {
  for (const auto& each : joins) {
    if (each->room == room) return each.get();
  }
  return nullptr;
}

void Session::drop_pending(uint32_t tag) {
  std::erase_if(joins, [tag](const auto& each) { return each->tag == tag; });
  if (joins.empty()) std::vector<std::unique_ptr<PendingJoin>>().swap(joins);
}

}  // namespace parley::server
