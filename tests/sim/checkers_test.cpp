// SPDX-License-Identifier: Apache-2.0
// Each checker must be able to fail: a world in which all is well is forged in one place, and the checker of that promise has to notice.
#include "tests/sim/checkers.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::sim {
namespace {

class CheckersTest : public ::testing::Test {
 protected:
  // Ann wrote 1 and 3, Bob 2; both were there from the start. Eve may do nothing.
  CheckersTest() {
    seen.settled = true;
    for (const char* user : {"ann", "bob"}) seen.grants[user]["lobby"] = {true, true, true};
    seen.grants["eve"]["lobby"] = {};
    const std::vector<Line> lines{{1, 10, 1, "ann", "one"}, {2, 20, 1, "bob", "two"}, {3, 10, 2, "ann", "three"}};
    seen.history["lobby"] = lines;
    for (const Line& line : lines)
      seen.sent.push_back({line.producer, line.number, line.user, "lobby", line.text, SendFate::kDurable, line.sequence});
    for (const char* user : {"ann", "bob"}) {
      Stay stay{.user = user, .room = "lobby", .wants_history = true, .steps = {}, .member_at_end = true};
      stay.steps.push_back({StepKind::kJoined, {}, 0, 0});
      for (const Line& line : lines) stay.steps.push_back({StepKind::kMessage, line, 0, 0});
      seen.stays.push_back(stay);
    }
  }
  std::vector<Step>& steps() { return seen.stays[1].steps; }
  std::vector<Line>& history() { return seen.history["lobby"]; }

  Observed seen;
};

TEST_F(CheckersTest, AllAreContentWhenAllIsWell) { EXPECT_EQ(check_all(seen), Violations{}); }

class ChangesTest : public CheckersTest {
 protected:
  // Bob edits his message, twice; the first of the two edits says nothing any more.
  ChangesTest() {
    for (uint64_t sequence = 4; sequence <= 5; ++sequence) {
      const std::string text = sequence == 4 ? "two!" : "two!!";
      const Line edit{sequence, 20, sequence - 2, "bob", text, Saying::kEdit, 2};
      seen.sent.push_back({20, edit.number, "bob", "lobby", text, SendFate::kDurable, sequence, false, Saying::kEdit, 2});
      history().push_back(edit);
      for (Stay& stay : seen.stays) stay.steps.push_back({StepKind::kMessage, edit, 0, 0});
    }
    history()[3].deleted = true;
    history()[3].text.clear();
    history()[1].text = "two!!";
    history()[1].edited = 5;
  }
};

TEST_F(ChangesTest, AllAreContentWhenAMessageWasEdited) { EXPECT_EQ(check_all(seen), Violations{}); }

TEST_F(ChangesTest, WhoComesLaterNeedntHearOfAnEditThatWasReplaced) {
  steps()[2].line = history()[1];
  steps().erase(steps().begin() + 4);
  EXPECT_EQ(check_all(seen), Violations{});
}

TEST_F(ChangesTest, NoticesAMessageWithoutItsLastEdit) {
  history()[1].text = "two!";
  EXPECT_FALSE(check_changes(seen).empty());
}

TEST_F(ChangesTest, NoticesAMemberWhoMissedTheLastEdit) {
  steps().pop_back();
  EXPECT_FALSE(check_views_equal_history(seen).empty());
}

TEST_F(ChangesTest, NoticesAnEditOfSomebodyElsesMessage) {
  seen.sent.back().user = history()[4].user = "ann";
  EXPECT_FALSE(check_changes(seen).empty());
}

TEST_F(ChangesTest, NoticesADeletedMessageThatIsStillThere) {
  history()[4].saying = seen.sent.back().saying = Saying::kDelete;
  EXPECT_FALSE(check_changes(seen).empty());
}

TEST_F(CheckersTest, NoticesADoubledMessage) {
  steps().insert(steps().begin() + 2, steps()[1]);
  EXPECT_FALSE(check_each_sequence_once(seen).empty());
}

TEST_F(CheckersTest, NoticesALostMessage) {
  steps().erase(steps().begin() + 2);
  EXPECT_FALSE(check_each_sequence_once(seen).empty());
}

TEST_F(CheckersTest, NoticesALossBehindTheNumberThatAJoinNamed) {
  seen.stays[1].since = 1;
  steps().erase(steps().begin() + 1);
  EXPECT_EQ(check_all(seen), Violations{});
  steps().erase(steps().begin() + 1);
  EXPECT_FALSE(check_each_sequence_once(seen).empty());
}

TEST_F(CheckersTest, NoticesReorderedMessages) {
  std::swap(steps()[1], steps()[2]);
  EXPECT_FALSE(check_each_sequence_once(seen).empty());
}

TEST_F(CheckersTest, NoticesALossBeforeTheFirstLiveMessage) {
  seen.stays[1].wants_history = false;
  steps().erase(steps().begin() + 1);
  EXPECT_FALSE(check_each_sequence_once(seen).empty());
}

TEST_F(CheckersTest, AcceptsWhatARollbackTookBackAndBringsAgain) {
  steps().push_back({StepKind::kRollback, {.sequence = 2, .user = {}, .text = {}}, 0, 0});
  steps().push_back({StepKind::kMessage, history()[2], 0, 0});
  EXPECT_EQ(check_all(seen), Violations{});
}

TEST_F(CheckersTest, NoticesARollbackThatTakesNothingBack) {
  steps().push_back({StepKind::kRollback, {.sequence = 3, .user = {}, .text = {}}, 0, 0});
  EXPECT_FALSE(check_each_sequence_once(seen).empty());
}

TEST_F(CheckersTest, NoticesAGapForSomebodyWhoMayReadHistory) {
  steps()[2] = {StepKind::kGap, {}, 2, 3};
  EXPECT_FALSE(check_each_sequence_once(seen).empty());
}

// Of the first two entries nothing is kept; one client missed them, the other has them still.
TEST_F(CheckersTest, AcceptsAGapOfWhatRetentionTook) {
  seen.first["lobby"] = 3;
  for (size_t i : {size_t{0}, size_t{1}}) history()[i] = {.sequence = i + 1, .user = {}, .text = {}};
  steps()[1] = {StepKind::kGap, {}, 1, 3};
  steps().erase(steps().begin() + 2);
  for (Sent& sent : seen.sent) sent.ordered_at = std::max<uint64_t>(sent.ordered_at, 1);
  EXPECT_EQ(check_each_sequence_once(seen), Violations{});
  EXPECT_EQ(check_views_equal_history(seen), Violations{});
  EXPECT_EQ(check_history(seen), Violations{});
  steps()[1].to = 4;
  EXPECT_FALSE(check_each_sequence_once(seen).empty()) << "that one is kept";
}

TEST_F(CheckersTest, NoticesAMemberWithAnotherOrder) {
  std::swap(steps()[1].line, steps()[2].line);
  std::swap(steps()[1].line.sequence, steps()[2].line.sequence);
  EXPECT_EQ(check_each_sequence_once(seen), Violations{});
  EXPECT_FALSE(check_views_equal_history(seen).empty());
}

TEST_F(CheckersTest, NoticesAMemberWhoHoldsWhatWasNeverStored) {
  history().pop_back();
  EXPECT_FALSE(check_views_equal_history(seen).empty());
}

TEST_F(CheckersTest, NoticesAMemberWhoIsBehind) {
  steps().pop_back();
  EXPECT_FALSE(check_nobody_is_behind(seen).empty());
}

TEST_F(CheckersTest, NoticesAMemberWhoseHistoryNeverCame) {
  steps().resize(1);
  EXPECT_FALSE(check_nobody_is_behind(seen).empty());
}

TEST_F(CheckersTest, NoticesAReceiptWithoutItsEntry) {
  history().pop_back();
  EXPECT_FALSE(check_receipts(seen).empty());
}

TEST_F(CheckersTest, NoticesAReceiptWithTwoEntries) {
  history().push_back({4, 10, 2, "ann", "three"});
  EXPECT_FALSE(check_receipts(seen).empty());
  EXPECT_FALSE(check_history(seen).empty());
}

TEST_F(CheckersTest, NoticesAReceiptForAnotherPlace) {
  seen.sent[0].ordered_at = 2;
  EXPECT_FALSE(check_receipts(seen).empty());
}

TEST_F(CheckersTest, NoticesAHistoryWithAHole) {
  history().erase(history().begin());
  EXPECT_FALSE(check_history(seen).empty());
}

TEST_F(CheckersTest, NoticesAHistoryOfWhatNobodySent) {
  seen.sent.pop_back();
  EXPECT_FALSE(check_history(seen).empty());
}

TEST_F(CheckersTest, NoticesAHistoryOfWhatWasRefused) {
  seen.sent[2].fate = SendFate::kFailed;
  EXPECT_FALSE(check_history(seen).empty());
}

TEST_F(CheckersTest, NoticesAChangedText) {
  history()[1].text = "too";
  EXPECT_FALSE(check_history(seen).empty());
}

TEST_F(CheckersTest, NoticesNumbersOutOfOrder) {
  std::swap(history()[0].number, history()[2].number);
  EXPECT_FALSE(check_history(seen).empty());
}

TEST_F(CheckersTest, NoticesAListenerWithoutAGrant) {
  seen.stays[1].user = "eve";
  EXPECT_FALSE(check_grants(seen).empty());
}

TEST_F(CheckersTest, NoticesASenderWithoutAGrant) {
  seen.grants["ann"]["lobby"].send = false;
  EXPECT_FALSE(check_grants(seen).empty());
}

TEST_F(CheckersTest, NoticesHistoryWithoutAGrant) {
  seen.grants["bob"]["lobby"].history = false;
  steps()[0].line.sequence = 2;
  EXPECT_FALSE(check_grants(seen).empty());
}

TEST_F(CheckersTest, NoticesASendThatStaysPending) {
  seen.sent[0].fate = SendFate::kPending;
  EXPECT_FALSE(check_everything_settles(seen).empty());
}

TEST_F(CheckersTest, NoticesAnUndeservedRefusal) {
  seen.sent[0].fate = SendFate::kFailed;
  EXPECT_FALSE(check_everything_settles(seen).empty());
}

TEST_F(CheckersTest, NoticesAQuestionWithoutAnEnd) {
  seen.questions_asked = 1;
  EXPECT_FALSE(check_everything_settles(seen).empty());
}

TEST_F(CheckersTest, NoticesUnrest) {
  seen.settled = false;
  EXPECT_FALSE(check_everything_settles(seen).empty());
}

}  // namespace
}  // namespace parley::sim
