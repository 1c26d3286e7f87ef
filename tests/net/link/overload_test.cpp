// SPDX-License-Identifier: Apache-2.0
// What two links send when one of them, or both, get too little CPU: each is polled only now and then, and takes a bounded part of what
// waits. Nothing is lost on the way, so whatever goes again is work for nothing, and makes the overload worse. In virtual time; counted are
// datagrams for each delivery.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "net/link/link.h"
#include "net/link/noise.h"
#include "net/link/sim_network.h"

namespace parley::link {
namespace {

constexpr size_t kSessions = 200;

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

// As ENet does: each message is answered by a word that may get lost.
class Side final : public LinkHandler {
 public:
  RequestReply on_request(LinkId, const OpenedRequest&) override { return {true, {}, {}}; }
  void on_proven(LinkId id) override { open.push_back(id); }
  void on_answer(LinkId id, bool, ByteView, ByteView) override { open.push_back(id); }
  void on_payload(LinkId id, MutableBytes payload) override {
    if (payload.size() < 50) return;
    ++delivered;
    to_answer.push_back(id);
  }
  void on_closed(LinkId, LinkClose) override { ++closed; }

  std::vector<LinkId> open, to_answer;
  uint64_t delivered = 0, closed = 0;
};

struct Pace {
  Millis every{1};
  int batches = 8;  // read at a time
};

class OverloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    PathConditions path;
    path.delay = Millis(5);
    net_.set_conditions(path);
    LinkOptions at_server, at_client;
    at_server.server = true;
    at_server.static_private = &server_key_;
    at_client.static_private = &client_key_;
    server_ = std::make_unique<Link>(at_server, net_.open(endpoint(1)), random_, to_server);
    client_ = std::make_unique<Link>(at_client, net_.open(endpoint(2)), random_, to_client);
    for (size_t i = 0; i < kSessions; ++i) {
      ASSERT_TRUE(client_->connect(endpoint(1), public_key_of(server_key_), {}, {}, now_));
      run(Millis(20), {}, {});
    }
    ASSERT_EQ(to_server.open.size(), kSessions);
    chat_ = true;
    run(Seconds(30), {}, {});  // both know their paths
  }

  void run(Micros time, Pace client, Pace server) {
    for (const MonoTime end = now_.mono + time; now_.mono < end; now_.mono += Millis(1), now_.wall += Millis(1), ++tick_) {
      if (tick_ % client.every.count() == 0) work(*client_, to_client, client.batches);
      if (tick_ % server.every.count() == 0) work(*server_, to_server, server.batches);
    }
  }
  // A duty cycle as those of client and server are: read, answer and say, timers.
  void work(Link& link, Side& side, int batches) {
    for (int i = 0; i < batches && link.receive(now_) >= static_cast<int>(kReceiveBatch); ++i) {
    }
    uint8_t word[20] = {};
    const ByteView part(word);
    for (const LinkId id : side.to_answer) link.send(id, std::span(&part, 1), now_, Care::kOnce);
    side.to_answer.clear();
    if (chat_) say(link, side);
    link.flush(now_);
  }
  // The server a message to each session every second, spread evenly; a client one every four.
  void say(Link& link, const Side& side) {
    uint8_t message[100] = {};
    const ByteView part(message);
    const int64_t apart = &side == &to_server ? 1000 : 4000;
    int64_t& said = &side == &to_server ? server_said_ : client_said_;
    for (; said < tick_; ++said) {
      for (size_t i = 0; i < side.open.size(); ++i)
        if ((said + static_cast<int64_t>(i) * 37) % apart == 0) link.send(side.open[i], std::span(&part, 1), now_);
    }
  }

  struct Cost {
    double down, up;  // datagrams for each delivery
  };
  Cost cost_of(Micros time, Pace client, Pace server) {
    const uint64_t deliveries = to_client.delivered + to_server.delivered;
    const uint64_t down = server_->counters().datagrams_out, up = client_->counters().datagrams_out;
    run(time, client, server);
    const auto delivered = static_cast<double>(to_client.delivered + to_server.delivered - deliveries);
    EXPECT_EQ(to_client.closed + to_server.closed, 0u);
    return {static_cast<double>(server_->counters().datagrams_out - down) / delivered,
            static_cast<double>(client_->counters().datagrams_out - up) / delivered};
  }

  SimNetwork net_{4711};
  SeededRandom random_{7};
  Secret<32> server_key_ = secret_of(1), client_key_ = secret_of(2);
  Now now_{MonoTime(Seconds(1)), WallTime(Seconds(1'700'000'000))};
  int64_t tick_ = 0, server_said_ = 0, client_said_ = 0;
  bool chat_ = false;
  Side to_server, to_client;
  std::unique_ptr<Link> server_, client_;
};

constexpr Millis kSeldom{150};

// In brackets what the same took before resends waited for slow peers.
TEST_F(OverloadTest, WithEnoughCpuNothingGoesTwice) {
  const Cost cost = cost_of(Seconds(60), {}, {});
  EXPECT_LE(cost.down, 1.01);
  EXPECT_LE(cost.up, 1.01);
}

TEST_F(OverloadTest, AClientThatIsPolledSeldomIsntSentEverythingTwice) {
  const Cost first = cost_of(Seconds(5), {kSeldom}, {}), then = cost_of(Seconds(60), {kSeldom}, {});
  EXPECT_LE(first.down, 1.7);  // (4.8)
  EXPECT_LE(then.down, 1.05);  // (2.0)
  EXPECT_LE(then.up, 1.05);    // (1.1)
}

TEST_F(OverloadTest, AClientThatReadsHardlyMoreThanItMustGetsNotMore) {
  const Cost first = cost_of(Seconds(5), {kSeldom, 1}, {}), then = cost_of(Seconds(60), {kSeldom, 1}, {});
  EXPECT_LE(first.down, 1.6);  // (56)
  EXPECT_LE(then.down, 1.05);  // (32)
  EXPECT_LE(then.up, 1.05);    // (9.7)
}

TEST_F(OverloadTest, AServerThatIsPolledSeldomIsntSentEverythingTwice) {
  const Cost first = cost_of(Seconds(5), {}, {kSeldom}), then = cost_of(Seconds(60), {}, {kSeldom});
  EXPECT_LE(first.up, 1.35);   // (1.9)
  EXPECT_LE(then.up, 1.4);     // (1.7): a fifth of the deliveries are to the server, with a copy each
  EXPECT_LE(then.down, 1.05);  // (1.2)
}

TEST_F(OverloadTest, AServerThatReadsHardlyMoreThanItMustSendsAndGetsNotMore) {
  const Cost first = cost_of(Seconds(5), {}, {kSeldom, 1}), then = cost_of(Seconds(60), {}, {kSeldom, 1});
  EXPECT_LE(first.up, 1.35);   // (8.3)
  EXPECT_LE(then.up, 1.4);     // (11.4)
  EXPECT_LE(then.down, 1.05);  // (12.9)
}

TEST_F(OverloadTest, TwoSlowEndsDontFeedEachOther) {
  const Pace client{kSeldom, 1}, server{Millis(100), 1};
  const Cost first = cost_of(Seconds(5), client, server), then = cost_of(Seconds(60), client, server);
  EXPECT_LE(first.down + first.up, 2.4);  // (23)
  EXPECT_LE(then.down + then.up, 2.1);    // (39)
}

}  // namespace
}  // namespace parley::link
