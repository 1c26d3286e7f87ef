// SPDX-License-Identifier: Apache-2.0
#include "net/server/policy.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"

namespace parley::server {
namespace {

using history::StorageState;

struct NumberCase {
  const char* what;
  uint64_t next, resend_from, applied, number;
  NumberVerdict verdict;
};

TEST(JudgeNumber, FollowsTheTable) {
  const NumberCase cases[] = {
      {"the first of a new producer", 0, 0, 0, 1, NumberVerdict::kNew},
      {"the first of a session may leave out refused ones", 0, 0, 4, 9, NumberVerdict::kNew},
      {"applied before", 0, 0, 4, 4, NumberVerdict::kRepeated},
      {"applied long before", 7, 0, 6, 2, NumberVerdict::kRepeated},
      {"the next", 7, 0, 6, 7, NumberVerdict::kNew},
      {"on the bus, not applied yet", 7, 0, 4, 6, NumberVerdict::kSkip},
      {"behind one that must come again", 7, 7, 6, 8, NumberVerdict::kSkip},
      {"the one that must come again", 7, 7, 6, 7, NumberVerdict::kNew},
      {"left one out", 7, 0, 6, 8, NumberVerdict::kGap},
  };
  for (const NumberCase& each : cases) {
    Session session;
    session.next = ProducerNumber(each.next);
    session.resend_from = ProducerNumber(each.resend_from);
    EXPECT_EQ(judge_number(session, ProducerNumber(each.number), ProducerNumber(each.applied)), each.verdict) << each.what;
  }
}

struct SendCase {
  const char* what;
  bool member, may_send;
  StorageState storage;
  ErrorCode code;
};

TEST(RefuseSend, FollowsTheTable) {
  const SendCase cases[] = {
      {"fine", true, true, StorageState::kWorking, ErrorCode::kNone},
      {"not in the room", false, false, StorageState::kWorking, ErrorCode::kNotMember},
      {"may only listen", true, false, StorageState::kWorking, ErrorCode::kNotGranted},
      {"disk full", true, true, StorageState::kFull, ErrorCode::kStorageFull},
      {"disk broken", true, true, StorageState::kFailed, ErrorCode::kStorageFailed},
  };
  for (const SendCase& each : cases) {
    Seat seat;
    seat.may_send = each.may_send;
    const auto refusal = refuse_send({each.member ? &seat : nullptr, each.storage});
    EXPECT_EQ(refusal ? refusal->code : ErrorCode::kNone, each.code) << each.what;
    if (!refusal) continue;
    EXPECT_EQ(refusal->retry_ms, 0u) << each.what << ": for good";
    EXPECT_FALSE(refusal->text.empty()) << each.what;
  }
}

Session session_for(const std::string& pattern, uint8_t rights) {
  Session session;
  session.ticket.grants.push_back({pattern, rights});
  return session;
}

TEST(RefuseJoin, FollowsTheTable) {
  const auto join = static_cast<uint8_t>(identity::Right::kJoin);
  const auto history = static_cast<uint8_t>(identity::Right::kHistory);
  const auto code = [](const Session& session, std::string_view room, size_t max_rooms = 64) {
    const auto refusal = refuse_join({session, room, max_rooms});
    return refusal ? refusal->code : ErrorCode::kNone;
  };
  EXPECT_EQ(code(session_for("lobby", join), "lobby"), ErrorCode::kNone);
  EXPECT_EQ(code(session_for("team-*", join), "team-red"), ErrorCode::kNone);
  EXPECT_EQ(code(session_for("team-*", join), "lobby"), ErrorCode::kNotGranted);
  EXPECT_EQ(code(session_for("*", history), "lobby"), ErrorCode::kNotGranted);
  EXPECT_EQ(code(session_for("*", join), ""), ErrorCode::kNameEmpty);
  EXPECT_EQ(code(session_for("*", join), std::string(kMaxNameBytes + 1, 'x')), ErrorCode::kNameTooLong);
  EXPECT_EQ(code(session_for("*", join), "two words"), ErrorCode::kForbiddenCharacter);
  Session full = session_for("*", join);
  full.seats.resize(3);
  EXPECT_EQ(code(full, "lobby", 3), ErrorCode::kTooManyRooms);
  EXPECT_EQ(code(full, "lobby", 4), ErrorCode::kNone);
}

TEST(RefuseRate, SaysWhenToTryAgain) {
  std::optional<identity::TokenBucket> bucket(identity::RateLimit{10, 2});
  const MonoTime start(Seconds(5));
  EXPECT_FALSE(refuse_rate(bucket, start));
  EXPECT_FALSE(refuse_rate(bucket, start));
  const auto refusal = refuse_rate(bucket, start);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, ErrorCode::kRateLimited);
  EXPECT_GE(refusal->retry_ms, 99u);
  EXPECT_LE(refusal->retry_ms, 101u);
  EXPECT_FALSE(refuse_rate(bucket, start + Millis(refusal->retry_ms)));
}

TEST(RefuseRate, TakesEverythingWithoutALimit) {
  std::optional<identity::TokenBucket> none;
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(refuse_rate(none, MonoTime(Seconds(1))));
}

struct SignalCase {
  const char* what;
  bool member, may_send;
  wire::SignalKind kind;
  size_t members;
  bool allowed;
};

TEST(MaySignal, FollowsTheTable) {
  using Kind = wire::SignalKind;
  const SignalCase cases[] = {
      {"types", true, true, Kind::Typing, kMaxTypingMembers, true},
      {"types in a crowd", true, true, Kind::Typing, kMaxTypingMembers + 1, false},
      {"talks in a crowd", true, true, Kind::Talk, 10'000, true},
      {"pings in a crowd", true, true, Kind::Ping, 10'000, true},
      {"not in the room", false, false, Kind::Talk, 2, false},
      {"may only listen", true, false, Kind::Typing, 2, false},
      {"a kind of a newer client", true, true, Kind(9), 2, false},
  };
  for (const SignalCase& each : cases) {
    Seat seat;
    seat.may_send = each.may_send;
    EXPECT_EQ(may_signal({each.member ? &seat : nullptr, each.kind, each.members}), each.allowed) << each.what;
  }
}

}  // namespace
}  // namespace parley::server
