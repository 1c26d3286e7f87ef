// SPDX-License-Identifier: Apache-2.0
#include "net/server/decode.h"

#include <cmath>

#include "core/base/limits.h"

namespace parley::server {
namespace {

// FlatBuffers asserts (debug) that a buffer is aligned for its widest scalar; a transport that broke its promise is caught here instead.
bool aligned(ByteView bytes) { return reinterpret_cast<uintptr_t>(bytes.data()) % 8 == 0; }

bool well_formed(const wire::Message& message) {
  if (message.body() == nullptr) return false;  // the verifier lets a kind without its value pass
  switch (message.body_type()) {
    case wire::Body::Send:
      return message.body_as_Send()->number() != 0 && message.body_as_Send()->kind() <= wire::SendKind::MAX;
    case wire::Body::HistoryRequest:
      return message.body_as_HistoryRequest()->direction() <= wire::Direction::MAX;
    case wire::Body::Signal: {
      const wire::Signal& signal = *message.body_as_Signal();
      return std::isfinite(signal.x()) && std::isfinite(signal.y()) && std::isfinite(signal.z());
    }
    default:
      return true;
  }
}

bool for_servers(wire::Body kind) {
  switch (kind) {
    case wire::Body::Join:
    case wire::Body::Leave:
    case wire::Body::Send:
    case wire::Body::HistoryRequest:
    case wire::Body::WhoRequest:
    case wire::Body::MarkRead:
    case wire::Body::RoomInfoRequest:
    case wire::Body::Signal:
    case wire::Body::SearchRequest:
      return true;
    default:
      return false;
  }
}

}  // namespace

DecodedMessage decode_client_message(ByteView bytes) {
  if (!aligned(bytes)) return {};
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), kVerifierDepth, kVerifierTables);
  if (!wire::VerifyMessageBuffer(verifier)) return {};
  const wire::Message* message = wire::GetMessage(bytes.data());
  if (!for_servers(message->body_type())) return {Decoded::kUnknownKind, nullptr};
  if (!well_formed(*message)) return {};
  return {Decoded::kMessage, message};
}

const wire::Hello* decode_hello(ByteView bytes) {
  if (!aligned(bytes)) return nullptr;
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), kVerifierDepth, kVerifierTables);
  if (!verifier.VerifyBuffer<wire::Handshake>(nullptr)) return nullptr;
  const wire::Hello* hello = flatbuffers::GetRoot<wire::Handshake>(bytes.data())->hello();
  if (hello == nullptr || hello->producer() == 0 || hello->ticket()->size() > kMaxTicketBytes) return nullptr;
  if (hello->rooms() != nullptr && hello->rooms()->size() > kMaxRoomsInHello) return nullptr;
  return hello;
}

}  // namespace parley::server
