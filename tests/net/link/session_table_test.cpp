// SPDX-License-Identifier: Apache-2.0
#include "net/link/session_table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace parley::link {
namespace {

TEST(IndexMap, AgreesWithAMap) {
  SeededRandom random(7);
  IndexMap map;
  std::map<uint32_t, uint32_t> model;
  for (int step = 0; step < 50'000; ++step) {
    const auto index = static_cast<uint32_t>(1 + random.below(500)) * 16;  // a crowded class of indices
    if (model.contains(index) && random.below(2) == 0) {
      map.erase(index);
      model.erase(index);
    } else if (!model.contains(index)) {
      map.insert(index, static_cast<uint32_t>(step));
      model[index] = static_cast<uint32_t>(step);
    }
    const auto probe = static_cast<uint32_t>(1 + random.below(500)) * 16;
    const auto expected = model.find(probe);
    ASSERT_EQ(map.find(probe), expected == model.end() ? std::nullopt : std::optional(expected->second));
  }
  EXPECT_EQ(map.size(), model.size());
}

TEST(SessionTable, RefusesMoreThanItsCapacity) {
  SeededRandom random(1);
  SessionTable table(2, 0, 1, random);
  Session* const first = table.add();
  ASSERT_NE(table.add(), nullptr);
  EXPECT_EQ(table.add(), nullptr);
  table.remove(*first);
  EXPECT_NE(table.add(), nullptr);
}

TEST(SessionTable, AnIdOfAGoneSessionFindsNothing) {
  SeededRandom random(1);
  SessionTable table(1, 0, 1, random);
  std::set<uint32_t> ids;
  for (int i = 0; i < 1000; ++i) {
    Session* const session = table.add();
    ASSERT_NE(session, nullptr);
    EXPECT_TRUE(ids.insert(session->id.value).second) << "an id came back after " << i;
    EXPECT_TRUE(session->id);
    EXPECT_EQ(table.find(session->id), session);
    EXPECT_EQ(table.find_index(session->local_index), session);
    const LinkId id = session->id;
    const uint32_t index = session->local_index;
    table.remove(*session);
    EXPECT_EQ(table.find(id), nullptr);
    EXPECT_EQ(table.find_index(index), nullptr);
  }
}

TEST(SessionTable, NoIdAndNoIndexFindNothing) {
  SeededRandom random(1);
  SessionTable table(4, 0, 1, random);
  EXPECT_EQ(table.find(LinkId{}), nullptr);
  EXPECT_EQ(table.find_index(0), nullptr);
  table.add();
  EXPECT_EQ(table.find(LinkId{}), nullptr);
  EXPECT_EQ(table.find_index(0), nullptr);
}

}  // namespace
}  // namespace parley::link
