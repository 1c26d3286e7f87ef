// SPDX-License-Identifier: Apache-2.0
#include "net/link/impaired_socket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "net/link/sim_network.h"

namespace parley::link {
namespace {

constexpr Endpoint kNear{.ip = {1}, .port = 1}, kFar{.ip = {2}, .port = 2};

// A socket that is another's, so that the network stays the test's.
class Borrowed final : public DatagramSocket {
 public:
  explicit Borrowed(DatagramSocket& socket) : socket_(socket) {}
  size_t receive(std::span<InDatagram> out, Now now) override { return socket_.receive(out, now); }
  void send(std::span<const OutDatagram> datagrams, Now now) override { socket_.send(datagrams, now); }
  Endpoint local() const override { return socket_.local(); }
  int fd() const override { return 7; }
  Result<void> reopen() override { return {}; }

 private:
  DatagramSocket& socket_;
};

class ImpairedSocketTest : public testing::Test {
 protected:
  static Now at(Micros time) { return {MonoTime(time), {}}; }

  void impair(const PathConditions& conditions) {
    near_ = std::make_unique<ImpairedSocket>(std::make_unique<Borrowed>(inner_), conditions, random_);
  }
  static void say(DatagramSocket& from, const Endpoint& to, std::string_view text, Micros time) {
    const OutDatagram datagram{to, as_bytes(text)};
    from.send({&datagram, 1}, at(time));
  }
  static std::vector<std::string> heard(DatagramSocket& by, Micros time) {
    std::vector<std::string> texts;
    std::array<InDatagram, 16> batch;
    while (const size_t count = by.receive(batch, at(time)))
      for (size_t i = 0; i < count; ++i) texts.emplace_back(as_text(batch[i].bytes));
    return texts;
  }
  using Texts = std::vector<std::string>;

  SimNetwork network_{1};
  SeededRandom random_{5};
  DatagramSocket& inner_ = network_.open(kNear);
  DatagramSocket& far_ = network_.open(kFar);
  std::unique_ptr<ImpairedSocket> near_;
};

TEST_F(ImpairedSocketTest, WithoutConditionsItDoesNothing) {
  impair({});
  say(*near_, kFar, "out", Micros(5));
  EXPECT_EQ(heard(far_, Micros(5)), Texts{"out"});
  say(far_, kNear, "in", Micros(6));
  EXPECT_EQ(heard(*near_, Micros(6)), Texts{"in"});
  EXPECT_EQ(near_->next_deadline(), kNever);
  EXPECT_EQ(near_->fd(), 7);
  EXPECT_EQ(near_->local(), kNear);
}

TEST_F(ImpairedSocketTest, DelaysBothDirectionsAndSaysWhenItHasSomethingToDo) {
  impair({.delay = Millis(50)});
  say(*near_, kFar, "out", Millis(1));
  EXPECT_EQ(near_->next_deadline(), MonoTime(Millis(51)));
  EXPECT_EQ(heard(*near_, Millis(50)), Texts{});
  EXPECT_EQ(heard(far_, Millis(50)), Texts{});
  EXPECT_EQ(heard(*near_, Millis(51)), Texts{}) << "which lets go what is due";
  EXPECT_EQ(heard(far_, Millis(51)), Texts{"out"});
  say(far_, kNear, "in", Millis(60));
  EXPECT_EQ(heard(*near_, Millis(60)), Texts{}) << "it is read from here on";
  EXPECT_EQ(near_->next_deadline(), MonoTime(Millis(110)));
  EXPECT_EQ(heard(*near_, Millis(110)), Texts{"in"});
}

TEST_F(ImpairedSocketTest, LosesItsShareInEachDirection) {
  impair({.loss = 0.25});
  size_t out = 0, in = 0;
  for (int i = 0; i < 4000; ++i) {
    say(*near_, kFar, "x", Millis(i));
    out += heard(far_, Millis(i)).size();
    say(far_, kNear, "x", Millis(i));
    in += heard(*near_, Millis(i)).size();
  }
  EXPECT_NEAR(static_cast<double>(out), 3000, 110);
  EXPECT_NEAR(static_cast<double>(in), 3000, 110);
}

TEST_F(ImpairedSocketTest, DoublesReordersAndFlipsAsAsked) {
  impair({.duplicate = 1, .corrupt = 1, .reorder = 0.5, .reorder_delay = Millis(20)});
  for (int i = 0; i < 50; ++i) say(*near_, kFar, std::string(8, static_cast<char>('0' + i)), Millis(i));
  heard(*near_, Seconds(1));
  const Texts texts = heard(far_, Seconds(1));
  EXPECT_EQ(texts.size(), 100u);
  EXPECT_FALSE(std::is_sorted(texts.begin(), texts.end()));
  EXPECT_EQ(std::count(texts.begin(), texts.end(), std::string(8, '0')), 0);
}

TEST_F(ImpairedSocketTest, HoldsABoundedNumberUnderWayAndLosesMore) {
  impair({.delay = Seconds(1)});
  for (size_t i = 0; i < ImpairedSocket::kMaxUnderWay + 100; ++i) say(*near_, kFar, "x", Millis(1));
  heard(*near_, Seconds(2));
  EXPECT_EQ(heard(far_, Seconds(2)).size(), ImpairedSocket::kMaxUnderWay);
  say(*near_, kFar, "room again", Seconds(3));
  heard(*near_, Seconds(4));
  EXPECT_EQ(heard(far_, Seconds(4)), Texts{"room again"});
}

TEST_F(ImpairedSocketTest, ItsLastWordsLeaveWhenItGoes) {
  impair({.delay = Seconds(1)});
  say(*near_, kFar, "goodbye", Millis(1));
  near_.reset();
  EXPECT_EQ(heard(far_, Seconds(2)), Texts{"goodbye"});
}

TEST_F(ImpairedSocketTest, WhatIsUnderWayToTheOldAddressIsLostWhenItIsOpenedAnew) {
  impair({.delay = Millis(50)});
  say(far_, kNear, "too late", Millis(1));
  heard(*near_, Millis(1));
  ASSERT_TRUE(near_->reopen());
  EXPECT_EQ(heard(*near_, Seconds(1)), Texts{});
}

TEST(CheckConditions, NamesWhatNoNetworkHas) {
  EXPECT_TRUE(check_conditions({}));
  EXPECT_TRUE(check_conditions({.loss = 1, .burst_loss = 0.99}));
  const auto text = [](const PathConditions& conditions) {
    const auto checked = check_conditions(conditions);
    return checked ? std::string() : checked.error().text;
  };
  EXPECT_NE(text({.loss = 1.1}).find("loss"), std::string::npos);
  EXPECT_NE(text({.loss = std::nan("")}).find("loss"), std::string::npos);
  EXPECT_NE(text({.burst_loss = 1}).find("burst"), std::string::npos);
  EXPECT_NE(text({.duplicate = -0.1}).find("duplicate"), std::string::npos);
  EXPECT_NE(text({.delay = Seconds(11)}).find("delay"), std::string::npos);
  EXPECT_NE(text({.jitter = Micros(-1)}).find("jitter"), std::string::npos);
}

}  // namespace
}  // namespace parley::link
