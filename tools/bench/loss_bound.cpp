// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/loss_bound.h"

#include <array>

namespace parley::bench {
namespace {

constexpr Micros kBetweenCopies{1000};
constexpr Micros kBetweenMessages = Seconds{2};  // long enough that outages are forgotten

link::Endpoint address(uint16_t port) {
  link::Endpoint endpoint;
  endpoint.port = port;
  return endpoint;
}

// When the first copy arrives, if the first one leaves at `start`.
MonoTime cross(link::SimNetwork& network, link::DatagramSocket& from, link::DatagramSocket& to, MonoTime start) {
  static constexpr std::array<uint8_t, 100> kDatagram{};
  const link::OutDatagram datagram{to.local(), kDatagram};
  for (MonoTime now = start; network.next_arrival() > now; now += kBetweenCopies) from.send({&datagram, 1}, {now, {}});
  const MonoTime arrival = network.next_arrival();
  std::array<link::InDatagram, 64> in;
  while (to.receive(in, {start + kBetweenMessages, {}}) > 0) {  // the other copies are of no use
  }
  return arrival;
}

}  // namespace

Histogram loss_bound(const link::PathConditions& conditions, uint64_t messages, uint64_t seed) {
  link::SimNetwork network(seed);
  network.set_conditions(conditions);
  link::DatagramSocket& sender = network.open(address(1));
  link::DatagramSocket& server = network.open(address(2));
  link::DatagramSocket& receiver = network.open(address(3));
  Histogram delivery;
  MonoTime start{Seconds{1}};
  for (uint64_t i = 0; i < messages; ++i) {
    const MonoTime there = cross(network, server, receiver, cross(network, sender, server, start));
    delivery.record((there - start).count() * 1000);
    start += 2 * kBetweenMessages;
  }
  return delivery;
}

}  // namespace parley::bench
