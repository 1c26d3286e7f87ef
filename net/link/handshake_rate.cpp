// SPDX-License-Identifier: Apache-2.0
#include "net/link/handshake_rate.h"

#include <algorithm>

namespace parley::link {
namespace {

constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr size_t kNetworkBytes4 = 12 + 3;  // ::ffff:a.b.c.0/120, that is a.b.c.0/24
constexpr size_t kNetworkBytes6 = 7;       // /56: what a household gets

bool is_ipv4(const Endpoint& address) { return std::equal(kMapped.begin(), kMapped.end(), address.ip.begin()); }

bool is_loopback(const Endpoint& address) {
  if (is_ipv4(address)) return address.ip[12] == 127;
  return address.ip[15] == 1 && std::all_of(address.ip.begin(), address.ip.end() - 1, [](uint8_t byte) { return byte == 0; });
}

}  // namespace

HandshakeRate::HandshakeRate(const HandshakeLimits& limits, Random& random) : limits_(limits), buckets_(kHandshakeNetworks, random) {}

bool HandshakeRate::take(const Endpoint& from, bool proven, MonoTime now) {
  if (!limits_.loopback && is_loopback(from)) return true;
  std::array<uint8_t, 1 + kNetworkBytes4> key{static_cast<uint8_t>(proven)};
  std::copy_n(from.ip.begin(), is_ipv4(from) ? kNetworkBytes4 : kNetworkBytes6, key.begin() + 1);
  Bucket& bucket = buckets_.at(key, [](const Bucket& each) { return -each.tokens; });
  const double burst = proven ? limits_.proven_burst : limits_.unproven_burst;
  const double rate = proven ? limits_.proven_per_second : limits_.unproven_per_second;
  const double gained = std::chrono::duration<double>(now - bucket.filled).count() * rate;
  bucket.tokens = bucket.used ? std::min(burst, bucket.tokens + gained) : burst;
  bucket.filled = now;
  bucket.used = true;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace parley::link
