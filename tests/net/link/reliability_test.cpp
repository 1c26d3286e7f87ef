// SPDX-License-Identifier: Apache-2.0
// Two links on a simulated lossy network in virtual time: how late do small payloads arrive, and at what cost.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "net/link/link.h"
#include "net/link/noise.h"
#include "net/link/sim_network.h"

namespace parley::link {
namespace {

Endpoint endpoint(uint16_t port) {
  Endpoint out;
  out.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1};
  out.port = port;
  return out;
}

Secret<32> secret_of(uint64_t seed) {
  Secret<32> out;
  SeededRandom(seed).fill(out.bytes());
  return out;
}

// Takes down when each numbered payload first arrived.
class Receiver final : public LinkHandler {
 public:
  RequestReply on_request(LinkId, const OpenedRequest&) override { return {true, {}, {}}; }
  void on_proven(LinkId id) override { peer = id; }
  void on_answer(LinkId id, bool, ByteView, ByteView) override { peer = id; }
  void on_payload(LinkId, MutableBytes payload) override { arrived.try_emplace(load_le<uint64_t>(payload.data()), clock()), ++payloads; }
  void on_closed(LinkId, LinkClose) override { closed = true; }

  std::function<MonoTime()> clock;
  std::map<uint64_t, MonoTime> arrived;
  uint64_t payloads = 0;
  LinkId peer;
  bool closed = false;
};

class ReliabilityTest : public ::testing::Test {
 protected:
  void start(const PathConditions& conditions, bool reliability = true) {
    LinkOptions at_server, at_client;
    at_server.server = true;
    at_server.static_private = &server_key_;
    at_client.static_private = &client_key_;
    at_server.reliability = at_client.reliability = reliability;
    server_ = std::make_unique<Link>(at_server, net_.open(endpoint(1)), random_, to_server);
    client_ = std::make_unique<Link>(at_client, net_.open(endpoint(2)), random_, to_client);
    to_server.clock = to_client.clock = [this] { return now_.mono; };
    PathConditions clean;
    clean.delay = conditions.delay;
    net_.set_conditions(clean);
    id = client_->connect(endpoint(1), public_key_of(server_key_), {}, {}, now_);
    run(Seconds(1));
    ASSERT_TRUE(to_server.peer);
    net_.set_conditions(conditions);
  }
  void run(Micros time) {
    const MonoTime end = now_.mono + time;
    while (true) {
      client_->flush(now_);
      server_->flush(now_);
      while (client_->receive(now_) + server_->receive(now_) > 0) {
      }
      client_->flush(now_);
      server_->flush(now_);
      const MonoTime next = std::min({net_.next_arrival(), client_->next_deadline(), server_->next_deadline()});
      if (next > end) break;
      now_.mono = std::max(next, now_.mono);
    }
    now_.mono = end;
  }
  // Sends `count` numbered payloads of 100 bytes from the server to the client, one every `apart`; returns their delays, sorted; a lost one
  // counts as a minute.
  std::vector<Micros> chat(uint64_t count, Micros apart) {
    std::vector<MonoTime> sent;
    for (uint64_t i = 0; i < count; ++i) {
      uint8_t payload[100] = {};
      store_le(payload, next_number_ + i);
      const ByteView part(payload);
      server_->send(to_server.peer, std::span(&part, 1), now_);
      sent.push_back(now_.mono);
      run(apart + Micros(static_cast<int64_t>(random_.below(1000))));
    }
    run(Seconds(5));
    std::vector<Micros> delays;
    for (uint64_t i = 0; i < count; ++i) {
      const auto found = to_client.arrived.find(next_number_ + i);
      delays.push_back(found == to_client.arrived.end() ? Micros(Seconds(60)) : found->second - sent[i]);
    }
    next_number_ += count;
    std::sort(delays.begin(), delays.end());
    return delays;
  }
  static Micros percentile(const std::vector<Micros>& sorted, double p) {
    return sorted[static_cast<size_t>(p * static_cast<double>(sorted.size() - 1))];
  }

  SimNetwork net_{4711};
  SeededRandom random_{7};
  Secret<32> server_key_ = secret_of(1), client_key_ = secret_of(2);
  Now now_{MonoTime(Seconds(1)), WallTime(Seconds(1'700'000'000))};
  Receiver to_server, to_client;
  std::unique_ptr<Link> server_, client_;
  LinkId id;
  uint64_t next_number_ = 1;
};

PathConditions lossy(double loss, Micros delay = Millis(50)) {
  PathConditions out;
  out.delay = delay;
  out.loss = loss;
  return out;
}

TEST_F(ReliabilityTest, SwitchedOffALostPayloadIsLost) {
  start(lossy(0.1), false);
  const auto delays = chat(1000, Millis(200));
  EXPECT_GT(percentile(delays, 0.95), Seconds(10));
}

TEST_F(ReliabilityTest, AtTenPercentLossAlmostEverythingArrivesAsIfNothingWereLost) {
  start(lossy(0.1));
  chat(50, Millis(500));  // the loss is learnt
  const auto delays = chat(4000, Millis(500));
  EXPECT_LE(percentile(delays, 0.99), Millis(66));  // 50 ms of the way, and the second copy's 15
  EXPECT_LE(percentile(delays, 0.999), Millis(100));
  EXPECT_LT(delays.back(), Seconds(1)) << "none lost";
  EXPECT_EQ(to_client.payloads, to_client.arrived.size()) << "none doubled";
}

TEST_F(ReliabilityTest, AtTwentyPercentNothingIsLostEither) {
  start(lossy(0.2));
  chat(50, Millis(500));
  const auto delays = chat(4000, Millis(500));
  EXPECT_LE(percentile(delays, 0.99), Millis(100));
  EXPECT_LT(delays.back(), Seconds(2));
  EXPECT_FALSE(to_client.closed || to_server.closed);
}

TEST_F(ReliabilityTest, WithoutLossADownlinkPayloadGoesOnce) {
  start(lossy(0));
  chat(100, Millis(200));
  const LinkStats before = server_->stats(to_server.peer);
  chat(1000, Millis(200));
  const LinkStats after = server_->stats(to_server.peer);
  EXPECT_EQ(after.copies_sent + after.resends_sent, before.copies_sent + before.resends_sent);
  EXPECT_EQ(after.datagrams_sent - before.datagrams_sent, 1000u);
}

TEST_F(ReliabilityTest, WhatMayGoOnceGoesTwiceOnALossyPathAndIsNeverAcked) {
  start(lossy(0.1));
  chat(200, Millis(200));
  const LinkStats before = client_->stats(id);
  const uint64_t acks_before = server_->stats(to_server.peer).acks_only_sent;
  uint8_t payload[20] = {};
  const ByteView part(payload);
  for (int i = 0; i < 40; ++i) {
    client_->send(id, std::span(&part, 1), now_, Care::kOnce);
    run(Millis(50));
  }
  const LinkStats after = client_->stats(id);
  EXPECT_EQ(after.datagrams_sent - before.datagrams_sent, 80u);
  EXPECT_EQ(after.copies_sent - before.copies_sent, 40u);
  EXPECT_EQ(server_->stats(to_server.peer).acks_only_sent, acks_before);
}

TEST_F(ReliabilityTest, MeasuresRoundTripAndLoss) {
  start(lossy(0.1, Millis(40)));
  chat(2000, Millis(300));
  const LinkStats stats = server_->stats(to_server.peer);
  EXPECT_NEAR(stats.rtt_us, 80'000, 2'000);
  EXPECT_NEAR(stats.loss_out_ppm, 100'000, 60'000);
}

TEST_F(ReliabilityTest, RedundancyStaysWithinItsBudgetWhateverIsLost) {
  start(lossy(0.5));
  const LinkStats before = server_->stats(to_server.peer);
  const MonoTime from = now_.mono;
  chat(3000, Millis(10));
  const LinkStats after = server_->stats(to_server.peer);
  const double seconds = std::chrono::duration<double>(now_.mono - from).count();
  const auto redundant = static_cast<double>((after.copies_sent + after.resends_sent - before.copies_sent - before.resends_sent) * 150);
  EXPECT_LT(redundant, 8000 * seconds * 1.1 + 16'000);
}

TEST_F(ReliabilityTest, APeerThatFakesLossByAckingNothingGetsNoMoreThanTheBudget) {
  start(lossy(0));
  net_.set_conditions(endpoint(2), endpoint(1), lossy(1));
  const LinkStats before = server_->stats(to_server.peer);
  const MonoTime from = now_.mono;
  chat(1000, Millis(30));  // it hears them all
  const LinkStats after = server_->stats(to_server.peer);
  EXPECT_EQ(to_client.arrived.size(), 1000u);
  const double seconds = std::chrono::duration<double>(now_.mono - from).count();
  const auto redundant = static_cast<double>((after.copies_sent + after.resends_sent - before.copies_sent - before.resends_sent) * 150);
  EXPECT_LT(redundant, 8000 * seconds * 1.1 + 16'000);
}

TEST_F(ReliabilityTest, AGoneClientIsProbedEverMoreSeldomUntilTheSessionEnds) {
  start(lossy(0));
  net_.set_partitioned(endpoint(2), true);
  const LinkStats before = server_->stats(to_server.peer);
  uint8_t payload[100] = {};
  const ByteView part(payload);
  server_->send(to_server.peer, std::span(&part, 1), now_);
  run(Seconds(40));
  EXPECT_LT(server_->stats(to_server.peer).datagrams_sent - before.datagrams_sent, 40u);
  run(Seconds(10));
  EXPECT_TRUE(to_server.closed);
}

}  // namespace
}  // namespace parley::link
