// SPDX-License-Identifier: Apache-2.0
#include "core/base/direct_room.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(DirectRoomTest, IsTheSameForBoth) {
  EXPECT_EQ(direct_room("ben", "anna").value(), "dm:anna+ben");
  EXPECT_EQ(direct_room("anna", "ben").value(), "dm:anna+ben");
}

TEST(DirectRoomTest, NamesItsPair) {
  const auto pair = direct_pair("dm:anna+ben");
  ASSERT_TRUE(pair.has_value());
  EXPECT_TRUE(pair->has("anna"));
  EXPECT_TRUE(pair->has("ben"));
  EXPECT_FALSE(pair->has("eve"));
  EXPECT_EQ(pair->other_than("anna"), "ben");
}

TEST(DirectRoomTest, NoPairCanBeTakenForAnother) {
  const std::string one = direct_room("a", "b+c").value(), other = direct_room("a+b", "c").value();
  EXPECT_NE(one, other);
  EXPECT_EQ(direct_pair(one)->second, "b+c");
  EXPECT_EQ(direct_pair(other)->first, "a+b");
  EXPECT_EQ(direct_pair(direct_room("50%25", "x%").value())->first, "50%25");
}

TEST(DirectRoomTest, OtherNamesArentDirectRooms) {
  for (const char* name : {"lobby", "dm:", "dm:anna", "dm:+", "dm:ben+anna", "dm:a+b+c", "dm:a%+b", "dm:%2b+a"}) {
    EXPECT_FALSE(direct_pair(name).has_value()) << name;
  }
}

TEST(DirectRoomTest, RefusesNamesThatAreTooLongTogether) {
  const auto room = direct_room(std::string(40, 'a'), std::string(40, 'b'));
  ASSERT_FALSE(room.has_value());
  EXPECT_EQ(room.error().code, ErrorCode::kNameTooLong);
}

}  // namespace
}  // namespace parley
