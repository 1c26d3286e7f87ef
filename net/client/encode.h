// SPDX-License-Identifier: Apache-2.0
// Builds the client's messages (schema/wire.fbs) in one buffer that is used again and again. A returned view lives until the next call.
// Owned by the client's thread.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "net/client/content.h"
#include "wire_generated.h"

namespace parley::client {

struct JoinFields {
  uint32_t request = 0;
  std::string_view room;
  Sequence since;
  Epoch epoch;
  uint16_t last = 0;
};

struct HelloFields {
  std::string_view ticket;
  ProducerId producer;
  std::string_view agent;
  std::span<const JoinFields> rooms;
  bool early = false;
};

struct PageFields {
  uint32_t request = 0;
  RoomId room;
  Sequence from;
  wire::Direction direction = wire::Direction::Backward;
  uint16_t limit = 0;
  int64_t time_us = 0;
};

struct SignalFields {
  RoomId room{};
  wire::SignalKind kind = wire::SignalKind::Typing;
  bool on = true;
  uint32_t number = 0;
  float x = 0, y = 0, z = 0;
  uint32_t tag = 0;
};

struct SearchFields {
  uint32_t request = 0;
  RoomId room;
  std::string_view query;
  Sequence before;
  uint16_t limit = 0;
};

class Encoder {
 public:
  ByteView hello(const HelloFields& fields);
  ByteView join(const JoinFields& fields);
  ByteView leave(RoomId room);
  ByteView send(ProducerNumber number, RoomId room, const Content& content);
  ByteView mark_read(RoomId room, Sequence sequence);
  ByteView room_info(RoomId room);
  ByteView page(const PageFields& fields);
  ByteView who(uint32_t request, RoomId room);
  ByteView signal(const SignalFields& fields);
  ByteView search(const SearchFields& fields);

 private:
  flatbuffers::Offset<wire::JoinRequest> join_request(const JoinFields& fields);
  template <class Body>
  ByteView finish(flatbuffers::Offset<Body> body);

  flatbuffers::FlatBufferBuilder builder_{512};
  std::vector<flatbuffers::Offset<flatbuffers::String>> mentions_;
};

}  // namespace parley::client
