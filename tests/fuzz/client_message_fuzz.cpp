// SPDX-License-Identifier: Apache-2.0
// What a client may send: whatever decodes can be read to its last field without leaving the buffer.
#include <cmath>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "net/server/decode.h"
#include "tests/fuzz/aligned_copy.h"

namespace {

using namespace parley;

size_t read_string(const flatbuffers::String* text) {
  if (!text) return 0;
  CHECK(text->c_str()[text->size()] == 0, "strings end with 0");
  return text->size();
}

size_t read_join(const wire::JoinRequest* join) { return join->request() + read_string(join->room()) + join->since() + join->last(); }

size_t read_message(const wire::Message& message) {
  switch (message.body_type()) {
    case wire::Body::Join:
      return read_join(message.body_as_Join()->join());
    case wire::Body::Leave:
      return message.body_as_Leave()->room_id();
    case wire::Body::Send:
      CHECK(message.body_as_Send()->number() != 0, "a send has a number");
      return read_string(message.body_as_Send()->text());
    case wire::Body::HistoryRequest:
      return message.body_as_HistoryRequest()->limit();
    case wire::Body::WhoRequest:
      return message.body_as_WhoRequest()->request();
    case wire::Body::Signal:
      CHECK(std::isfinite(message.body_as_Signal()->x()), "a place is one");
      return message.body_as_Signal()->room_id() + message.body_as_Signal()->tag();
    case wire::Body::SearchRequest:
      return message.body_as_SearchRequest()->limit() + read_string(message.body_as_SearchRequest()->query());
    case wire::Body::MarkRead:
      return message.body_as_MarkRead()->sequence();
    case wire::Body::RoomInfoRequest:
      return message.body_as_RoomInfoRequest()->room_id();
    default:
      CHECK(false, "no kind but a client's decodes");
  }
}

size_t read_hello(const wire::Hello& hello) {
  CHECK(hello.producer() != 0 && hello.ticket()->size() <= kMaxTicketBytes, "a hello is within its limits");
  size_t sum = read_string(hello.ticket()) + read_string(hello.agent());
  if (!hello.rooms()) return sum;
  CHECK(hello.rooms()->size() <= kMaxRoomsInHello, "a hello is within its limits");
  for (const wire::JoinRequest* join : *hello.rooms()) sum += read_join(join);
  return sum;
}

volatile size_t g_sink;  // keeps the reads

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::AlignedCopy copy = fuzz::aligned_copy(data, size);
  ByteView bytes(copy.get(), size);
  server::DecodedMessage decoded = server::decode_client_message(bytes);
  CHECK((decoded.outcome == server::Decoded::kMessage) == (decoded.message != nullptr), "a message comes with its outcome");
  if (decoded.message) g_sink = read_message(*decoded.message);
  if (const wire::Hello* hello = server::decode_hello(bytes)) g_sink = read_hello(*hello);
  return 0;
}
