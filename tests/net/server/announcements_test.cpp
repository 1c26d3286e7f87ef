// SPDX-License-Identifier: Apache-2.0
// What the operator says goes the way of any entry: numbered, stored, told live and in pages.
#include "net/server/announcements.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

class AnnouncementsTest : public ::testing::Test {
 protected:
  std::optional<AnnouncementAnswer> say(const std::string& room, const std::string& text) {
    EXPECT_TRUE(server.ios[0]->announcements().ask({++id_, room, text}));
    server.settle();
    auto answer = server.ios[0]->announcements().take();
    EXPECT_TRUE(!answer || answer->id == id_);
    return answer;
  }
  std::vector<EntryKind> stored_kinds(RoomId room) {
    std::vector<EntryKind> kinds;
    const auto page = server.store->read_page({.room = room, .from = Sequence(1), .reading = history::Reading::kForward, .limit = 50});
    EXPECT_TRUE(page);
    if (!page) return kinds;
    for (const auto& each : page->entries) kinds.push_back(each.kind);
    return kinds;
  }

  ServerFixture server{{.ios = 2}};
  uint64_t id_ = 0;
};

TEST_F(AnnouncementsTest, IsNumberedAmongTheMessagesAndToldToMembersOnAllThreads) {
  const Client ann = server.connect("ann");
  const Client bob = server.connect("bob", {.io = 1});
  const RoomId room = server.join(ann, "lobby");
  server.join(bob, "lobby");
  server.send(ann, room, 1, "hello");
  server.settle();
  server.clear();
  const auto answer = say("lobby", "restart at noon");
  ASSERT_TRUE(answer && answer->sequence);
  EXPECT_EQ(*answer->sequence, Sequence(2));
  EXPECT_EQ(server.live_sequences(ann), std::vector<uint64_t>{2});
  EXPECT_EQ(server.live_sequences(bob), std::vector<uint64_t>{2});
  EXPECT_EQ(stored_kinds(room), (std::vector<EntryKind>{EntryKind::kText, EntryKind::kSystem}));
}

TEST_F(AnnouncementsTest, ARoomThatIsntThereIsMadeAndNobodyIsInIt) {
  const auto answer = say("new", "welcome");
  ASSERT_TRUE(answer && answer->sequence);
  EXPECT_EQ(*answer->sequence, Sequence(1));
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "new", 10);
  const auto joined = server.got<wire::Joined>(ann);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_EQ(joined[0]->members(), 1u);
  EXPECT_EQ(joined[0]->head(), 1u);
  EXPECT_EQ(stored_kinds(room), std::vector<EntryKind>{EntryKind::kSystem});
}

TEST_F(AnnouncementsTest, ManyAreSaidOneAfterTheOther) {
  for (uint64_t id = 1; id <= kMaxAnnouncements; ++id) {
    EXPECT_TRUE(server.ios[0]->announcements().ask({id, "lobby", "line " + std::to_string(id)}));
  }
  EXPECT_FALSE(server.ios[0]->announcements().ask({99, "lobby", "one too many"}));
  for (uint64_t id = 1; id <= kMaxAnnouncements; ++id) {
    server.settle();
    const auto answer = server.ios[0]->announcements().take();
    ASSERT_TRUE(answer && answer->sequence);
    EXPECT_EQ(answer->id, id);
    EXPECT_EQ(*answer->sequence, Sequence(id));
  }
}

TEST_F(AnnouncementsTest, ItIsAnsweredOnlyOnceItIsStored) {
  ASSERT_TRUE(say("lobby", "first"));
  ASSERT_TRUE(server.ios[0]->announcements().ask({7, "lobby", "second"}));
  for (int i = 0; i < 5; ++i) server.cycle_io(0);
  EXPECT_FALSE(server.ios[0]->announcements().take()) << "the writer didn't see it yet";
  server.settle();
  EXPECT_TRUE(server.ios[0]->announcements().take());
}

TEST_F(AnnouncementsTest, WhileTheServerDrainsItIsRefused) {
  server.ios[0]->ask(IoQuestion::kDrain);
  server.settle();
  const auto answer = say("lobby", "too late");
  ASSERT_TRUE(answer);
  ASSERT_FALSE(answer->sequence);
  EXPECT_EQ(answer->sequence.error().code, ErrorCode::kDraining);
}

TEST(Announcements, NumbersGoOnAfterARestart) {
  std::filesystem::path directory;
  {
    ServerFixture server;
    directory = server.directory;
    server.keep_directory = true;
    server.ios[0]->announcements().ask({1, "lobby", "before"});
    server.settle();
  }
  ServerFixture server({.reuse_store = directory});
  server.ios[0]->announcements().ask({2, "lobby", "after"});
  server.settle();
  const auto answer = server.ios[0]->announcements().take();
  ASSERT_TRUE(answer && answer->sequence);
  EXPECT_EQ(*answer->sequence, Sequence(2));
}

// ---- a clock that goes backwards ------------------------------------------------------------------------------------------------------

TEST(WallClock, GoingBackItChangesNoOrderAndNoReceipt) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.send(ann, room, 1, "before");
  server.settle();
  server.step_wall(-std::chrono::hours(2));
  server.send(ann, room, 2, "after");
  server.settle();
  EXPECT_EQ(server.live_sequences(ann), (std::vector<uint64_t>{1, 2}));
  const auto receipts = server.got<wire::Receipts>(ann);
  ASSERT_FALSE(receipts.empty());
  EXPECT_EQ(receipts.back()->durable_through(), 2u);
  EXPECT_FALSE(server.is_closed(ann));
  const Client bob = server.connect("bob");
  server.join(bob, "lobby", 50);
  EXPECT_EQ(server.page_texts(bob), (std::vector<std::string>{"before", "after"}));
}

TEST(WallClock, GoingBackItEndsNoSessionLaterThanItsTicketSaid) {
  ServerFixture server;
  const Client ann = server.connect("ann", {.valid = Seconds(60)});
  server.join(ann, "lobby");
  server.step_wall(-std::chrono::hours(2));
  server.pass(Seconds(61));
  server.settle();
  EXPECT_TRUE(server.is_closed(ann));
}

}  // namespace
}  // namespace parley::server
