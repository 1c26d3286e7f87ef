// SPDX-License-Identifier: Apache-2.0
#include "net/link/sim_network.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace parley::link {
namespace {

// What a host that doesn't read keeps waiting, like the receive buffer of a real socket; more is lost.
constexpr size_t kMaxQueuedPerSocket = 8192;

uint64_t mix(uint64_t hash, const Endpoint& endpoint) {
  for (uint8_t byte : endpoint.ip) hash = (hash ^ byte) * 0x100000001b3ULL;  // FNV-1a
  return ((hash ^ endpoint.port) * 0x100000001b3ULL ^ endpoint.scope) * 0x100000001b3ULL;
}

}  // namespace

struct SimNetwork::Flight {
  uint64_t serial = 0;  // 0: free
  Endpoint from;
  size_t size = 0;
  std::array<uint8_t, kMaxDatagramBytes> bytes;
};

struct SimNetwork::Path {
  explicit Path(uint64_t seed) : model(seed) {}

  PathModel model;
  std::optional<PathConditions> own;
};

class SimNetwork::Socket final : public DatagramSocket {
 public:
  Socket(SimNetwork& network, const Endpoint& local) : network_(network), local_(local) {}

  size_t receive(std::span<InDatagram> out, Now now) override {
    recycle();
    size_t count = 0;
    while (count < out.size() && !arriving_.empty() && arriving_.top().arrival <= now.mono) {
      const Slot slot = arriving_.top().slot;
      arriving_.pop();
      handed_out_.push_back(slot);
      Flight& flight = *network_.flights_[slot];
      flight.serial = 0;
      if (network_.cut_off(flight.from, local_)) {
        ++network_.counters_.lost;
        continue;
      }
      ++network_.counters_.delivered;
      out[count++] = {flight.from, MutableBytes(flight.bytes.data(), flight.size)};
    }
    network_.forget_landed();
    return count;
  }

  void send(std::span<const OutDatagram> datagrams, Now now) override {
    for (const OutDatagram& datagram : datagrams) network_.transmit(local_, datagram, now.mono);
  }

  Endpoint local() const override { return local_; }
  int fd() const override { return -1; }

  bool full() const { return arriving_.size() >= kMaxQueuedPerSocket; }
  void arrive(const Due& due) { arriving_.push(due); }
  void move(const Endpoint& local) {
    local_ = local;
    for (; !arriving_.empty(); arriving_.pop()) {
      const Slot slot = arriving_.top().slot;
      network_.flights_[slot]->serial = 0;
      network_.free_slots_.push_back(slot);
      ++network_.counters_.lost;
    }
  }

 private:
  void recycle() {
    network_.free_slots_.insert(network_.free_slots_.end(), handed_out_.begin(), handed_out_.end());
    handed_out_.clear();
  }

  SimNetwork& network_;
  Endpoint local_;
  DueHeap arriving_;
  std::vector<Slot> handed_out_;  // what the last receive() lent to the caller
};

SimNetwork::SimNetwork(uint64_t seed) : seed_(seed) {}
SimNetwork::~SimNetwork() = default;

DatagramSocket& SimNetwork::open(const Endpoint& local) {
  auto [it, fresh] = sockets_.try_emplace(local);
  CHECK(fresh, "two simulated sockets at one address");
  it->second = std::make_unique<Socket>(*this, local);
  return *it->second;
}

void SimNetwork::move(const Endpoint& from, const Endpoint& to) {
  CHECK(!sockets_.contains(to), "two simulated sockets at one address");
  auto node = sockets_.extract(from);
  CHECK(!node.empty(), "no simulated socket at that address");
  node.key() = to;
  node.mapped()->move(to);
  sockets_.insert(std::move(node));
}

void SimNetwork::set_conditions(const PathConditions& conditions) { default_conditions_ = conditions; }

void SimNetwork::set_conditions(const Endpoint& from, const Endpoint& to, const PathConditions& conditions) {
  path(from, to).own = conditions;
}

void SimNetwork::set_partitioned(const Endpoint& address, bool partitioned) {
  if (partitioned) {
    partitioned_.insert(address);
  } else {
    partitioned_.erase(address);
  }
}

MonoTime SimNetwork::next_arrival() const {
  forget_landed();
  return due_.empty() ? kNever : due_.top().arrival;
}

void SimNetwork::transmit(const Endpoint& from, const OutDatagram& datagram, MonoTime now) {
  CHECK(datagram.bytes.size() <= kMaxDatagramBytes, "a datagram longer than kMaxDatagramBytes");
  if (tap_) tap_(from, datagram.to, datagram.bytes);
  ++counters_.sent;
  counters_.bytes_sent += datagram.bytes.size();
  Path& way = path(from, datagram.to);
  const PathConditions& conditions = way.own ? *way.own : default_conditions_;
  const auto destination = sockets_.find(datagram.to);
  const PathModel::Fate fate = way.model.decide(conditions, datagram.bytes.size(), now);
  if (fate.copies == 0 || destination == sockets_.end() || cut_off(from, datagram.to)) {
    ++counters_.lost;
    return;
  }
  if (fate.copies > 1) ++counters_.duplicated;
  for (size_t i = 0; i < fate.copies; ++i) {
    Flight* const flight = launch(*destination->second, from, datagram.bytes, fate.arrivals[i]);
    if (flight != nullptr && way.model.corrupt(conditions, MutableBytes(flight->bytes).first(flight->size))) ++counters_.corrupted;
  }
}

void SimNetwork::inject(const Endpoint& from, const Endpoint& to, ByteView bytes, MonoTime arrival) {
  CHECK(bytes.size() <= kMaxDatagramBytes, "a datagram longer than kMaxDatagramBytes");
  const auto destination = sockets_.find(to);
  if (destination == sockets_.end() || cut_off(from, to)) return;
  if (launch(*destination->second, from, bytes, arrival) != nullptr) ++counters_.injected;
}

SimNetwork::Path& SimNetwork::path(const Endpoint& from, const Endpoint& to) {
  const auto key = std::pair(from, to);
  if (const auto it = paths_.find(key); it != paths_.end()) return *it->second;
  return *paths_.try_emplace(key, std::make_unique<Path>(mix(mix(seed_ ^ 0xcbf29ce484222325ULL, from), to))).first->second;
}

SimNetwork::Flight* SimNetwork::launch(Socket& destination, const Endpoint& from, ByteView bytes, MonoTime arrival) {
  if (destination.full()) {
    ++counters_.lost;
    return nullptr;
  }
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<Slot>(flights_.size()));
    flights_.push_back(std::make_unique<Flight>());
  }
  const Slot slot = free_slots_.back();
  free_slots_.pop_back();
  Flight& flight = *flights_[slot];
  flight.serial = ++serial_;
  flight.from = from;
  flight.size = bytes.size();
  std::copy(bytes.begin(), bytes.end(), flight.bytes.begin());
  const Due due{arrival, flight.serial, slot};
  destination.arrive(due);
  due_.push(due);
  return &flight;
}

bool SimNetwork::cut_off(const Endpoint& a, const Endpoint& b) const {
  return !partitioned_.empty() && (partitioned_.contains(a) || partitioned_.contains(b));
}

void SimNetwork::forget_landed() const {
  while (!due_.empty() && flights_[due_.top().slot]->serial != due_.top().serial) due_.pop();
}

}  // namespace parley::link
