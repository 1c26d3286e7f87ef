// SPDX-License-Identifier: Apache-2.0
#include "net/link/request_log.h"

#include <sodium.h>

#include <algorithm>

namespace parley::link {
namespace {

std::array<uint8_t, 16> draw_seed(Random& random) {
  std::array<uint8_t, 16> seed;
  random.fill(seed);
  return seed;
}

}  // namespace

size_t RequestLog::KeyHash::operator()(const PublicKey& key) const noexcept {
  static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16);
  uint8_t hash[8];
  crypto_shorthash(hash, key.data(), key.size(), seed.data());
  return load_le<uint64_t>(hash);
}

RequestLog::RequestLog(Random& random) : requests_(0, KeyHash{draw_seed(random)}), devices_(0, KeyHash{draw_seed(random)}) {}

LinkId RequestLog::session_of(const PublicKey& ephemeral) const {
  const auto found = requests_.find(ephemeral);
  return found == requests_.end() ? LinkId{} : found->second;
}

bool RequestLog::fresh(const PublicKey& device, uint64_t time_us) const {
  const auto found = devices_.find(device);
  return found == devices_.end() || time_us >= found->second.newest_us || found->second.newest_us - time_us <= kReorderUs;
}

void RequestLog::add(const PublicKey& ephemeral, const PublicKey& device, uint64_t time_us, LinkId id) {
  requests_.emplace(ephemeral, id);
  Device& entry = devices_[device];
  entry.newest_us = std::max(entry.newest_us, time_us);
  ++entry.sessions;
}

void RequestLog::remove(const PublicKey& ephemeral, const PublicKey& device) {
  requests_.erase(ephemeral);
  const auto found = devices_.find(device);
  if (found != devices_.end() && --found->second.sessions == 0) devices_.erase(found);
}

}  // namespace parley::link
