// SPDX-License-Identifier: Apache-2.0
// What a message's rows say about it: replies, edits, deletions, reactions, numbers, the chosen one.
#include "tools/parley/format.h"

#include "tests/tools/parley/utf8_locale.h"
#include "tools/parley/text_width.h"

namespace parley::terminal {
namespace {

class FormatTest : public Utf8Locale {
 protected:
  void SetUp() override {
    Utf8Locale::SetUp();
    line_.id = 7;
    line_.sequence = 12;
    line_.wall_us = 1'800'014'400'000'000;  // 12:00 UTC
    line_.user = line_.name = "anna";
    line_.text = "hello there";
  }
  std::vector<Row> rows() const { return rows_of(line_, &line_, layout_); }
  // Each row's text, without the spaces at its end.
  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const Row& row : rows()) {
      std::string text;
      for (const Span& span : row) text += span.text;
      out.push_back(text.substr(0, text.find_last_not_of(' ') + 1));
    }
    return out;
  }
  bool has(Style style, const std::string& text) const {
    for (const Row& row : rows())
      for (const Span& span : row)
        if (span.style == style && span.text == text) return true;
    return false;
  }
  using Texts = std::vector<std::string>;
  Line line_;
  Layout layout_{60, 0};
};

TEST_F(FormatTest, AnEditedMessageSaysSo) {
  line_.edited = 13;
  EXPECT_EQ(texts(), Texts{"12:00 anna           hello there (edited)"});
  EXPECT_TRUE(has(Style::kFaint, " (edited)"));
  line_.pinned = true;
  EXPECT_EQ(texts(), Texts{"12:00 anna           hello there (edited) (pinned)"});
}

TEST_F(FormatTest, RemarksAreFaintWhereverTheyBreak) {
  line_.edited = 13;
  line_.text = "word word word word word word word w";  // the remark doesn't fit into this row
  EXPECT_EQ(texts(), (Texts{"12:00 anna           word word word word word word word w", "                     (edited)"}));
  EXPECT_TRUE(has(Style::kFaint, "(edited)"));
}

TEST_F(FormatTest, ADeletedMessageKeepsItsPlace) {
  line_.deleted = true;
  line_.edited = 13;
  line_.text = "spam";
  EXPECT_EQ(texts(), Texts{"12:00 anna           [deleted: spam]"});
  line_.text = "";
  EXPECT_EQ(texts(), Texts{"12:00 anna           [deleted]"});
  line_.user = "";
  EXPECT_EQ(texts(), Texts{"12:00 anna           [erased]"});
}

TEST_F(FormatTest, AReplyStandsBelowWhatItRepliesTo) {
  line_.reply_to = 3;
  line_.reply = "ben: are you there, and do you have the long sword with you?";
  EXPECT_EQ(texts(), (Texts{"                     ↪ ben: are you there, and do you have…", "12:00 anna           hello there"}));
  line_.reply = "";
  EXPECT_EQ(texts()[0], "                     ↪ #3");
}

TEST_F(FormatTest, ReactionsStandBelowAndOnesOwnStandOut) {
  line_.reactions = {{"👍", 2, true}, {"🍕", 1, false}};
  EXPECT_EQ(texts(), (Texts{"12:00 anna           hello there", "                     👍 2 · 🍕 1"}));
  EXPECT_TRUE(has(Style::kMine, "👍 2"));
  EXPECT_TRUE(has(Style::kFaint, "🍕 1"));
}

TEST_F(FormatTest, ManyReactionsTakeMoreRows) {
  for (int i = 0; i < 20; ++i) line_.reactions.push_back({"🍕", 100, false});
  for (const int width : {20, 40, 60}) {
    layout_.width = width;
    const auto all = rows();
    EXPECT_GT(all.size(), 3u);
    for (const std::string& text : texts()) EXPECT_LE(display_width(text), width);
  }
}

TEST_F(FormatTest, MentionsStandOut) {
  line_.text = "so @ben and @美 go";
  EXPECT_TRUE(has(Style::kMention, "@ben"));
  EXPECT_TRUE(has(Style::kMention, "@美"));
  EXPECT_EQ(texts(), Texts{"12:00 anna           so @ben and @美 go"});
  line_.text = "look here";
  line_.mentions_me = true;
  EXPECT_TRUE(has(Style::kMention, "look here"));
}

TEST_F(FormatTest, NumbersHaveAColumn) {
  layout_.number_width = 5;
  EXPECT_EQ(texts(), Texts{"12:00 #12  anna           hello there"});
}

TEST_F(FormatTest, TheChosenMessageIsMarkedWithoutItsSeparators) {
  layout_.selected = layout_.first_new = 7;
  const auto all = rows();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[0][0].selected);
  for (const Span& span : all[1]) EXPECT_TRUE(span.selected);
}

TEST_F(FormatTest, NewMessagesBeginBelowALine) {
  layout_.first_new = 7;
  ASSERT_EQ(texts().size(), 2u);
  EXPECT_NE(texts()[0].find("── new ──"), std::string::npos);
  EXPECT_EQ(display_width(texts()[0]), 60);
}

TEST_F(FormatTest, TheNewestMessageThatWasSeenSaysSo) {
  line_.mark = Mark::kDurable;
  layout_.seen = 7;
  EXPECT_TRUE(texts()[0].ends_with(" seen"));
  layout_.seen = 8;
  EXPECT_TRUE(texts()[0].ends_with(" ✓✓"));
}

TEST_F(FormatTest, NothingIsWiderThanANarrowScreen) {
  line_.reply_to = 3;
  line_.reply = "美: 今天的比赛几点开始今天的比赛几点开始";
  line_.reactions = {{"👍", 2, true}, {"🏴‍☠️", 1000, false}, {"❤️", 3, false}};
  line_.edited = 13;
  line_.mark = Mark::kDurable;
  line_.text = "今天的比赛几点开始 @anna مرحبا";
  layout_.number_width = 4;
  for (layout_.width = 30; layout_.width < 90; ++layout_.width)
    for (const std::string& text : texts()) EXPECT_LE(display_width(text), layout_.width) << text;
}

}  // namespace
}  // namespace parley::terminal
