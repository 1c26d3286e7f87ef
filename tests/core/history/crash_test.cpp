// SPDX-License-Identifier: Apache-2.0
// A child process appends and says over a pipe what it was told is durable; it is killed in the middle, and the store is compared with
// that.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/random.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {
namespace {

constexpr uint64_t kRooms = 5;

class CrashTest : public StoreFixture {
 protected:
  void SetUp() override { checkpoint_every_ = 700; }  // so that kills hit all phases of a cycle

  struct Report {
    uint64_t heads[kRooms];
    uint64_t last_number;
  };

  // Never returns: appends random batches, and writes a report after each that was stored.
  [[noreturn]] void child(int pipe, uint64_t seed) {
    SeededRandom random(seed);
    auto opened = Store::open(options());
    if (!opened) _exit(1);
    store_ = std::move(*opened);
    resume();
    for (;;) {
      Batch some = batch();
      if (!store_has_rooms_) {
        for (uint64_t room = 1; room <= kRooms; ++room) some.room(room);
        store_has_rooms_ = true;
      }
      const uint64_t count = 1 + random.below(300);
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t room = 1 + random.below(kRooms);
        some.entry(room, Batch::label(room, heads_[room] + 1, 10 + random.below(100) * random.below(30)));
      }
      if (!some.append_to(*store_)) _exit(2);
      Report report{};
      for (uint64_t room = 1; room <= kRooms; ++room) report.heads[room - 1] = heads_[room];
      report.last_number = heads_[(uint64_t{1} << 63) | 7];
      if (write(pipe, &report, sizeof report) != sizeof report) _exit(3);
    }
  }

  // Numbers go on where the store's snapshot says.
  void resume() {
    heads_.clear();
    store_has_rooms_ = !store_->snapshot().rooms.empty();
    for (const room::RoomState& room : store_->snapshot().rooms) heads_[room.id.value] = room.head.value;
    for (const room::ProducerState& state : store_->snapshot().producers) heads_[(uint64_t{1} << 63) | state.id.value] = state.last.value;
  }

  // Kills a child after `reports` reports; its last one that was read.
  Report run_and_kill(uint64_t seed, int reports) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      close(ends[0]);
      child(ends[1], seed);
    }
    close(ends[1]);
    Report last{};
    for (int i = 0; i < reports; ++i) {
      Report next{};
      if (read(ends[0], &next, sizeof next) != sizeof next) break;
      last = next;
    }
    kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
    Report next{};
    while (read(ends[0], &next, sizeof next) == sizeof next) last = next;  // what it still said before it died
    close(ends[0]);
    return last;
  }

  void expect_whole_room(const room::RoomState& room) {
    uint64_t next = 1;
    while (next <= room.head.value) {
      const Page got = forward(room.id.value, next, 200);
      ASSERT_FALSE(got.entries.empty());
      for (const StoredEntry& entry : got.entries) {
        ASSERT_EQ(entry.sequence.value, next);
        const std::string label = text(entry);
        ASSERT_EQ(label.substr(0, label.find('.')), Batch::label(room.id.value, next, 0));
        ++next;
      }
    }
    EXPECT_FALSE(forward(room.id.value, room.head.value, 1).more);
  }

  bool store_has_rooms_ = false;
};

TEST_F(CrashTest, WhatWasReportedDurableOutlivesKills) {
  for (uint64_t round = 0; round < 12; ++round) {
    const Report report = run_and_kill(round, 3 + static_cast<int>(round) * 7);
    open();
    EXPECT_EQ(store_->snapshot().epoch.value, 2 * round + 2);
    uint64_t total = 0;
    for (const room::RoomState& room : store_->snapshot().rooms) {
      EXPECT_GE(room.head.value, report.heads[room.id.value - 1]);
      total += room.head.value;
      expect_whole_room(room);
    }
    ASSERT_EQ(store_->snapshot().producers.size(), 1u);
    EXPECT_GE(store_->snapshot().producers[0].last.value, report.last_number);
    EXPECT_EQ(store_->snapshot().producers[0].last.value, total) << "one producer numbers all entries, so none is missing or doubled";
    EXPECT_EQ(store_->status().entries, total);
    EXPECT_EQ(store_->status().damaged_records, 0u);
    store_.reset();
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

}  // namespace
}  // namespace parley::history
