// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/network_options.h"

#include <gtest/gtest.h>

namespace parley::terminal {
namespace {

TEST(NetworkOptions, ReadsSharesAndTimes) {
  const auto network = read_network(
      {.loss = "10%", .delay = "50ms", .jitter = "1.5s", .burst = "5%,200ms", .duplicate = "0.02", .reorder = "1%", .corrupt = "100%"});
  ASSERT_TRUE(network) << network.error().text;
  EXPECT_DOUBLE_EQ(network->loss, 0.1);
  EXPECT_EQ(network->delay_us, 50'000u);
  EXPECT_EQ(network->jitter_us, 1'500'000u);
  EXPECT_DOUBLE_EQ(network->burst, 0.05);
  EXPECT_EQ(network->burst_us, 200'000u);
  EXPECT_DOUBLE_EQ(network->duplicate, 0.02);
  EXPECT_DOUBLE_EQ(network->reorder, 0.01);
  EXPECT_EQ(network->reorder_us, 0u) << "the library's";
  EXPECT_DOUBLE_EQ(network->corrupt, 1);
}

TEST(NetworkOptions, RefusesWhatIsNoneAndSaysHowItIsWritten) {
  for (const char* share : {"-1%", "101%", "2", "ten", "%", "10 %", "10%x", "nan", "inf", "1e99"}) {
    const auto network = read_network({.loss = share});
    ASSERT_FALSE(network) << share;
    EXPECT_EQ(network.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(network.error().text.find("--loss"), std::string::npos) << network.error().text;
    EXPECT_NE(network.error().text.find("10%"), std::string::npos) << network.error().text;
  }
  for (const char* time : {"50", "-1ms", "11s", "1h", "ms", "nans", "5ms,"}) EXPECT_FALSE(read_network({.delay = time})) << time;
  for (const char* both : {"100%", "5%,", "5%,0ms", ",50ms", "5%,50ms,1"}) EXPECT_FALSE(read_network({.burst = both})) << both;
}

TEST(NetworkOptions, WithoutAnyTheNetworkStaysAsItIs) {
  EXPECT_FALSE(NetworkWords{}.any());
  EXPECT_TRUE(NetworkWords{.jitter = "1ms"}.any());
}

}  // namespace
}  // namespace parley::terminal
