// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/input_line.h"

#include "tests/tools/parley/utf8_locale.h"

namespace parley::terminal {
namespace {

class InputLineTest : public Utf8Locale {
 protected:
  InputLine input_;
};

TEST_F(InputLineTest, InsertsAtTheCursor) {
  input_.insert("ac");
  input_.move_left();
  input_.insert("b");
  EXPECT_EQ(input_.text(), "abc");
  EXPECT_EQ(input_.cursor(), 2u);
}

TEST_F(InputLineTest, BackspaceTakesAWholeEmoji) {
  input_.insert("a👨‍👩‍👧‍👦");
  input_.erase_before();
  EXPECT_EQ(input_.text(), "a");
}

TEST_F(InputLineTest, DeleteTakesALetterWithItsAccents) {
  input_.insert("e\u0301x");
  input_.move_home();
  input_.erase_after();
  EXPECT_EQ(input_.text(), "x");
}

TEST_F(InputLineTest, MovesByGraphemesAndStopsAtTheEnds) {
  input_.insert("你👋🏽");
  input_.move_right();
  EXPECT_EQ(input_.cursor(), input_.text().size());
  input_.move_left();
  EXPECT_EQ(input_.cursor(), 3u);
  input_.move_left();
  input_.move_left();
  EXPECT_EQ(input_.cursor(), 0u);
  input_.erase_before();
  EXPECT_EQ(input_.text(), "你👋🏽");
}

TEST_F(InputLineTest, DeletesWords) {
  input_.insert("one 大家  ");
  input_.erase_word_before();
  EXPECT_EQ(input_.text(), "one ");
  input_.erase_word_before();
  EXPECT_EQ(input_.text(), "");
  input_.erase_word_before();
  EXPECT_EQ(input_.text(), "");
}

TEST_F(InputLineTest, MovesByWords) {
  input_.insert("one two");
  input_.move_word_left();
  EXPECT_EQ(input_.cursor(), 4u);
  input_.move_word_left();
  EXPECT_EQ(input_.cursor(), 0u);
  input_.move_word_right();
  EXPECT_EQ(input_.cursor(), 3u);
}

TEST_F(InputLineTest, DeletesToBothEnds) {
  input_.insert("abcd");
  input_.move_left();
  input_.erase_to_end();
  EXPECT_EQ(input_.text(), "abc");
  input_.move_left();
  input_.erase_to_start();
  EXPECT_EQ(input_.text(), "c");
  EXPECT_EQ(input_.cursor(), 0u);
}

TEST_F(InputLineTest, APasteKeepsNewlinesAndLosesEscapes) {
  input_.insert("a\r\nb\rc\x1b[31m\td\u009b");
  EXPECT_EQ(input_.text(), "a\nb\nc [31m d ");
}

TEST_F(InputLineTest, RefusesWhatDoesNotFitOrIsNotUtf8) {
  EXPECT_TRUE(input_.insert(std::string(4096, 'x')));
  EXPECT_FALSE(input_.insert("y"));
  EXPECT_EQ(input_.text().size(), 4096u);
  input_.take();
  EXPECT_FALSE(input_.insert("\xff"));
  EXPECT_EQ(input_.text(), "");
}

TEST_F(InputLineTest, RemembersInputsAndTheDraft) {
  for (const char* text : {"one", "two", "two"}) {
    input_.insert(text);
    EXPECT_EQ(input_.take(), text);
  }
  input_.insert("draft");
  input_.older();
  EXPECT_EQ(input_.text(), "two");
  input_.older();
  EXPECT_EQ(input_.text(), "one");
  input_.older();
  EXPECT_EQ(input_.text(), "one");
  input_.newer();
  input_.newer();
  EXPECT_EQ(input_.text(), "draft");
  input_.newer();
  EXPECT_EQ(input_.text(), "draft");
}

TEST_F(InputLineTest, ForgetsTheOldestInputs) {
  for (int i = 0; i < 300; ++i) {
    input_.insert(std::to_string(i));
    input_.take();
  }
  for (int i = 0; i < 300; ++i) input_.older();
  EXPECT_EQ(input_.text(), "100");
}

}  // namespace
}  // namespace parley::terminal
