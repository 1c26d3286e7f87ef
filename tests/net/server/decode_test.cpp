// SPDX-License-Identifier: Apache-2.0
#include "net/server/decode.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <memory>

#include "core/base/limits.h"
#include "core/base/random.h"
#include "net/client/encode.h"

namespace parley::server {
namespace {

// A copy that ends exactly where the message ends, so that the address sanitizer sees a read beyond it.
class Exact {
 public:
  explicit Exact(ByteView bytes) : size_(bytes.size()), copy_(static_cast<uint8_t*>(std::aligned_alloc(8, (size_ + 15) / 8 * 8))) {
    tight_ = copy_.get() + ((size_ + 15) / 8 * 8 - (size_ + 7) / 8 * 8);
    if (size_ > 0) std::memcpy(tight_, bytes.data(), size_);
  }
  ByteView view() const { return {tight_, size_}; }
  uint8_t* data() { return tight_; }

 private:
  struct Free {
    void operator()(uint8_t* p) const { std::free(p); }
  };
  size_t size_;
  std::unique_ptr<uint8_t, Free> copy_;
  uint8_t* tight_;
};

// Reads each byte and the 0 behind the last one.
size_t sum_of(const flatbuffers::String& text) {
  size_t sum = 0;
  for (uint32_t i = 0; i <= text.size(); ++i) sum += static_cast<uint8_t>(text.c_str()[i]);
  return sum;
}

// Reads all that the handlers would read.
size_t touch(const wire::Message& message) {
  const auto text = [](const flatbuffers::String* s) { return s == nullptr ? size_t{0} : sum_of(*s); };
  switch (message.body_type()) {
    case wire::Body::Send:
      return text(message.body_as_Send()->text()) + message.body_as_Send()->room_id();
    case wire::Body::Join:
      return text(message.body_as_Join()->join()->room()) + message.body_as_Join()->join()->last();
    case wire::Body::HistoryRequest:
      return message.body_as_HistoryRequest()->limit();
    default:
      return 0;
  }
}

std::vector<std::vector<uint8_t>> valid_messages() {
  client::Encoder words;
  std::vector<std::vector<uint8_t>> out;
  const auto keep = [&out](ByteView bytes) { out.emplace_back(bytes.begin(), bytes.end()); };
  keep(words.send(ProducerNumber(3), RoomId(1), {.text = "hello, 世界"}));
  keep(words.join({1, "lobby", Sequence(4), Epoch(2), 50}));
  keep(words.leave(RoomId(1)));
  keep(words.page({2, RoomId(1), Sequence(9), wire::Direction::Forward, 50}));
  keep(words.who(3, RoomId(1)));
  return out;
}

// Built by hand: the client's encoder refuses to make most of these.
std::vector<uint8_t> a_hello(size_t rooms = 2, uint64_t producer = 5, size_t ticket = 300) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<wire::JoinRequest>> joins;
  for (size_t i = 0; i < rooms; ++i) joins.push_back(wire::CreateJoinRequestDirect(builder, 1, "lobby"));
  const auto hello = wire::CreateHelloDirect(builder, 1, 1, std::string(ticket, 'x').c_str(), producer, "test", &joins);
  builder.Finish(wire::CreateHandshake(builder, hello));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

template <class Message>
std::vector<uint8_t> message_with(wire::Body kind, flatbuffers::FlatBufferBuilder& builder, flatbuffers::Offset<Message> body) {
  builder.Finish(wire::CreateMessage(builder, kind, body.Union()));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

TEST(Decode, TakesWhatTheClientEncodes) {
  for (const auto& bytes : valid_messages()) {
    const Exact exact(bytes);
    EXPECT_EQ(decode_client_message(exact.view()).outcome, Decoded::kMessage);
  }
}

TEST(Decode, EveryTruncationIsReadableOrDropped) {
  for (const auto& bytes : valid_messages()) {
    for (size_t size = 0; size < bytes.size(); ++size) {
      const Exact exact(ByteView(bytes).first(size));
      const DecodedMessage decoded = decode_client_message(exact.view());
      if (decoded.outcome == Decoded::kMessage) touch(*decoded.message);
    }
  }
}

TEST(Decode, EveryFlippedBitIsReadableOrDropped) {
  size_t dropped = 0;
  for (const auto& bytes : valid_messages()) {
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Exact exact(bytes);
      exact.data()[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
      const DecodedMessage decoded = decode_client_message(exact.view());
      if (decoded.outcome == Decoded::kMessage) touch(*decoded.message);
      dropped += decoded.outcome == Decoded::kMalformed;
    }
  }
  EXPECT_GT(dropped, 0u);
}

TEST(Decode, RandomBytesAreDroppedOrReadable) {
  SeededRandom random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint8_t> bytes(random.below(120));
    random.fill(bytes);
    Exact exact(bytes);
    const DecodedMessage decoded = decode_client_message(exact.view());
    if (decoded.outcome == Decoded::kMessage) touch(*decoded.message);
    decode_hello(exact.view());
  }
}

TEST(Decode, DropsAMisalignedMessage) {
  const auto bytes = valid_messages().front();
  std::vector<uint64_t> words(bytes.size() / 8 + 2);
  auto* shifted = reinterpret_cast<uint8_t*>(words.data()) + 1;
  std::memcpy(shifted, bytes.data(), bytes.size());
  EXPECT_EQ(decode_client_message({shifted, bytes.size()}).outcome, Decoded::kMalformed);
}

TEST(Decode, SkipsKindsOfANewerProtocolAndThoseOfServers) {
  flatbuffers::FlatBufferBuilder newer;
  EXPECT_EQ(decode_client_message(message_with(wire::Body(200), newer, wire::CreateLeft(newer, 1))).outcome, Decoded::kUnknownKind);
  flatbuffers::FlatBufferBuilder from_server;
  EXPECT_EQ(decode_client_message(message_with(wire::Body::Left, from_server, wire::CreateLeft(from_server, 1))).outcome,
            Decoded::kUnknownKind);
}

TEST(Decode, DropsAKindWithoutItsBody) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateMessage(builder, wire::Body::Send, 0));
  EXPECT_EQ(decode_client_message({builder.GetBufferPointer(), builder.GetSize()}).outcome, Decoded::kMalformed);
}

TEST(Decode, DropsASendWithNumberZero) {
  flatbuffers::FlatBufferBuilder builder;
  const auto text = builder.CreateString("x");
  EXPECT_EQ(decode_client_message(message_with(wire::Body::Send, builder, wire::CreateSend(builder, 0, 1, text))).outcome,
            Decoded::kMalformed);
}

TEST(Decode, TakesAHelloWithinItsLimitsOnly) {
  EXPECT_NE(decode_hello(Exact(a_hello()).view()), nullptr);
  EXPECT_NE(decode_hello(Exact(a_hello(0)).view()), nullptr);
  EXPECT_EQ(decode_hello(Exact(a_hello(kMaxRoomsInHello + 1)).view()), nullptr);
  EXPECT_EQ(decode_hello(Exact(a_hello(1, 0)).view()), nullptr) << "producer 0";
  EXPECT_EQ(decode_hello(Exact(a_hello(1, 5, kMaxTicketBytes + 1)).view()), nullptr) << "ticket too long";
}

void expect_readable_or_dropped(const Exact& exact) {
  const wire::Hello* hello = decode_hello(exact.view());
  if (hello == nullptr) return;
  EXPECT_LE(hello->ticket()->size(), kMaxTicketBytes);
  sum_of(*hello->ticket());
  if (hello->rooms() == nullptr) return;
  EXPECT_LE(hello->rooms()->size(), kMaxRoomsInHello);
  for (const wire::JoinRequest* each : *hello->rooms()) {
    sum_of(*each->room());
    volatile const uint64_t read = each->request() + each->since() + each->epoch() + each->last() + (hello->early() ? 1 : 0);
    (void)read;
  }
}

TEST(Decode, EveryTruncatedHelloIsReadableOrDropped) {
  const auto bytes = a_hello();
  for (size_t size = 0; size < bytes.size(); ++size) expect_readable_or_dropped(Exact(ByteView(bytes).first(size)));
  EXPECT_EQ(decode_hello(Exact(ByteView(bytes).first(bytes.size() / 2)).view()), nullptr);
}

TEST(Decode, EveryFlippedHelloIsReadableOrDropped) {
  const auto bytes = a_hello();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Exact exact(bytes);
    exact.data()[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    expect_readable_or_dropped(exact);
  }
}

TEST(DecodeClientMessage, APlaceThatIsNoPlaceIsMalformed) {
  client::Encoder words;
  const float nowhere[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
  for (const float each : nowhere) {
    EXPECT_EQ(decode_client_message(words.signal({.room = RoomId(1), .kind = wire::SignalKind::Ping, .x = each})).outcome,
              Decoded::kMalformed);
    EXPECT_EQ(decode_client_message(words.signal({.room = RoomId(1), .kind = wire::SignalKind::Ping, .z = -each})).outcome,
              Decoded::kMalformed);
  }
  EXPECT_EQ(decode_client_message(words.signal({.room = RoomId(1), .kind = wire::SignalKind::Ping, .y = -1e30f})).outcome,
            Decoded::kMessage);
}

}  // namespace
}  // namespace parley::server
