// SPDX-License-Identifier: Apache-2.0
#include "net/link/udp_socket.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/limits.h"

namespace parley::link {
namespace {

constexpr Now kNow{};

UdpOptions loopback(const char* address = "127.0.0.1:0") { return {.bind = *parse_endpoint(address)}; }

bool wait_readable(const DatagramSocket& socket) {
  if (socket.next_deadline() != kNever) return true;
  pollfd entry{socket.fd(), POLLIN, 0};
  return poll(&entry, 1, 2000) == 1;
}

std::vector<InDatagram> receive_all(DatagramSocket& socket, size_t expected) {
  std::vector<InDatagram> got;
  std::array<InDatagram, 64> batch;
  while (got.size() < expected && wait_readable(socket)) {
    const size_t n = socket.receive(batch, kNow);
    got.insert(got.end(), batch.begin(), batch.begin() + n);
  }
  return got;
}

void send_one(DatagramSocket& from, const Endpoint& to, ByteView bytes) {
  const OutDatagram datagram{to, bytes};
  from.send({&datagram, 1}, kNow);
}

// As they look that may travel as one message: kind and receiver index (WIRE.md), then what tells them apart.
std::vector<uint8_t> of_one_session(size_t length, size_t number) {
  std::vector<uint8_t> bytes(length, static_cast<uint8_t>(number));
  constexpr std::array<uint8_t, 5> kHeader{4, 7, 0, 0, 0};
  if (length > kHeader.size()) std::ranges::copy(kHeader, bytes.begin());
  return bytes;
}

class UdpSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    auto a = open_udp(loopback());
    auto b = open_udp(loopback());
    ASSERT_TRUE(a && b);
    a_ = std::move(*a);
    b_ = std::move(*b);
  }
  std::unique_ptr<DatagramSocket> a_, b_;
};

TEST_F(UdpSocketTest, CarriesADatagramAndSaysWhoSentIt) {
  send_one(*a_, b_->local(), as_bytes("hello"));
  const auto got = receive_all(*b_, 1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(as_text(got[0].bytes), "hello");
  EXPECT_EQ(got[0].from, a_->local());
}

TEST_F(UdpSocketTest, CarriesMoreThanOneBatchInOrder) {
  std::array<uint8_t, 150> bytes;
  std::vector<OutDatagram> out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(i);
    out.push_back({b_->local(), {&bytes[i], 1}});
  }
  a_->send(out, kNow);
  size_t next = 0;
  std::array<InDatagram, 64> batch;
  while (next < bytes.size() && wait_readable(*b_)) {
    const size_t n = b_->receive(batch, kNow);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(batch[i].bytes[0], next++);
  }
  EXPECT_EQ(next, bytes.size());
}

// Long runs to one peer travel as one message through the kernel; on the other side nothing of that may be seen.
TEST_F(UdpSocketTest, DatagramsOfOneLengthArriveEachAsItself) {
  auto c = open_udp(loopback());
  ASSERT_TRUE(c);
  std::vector<std::vector<uint8_t>> bytes;
  for (const size_t length : {1200, 1200, 1200, 700, 700, 1232, 1232, 1, 1232, 1232}) {
    bytes.push_back(of_one_session(length, bytes.size()));
  }
  std::vector<OutDatagram> out;
  for (const auto& each : bytes) out.push_back({b_->local(), each});
  out.insert(out.begin() + 1, {(*c)->local(), bytes[0]});
  a_->send(out, kNow);
  size_t next = 0;
  std::array<InDatagram, 64> batch;
  while (next < bytes.size() && wait_readable(*b_)) {
    const size_t n = b_->receive(batch, kNow);
    for (size_t i = 0; i < n; ++i, ++next) ASSERT_TRUE(std::ranges::equal(batch[i].bytes, bytes[next])) << next;
  }
  EXPECT_EQ(next, bytes.size());
  EXPECT_EQ(receive_all(**c, 1).size(), 1u);
}

// Such a run comes as one message of the kernel's; the datagrams that nobody asked for yet aren't lost, and whoever waits is told of them.
TEST_F(UdpSocketTest, HandsARunOutInPortionsAndSaysThatThereIsMore) {
  constexpr size_t kCount = 150;
  std::vector<std::vector<uint8_t>> bytes;
  for (size_t i = 0; i < kCount; ++i) bytes.push_back(of_one_session(700, i));
  std::vector<OutDatagram> out;
  for (const auto& each : bytes) out.push_back({b_->local(), each});
  a_->send(out, kNow);
  size_t next = 0;
  std::array<InDatagram, 7> batch;
  while (next < kCount && wait_readable(*b_)) {
    const size_t n = b_->receive(batch, kNow);
    for (size_t i = 0; i < n; ++i, ++next) {
      ASSERT_TRUE(std::ranges::equal(batch[i].bytes, bytes[next])) << next;
      ASSERT_EQ(batch[i].from, a_->local());
    }
  }
  EXPECT_EQ(next, kCount);
  EXPECT_EQ(b_->next_deadline(), kNever);
}

TEST_F(UdpSocketTest, WhatWasHandedOutStaysUntilTheNextReceive) {
  const auto first = of_one_session(100, 1), second = of_one_session(100, 2), third = of_one_session(900, 3);
  a_->send(std::vector<OutDatagram>(5, {b_->local(), first}), kNow);
  std::array<InDatagram, 3> few;
  ASSERT_TRUE(wait_readable(*b_));
  ASSERT_EQ(b_->receive(few, kNow), 3u);
  a_->send(std::vector<OutDatagram>(3, {b_->local(), second}), kNow);
  a_->send(std::vector<OutDatagram>(70, {b_->local(), third}), kNow);
  ASSERT_TRUE(wait_readable(*b_));
  std::array<InDatagram, 64> batch;
  const size_t n = b_->receive(batch, kNow);
  ASSERT_GE(n, 2u);
  for (size_t i = 0; i < n; ++i) {
    const auto& expected = i < 2 ? first : i < 5 ? second : third;
    EXPECT_TRUE(std::ranges::equal(batch[i].bytes, expected)) << i;
  }
}

TEST_F(UdpSocketTest, OfARunOfTooLongOnesEachIsDroppedAndCounted) {
  const auto too_long = of_one_session(kMaxDatagramBytes + 1, 1), last = of_one_session(20, 2);
  std::vector<OutDatagram> out(3, {b_->local(), too_long});
  out.push_back({b_->local(), last});
  a_->send(out, kNow);
  const auto got = receive_all(*b_, 1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(got[0].bytes, last));
  EXPECT_EQ(b_->counters().dropped_oversized, 3u);
}

TEST_F(UdpSocketTest, AnEmptyDatagramIsOneToo) {
  send_one(*a_, b_->local(), {});
  send_one(*a_, b_->local(), as_bytes("x"));
  const auto got = receive_all(*b_, 2);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_TRUE(got[0].bytes.empty());
}

TEST_F(UdpSocketTest, OfARunThatCantBeSentTogetherEachIsCounted) {
  const auto longest = of_one_session(kMaxDatagramBytes, 7);
  const Endpoint nowhere = *parse_endpoint("[2001:db8::1]:9");
  auto v4 = open_udp({.bind = *parse_endpoint("127.0.0.1:0"), .ipv4_only = true});
  ASSERT_TRUE(v4);
  const Endpoint foreign = *parse_endpoint("255.255.255.255:9");  // a broadcast, for which this socket has no permission
  const std::vector<OutDatagram> out{
      {foreign, longest}, {foreign, longest}, {nowhere, longest}, {b_->local(), longest}, {b_->local(), longest}};
  (*v4)->send(out, kNow);
  EXPECT_EQ((*v4)->counters().send_unreachable, 3u);
  EXPECT_EQ(receive_all(*b_, 2).size(), 2u);
}

TEST_F(UdpSocketTest, ReceivesNothingWithoutWaiting) {
  std::array<InDatagram, 4> batch;
  EXPECT_EQ(a_->receive(batch, kNow), 0u);
  EXPECT_EQ(a_->counters().receive_errors, 0u);
}

TEST_F(UdpSocketTest, TakesTheLargestDatagramAndDropsALargerOneWithACount) {
  const std::vector<uint8_t> largest(kMaxDatagramBytes, 1), larger(kMaxDatagramBytes + 1, 2);
  send_one(*a_, b_->local(), larger);
  send_one(*a_, b_->local(), largest);
  const auto got = receive_all(*b_, 1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].bytes.size(), kMaxDatagramBytes);
  EXPECT_EQ(b_->counters().dropped_oversized, 1u);
}

TEST_F(UdpSocketTest, CountsWhatCantLeaveAndSendsTheRest) {
  const std::vector<uint8_t> impossible(70'000, 0);
  const std::array<OutDatagram, 3> out{OutDatagram{b_->local(), as_bytes("1")}, OutDatagram{b_->local(), impossible},
                                       OutDatagram{b_->local(), as_bytes("3")}};
  a_->send(out, kNow);
  const auto got = receive_all(*b_, 2);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(as_text(got[1].bytes), "3");
  EXPECT_EQ(a_->counters().send_too_long, 1u);
}

TEST_F(UdpSocketTest, SurvivesAPeerThatIsGone) {
  const Endpoint gone = b_->local();
  b_.reset();
  auto other = open_udp(loopback());
  ASSERT_TRUE(other);
  for (int i = 0; i < 3; ++i) send_one(*a_, gone, as_bytes("anyone?"));
  send_one(*a_, (*other)->local(), as_bytes("still here"));
  EXPECT_EQ(receive_all(**other, 1).size(), 1u);
}

TEST_F(UdpSocketTest, GoesOnFromAnotherPortWhenItIsOpenedAnew) {
  const Endpoint before = a_->local();
  ASSERT_TRUE(a_->reopen());
  EXPECT_NE(a_->local(), before);
  send_one(*a_, b_->local(), as_bytes("moved"));
  const auto got = receive_all(*b_, 1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].from, a_->local());
}

TEST_F(UdpSocketTest, KeepsAPortOfItsOwnWhenItIsOpenedAnew) {
  UdpOptions options = loopback();
  options.bind.port = a_->local().port;
  a_.reset();
  auto fixed = open_udp(options);
  ASSERT_TRUE(fixed);
  ASSERT_TRUE((*fixed)->reopen());
  EXPECT_EQ((*fixed)->local().port, options.bind.port);
}

TEST(UdpSocket, DualStackTalksToIpv4AndIpv6) {
  auto any = open_udp({});
  ASSERT_TRUE(any);
  auto v4 = open_udp({.bind = *parse_endpoint("127.0.0.1:0"), .ipv4_only = true});
  ASSERT_TRUE(v4);
  Endpoint to = *parse_endpoint("127.0.0.1:0");
  to.port = (*any)->local().port;
  send_one(**v4, to, as_bytes("four"));
  const auto got = receive_all(**any, 1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].from, (*v4)->local());
  send_one(**any, got[0].from, as_bytes("back"));
  EXPECT_EQ(receive_all(**v4, 1).size(), 1u);

  auto v6 = open_udp(loopback("[::1]:0"));
  if (!v6) GTEST_SKIP() << "no IPv6 on this machine";
  to = *parse_endpoint("[::1]:0");
  to.port = (*any)->local().port;
  send_one(**v6, to, as_bytes("six"));
  EXPECT_EQ(receive_all(**any, 1).size(), 1u);
}

TEST(UdpSocket, AnIpv4SocketCountsIpv6DestinationsAsUnreachable) {
  auto v4 = open_udp({.bind = *parse_endpoint("127.0.0.1:0"), .ipv4_only = true});
  ASSERT_TRUE(v4);
  send_one(**v4, *parse_endpoint("[::1]:9"), as_bytes("x"));
  EXPECT_EQ((*v4)->counters().send_unreachable, 1u);
}

TEST(UdpSocket, NamesThePortThatIsInUse) {
  auto first = open_udp(loopback());
  ASSERT_TRUE(first);
  const auto second = open_udp({.bind = (*first)->local()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kAddressInUse);
  EXPECT_NE(second.error().text.find(std::to_string((*first)->local().port)), std::string::npos) << second.error().text;
}

TEST(UdpSocket, RefusesAForeignAddressWithAWayOut) {
  const auto socket = open_udp({.bind = *parse_endpoint("192.0.2.77:0"), .ipv4_only = true});
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(socket.error().text.find("192.0.2.77"), std::string::npos);
}

// The kinds and offsets of schema/WIRE.md that the filter reads.
std::vector<uint8_t> transport_datagram(uint32_t index) {
  std::vector<uint8_t> bytes(29, 0);
  bytes[0] = 4 | (1 << 3);  // kind in the low 3 bits, epoch above
  store_le(&bytes[1], index);
  return bytes;
}
std::vector<uint8_t> first_handshake_datagram(uint32_t sender) {
  std::vector<uint8_t> bytes(1200, 0);
  bytes[0] = 1;
  store_le(&bytes[4], sender);
  return bytes;
}

class SteeringTest : public testing::Test {
 protected:
  void open(size_t count) {
    UdpOptions options = loopback();
    options.steer_count = count;
    auto group = open_udp_group(options);
    ASSERT_TRUE(group) << group.error().text;
    group_ = std::move(*group);
  }
  // Returns which socket got it.
  size_t arrives_at(ByteView bytes) {
    auto sender = open_udp(loopback());
    send_one(**sender, group_[0]->local(), bytes);
    std::vector<pollfd> entries;
    for (const auto& socket : group_) entries.push_back({socket->fd(), POLLIN, 0});
    if (poll(entries.data(), entries.size(), 2000) < 1) return group_.size();
    std::array<InDatagram, 4> batch;
    for (size_t i = 0; i < entries.size(); ++i)
      if ((entries[i].revents & POLLIN) != 0 && group_[i]->receive(batch, kNow) == 1) return i;
    return group_.size();
  }
  std::vector<std::unique_ptr<DatagramSocket>> group_;
};

TEST_F(SteeringTest, SendsEachSessionsDatagramsToTheSocketOfItsIndex) {
  open(3);
  for (uint32_t index : {0u, 1u, 2u, 3u, 0x100u, 0x10000u, 0x1000000u, 0x01020304u, 0xfffffffeu, 0xffffffffu})
    EXPECT_EQ(arrives_at(transport_datagram(index)), index % 3) << index;
}

// Sessions of one client share its address, so their datagrams may leave together; each must still come to its own socket.
TEST_F(SteeringTest, OfDatagramsThatLeaveTogetherEachGoesToItsOwnSocket) {
  open(2);
  auto sender = open_udp(loopback());
  ASSERT_TRUE(sender);
  std::vector<std::vector<uint8_t>> bytes;
  for (const uint32_t index : {2u, 2u, 3u, 3u, 2u, 5u}) bytes.push_back(transport_datagram(index));
  std::vector<OutDatagram> out;
  for (const auto& each : bytes) out.push_back({group_[0]->local(), each});
  (*sender)->send(out, kNow);
  for (const size_t i : {0, 1}) {
    const auto got = receive_all(*group_[i], 3);
    ASSERT_EQ(got.size(), 3u) << i;
    for (const InDatagram& each : got) EXPECT_EQ(load_le<uint32_t>(&each.bytes[1]) % 2, i);
  }
}

TEST_F(SteeringTest, SendsAHandshakesResendsToTheSameSocket) {
  open(4);
  for (uint32_t sender : {0u, 1u, 2u, 7u, 0x01020307u, 0xffffffffu})
    EXPECT_EQ(arrives_at(first_handshake_datagram(sender)), sender % 4) << sender;
}

TEST_F(SteeringTest, SpreadsWhatItCannotPlaceInsteadOfLosingIt) {
  open(2);
  const std::vector<uint8_t> unknown(40, 0xff);
  const std::vector<uint8_t> cut_off{4, 1, 0, 0};
  EXPECT_LT(arrives_at(unknown), 2u);
  EXPECT_LT(arrives_at(cut_off), 2u);
}

TEST_F(SteeringTest, RefusesAPortThatAnotherGroupHas) {
  open(2);
  const auto second = open_udp_group({.bind = group_[0]->local(), .steer_count = 2});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kAddressInUse);
}

}  // namespace
}  // namespace parley::link
