// SPDX-License-Identifier: Apache-2.0
#include "net/client/encode.h"

#include <array>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace parley::client {

template <class Body>
ByteView Encoder::finish(flatbuffers::Offset<Body> body) {
  builder_.Finish(wire::CreateMessage(builder_, wire::BodyTraits<Body>::enum_value, body.Union()));
  return {builder_.GetBufferPointer(), builder_.GetSize()};
}

flatbuffers::Offset<wire::JoinRequest> Encoder::join_request(const JoinFields& fields) {
  const auto room = builder_.CreateString(fields.room.data(), fields.room.size());
  return wire::CreateJoinRequest(builder_, fields.request, room, fields.since.value, fields.epoch.value, fields.last);
}

ByteView Encoder::hello(const HelloFields& fields) {
  CHECK(fields.rooms.size() <= kMaxRoomsInHello, "more rooms than a hello takes");
  builder_.Clear();
  std::array<flatbuffers::Offset<wire::JoinRequest>, kMaxRoomsInHello> joins;
  for (size_t i = 0; i < fields.rooms.size(); ++i) joins[i] = join_request(fields.rooms[i]);
  const auto rooms = builder_.CreateVector(joins.data(), fields.rooms.size());
  const auto ticket = builder_.CreateString(fields.ticket.data(), fields.ticket.size());
  const auto agent = builder_.CreateString(fields.agent.data(), fields.agent.size());
  const auto hello =
      wire::CreateHello(builder_, kProtocolVersionMin, kProtocolVersionMax, ticket, fields.producer.value, agent, rooms, fields.early);
  builder_.Finish(wire::CreateHandshake(builder_, hello));
  return {builder_.GetBufferPointer(), builder_.GetSize()};
}

ByteView Encoder::join(const JoinFields& fields) {
  builder_.Clear();
  return finish(wire::CreateJoin(builder_, join_request(fields)));
}

ByteView Encoder::leave(RoomId room) {
  builder_.Clear();
  return finish(wire::CreateLeave(builder_, room.value));
}

ByteView Encoder::send(ProducerNumber number, RoomId room, const Content& content) {
  builder_.Clear();
  mentions_.clear();
  const auto text = builder_.CreateString(content.text.data(), content.text.size());
  for (const std::string& user : content.mentions) mentions_.push_back(builder_.CreateString(user.data(), user.size()));
  const auto mentions = mentions_.empty() ? 0 : builder_.CreateVector(mentions_.data(), mentions_.size());
  const bool custom = content.kind == wire::SendKind::Custom;
  const auto payload = custom ? builder_.CreateVector(reinterpret_cast<const uint8_t*>(content.payload.data()), content.payload.size()) : 0;
  return finish(wire::CreateSend(builder_, number.value, room.value, text, content.kind, content.target, content.removed,
                                 content.custom_type, payload, mentions));
}

ByteView Encoder::mark_read(RoomId room, Sequence sequence) {
  builder_.Clear();
  return finish(wire::CreateMarkRead(builder_, room.value, sequence.value));
}

ByteView Encoder::room_info(RoomId room) {
  builder_.Clear();
  return finish(wire::CreateRoomInfoRequest(builder_, room.value));
}

ByteView Encoder::page(const PageFields& fields) {
  builder_.Clear();
  return finish(wire::CreateHistoryRequest(builder_, fields.request, fields.room.value, fields.from.value, fields.direction, fields.limit,
                                           fields.time_us));
}

ByteView Encoder::who(uint32_t request, RoomId room) {
  builder_.Clear();
  return finish(wire::CreateWhoRequest(builder_, request, room.value));
}

ByteView Encoder::signal(const SignalFields& fields) {
  builder_.Clear();
  return finish(
      wire::CreateSignal(builder_, fields.room.value, fields.kind, fields.on, fields.number, fields.x, fields.y, fields.z, fields.tag));
}

ByteView Encoder::search(const SearchFields& fields) {
  builder_.Clear();
  const auto query = builder_.CreateString(fields.query.data(), fields.query.size());
  return finish(wire::CreateSearchRequest(builder_, fields.request, fields.room.value, query, fields.before.value, fields.limit));
}

}  // namespace parley::client
