// SPDX-License-Identifier: Apache-2.0
// Somebody comes into a room where people talk: real client, real ENet, real server in virtual time. What was said last reaches him after
// one round trip, and whatever happens between the server's answer and his proof, he sees each message once and in the room's order.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "net/link/nonce_watch.h"
#include "net/link/sim_network.h"
#include "tests/sim/checkers.h"
#include "tests/sim/places.h"
#include "tests/sim/sim_server.h"
#include "tests/sim/sim_user.h"

namespace parley::sim {
namespace {

constexpr const char* kRoom = "lobby";
constexpr Micros kTick{1'000}, kOneWay{50'000}, kRoundTrip = 2 * kOneWay;

const link::Endpoint kServer = address(1), kAnn = address(2), kBob = address(3);

class NewcomerWorld {
 public:
  explicit NewcomerWorld(uint64_t seed = 1) : random_(seed), network_(seed) {
    network_.set_conditions({.delay = kOneWay});
    network_.set_tap([this](const link::Endpoint& from, const link::Endpoint& to, ByteView datagram) {
      EXPECT_TRUE(nonces_.see(to == kServer, datagram));
      if (from == kBob) came_ += datagram.size();
      if (to == kBob) went_ += datagram.size();
    });
    server_ = std::make_unique<SimServer>(ServerSetup{keys(), {&network_.open(kServer)}, random_, directory_.path(), 1000});
    add("ann", kAnn);
    run_for(Seconds(1));
  }

  link::SimNetwork& network() { return network_; }
  SimServer& server() { return *server_; }
  // How much bob's address got, and gave.
  uint64_t went() const { return went_; }
  uint64_t came() const { return came_; }

  void talk(int messages, Micros between = Millis(20)) {
    for (int i = 0; i < messages; ++i) {
      users_.front()->send(kRoom, "m" + std::to_string(++said_));
      run_for(between);
    }
  }
  // Where all was said and stored before.
  void bob_comes_after(int messages) {
    talk(messages);
    run_for(Seconds(1));
    bob_comes();
  }
  void bob_comes() {
    came_ = went_ = 0;
    bob_since_ = now_.mono;
    add("bob", kBob);
  }
  void run_for(Micros time) {
    for (const MonoTime end = now_.mono + time; now_.mono < end;) {
      if (server_->running()) server_->do_work(now_);
      for (const auto& user : users_) user->poll(now_);
      now_.mono += kTick;
      now_.wall += kTick;
    }
  }
  // From his program's call to what he was told of that kind first; -1: nothing.
  int64_t bob_waited_us(StepKind kind) const {
    for (const Stay& stay : seen_.stays) {
      if (stay.user != "bob") continue;
      for (const Step& step : stay.steps) {
        if (step.kind == kind) return step.at_us - bob_since_.time_since_epoch().count();
      }
    }
    return -1;
  }
  size_t bob_heard() const {
    size_t heard = 0;
    for (const Stay& stay : seen_.stays) {
      if (stay.user == "bob") heard += std::ranges::count(stay.steps, StepKind::kMessage, &Step::kind);
    }
    return heard;
  }
  void crash_server() {
    server_->die(history::test::Death::kProcess);
    server_->start();
  }
  // All faults have ended: everybody comes to rest, and the checkers find nothing.
  void expect_all_kept() {
    for (int second = 0; second < 120 && !at_rest(); ++second) run_for(Seconds(1));
    seen_.settled = at_rest();
    for (const auto& user : users_) user->finish();
    server_->die(history::test::Death::kProcess);
    server_->start();
    seen_.history = server_->history();
    for (const std::string& violation : check_all(seen_)) ADD_FAILURE() << violation;
  }

 private:
  void add(const std::string& name, const link::Endpoint& at) {
    seen_.grants[name][kRoom] = {true, true, true};
    UserSetup setup;
    setup.name = name;
    setup.ticket = ticket_for(name, seen_.grants[name], keys());
    setup.server = kServer;
    setup.server_key = keys().link_public;
    setup.socket = &network_.open(at);
    setup.random = &random_;
    users_.push_back(std::make_unique<SimUser>(std::move(setup), seen_));
    users_.back()->join(kRoom, 20);
  }
  bool at_rest() {
    const auto heads = server_->heads(now_);
    return std::all_of(users_.begin(), users_.end(), [&](const auto& user) { return user->at_rest(heads); });
  }

  const TemporaryDirectory directory_;
  SeededRandom random_;
  link::SimNetwork network_;
  link::NonceWatch nonces_;
  Now now_{MonoTime(Seconds(1)), kStartOfTime};
  Observed seen_;
  std::unique_ptr<SimServer> server_;
  std::vector<std::unique_ptr<SimUser>> users_;  // ann, bob
  MonoTime bob_since_{};
  int said_ = 0;
  uint64_t came_ = 0, went_ = 0;
};

TEST(Newcomer, HearsWhatWasSaidAfterOneRoundTrip) {
  NewcomerWorld world;
  world.bob_comes_after(3);
  world.run_for(kRoundTrip + Millis(10));
  EXPECT_EQ(world.bob_heard(), 3u);
  EXPECT_LE(world.bob_waited_us(StepKind::kMessage), 12 * kRoundTrip.count() / 10);
  EXPECT_LE(world.bob_waited_us(StepKind::kJoined), world.bob_waited_us(StepKind::kMessage));
  world.talk(5);
  world.expect_all_kept();
}

TEST(Newcomer, WhoIsToldOnlyABeginningGetsTheRestInOrder) {
  NewcomerWorld world;
  world.bob_comes_after(30);
  world.run_for(kRoundTrip + Millis(10));
  EXPECT_GE(world.bob_heard(), 1u);
  EXPECT_LT(world.bob_heard(), 20u) << "a datagram's worth";
  EXPECT_LE(world.went(), world.came());
  world.talk(5);
  world.expect_all_kept();
  EXPECT_EQ(world.bob_heard(), 25u);
}

TEST(Newcomer, WhatIsSaidWhileHeProvesHimselfIsNotMissing) {
  NewcomerWorld world;
  world.talk(3);
  world.bob_comes();
  world.talk(40, Millis(10));
  world.expect_all_kept();
  EXPECT_EQ(world.bob_heard(), 43u);
}

// From just after the answer left on, nothing of his arrives for so long.
void hear_out_who_is_cut_off(NewcomerWorld& world, Micros time) {
  world.bob_comes_after(3);
  world.run_for(kOneWay + Millis(5));
  world.network().set_conditions(kBob, kServer, {.loss = 1});
  world.run_for(time);
  EXPECT_EQ(world.bob_heard(), 3u);
}

void come_through(NewcomerWorld& world) {
  world.talk(3);
  world.network().set_conditions(kBob, kServer, {.delay = kOneWay});
  world.expect_all_kept();
  EXPECT_EQ(world.bob_heard(), 6u);
}

TEST(Newcomer, WhoseProofIsLostForSecondsHasWhatHeWasTold) {
  NewcomerWorld world;
  hear_out_who_is_cut_off(world, Seconds(2));
  EXPECT_LE(world.went(), world.came());
  come_through(world);
}

TEST(Newcomer, WhoNeverProvesHimselfIsForgottenAndComesAgain) {
  NewcomerWorld world;
  hear_out_who_is_cut_off(world, Seconds(20));
  come_through(world);
}

TEST(Newcomer, AServerThatDiesBetweenAnswerAndProofTakesNothingBack) {
  NewcomerWorld world;
  world.bob_comes_after(3);
  world.run_for(kRoundTrip + Millis(5));
  EXPECT_EQ(world.bob_heard(), 3u);
  world.crash_server();
  world.talk(3);
  world.expect_all_kept();
  EXPECT_EQ(world.bob_heard(), 6u);
}

TEST(Newcomer, LosesAndDoublesNothingOnABadPath) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    NewcomerWorld world(seed);
    world.talk(15);
    const link::PathConditions bad{.delay = kOneWay,
                                   .jitter = Millis(20),
                                   .loss = 0.3,
                                   .duplicate = 0.2,
                                   .corrupt = 0.05,
                                   .reorder = 0.2,
                                   .reorder_delay = Millis(100)};
    world.network().set_conditions(kBob, kServer, bad);
    world.network().set_conditions(kServer, kBob, bad);
    world.bob_comes();
    world.talk(40, Millis(15));
    if (seed % 4 == 0) world.crash_server();
    world.talk(20, Millis(15));
    world.network().set_conditions(kBob, kServer, {.delay = kOneWay});
    world.network().set_conditions(kServer, kBob, {.delay = kOneWay});
    world.expect_all_kept();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace parley::sim
