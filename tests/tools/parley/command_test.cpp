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
      {"hello there", {Kind::kSay, "", "hello there"}},
      {"  hi  ", {Kind::kSay, "", "hi"}},
      {"", {}},
      {"   ", {}},
      {"//slash", {Kind::kSay, "", "/slash"}},
      {"/join lobby", {Kind::kJoin, "lobby", ""}},
      {"/leave", {Kind::kLeave, "", ""}},
      {"/leave lobby", {Kind::kLeave, "lobby", ""}},
      {"/part", {Kind::kLeave, "", ""}},
      {"/who", {Kind::kWho, "", ""}},
      {"/me waves to all", {Kind::kEmote, "", "waves to all"}},
      {"/msg ben how are\nyou", {Kind::kDirect, "ben", "how are\nyou"}},
      {"/msg ben", {Kind::kDirect, "ben", ""}},
      {"/search \"see you\" -boss", {Kind::kSearch, "", "\"see you\" -boss"}},
      {"/search", {Kind::kSearch, "", ""}},
      {"/help", {Kind::kHelp, "", ""}},
      {"/quit", {Kind::kQuit, "", ""}},
      {"/exit", {Kind::kQuit, "", ""}},
  };
  for (const auto& c : cases) {
    const auto command = parse_command(c.input);
    ASSERT_TRUE(command) << c.input;
    EXPECT_EQ(command->kind, c.expected.kind) << c.input;
    EXPECT_EQ(command->target, c.expected.target) << c.input;
    EXPECT_EQ(command->text, c.expected.text) << c.input;
  }
}

TEST(Commands, ThatAreIncompleteShowHowTheyAreWritten) {
  EXPECT_NE(parse_command("/join").error().text.find("/join ROOM"), std::string::npos);
  EXPECT_NE(parse_command("/msg").error().text.find("/msg USER TEXT"), std::string::npos);
  EXPECT_NE(parse_command("/me  ").error().text.find("/me WAVES"), std::string::npos);
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
