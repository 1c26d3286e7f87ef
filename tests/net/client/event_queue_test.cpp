// SPDX-License-Identifier: Apache-2.0
#include "net/client/event_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::client {
namespace {

class EventQueueTest : public ::testing::Test {
 protected:
  void push(uint64_t number, std::string_view text = {}) {
    parley_event event{};
    event.session = &session_;
    event.number = number;
    queue.push(event, {.room = "lobby", .user = {}, .name = {}, .text = text});
  }
  size_t take(size_t most) { return queue.take({events, most}); }

  struct parley_session* other() {
    return reinterpret_cast<struct parley_session*>(&events[0]);
  }
  EventQueue queue;
  parley_event events[64];
  parley_session& session_ = *reinterpret_cast<parley_session*>(&queue);  // only its address counts
};

TEST_F(EventQueueTest, HandsOutInOrderAcrossBatches) {
  push(1), push(2), push(3);
  ASSERT_EQ(take(2), 2u);
  push(4);
  ASSERT_EQ(take(64), 2u);
  EXPECT_EQ(events[0].number, 3u);
  EXPECT_EQ(events[1].number, 4u);
  EXPECT_EQ(take(64), 0u);
}

TEST_F(EventQueueTest, KeepsStringsUntilTheNextTakeWhileItFills) {
  const std::string text(100, 'x');
  push(1, text), push(2, text);
  ASSERT_EQ(take(1), 1u);
  push(3, text);
  ASSERT_EQ(take(2), 2u);
  for (uint64_t i = 10; i < 1000; ++i) push(i, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
  EXPECT_EQ(events[0].text, text);
  EXPECT_EQ(events[1].text, text);
  EXPECT_STREQ(events[1].room, "lobby");
}

TEST_F(EventQueueTest, GivesEmptyStringsWhereNoneApply) {
  push(1);
  ASSERT_EQ(take(1), 1u);
  EXPECT_STREQ(events[0].user, "");
  EXPECT_STREQ(events[0].text, "");
  EXPECT_EQ(events[0].text_length, 0u);
}

// Strings that two events share are kept once; which they are must not depend on what came before.
TEST_F(EventQueueTest, GivesEachEventItsOwnRoomAndName) {
  parley_event event{};
  event.session = &session_;
  const std::vector<EventStrings> said{{.room = "lobby", .user = "ann", .name = "ann", .text = "a"},
                                       {.room = "lobby", .user = "ann", .name = "Ann", .text = "b"},
                                       {.room = "lobb", .user = "bob", .name = {}, .text = {}},
                                       {.room = {}, .user = {}, .name = {}, .text = {}},
                                       {.room = "lobby", .user = {}, .name = "ann", .text = "lobby"},
                                       {.room = "lobby2", .user = "lobby", .name = "lobby", .text = "lobby2"}};
  for (int round = 0; round < 2; ++round) {
    for (const EventStrings& each : said) queue.push(event, each);
    ASSERT_EQ(take(64), said.size());
    for (size_t i = 0; i < said.size(); ++i) {
      EXPECT_EQ(events[i].room, said[i].room) << i;
      EXPECT_EQ(events[i].user, said[i].user) << i;
      EXPECT_EQ(events[i].name, said[i].name) << i;
      EXPECT_EQ(events[i].text, said[i].text) << i;
    }
  }
}

TEST_F(EventQueueTest, SaysWhenItIsFullAndKeepsWhatStillComes) {
  for (uint64_t i = 0; i < kMaxEventsQueued; ++i) push(i);
  EXPECT_TRUE(queue.full());
  push(7777);
  EXPECT_EQ(queue.size(), kMaxEventsQueued + 1);
}

TEST_F(EventQueueTest, ForgetsOnlyTheClosedSessionsEvents) {
  push(1);
  parley_event event{};
  event.session = other();
  event.number = 2;
  queue.push(event, {});
  queue.forget(&session_);
  ASSERT_EQ(take(64), 1u);
  EXPECT_EQ(events[0].number, 2u);
  EXPECT_EQ(queue.size(), 0u);
}

}  // namespace
}  // namespace parley::client
