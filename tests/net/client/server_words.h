// SPDX-License-Identifier: Apache-2.0
// What a server says, as bytes: for tests that play the server. Every function returns a whole message.
// Pure; any thread.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "entry_generated.h"
#include "wire_generated.h"

namespace parley::client::words {

using Bytes = std::vector<uint8_t>;

struct Line {
  uint64_t sequence = 0;
  std::string_view text = "hi";
  uint64_t producer = 99, number = 1;
  std::string_view author = "bob";
};

struct Page {
  uint32_t request = 0;
  std::vector<Line> lines{};
  bool complete = false, more = false;
  uint64_t gap_from = 0, gap_to = 0;
  wire::GapReason gap_reason = wire::GapReason::Unknown;
};

struct JoinedWords {
  uint32_t request = 0;
  std::string_view room = "lobby";
  uint64_t id = 7, head = 0, valid_through = 0;
  uint32_t epoch = 1;
  bool may_send = true;
  bool early = false;
};

struct SignalWords {
  std::string_view user = "bob";
  wire::SignalKind kind = wire::SignalKind::Typing;
  bool on = true;
  float x = 0, y = 0, z = 0;
  uint32_t tag = 0;
  uint64_t after = 0, order = 1;
};

Bytes entry(const Line& line);
Bytes behind(uint64_t room, uint64_t last_live);
Bytes signals(uint64_t room, const std::vector<SignalWords>& words);
Bytes invited(std::string_view room, std::string_view user, uint64_t head);
Bytes answer(uint32_t epoch = 1, uint64_t last_number = 0);
Bytes refusal(ErrorCode code, uint32_t retry_ms = 0);
Bytes joined(const JoinedWords& words);
Bytes entries(uint64_t room, const std::vector<Line>& lines);
// An Entries message whose single entry is these bytes.
Bytes raw_entry(uint64_t room, uint64_t sequence, const Bytes& bytes);
Bytes page(uint64_t room, const Page& page);
Bytes erased(uint64_t room, const char* user, uint64_t through);
// Answer to a search; newest line first.
Bytes results(uint64_t room, uint32_t request, const std::vector<Line>& lines, uint64_t rest = 0, bool incomplete = false);
Bytes ordered(uint64_t number, uint64_t sequence);
Bytes durable(uint64_t through);
Bytes send_refused(uint64_t number, ErrorCode code, uint32_t retry_ms);
Bytes request_refused(uint32_t request, ErrorCode code, uint32_t retry_ms);
Bytes presence(uint64_t room, std::initializer_list<const char*> users, uint32_t request = 0);
Bytes member_gone(uint64_t room, const char* user);
Bytes left(uint64_t room);
Bytes draining(uint32_t retry_ms);
// A body of a kind that this version doesn't know.
Bytes unknown_kind();

}  // namespace parley::client::words
