// SPDX-License-Identifier: Apache-2.0
#include "core/room/signal.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace parley::room {
namespace {

std::array<uint8_t, kMaxSignalBytes> buffer;

TEST(SignalTest, ComesBackAsItWas) {
  const Signal sent{
      .kind = SignalKind::kPing, .on = false, .x = 1.5f, .y = -2e9f, .z = 0.25f, .tag = 0xdeadbeef, .user = "u-17", .name = "Zoë 🐙"};
  const Signal got = decode_signal(encode_signal(sent, buffer));
  EXPECT_EQ(got.kind, sent.kind);
  EXPECT_EQ(got.on, sent.on);
  EXPECT_EQ(got.x, sent.x);
  EXPECT_EQ(got.y, sent.y);
  EXPECT_EQ(got.z, sent.z);
  EXPECT_EQ(got.tag, sent.tag);
  EXPECT_EQ(got.user, sent.user);
  EXPECT_EQ(got.name, sent.name);
}

TEST(SignalTest, TheLongestNamesFillTheBufferExactly) {
  const std::string user(kMaxNameBytes, 'u'), name(kMaxNameBytes, 'n');
  const ByteView bytes = encode_signal({.user = user, .name = name}, buffer);
  EXPECT_EQ(bytes.size(), kMaxSignalBytes);
  EXPECT_EQ(decode_signal(bytes).name, name);
}

TEST(SignalDeathTest, ATruncatedOrOverlongPayloadIsOurBug) {
  const ByteView whole = encode_signal({.user = "user", .name = "name"}, buffer);
  for (size_t length = 0; length < whole.size(); ++length) EXPECT_DEATH(decode_signal(whole.first(length)), "encode_signal");
  EXPECT_DEATH(decode_signal(ByteView(buffer).first(whole.size() + 1)), "encode_signal");
}

}  // namespace
}  // namespace parley::room
