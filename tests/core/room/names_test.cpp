// SPDX-License-Identifier: Apache-2.0
#include "core/room/names.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace parley::room {
namespace {

std::array<uint8_t, kMaxNamesBytes> buffer;

void expect_round_trip(const Names& names) {
  const Names back = decode_names(encode_names(names, buffer));
  EXPECT_EQ(back.room, names.room);
  EXPECT_EQ(back.user, names.user);
  EXPECT_EQ(back.name, names.name);
}

TEST(NamesTest, ComeBackAsTheyWere) { expect_round_trip({.room = "general", .user = "u-17", .name = "Zoë 🐙"}); }

TEST(NamesTest, MayBeEmpty) {
  expect_round_trip({.room = {}, .user = "u", .name = {}});
  expect_round_trip({.room = {}, .user = {}, .name = {}});
}

TEST(NamesTest, TheLongestOnesFillTheBufferExactly) {
  const std::string room(kMaxNameBytes, 'r'), user(kMaxNameBytes, 'u'), name(kMaxNameBytes, 'n');
  EXPECT_EQ(encode_names({.room = room, .user = user, .name = name}, buffer).size(), kMaxNamesBytes);
  expect_round_trip({.room = room, .user = user, .name = name});
}

TEST(NamesDeathTest, ANameAboveTheLimitIsOurBug) {
  const std::string long_name(kMaxNameBytes + 1, 'x');
  EXPECT_DEATH(encode_names({.room = long_name, .user = {}, .name = {}}, buffer), "names are validated");
}

TEST(NamesDeathTest, ATruncatedOrOverlongPayloadIsOurBug) {
  const ByteView whole = encode_names({.room = "r", .user = "user", .name = "name"}, buffer);
  for (size_t length = 0; length < whole.size(); ++length) EXPECT_DEATH(decode_names(whole.first(length)), "encode_names");
  EXPECT_DEATH(decode_names(ByteView(buffer).first(whole.size() + 1)), "encode_names");
}

}  // namespace
}  // namespace parley::room
