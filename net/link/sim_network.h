// SPDX-License-Identifier: Apache-2.0
// A network in virtual time: sockets that send to each other through bad paths (path_model.h), with partitions, addresses that change and
// datagrams from outside, all decided by one seed. Product code: the simulation tests and parley-bench use it. One thread; time is what
// the caller says.
//
// Each direction between two addresses is a path with random numbers of its own, so what one path loses doesn't depend on the others'
// traffic. After warm-up nothing here allocates: datagrams under way live in recycled buffers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "net/link/datagram_socket.h"
#include "net/link/path_model.h"

namespace parley::link {

class SimNetwork {
 public:
  explicit SimNetwork(uint64_t seed);
  ~SimNetwork();
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;

  // A socket at that address. Lives until the network goes; `close` of a dead host = partition it.
  DatagramSocket& open(const Endpoint& local);
  // Conditions of everything without its own; and of one direction.
  void set_conditions(const PathConditions& conditions);
  void set_conditions(const Endpoint& from, const Endpoint& to, const PathConditions& conditions);
  // The socket at `from` is at `to` from now on; what is under way to it is lost.
  void move(const Endpoint& from, const Endpoint& to);
  // Nothing passes between this address and anyone (both ways) until healed.
  void set_partitioned(const Endpoint& address, bool partitioned);
  // Sees everything that is sent, before anything happens to it: for checks such as NonceWatch. Empty: nobody.
  using Tap = std::function<void(const Endpoint& from, const Endpoint& to, ByteView datagram)>;
  void set_tap(Tap tap) { tap_ = std::move(tap); }
  // A datagram from outside, under whatever sender's address: arrives as it is, at that time, unless `to` is nobody, cut off or full. The
  // tap doesn't see it.
  void inject(const Endpoint& from, const Endpoint& to, ByteView bytes, MonoTime arrival);
  // Arrival of the next datagram under way, kNever if none: where virtual time may jump to.
  MonoTime next_arrival() const;

  struct Counters {
    uint64_t sent = 0, delivered = 0, lost = 0, duplicated = 0, corrupted = 0, injected = 0, bytes_sent = 0;
  };
  Counters counters() const { return counters_; }

 private:
  class Socket;
  struct Path;
  struct Flight;
  using Slot = uint32_t;  // index into flights_
  struct Due {            // heap entry; ties in the order of sending
    MonoTime arrival;
    uint64_t serial;
    Slot slot;
    auto operator<=>(const Due&) const = default;
  };
  using DueHeap = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

  void transmit(const Endpoint& from, const OutDatagram& datagram, MonoTime now);
  Path& path(const Endpoint& from, const Endpoint& to);
  Flight* launch(Socket& destination, const Endpoint& from, ByteView bytes, MonoTime arrival);
  bool cut_off(const Endpoint& a, const Endpoint& b) const;
  void forget_landed() const;

  uint64_t seed_;
  PathConditions default_conditions_;
  std::map<Endpoint, std::unique_ptr<Socket>> sockets_;
  std::map<std::pair<Endpoint, Endpoint>, std::unique_ptr<Path>> paths_;
  std::set<Endpoint> partitioned_;
  std::vector<std::unique_ptr<Flight>> flights_;
  std::vector<Slot> free_slots_;
  mutable DueHeap due_;  // of all sockets; entries of flights that landed are removed when they come up
  uint64_t serial_ = 0;
  Counters counters_;
  Tap tap_;
};

}  // namespace parley::link
