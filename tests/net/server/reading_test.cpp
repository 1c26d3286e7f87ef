// SPDX-License-Identifier: Apache-2.0
#include "net/server/reading.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

class ReadingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ann = server.connect("ann");
    bob = server.connect("bob");
  }
  void both_join(const std::string& name) {
    room = server.join(ann, name, 0);
    server.join(bob, name, 0);
  }
  void three_messages() {
    for (uint64_t number = 1; number <= 3; ++number) server.send(ann, room, number, "hello");
    server.settle();
    server.clear();
  }
  void read(const Client& client, uint64_t sequence) {
    server.say(client, server.words().mark_read(room, Sequence(sequence)));
    server.settle();
  }
  const wire::RoomInfo* info(const Client& client) {
    const auto got = server.got<wire::RoomInfo>(client);
    return got.empty() ? nullptr : got.back();
  }

  ServerFixture server;
  Client ann, bob;
  RoomId room;
};

TEST_F(ReadingTest, AJoinTellsWhatIsUnread) {
  both_join("lobby");
  three_messages();
  read(bob, 2);
  const Client phone = server.connect("bob", {.producer = 99});
  server.join(phone, "lobby", 50);
  server.settle();
  ASSERT_NE(info(phone), nullptr);
  EXPECT_EQ(info(phone)->read(), 2u);
  EXPECT_EQ(info(phone)->unread(), 1u);
  EXPECT_EQ(info(phone)->head(), 3u);
}

TEST_F(ReadingTest, AMarkReachesTheUsersOtherSessionsAndNobodyElse) {
  both_join("lobby");
  const Client phone = server.connect("bob", {.producer = 99});
  server.join(phone, "lobby", 0);
  three_messages();
  read(bob, 3);
  ASSERT_EQ(server.got<wire::ReadMark>(phone).size(), 1u);
  EXPECT_EQ(server.got<wire::ReadMark>(phone)[0]->sequence(), 3u);
  EXPECT_TRUE(server.got<wire::ReadMark>(ann).empty());
  EXPECT_TRUE(server.got<wire::ReadMark>(bob).empty());
}

TEST_F(ReadingTest, InADirectRoomTheOtherOneLearnsThatItWasSeen) {
  both_join("dm:ann+bob");
  three_messages();
  read(bob, 3);
  const auto marks = server.got<wire::ReadMark>(ann);
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0]->user()->str(), "bob");
  EXPECT_EQ(marks[0]->sequence(), 3u);
}

TEST_F(ReadingTest, WhoComesBackToADirectRoomLearnsWhatWasSeenMeanwhile) {
  both_join("dm:ann+bob");
  three_messages();
  server.lose(ann);
  read(bob, 2);
  const Client again = server.connect("ann");
  server.join(again, "dm:ann+bob", 0);
  server.settle();
  ASSERT_NE(info(again), nullptr);
  EXPECT_EQ(info(again)->peer_read(), 2u);
}

TEST_F(ReadingTest, AMarkBeyondTheRoomsHeadOrOfAForeignRoomIsIgnored) {
  both_join("lobby");
  three_messages();
  read(bob, 4);
  const Client eve = server.connect("eve");
  read(eve, 1);
  EXPECT_EQ(server.counters().marks, 0u);
}

}  // namespace
}  // namespace parley::server
