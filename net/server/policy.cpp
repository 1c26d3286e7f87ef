// SPDX-License-Identifier: Apache-2.0
#include "net/server/policy.h"

#include <algorithm>

#include "core/base/direct_room.h"
#include "core/base/limits.h"
#include "core/base/text.h"

namespace parley::server {
namespace {

Refusal from(Error error) { return {error.code, std::move(error.text), 0}; }

std::optional<Refusal> refuse_storage(history::StorageState state) {
  switch (state) {
    case history::StorageState::kWorking:
      return std::nullopt;
    case history::StorageState::kFull:
      return Refusal{ErrorCode::kStorageFull, "the server's disk is full, so it takes no new messages; reading goes on, try again later",
                     0};
    case history::StorageState::kFailed:
      return Refusal{ErrorCode::kStorageFailed, "the server can't write to its store; tell its operator, and try again later", 0};
  }
  return std::nullopt;
}

}  // namespace

NumberVerdict judge_number(const Session& session, ProducerNumber number, ProducerNumber applied) {
  if (number <= applied) return NumberVerdict::kRepeated;
  if (!session.next) return NumberVerdict::kNew;
  if (number == session.next) return NumberVerdict::kNew;
  if (number < session.next || session.resend_from) return NumberVerdict::kSkip;
  return NumberVerdict::kGap;
}

std::optional<Refusal> refuse_send(const SendFacts& facts) {
  if (facts.seat == nullptr) return refuse_not_member();
  if (!facts.seat->may_send) {
    return Refusal{ErrorCode::kNotGranted, "your ticket doesn't allow to send to this room; ask for one with the right \"send\"", 0};
  }
  return refuse_storage(facts.storage);
}

bool may_signal(const SignalFacts& facts) {
  if (facts.seat == nullptr || !facts.seat->may_send) return false;
  switch (facts.kind) {
    case wire::SignalKind::Typing:
      return facts.members <= kMaxTypingMembers;
    case wire::SignalKind::Talk:
    case wire::SignalKind::Ping:
      return true;
  }
  return false;  // of a newer client
}

std::optional<Refusal> refuse_join(const JoinFacts& facts) {
  if (auto valid = validate_name(facts.room, "room name"); !valid) return from(std::move(valid.error()));
  if (!facts.session.ticket.allows(facts.room, identity::Right::kJoin)) {
    return Refusal{ErrorCode::kNotGranted, "your ticket doesn't allow to join this room; ask for one that does", 0};
  }
  if (is_direct_room(facts.room)) {
    const auto pair = direct_pair(facts.room);
    if (!pair || !pair->has(facts.session.user()))
      return Refusal{ErrorCode::kNotGranted, "rooms that begin with \"dm:\" are for the two users they name; choose another name", 0};
  }
  if (!facts.member && facts.session.seats.size() + facts.session.joins.size() >= facts.max_rooms) {
    return Refusal{ErrorCode::kTooManyRooms,
                   "a session may be in " + std::to_string(facts.max_rooms) + " rooms at once; leave one before joining another", 0};
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_rate(std::optional<identity::TokenBucket>& bucket, MonoTime now) {
  if (!bucket || bucket->take(now)) return std::nullopt;
  const Micros wait = std::min<Micros>(bucket->retry_after(now), Seconds(60));
  const auto retry_ms = static_cast<uint32_t>(std::max<int64_t>(1, (wait.count() + 999) / 1000));
  return Refusal{ErrorCode::kRateLimited, "too many at once; try again in " + std::to_string(retry_ms) + " ms", retry_ms};
}

Refusal refuse_busy() {
  return {ErrorCode::kBusy, "the server is busy; try again in " + std::to_string(kBusyRetryMs) + " ms", kBusyRetryMs};
}

Refusal refuse_gap(ProducerNumber expected) {
  return {ErrorCode::kNumberGap,
          "this send left out a number, expected was " + std::to_string(expected.value) + "; number sends without holes", 0};
}

Refusal refuse_draining(Millis retry) {
  return {ErrorCode::kDraining, "the server is going down; come back in " + std::to_string(retry.count()) + " ms",
          static_cast<uint32_t>(retry.count())};
}

Refusal refuse_behind_a_change() {
  return {ErrorCode::kBusy, "an edit, deletion, reaction or pin before this send had to be looked up; it goes on from here", 1};
}

Refusal refuse_not_member() { return {ErrorCode::kNotMember, "you aren't in this room; join it first", 0}; }

}  // namespace parley::server
