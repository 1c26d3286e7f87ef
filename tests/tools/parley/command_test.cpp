// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/command.h"

#include <gtest/gtest.h>

namespace parley::terminal {
namespace {

using Kind = Command::Kind;

TEST(Commands, AreReadWithTheirArguments) {
  const struct {
    const char* input;
    Command expected;
  } cases[] = {
      {"hello there", {Kind::kSay, "", "hello there", 0}},
      {"  hi  ", {Kind::kSay, "", "hi", 0}},
      {"", {}},
      {"   ", {}},
      {"//slash", {Kind::kSay, "", "/slash", 0}},
      {"/join lobby", {Kind::kJoin, "lobby", "", 0}},
      {"/leave", {Kind::kLeave, "", "", 0}},
      {"/leave lobby", {Kind::kLeave, "lobby", "", 0}},
      {"/part", {Kind::kLeave, "", "", 0}},
      {"/who", {Kind::kWho, "", "", 0}},
      {"/me waves to all", {Kind::kEmote, "", "waves to all", 0}},
      {"/msg ben how are\nyou", {Kind::kDirect, "ben", "how are\nyou", 0}},
      {"/msg ben", {Kind::kDirect, "ben", "", 0}},
      {"/search \"see you\" -boss", {Kind::kSearch, "", "\"see you\" -boss", 0}},
      {"/search", {Kind::kSearch, "", "", 0}},
      {"/help", {Kind::kHelp, "", "", 0}},
      {"/quit", {Kind::kQuit, "", "", 0}},
      {"/reply 12 yes, at eight", {Kind::kReply, "", "yes, at eight", 12}},
      {"/reply #12 yes", {Kind::kReply, "", "yes", 12}},
      {"/edit 12 hello", {Kind::kEdit, "", "hello", 12}},
      {"/edit hello 12", {Kind::kEdit, "", "hello 12", 0}},
      {"/delete", {Kind::kDelete, "", "", 0}},
      {"/delete 12 spam", {Kind::kDelete, "", "spam", 12}},
      {"/delete spam", {Kind::kDelete, "", "spam", 0}},
      {"/react 12 :tada:", {Kind::kReact, "", ":tada:", 12}},
      {"/react +1", {Kind::kReact, "", "+1", 0}},
      {"/unreact 3 👍", {Kind::kUnreact, "", "👍", 3}},
      {"/pin", {Kind::kPin, "", "", 0}},
      {"/unpin 7", {Kind::kUnpin, "", "", 7}},
      {"/pins", {Kind::kPins, "", "", 0}},
      {"/topic raids at eight", {Kind::kTopic, "", "raids at eight", 0}},
      {"/topic", {Kind::kTopic, "", "", 0}},
      {"/goto 99", {Kind::kGoto, "", "", 99}},
      {"/date 2026-11-23 17:30", {Kind::kDate, "", "2026-11-23 17:30", 0}},
      {"s/helo/hello/", {Kind::kSubstitute, "helo", "hello", 0}},
      {"s/helo/hello", {Kind::kSubstitute, "helo", "hello", 0}},
      {"s/word//", {Kind::kSubstitute, "word", "", 0}},
      {"s/he or she", {Kind::kSay, "", "s/he or she", 0}},
      {"s/a/b/c/d", {Kind::kSay, "", "s/a/b/c/d", 0}},
      {"/exit", {Kind::kQuit, "", "", 0}},
  };
  for (const auto& c : cases) {
    const auto command = parse_command(c.input);
    ASSERT_TRUE(command) << c.input;
    EXPECT_EQ(command->kind, c.expected.kind) << c.input;
    EXPECT_EQ(command->target, c.expected.target) << c.input;
    EXPECT_EQ(command->text, c.expected.text) << c.input;
    EXPECT_EQ(command->number, c.expected.number) << c.input;
  }
}

TEST(Commands, ThatAreIncompleteShowHowTheyAreWritten) {
  EXPECT_NE(parse_command("/join").error().text.find("/join ROOM"), std::string::npos);
  EXPECT_NE(parse_command("/msg").error().text.find("/msg USER TEXT"), std::string::npos);
  EXPECT_NE(parse_command("/me  ").error().text.find("/me WAVES"), std::string::npos);
}

TEST(Commands, AboutAMessageNeedWhatTheySay) {
  for (const char* input :
       {"/reply", "/reply 12", "/reply yes", "/edit", "/edit 12", "/react", "/react 12", "/goto", "/goto there", "/pin this", "/date"}) {
    const auto command = parse_command(input);
    ASSERT_FALSE(command) << input;
    EXPECT_NE(command.error().text.find("it is written /"), std::string::npos) << command.error().text;
  }
}

TEST(Commands, AllHaveHelp) {
  for (const std::string& name : command_names()) {
    const bool alias = name == "/part" || name == "/names" || name == "/query" || name == "/del" || name == "/jump" || name == "/exit";
    if (alias || name == "/help") continue;
    EXPECT_NE(command_help().find(name), std::string_view::npos) << name;
  }
}

TEST(Commands, ThatDoNotExistAreNamedHarmlessly) {
  const auto unknown = parse_command("/jion\x1b lobby");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().text.find("no command /jion\\x1b"), std::string::npos) << unknown.error().text;
  EXPECT_NE(unknown.error().text.find("/help"), std::string::npos);
  EXPECT_FALSE(parse_command("/"));
}

}  // namespace
}  // namespace parley::terminal
