// SPDX-License-Identifier: Apache-2.0
#include "net/server/io_state.h"

namespace parley::server {

IoState::IoState(const IoWorld& shared, size_t io_index, BusReaders readers, uint64_t hash_key)
    : world(shared),
      io(static_cast<uint8_t>(io_index)),
      reader(shared.ring.add_reader()),
      rooms(shared.snapshot, hash_key),
      bus(shared.ring, std::move(readers)) {}

bool IoState::post(SessionId session, uint8_t channel, ByteView message) {
  return transport->send(session, channel, transport->make_packet(message, transport::Delivery::kReliable));
}

bool IoState::post_entries(SessionId session, RoomId room, ByteView message, size_t entries) {
  return transport->send(session, transport::channel_of(room), transport->make_entries(message, static_cast<uint16_t>(entries)));
}

void IoState::refuse_request(SessionId session, uint32_t request, const Refusal& refusal) {
  ++counters.requests_refused;
  post(session, transport::kControlChannel, encode.request_refused(request, refusal));
}

void IoState::close_later(Session& session) {
  if (session.closing) return;
  session.closing = true;
  closing.push_back(session.id);
}

bus::RecordHeader IoState::header(bus::RecordKind kind, const Session& session) const {
  bus::RecordHeader header;
  header.kind = kind;
  header.origin = {io, session.id, 0};
  header.producer = session.producer_key;
  header.wall = now.wall;
  return header;
}

}  // namespace parley::server
