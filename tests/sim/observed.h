// SPDX-License-Identifier: Apache-2.0
// What a simulated world showed from outside: what each client sent, what its events told it, and what the store holds in the end. Plain
// data; the checkers (checkers.h) judge it, and the tests of the checkers forge it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::sim {

// What was said: a message, or something about the message `target`.
enum class Saying : uint8_t { kMessage, kEdit, kDelete, kReaction };

// One entry as somebody saw it.
struct Line {
  uint64_t sequence = 0;
  uint64_t producer = 0, number = 0;
  std::string user, text;
  Saying saying = Saying::kMessage;
  uint64_t target = 0;
  uint64_t edited = 0;   // of a message: the sequence of the edit that its text is of
  bool deleted = false;  // of a message; its text is the reason
  bool operator==(const Line&) const = default;
};

enum class StepKind : uint8_t { kJoined, kMessage, kRollback, kGap };

// What a client was told of a room, in order.
struct Step {
  StepKind kind = StepKind::kMessage;
  Line line;                  // kMessage; kJoined and kRollback: only the sequence
  uint64_t from = 0, to = 0;  // kGap: [from, to)
  int64_t at_us = 0;          // when, in the world's time
};

// One stay of a client in a room, through all reconnects, from its join until it left or was killed.
struct Stay {
  std::string user, room;
  bool wants_history = false;  // it asked for earlier messages, and has the right to them
  uint64_t since = 0;          // or for all after that one
  std::vector<Step> steps;
  bool member_at_end = false;
};

enum class SendFate : uint8_t { kPending, kDurable, kFailed };

struct Sent {
  uint64_t producer = 0, number = 0;
  std::string user, room, text;
  SendFate fate = SendFate::kPending;
  uint64_t ordered_at = 0;     // by the last ORDERED; 0: not told
  bool sender_killed = false;  // it may or may not be in the history
  Saying saying = Saying::kMessage;
  uint64_t target = 0;
};

struct Grants {
  bool join = false, send = false, history = false;
};

struct Observed {
  std::map<std::string, std::map<std::string, Grants>> grants;  // user, room
  std::vector<Stay> stays;
  std::vector<Sent> sent;
  std::map<std::string, std::vector<Line>> history;  // room → what the store holds, from sequence 1; what retention took is empty lines
  std::map<std::string, uint64_t> first;             // room → the first sequence that is retained, where that isn't 1
  uint64_t questions_asked = 0, questions_ended = 0;
  bool settled = false;  // after all faults ended, everybody came to rest in time
};

}  // namespace parley::sim
