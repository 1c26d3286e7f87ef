// SPDX-License-Identifier: Apache-2.0
#include "net/link/sim_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <vector>

#include "core/base/limits.h"

namespace parley::link {
namespace {

class SimNetworkTest : public testing::Test {
 protected:
  static Now at(int64_t us) { return {MonoTime(Micros(us)), {}}; }

  explicit SimNetworkTest(uint64_t seed = 1) : network_(seed) {}

  void send(std::string_view text, int64_t us) {
    const OutDatagram datagram{b_.local(), as_bytes(text)};
    a_.send({&datagram, 1}, at(us));
  }
  std::vector<std::string> arrived(int64_t us) {
    std::vector<std::string> texts;
    std::array<InDatagram, 16> batch;
    while (const size_t n = b_.receive(batch, at(us)))
      for (size_t i = 0; i < n; ++i) texts.emplace_back(as_text(batch[i].bytes));
    return texts;
  }
  // Sends `count` datagrams a millisecond apart and returns which arrived.
  std::vector<bool> survivors(int count) {
    std::vector<bool> seen;
    for (int i = 0; i < count; ++i) {
      send("x", i * 1000);
      seen.push_back(!arrived(i * 1000).empty());
    }
    return seen;
  }

  SimNetwork network_;
  DatagramSocket& a_ = network_.open(*parse_endpoint("10.0.0.1:1"));
  DatagramSocket& b_ = network_.open(*parse_endpoint("[2001:db8::2]:2"));
};

TEST_F(SimNetworkTest, DeliversAfterTheDelayAndNotBefore) {
  network_.set_conditions({.delay = Micros(50)});
  send("late", 100);
  EXPECT_EQ(network_.next_arrival(), MonoTime(Micros(150)));
  EXPECT_TRUE(arrived(149).empty());
  EXPECT_EQ(arrived(150), std::vector<std::string>{"late"});
  EXPECT_EQ(network_.next_arrival(), kNever);
}

TEST_F(SimNetworkTest, SaysWhoSentIt) {
  send("x", 0);
  std::array<InDatagram, 1> batch;
  ASSERT_EQ(b_.receive(batch, at(0)), 1u);
  EXPECT_EQ(batch[0].from, a_.local());
}

TEST_F(SimNetworkTest, KeepsTheOrderWithoutJitter) {
  network_.set_conditions({.delay = Micros(10)});
  for (const char* text : {"1", "2", "3"}) send(text, 0);
  EXPECT_EQ(arrived(10), (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(SimNetworkTest, JitterStaysWithinItsBoundAndReorders) {
  network_.set_conditions({.delay = Micros(100), .jitter = Micros(1000)});
  std::vector<std::string> sent;
  for (int i = 0; i < 100; ++i) send(sent.emplace_back(std::to_string(i)), 0);
  EXPECT_TRUE(arrived(99).empty());
  const auto got = arrived(1099);
  EXPECT_EQ(got.size(), 100u);
  EXPECT_NE(got, sent);
}

TEST_F(SimNetworkTest, ReorderDelaysOnlyItsShare) {
  network_.set_conditions({.reorder = 0.25, .reorder_delay = Micros(500)});
  for (int i = 0; i < 1000; ++i) send("x", 0);
  EXPECT_NEAR(static_cast<double>(arrived(499).size()), 750, 50);
  EXPECT_NEAR(static_cast<double>(arrived(500).size()), 250, 50);
}

TEST_F(SimNetworkTest, LosesItsShare) {
  network_.set_conditions({.loss = 0.1});
  const auto seen = survivors(20'000);
  EXPECT_NEAR(static_cast<double>(std::count(seen.begin(), seen.end(), false)), 2000, 150);
  EXPECT_EQ(network_.counters().lost + network_.counters().delivered, network_.counters().sent);
}

TEST_F(SimNetworkTest, BurstsHaveTheirShareAndMeanLength) {
  network_.set_conditions({.burst_loss = 0.1, .burst_mean = Millis(50)});
  const auto seen = survivors(400'000);
  int lost = 0, bursts = 0;
  for (size_t i = 0; i < seen.size(); ++i) {
    lost += !seen[i];
    bursts += !seen[i] && (i == 0 || seen[i - 1]);
  }
  EXPECT_NEAR(lost / 400'000.0, 0.1, 0.015);
  EXPECT_NEAR(static_cast<double>(lost) / bursts, 50, 6);
}

TEST_F(SimNetworkTest, DuplicatesItsShare) {
  network_.set_conditions({.duplicate = 0.5});
  for (int i = 0; i < 1000; ++i) send("x", 0);
  EXPECT_NEAR(static_cast<double>(arrived(0).size()), 1500, 60);
  EXPECT_EQ(network_.counters().duplicated + 1000, network_.counters().delivered);
}

TEST_F(SimNetworkTest, CorruptionFlipsExactlyOneBit) {
  network_.set_conditions({.corrupt = 1});
  const std::string zeros(100, '\0');
  send(zeros, 0);
  const auto got = arrived(0);
  ASSERT_EQ(got.size(), 1u);
  int bits = 0;
  for (char byte : got[0]) bits += std::popcount(static_cast<uint8_t>(byte));
  EXPECT_EQ(bits, 1);
}

TEST_F(SimNetworkTest, APartitionStopsBothDirectionsAndWhatIsUnderWay) {
  network_.set_conditions({.delay = Micros(10)});
  send("under way", 0);
  network_.set_partitioned(b_.local(), true);
  send("sent meanwhile", 5);
  EXPECT_TRUE(arrived(20).empty());
  network_.set_partitioned(b_.local(), false);
  send("after", 20);
  EXPECT_EQ(arrived(30), std::vector<std::string>{"after"});
  EXPECT_EQ(network_.counters().lost, 2u);
}

TEST_F(SimNetworkTest, ConditionsOfOneDirectionLeaveTheOtherAlone) {
  network_.set_conditions(a_.local(), b_.local(), {.loss = 1});
  send("x", 0);
  EXPECT_TRUE(arrived(0).empty());
  const OutDatagram back{a_.local(), as_bytes("y")};
  b_.send({&back, 1}, at(0));
  std::array<InDatagram, 1> batch;
  EXPECT_EQ(a_.receive(batch, at(0)), 1u);
}

TEST_F(SimNetworkTest, LosesWhatGoesToNobody) {
  const OutDatagram datagram{*parse_endpoint("10.9.9.9:9"), as_bytes("x")};
  a_.send({&datagram, 1}, at(0));
  EXPECT_EQ(network_.counters().lost, 1u);
}

TEST_F(SimNetworkTest, LosesWhatAHostThatDoesNotReadCannotHold) {
  for (int i = 0; i < 10'000; ++i) send("x", 0);
  EXPECT_EQ(arrived(0).size(), 8192u);
  EXPECT_EQ(network_.counters().lost, 10'000u - 8192u);
}

struct Trace : SimNetworkTest {
  explicit Trace(uint64_t seed) : SimNetworkTest(seed) {}
  void TestBody() override {}
  std::vector<std::string> run() {
    network_.set_conditions(
        {.delay = Micros(100), .jitter = Micros(5000), .loss = 0.2, .burst_loss = 0.1, .duplicate = 0.2, .corrupt = 0.2});
    std::vector<std::string> log;
    for (int i = 0; i < 500; ++i) {
      send(std::to_string(i), i * 1000);
      for (const auto& text : arrived(i * 1000)) log.push_back(std::to_string(i) + ":" + text);
    }
    return log;
  }
};

TEST(SimNetwork, TheSameSeedGivesTheSameRunAndAnotherOneAnother) {
  EXPECT_EQ(Trace(7).run(), Trace(7).run());
  EXPECT_NE(Trace(7).run(), Trace(8).run());
}

TEST_F(SimNetworkTest, ASocketThatMovesLosesWhatIsUnderWayAndGetsWhatComesToItsNewAddress) {
  network_.set_conditions({.delay = Micros(50)});
  send("to the old one", 0);
  network_.move(b_.local(), *parse_endpoint("10.0.0.9:9"));
  EXPECT_EQ(b_.local(), *parse_endpoint("10.0.0.9:9"));
  send("to the new one", 10);
  EXPECT_EQ(arrived(100), std::vector<std::string>{"to the new one"});
  EXPECT_EQ(network_.counters().lost, 1u);
  EXPECT_EQ(network_.next_arrival(), kNever);
}

TEST_F(SimNetworkTest, ABottleneckQueuesThenLosesWhatComesTooFast) {
  network_.set_conditions({.delay = Micros(100), .bytes_per_second = 1000, .queue_bytes = 100});
  const std::string ten(10, 'x');
  for (int i = 0; i < 20; ++i) send(ten, 0);
  EXPECT_EQ(network_.counters().lost, 10u) << "the queue holds a hundred bytes";
  EXPECT_TRUE(arrived(10'000).empty()) << "the first needs 10 ms to leave";
  EXPECT_EQ(arrived(10'200).size(), 1u);
  EXPECT_EQ(arrived(101'000).size(), 9u);
  send(ten, 200'000);
  EXPECT_EQ(arrived(210'200).size(), 1u) << "an empty queue again";
}

TEST_F(SimNetworkTest, AtHalfTheBottlenecksRateNothingIsLostAndAtTwiceHalf) {
  network_.set_conditions({.bytes_per_second = 1000, .queue_bytes = 100});
  for (int i = 0; i < 100; ++i) send("0123456789", i * 20'000);
  EXPECT_EQ(network_.counters().lost, 0u);
  for (int i = 0; i < 1000; ++i) send("0123456789", 10'000'000 + i * 5'000);
  EXPECT_NEAR(static_cast<double>(network_.counters().lost), 500, 25);
}

TEST_F(SimNetworkTest, AStrangersDatagramComesUnderTheAddressThatHeNames) {
  network_.set_conditions({.loss = 1});
  network_.inject(a_.local(), b_.local(), as_bytes("forged"), MonoTime(Micros(50)));
  EXPECT_TRUE(arrived(49).empty());
  std::array<InDatagram, 4> batch;
  ASSERT_EQ(b_.receive(batch, at(50)), 1u);
  EXPECT_EQ(batch[0].from, a_.local());
  EXPECT_EQ(as_text(batch[0].bytes), "forged");
  EXPECT_EQ(network_.counters().injected, 1u);
}

TEST_F(SimNetworkTest, ATapSeesWhatIsSentThoughItIsLost) {
  std::vector<std::string> seen;
  network_.set_tap([&](const Endpoint& from, const Endpoint& to, ByteView bytes) {
    EXPECT_EQ(from, a_.local());
    EXPECT_EQ(to, b_.local());
    seen.emplace_back(as_text(bytes));
  });
  network_.set_conditions({.loss = 1});
  send("lost", 0);
  EXPECT_EQ(seen, std::vector<std::string>{"lost"});
}

}  // namespace
}  // namespace parley::link
