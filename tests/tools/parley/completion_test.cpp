// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/completion.h"

#include "tests/tools/parley/utf8_locale.h"

namespace parley::terminal {
namespace {

class CompletionTest : public Utf8Locale {
 protected:
  std::string after_tab(const std::string& typed) {
    input_.set(typed);
    return tab();
  }
  std::string tab() {
    completion_.next(input_, {{"ann", "Ann"}, {"u-7", "Anton"}, {"ben", "Ben"}});
    return input_.text();
  }
  Completion completion_;
  InputLine input_;
};

TEST_F(CompletionTest, NamesAtTheStartAddressSomebody) {
  EXPECT_EQ(after_tab("be"), "Ben: ");
  EXPECT_EQ(after_tab("hi be"), "hi Ben ");
  EXPECT_EQ(after_tab("@be"), "@Ben ");
}

TEST_F(CompletionTest, EachFurtherTabTakesTheNext) {
  EXPECT_EQ(after_tab("@an"), "@Ann ");
  EXPECT_EQ(tab(), "@Anton ");
  EXPECT_EQ(tab(), "@Ann ");
}

TEST_F(CompletionTest, UserIdsAreCompletedToo) { EXPECT_EQ(after_tab("@u"), "@u-7 "); }

TEST_F(CompletionTest, CommandsAndEmoji) {
  EXPECT_EQ(after_tab("/rep"), "/reply ");
  EXPECT_EQ(after_tab("well :piz"), "well :pizza: ");
}

TEST_F(CompletionTest, WhatFollowsTheCursorStays) {
  input_.set("hi be there");
  input_.set_cursor(5);
  EXPECT_EQ(tab(), "hi Ben  there");
  EXPECT_EQ(input_.cursor(), 7u);
}

TEST_F(CompletionTest, NothingThatFitsChangesNothing) {
  EXPECT_EQ(after_tab("xyz"), "xyz");
  EXPECT_EQ(after_tab(""), "");
  EXPECT_EQ(after_tab("hello "), "hello ");
}

}  // namespace
}  // namespace parley::terminal
