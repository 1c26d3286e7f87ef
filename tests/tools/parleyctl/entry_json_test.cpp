// SPDX-License-Identifier: Apache-2.0
// Lines of JSON: what export writes, import reads as the same entry; what isn't right is refused with the field's name.
#include "tools/parleyctl/entry_json.h"

#include <gtest/gtest.h>

#include "tools/parleyctl/time_text.h"

namespace parley::parleyctl {
namespace {

using history::ExportedEntry;
using history::GoneWhy;
using history::PlainEntry;

ExportedEntry entry(EntryKind kind, const std::string& text, uint64_t target = 0) {
  PlainEntry said;
  said.kind = kind;
  said.author = "ann";
  said.wall = *parse_time("2026-11-27T15:04:05.123456Z");
  said.text = text;
  said.target = Sequence(target);
  return {"lobby", Sequence(12), said};
}

void expect_same(const ExportedEntry& exported) {
  const std::string line = json_line(exported);
  const auto read = parse_line(line);
  ASSERT_TRUE(read) << read.error().text << "\n" << line;
  const auto fields = [](const std::string& room, Sequence sequence, const PlainEntry& e) {
    return std::tuple(room, sequence, e.kind, e.author, e.name, e.wall, e.text, e.target, e.removed, e.by_moderator, e.custom_type,
                      e.payload, e.mentions, e.gone, e.gone_by);
  };
  EXPECT_EQ(fields(read->room, read->sequence, read->entry), fields(exported.room, exported.sequence, exported.entry)) << line;
}

std::string error_of(const std::string& line) {
  const auto read = parse_line(line);
  return read ? "none" : read.error().text;
}

TEST(EntryJson, AMessageLooksAsHistoryPrintsIt) {
  EXPECT_EQ(
      json_line(entry(EntryKind::kText, "Grüße \"an\" alle\n\x1b[31m")),
      R"({"type":"message","kind":"message","room":"lobby","sequence":12,"user":"ann","name":"ann","text":"Grüße \"an\" alle\n\u001b[31m",)"
      R"("emote":false,"time":"2026-11-27T15:04:05.123456Z"})");
}

TEST(EntryJson, EveryKindIsReadAsItWasWritten) {
  expect_same(entry(EntryKind::kText, "hello"));
  expect_same(entry(EntryKind::kText, "hello", 7));
  expect_same(entry(EntryKind::kEmote, "waves"));
  expect_same(entry(EntryKind::kEdit, "hello!", 7));
  expect_same(entry(EntryKind::kDelete, "", 7));
  expect_same(entry(EntryKind::kReaction, "👍", 7));
  expect_same(entry(EntryKind::kPin, "", 7));
  expect_same(entry(EntryKind::kTopic, ""));
  expect_same(entry(EntryKind::kSystem, "Restart at noon"));
}

TEST(EntryJson, WhatKindsHaveBesidesIsReadAsItWasWritten) {
  ExportedEntry custom = entry(EntryKind::kCustom, "");
  custom.entry.custom_type = 4'000'000'000;
  for (int byte = 0; byte < 256; ++byte) custom.entry.payload.push_back(static_cast<uint8_t>(byte));
  expect_same(custom);
  ExportedEntry reply = entry(EntryKind::kText, "you @bob, you @eve", 3);
  reply.entry.name = "Ann of the North";
  reply.entry.mentions = {"bob", "eve"};
  expect_same(reply);
  ExportedEntry removal = entry(EntryKind::kDelete, "rude", 3);
  removal.entry.by_moderator = true;
  expect_same(removal);
  ExportedEntry unpinned = entry(EntryKind::kPin, "", 3);
  unpinned.entry.removed = true;
  expect_same(unpinned);
}

TEST(EntryJson, WhatIsGoneStaysWhatItWas) {
  for (const GoneWhy why : {GoneWhy::kDeleted, GoneWhy::kErased, GoneWhy::kSuperseded}) {
    for (const EntryKind kind : {EntryKind::kText, EntryKind::kEmote, EntryKind::kEdit, EntryKind::kCustom}) {
      ExportedEntry gone = entry(kind, "rude");
      gone.entry.gone = why;
      gone.entry.gone_by = "eve";
      if (why == GoneWhy::kErased) gone.entry.author.clear();
      expect_same(gone);
    }
  }
}

TEST(EntryJson, NothingThatATerminalObeysIsWritten) {
  const std::string line = json_line(entry(EntryKind::kText, "\u202e\u009b\x7f"));
  EXPECT_NE(line.find(R"(\u202e\u009b\u007f)"), std::string::npos) << line;
}

TEST(EntryJson, AnOldChatNeedsFourFields) {
  const auto read = parse_line(R"({"room":"lobby","user":"ann","text":"hi","time":1764255845.5,"level":60})");
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->entry.kind, EntryKind::kText);
  EXPECT_EQ(time_text(read->entry.wall), "2025-11-27T15:04:05.500000Z");
  EXPECT_FALSE(read->sequence);
}

TEST(EntryJson, ABadLineIsRefusedWithWhatIsWrong) {
  EXPECT_EQ(error_of("hello"), "it isn't JSON");
  EXPECT_EQ(error_of("{\"room\":\"\xff\"}"), "it isn't JSON");
  EXPECT_NE(error_of("[1]").find("it isn't an object"), std::string::npos);
  EXPECT_EQ(error_of(R"({"user":"ann","text":"hi","time":1})"), "it has no \"room\"");
  EXPECT_EQ(error_of(R"({"room":"lobby","text":"hi","time":1})"), "it has no \"user\"");
  EXPECT_EQ(error_of(R"({"room":"lobby","user":"ann","text":"hi"})"), "it has no \"time\"");
  EXPECT_EQ(error_of(R"({"room":"lobby","user":"ann","time":1})"), "it has no \"text\"");
  EXPECT_EQ(error_of(R"({"room":5,"user":"ann","text":"hi","time":1})"), "\"room\" isn't a string");
  EXPECT_EQ(error_of(R"({"room":"lobby","user":"ann","text":"hi","time":-1})"), "\"time\" isn't seconds since 1970");
  EXPECT_NE(error_of(R"({"room":"lobby","user":"ann","text":"hi","time":"yesterday"})").find("2026-11-27T15:04:05Z"), std::string::npos);
  EXPECT_NE(error_of(R"({"room":"lobby","user":"ann","text":"hi","time":1,"kind":"shout"})").find("\"kind\" is none of"),
            std::string::npos);
  EXPECT_EQ(error_of(R"({"room":"lobby","user":"ann","kind":"custom","custom_type":1,"data":"!","time":1})"), "\"data\" isn't base64");
  EXPECT_EQ(error_of(R"({"room":"lobby","user":"ann","text":"hi","time":1,"reply_to":-3})"), "\"reply_to\" isn't a whole number");
  EXPECT_EQ(error_of(R"({"room":"lobby","user":"ann","text":"hi","time":1,"mentions":[1]})"), "\"mentions\" isn't a list of strings");
}

TEST(TimeText, ReadsWhatRfc3339Allows) {
  const auto same = [](const std::string& text) {
    const auto time = parse_time(text);
    return time ? time_text(*time) : time.error().text;
  };
  EXPECT_EQ(same("2026-11-27T15:04:05Z"), "2026-11-27T15:04:05.000000Z");
  EXPECT_EQ(same("2026-11-27 15:04:05.5+01:30"), "2026-11-27T13:34:05.500000Z");
  EXPECT_EQ(same("2026-11-27T00:00:00-05:00"), "2026-11-27T05:00:00.000000Z");
  EXPECT_EQ(same("2024-02-29T23:59:59.1234567Z"), "2024-02-29T23:59:59.123456Z");
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2026-11-27", "2026-11-27T15:04:05", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-27T25:00:00Z",
                           "1969-12-31T23:59:59Z", "2026-11-27T15:04:05+1:00", "2026-11-27T15:04:05Zx", "-026-11-27T15:04:05Z"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

}  // namespace
}  // namespace parley::parleyctl
