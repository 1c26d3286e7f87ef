// SPDX-License-Identifier: Apache-2.0
// The ring's protocol over all interleavings of small cases: no slot is overwritten while somebody may read it, all readers read the
// same records in the same order, and every producer and reader can always finish, so nothing is lost. Then the same with a flaw put in,
// to see that the search would have found it.
#include "tests/core/bus/ring_model.h"

#include <gtest/gtest.h>

#include "tests/core/bus/explorer.h"

namespace parley::bus {
namespace {

void expect_holds(const RingModelOptions& options) {
  const Exploration found = explore(RingModel(options));
  EXPECT_EQ(found.violation, "");
  EXPECT_EQ(found.stuck, "");
  EXPECT_GT(found.states, 1000u) << "the case is too small to say anything";
  testing::Test::RecordProperty("states", static_cast<int>(found.states));
}

void expect_fails(const RingModelOptions& options, const std::string& violation) {
  const Exploration found = explore(RingModel(options));
  EXPECT_TRUE(found.violation.starts_with(violation)) << found.violation;
}

TEST(RingModelTest, HoldsForTwoProducersOnTheSmallestRing) { expect_holds({.slots = 2}); }

TEST(RingModelTest, HoldsForTwoProducersOnARingWithRoom) { expect_holds({.slots = 4}); }

TEST(RingModelTest, HoldsForRecordsThatSpanSlots) { expect_holds({.slots = 4, .spans = {2, 1}}); }

TEST(RingModelTest, HoldsForThreeProducers) { expect_holds({.slots = 3, .producers = 3, .readers = 1, .records = {2, 1, 1}}); }

TEST(RingModelTest, FindsThatACheckWithoutMarginIsOvertaken) {
  expect_fails({.slots = 2, .flaw = RingFlaw::kNoMargin}, "overwrites what a reader may still read");
}

TEST(RingModelTest, FindsThatTheMarginMustCountTheSlotsOfARecord) {
  expect_fails({.slots = 4, .spans = {2, 2}, .flaw = RingFlaw::kMarginOfOneSlot}, "overwrites what a reader may still read");
}

TEST(RingModelTest, FindsThatAClaimMustPassOnWhatItReliesOn) {
  expect_fails({.slots = 2, .flaw = RingFlaw::kRelaxedClaim}, "overwrites what a reader may still read");
}

TEST(RingModelTest, FindsAPublishBeforeTheFill) {
  expect_fails({.slots = 2, .flaw = RingFlaw::kPublishBeforeFill}, "reads another record than was claimed there");
}

TEST(RingModelTest, FindsAReaderThatAdvancesBeforeItHasRead) {
  expect_fails({.slots = 2, .flaw = RingFlaw::kAdvanceBeforeRead}, "reads another record than was claimed there");
}

TEST(RingModelTest, FindsThatAClaimCantBeTakenBack) {
  expect_fails({.slots = 2, .flaw = RingFlaw::kClaimThenCheck}, "two claims of one slot");
}

}  // namespace
}  // namespace parley::bus
