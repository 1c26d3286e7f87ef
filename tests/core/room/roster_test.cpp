// SPDX-License-Identifier: Apache-2.0
#include "core/room/roster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/room/string_pool.h"

namespace parley::room {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

Members members(const Roster& roster, RoomId room) {
  Members out;
  roster.for_each(room, [&](std::string_view user, std::string_view name) { out.emplace_back(user, name); });
  return out;
}

const RoomId kRoom(1), kOther(2);

TEST(RosterTest, AnUnknownRoomIsEmpty) {
  const Roster roster;
  EXPECT_EQ(roster.member_count(kRoom), 0u);
  EXPECT_EQ(members(roster, kRoom), Members());
}

TEST(RosterTest, OnlyAUsersFirstSessionIsNews) {
  Roster roster;
  EXPECT_TRUE(roster.join(kRoom, "ann", "Ann"));
  EXPECT_FALSE(roster.join(kRoom, "ann", "Ann"));
  EXPECT_EQ(roster.member_count(kRoom), 1u);
}

TEST(RosterTest, OnlyAUsersLastSessionIsALeave) {
  Roster roster;
  roster.join(kRoom, "ann", "Ann");
  roster.join(kRoom, "ann", "Ann");
  EXPECT_FALSE(roster.leave(kRoom, "ann"));
  EXPECT_EQ(roster.member_count(kRoom), 1u);
  EXPECT_TRUE(roster.leave(kRoom, "ann"));
  EXPECT_EQ(roster.member_count(kRoom), 0u);
}

TEST(RosterTest, ALeaveOfSomebodyWhoIsNotThereIsNoNews) {
  Roster roster;
  EXPECT_FALSE(roster.leave(kRoom, "ann"));
  roster.join(kRoom, "ann", "Ann");
  EXPECT_FALSE(roster.leave(kRoom, "bob"));
  EXPECT_FALSE(roster.leave(kOther, "ann"));
  EXPECT_EQ(roster.member_count(kRoom), 1u);
}

TEST(RosterTest, ListsMembersInTheOrderOfJoining) {
  Roster roster;
  for (const char* user : {"dora", "ann", "carl", "bob"}) roster.join(kRoom, user, std::string("Name of ") + user);
  roster.leave(kRoom, "ann");
  roster.join(kRoom, "dora", "again");
  roster.join(kRoom, "ann", "Ann");
  EXPECT_EQ(members(roster, kRoom), (Members{{"dora", "Name of dora"}, {"carl", "Name of carl"}, {"bob", "Name of bob"}, {"ann", "Ann"}}));
}

TEST(RosterTest, RoomsDontMix) {
  Roster roster;
  roster.join(kRoom, "ann", "Ann in one");
  roster.join(kOther, "ann", "Ann in two");
  EXPECT_TRUE(roster.leave(kRoom, "ann"));
  EXPECT_EQ(members(roster, kRoom), Members());
  EXPECT_EQ(members(roster, kOther), (Members{{"ann", "Ann in two"}}));
}

// Against std::map and std::vector, over random joins and leaves of few users in few rooms, so that places are reused all the time.
TEST(RosterPropertyTest, AgreesWithAPlainModel) {
  struct Plain {
    std::vector<std::string> order;
    std::map<std::string, std::pair<std::string, int>> members;  // user → name, sessions
  };
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    Roster roster(random.next());
    std::map<uint64_t, Plain> plain;
    for (int step = 0; step < 5000; ++step) {
      const RoomId room(1 + random.below(20));
      const std::string user = "user with a name that needs the heap " + std::to_string(random.below(12));
      Plain& expected = plain[room.value];
      const auto known = expected.members.find(user);
      if (random.below(2) == 0) {
        const std::string name = "name " + std::to_string(random.below(5));
        EXPECT_EQ(roster.join(room, user, name), known == expected.members.end());
        if (expected.members.try_emplace(user, name, 0).second) expected.order.push_back(user);
        ++expected.members[user].second;
      } else {
        const bool last = known != expected.members.end() && --known->second.second == 0;
        EXPECT_EQ(roster.leave(room, user), last);
        if (last) {
          expected.members.erase(known);
          expected.order.erase(std::find(expected.order.begin(), expected.order.end(), user));
        }
      }
      Members listed;
      for (const std::string& member : expected.order) listed.emplace_back(member, expected.members[member].first);
      ASSERT_EQ(members(roster, room), listed);
      ASSERT_EQ(roster.member_count(room), listed.size());
    }
  }
}

TEST(StringPoolTest, KeepsAStringOnceUntilItsLastRelease) {
  StringPool pool{KeyedHash(kDefaultHashKey)};
  const uint32_t first = pool.acquire("ann");
  EXPECT_EQ(pool.acquire("ann"), first);
  EXPECT_NE(pool.acquire("bob"), first);
  EXPECT_EQ(pool.size(), 2u);
  pool.release(first);
  EXPECT_EQ(pool.find("ann"), first);
  pool.release(first);
  EXPECT_EQ(pool.find("ann"), StringPool::kNone);
  EXPECT_EQ(pool.acquire("carl"), first) << "a place is used again";
  EXPECT_EQ(pool.text(first), "carl");
}

}  // namespace
}  // namespace parley::room
