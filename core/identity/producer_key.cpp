// SPDX-License-Identifier: Apache-2.0
#include "core/identity/producer_key.h"

#include <sodium.h>

#include <array>
#include <cstring>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace parley::identity {
namespace {

constexpr std::string_view kLabel = "parley producer key 1";  // keeps this use of the link key apart from every other

}  // namespace

ProducerKeys::ProducerKeys(const Secret<32>& link_private) {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  const ByteView label = as_bytes(kLabel);
  const int made = crypto_generichash(key_.data(), key_.size(), label.data(), label.size(), link_private.data(), link_private.size());
  CHECK(made == 0, "16 bytes of BLAKE2b under a 32-byte key");
}

ProducerId ProducerKeys::key_of(std::string_view user, ProducerId producer) const {
  CHECK(user.size() <= kMaxNameBytes, "a ticket's user name was checked");
  std::array<uint8_t, 8 + kMaxNameBytes> input;
  store_le<uint64_t>(input.data(), producer.value);
  std::memcpy(input.data() + 8, user.data(), user.size());
  std::array<uint8_t, 8> hash;
  crypto_shorthash(hash.data(), input.data(), 8 + user.size(), key_.data());
  const uint64_t value = load_le<uint64_t>(hash.data());
  return ProducerId(value == 0 ? 1 : value);
}

}  // namespace parley::identity
