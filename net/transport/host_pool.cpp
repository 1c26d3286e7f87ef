// SPDX-License-Identifier: Apache-2.0
#include "net/transport/host_pool.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::transport {
namespace {

// ENet takes a time of 0 for "never"; virtual time starts there.
constexpr int64_t kEnetEpochMs = 1 << 16;

}  // namespace

HostPool::HostPool(size_t peers_per_host, link::Link& link, Random& random, BorderTrace* trace)
    : peers_per_host_(peers_per_host),
      random_(random),
      wire_(link, trace),
      environment_{&wire_, &memory_, 0, static_cast<uint32_t>(random.next())} {}

HostPool::~HostPool() {
  const auto in = scope();
  hosts_.clear();
}

void HostPool::prepare(size_t sessions) {
  memory_.prepare(sizeof(ENetOutgoingCommand), sessions);
  memory_.prepare(sizeof(ENetAcknowledgement), sessions);
}

void HostPool::set_now(Now now) {
  wire_.set_now(now);
  const int64_t ms = std::chrono::floor<Millis>(now.mono.time_since_epoch()).count();
  environment_.now_ms = static_cast<uint32_t>(ms + kEnetEpochMs);
}

EnetHost* HostPool::with_room() {
  const auto it = std::find_if(hosts_.begin(), hosts_.end(), [](const auto& host) { return !host->full(); });
  if (it != hosts_.end()) return it->get();
  auto host = EnetHost::create(peers_per_host_, wire_, static_cast<uint32_t>(random_.next()));
  if (host == nullptr) return nullptr;
  return hosts_.emplace_back(std::move(host)).get();
}

void HostPool::release(EnetHost& host, ENetPeer& peer) {
  host.release(peer);
  some_released_ = true;
}

void HostPool::trim() {
  if (!std::exchange(some_released_, false)) return;
  bool keep = true;
  const auto in = scope();
  std::erase_if(hosts_, [&](const auto& host) { return host->empty() && !std::exchange(keep, false); });
}

}  // namespace parley::transport
