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
      json_entry(message("hi")),
      R"({"type":"message","kind":"message","room":"lobby","sequence":42,"user":"anna","name":"Anna \"A\"","text":"hi","emote":false,"time":"2027-01-15T12:00:00.000007Z"})");
}

TEST(MessageText, EscapesInJsonWhatTerminalsObey) {
  const std::string line = json_entry(message("a\"b\\c\nd\te\x1b[m\u009b\u202e\u2028大👋"));
  EXPECT_NE(line.find(R"("text":"a\"b\\c\nd\te\u001b[m\u009b\u202e\u2028大👋")"), std::string::npos) << line;
}

TEST(MessageText, PlainIsOneHarmlessLine) {
  EXPECT_EQ(plain_line(message("a\nb\x1b")), "2027-01-15 12:00:00 Anna \"A\": a\\nb\\x1b");
  parley_event emote = message("waves");
  emote.emote = 1;
  EXPECT_EQ(plain_line(emote), "2027-01-15 12:00:00 * Anna \"A\" waves");
}

parley_event about(parley_event_type type, uint64_t target, std::string_view text) {
  parley_event out = message(text);
  out.type = type;
  out.target = target;
  out.name = "anna";
  return out;
}

TEST(MessageText, AMessageSaysWhatBecameOfIt) {
  parley_event event = message("yes");
  event.target = 7;
  event.edited = 43;
  EXPECT_EQ(plain_line(event), "2027-01-15 12:00:00 Anna \"A\" (to #7): yes (edited)");
  EXPECT_NE(json_entry(event).find(R"("reply_to":7,"edited":43)"), std::string::npos);
  event = message("spam");
  event.deleted = 1;
  EXPECT_EQ(plain_line(event), "2027-01-15 12:00:00 Anna \"A\": [deleted: spam]");
  EXPECT_NE(json_entry(event).find(R"("deleted":true)"), std::string::npos);
}

TEST(MessageText, OtherEntriesAreReadable) {
  const auto plain = [](const parley_event& event) { return plain_line(event).substr(20); };
  EXPECT_EQ(plain(about(PARLEY_EVENT_EDITED, 7, "hello")), "-- anna edited #7: hello");
  EXPECT_EQ(plain(about(PARLEY_EVENT_DELETED, 7, "")), "-- anna deleted #7");
  EXPECT_EQ(plain(about(PARLEY_EVENT_REACTION, 7, "👍")), "-- anna reacted 👍 to #7");
  EXPECT_EQ(plain(about(PARLEY_EVENT_PINNED, 7, "")), "-- anna pinned #7");
  EXPECT_EQ(plain(about(PARLEY_EVENT_TOPIC, 0, "raids")), "-- anna set the topic: raids");
  EXPECT_EQ(plain(about(PARLEY_EVENT_CUSTOM, 0, "x")), "anna: [custom 0, 1 bytes]");
  EXPECT_EQ(plain(about(PARLEY_EVENT_SYSTEM, 0, "restart at 5")), "-- restart at 5");
}

TEST(MessageText, OtherEntriesHaveTheirKindInJson) {
  const auto has = [](const parley_event& event, const char* part) { return json_entry(event).find(part) != std::string::npos; };
  EXPECT_TRUE(has(about(PARLEY_EVENT_EDITED, 7, "hello"), R"("kind":"edit")"));
  EXPECT_TRUE(has(about(PARLEY_EVENT_EDITED, 7, "hello"), R"("target":7,"text":"hello")"));
  EXPECT_TRUE(has(about(PARLEY_EVENT_DELETED, 7, "why"), R"("kind":"delete")"));
  EXPECT_TRUE(has(about(PARLEY_EVENT_REACTION, 7, "👍"), R"("target":7,"emoji":"👍","removed":false)"));
  EXPECT_TRUE(has(about(PARLEY_EVENT_PINNED, 7, ""), R"("kind":"pin")"));
  EXPECT_TRUE(has(about(PARLEY_EVENT_TOPIC, 0, "raids"), R"("kind":"topic")"));
  EXPECT_TRUE(has(about(PARLEY_EVENT_SYSTEM, 0, "now"), R"("kind":"system")"));
}

TEST(MessageText, CustomBytesAreBase64) {
  const auto data = [](std::string_view bytes) {
    const std::string line = json_entry(about(PARLEY_EVENT_CUSTOM, 0, bytes));
    const size_t begin = line.find("\"data\":\"") + 8;
    return line.substr(begin, line.find('"', begin) - begin);
  };
  EXPECT_EQ(data(""), "");
  EXPECT_EQ(data("f"), "Zg==");
  EXPECT_EQ(data("fo"), "Zm8=");
  EXPECT_EQ(data("foo"), "Zm9v");
  EXPECT_EQ(data(std::string_view("\0\xff\xfe", 3)), "AP/+");
}

TEST(MessageText, WhatAPageRepeatsIsNoEntry) {
  parley_event pinned = about(PARLEY_EVENT_PINNED, 7, "");
  EXPECT_TRUE(is_entry(pinned));
  pinned.user = "";
  EXPECT_FALSE(is_entry(pinned));
  EXPECT_FALSE(is_entry(about(PARLEY_EVENT_REACTIONS, 7, "👍")));
  EXPECT_FALSE(is_entry(about(PARLEY_EVENT_PAGE_END, 0, "")));
}

TEST(MessageText, GapsAndRollbacksAreJsonToo) {
  parley_event event = message("");
  event.gap_from = 3;
  event.gap_to = 9;
  event.gap_reason = PARLEY_GAP_RETENTION;
  EXPECT_EQ(json_gap(event), R"({"type":"gap","room":"lobby","from":3,"to":9,"reason":"retention"})");
  EXPECT_EQ(gap_words(event), "messages 3 to 8 aren't kept any more");
  event.gap_to = 4;
  event.gap_reason = PARLEY_GAP_LATE_JOINER;
  EXPECT_EQ(gap_words(event), "message 3 was said before you came, and this room doesn't show that");
  event.gap_reason = 99;
  EXPECT_EQ(json_gap(event), R"({"type":"gap","room":"lobby","from":3,"to":4,"reason":"unknown"})");
  EXPECT_EQ(json_rollback(event), R"({"type":"rollback","room":"lobby","sequence":42})");
}

}  // namespace
}  // namespace parley::terminal
