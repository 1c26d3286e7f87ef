// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/message_text.h"

#include <gtest/gtest.h>

#include <string_view>

namespace parley::terminal {
namespace {

parley_event message(std::string_view text) {
  parley_event out{};
  out.type = PARLEY_EVENT_MESSAGE;
  out.room = "lobby";
  out.user = "anna";
  out.name = "Anna \"A\"";
  out.text = text.data();
  out.text_length = text.size();
  out.sequence = 42;
  out.wall_us = 1'800'014'400'000'007;
  return out;
}

TEST(MessageText, HasStableJsonNames) {
  EXPECT_EQ(
      json_message(message("hi")),
      R"({"type":"message","room":"lobby","sequence":42,"user":"anna","name":"Anna \"A\"","text":"hi","emote":false,"time":"2027-01-15T12:00:00.000007Z"})");
}

TEST(MessageText, EscapesInJsonWhatTerminalsObey) {
  const std::string line = json_message(message("a\"b\\c\nd\te\x1b[m\u009b\u202e\u2028大👋"));
  EXPECT_NE(line.find(R"("text":"a\"b\\c\nd\te\u001b[m\u009b\u202e\u2028大👋")"), std::string::npos) << line;
}

TEST(MessageText, PlainIsOneHarmlessLine) {
  EXPECT_EQ(plain_line(message("a\nb\x1b")), "2027-01-15 12:00:00 Anna \"A\": a\\nb\\x1b");
  parley_event emote = message("waves");
  emote.emote = 1;
  EXPECT_EQ(plain_line(emote), "2027-01-15 12:00:00 * Anna \"A\" waves");
}

TEST(MessageText, GapsAndRollbacksAreJsonToo) {
  parley_event event = message("");
  event.gap_from = 3;
  event.gap_to = 9;
  EXPECT_EQ(json_gap(event), R"({"type":"gap","room":"lobby","from":3,"to":9})");
  EXPECT_EQ(json_rollback(event), R"({"type":"rollback","room":"lobby","sequence":42})");
}

}  // namespace
}  // namespace parley::terminal
