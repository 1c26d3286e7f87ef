// SPDX-License-Identifier: Apache-2.0
// What a client may do, as decisions without effects: each function looks at facts and gives a refusal, or nothing when all is well.
// retry_ms > 0 in a refusal means "later": the client comes back with the same send. 0 means "for good": it comes back with a void one.
// Refusal texts are one line for a person: cause and cure. On the I/O thread of the session.
#pragma once

#include <optional>
#include <string_view>

#include "core/history/writer.h"
#include "net/server/encode.h"
#include "net/server/session.h"

namespace parley::server {

inline constexpr uint32_t kBusyRetryMs = 50;  // a full ring empties within a commit or two

enum class NumberVerdict : uint8_t {
  kNew,       // the next one: decide on its content
  kRepeated,  // applied before: give its receipt again
  kSkip,      // on its way over the bus already, void, or behind one that must come again first: say nothing
  kGap,       // a number is missing though nothing was refused: the client is wrong
};

// `applied` is the producer's last number in the RoomTable.
NumberVerdict judge_number(const Session& session, ProducerNumber number, ProducerNumber applied);

struct SendFacts {
  const Seat* seat = nullptr;  // the session's in that room; null: none
  history::StorageState storage = history::StorageState::kWorking;
};
// Of any kind; its content is looked at in content.h.
std::optional<Refusal> refuse_send(const SendFacts& facts);

struct SignalFacts {
  const Seat* seat = nullptr;  // as above
  wire::SignalKind kind = wire::SignalKind::Typing;
  size_t members = 0;  // of the room
};
// No refusal: what may not be said is dropped.
bool may_signal(const SignalFacts& facts);

struct JoinFacts {
  const Session& session;
  std::string_view room;
  size_t max_rooms = 0;
  bool member = false;  // of that room already: it takes no further seat
};
std::optional<Refusal> refuse_join(const JoinFacts& facts);

// Takes a token; the refusal says when there will be one.
std::optional<Refusal> refuse_rate(std::optional<identity::TokenBucket>& bucket, MonoTime now);

Refusal refuse_busy();
Refusal refuse_gap(ProducerNumber expected);
Refusal refuse_draining(Millis retry);
Refusal refuse_not_member();
Refusal refuse_behind_a_change();

}  // namespace parley::server
