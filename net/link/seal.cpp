// SPDX-License-Identifier: Apache-2.0
#include "net/link/seal.h"

#include <sodium.h>

#include "core/base/check.h"
#include "net/link/wire_format.h"

namespace parley::link {
namespace {

struct Nonce {
  explicit Nonce(uint64_t counter) { store_le(bytes + 4, counter); }
  uint8_t bytes[12] = {};
};

}  // namespace

void SealKey::seal(uint64_t counter, ByteView associated, MutableBytes text) const {
  CHECK(counter <= wire::kMaxCounter && text.size() >= wire::kTagBytes, "the counter is used up, or there is no room for the tag");
  const Nonce nonce(counter);
  crypto_aead_chacha20poly1305_ietf_encrypt(text.data(), nullptr, text.data(), text.size() - wire::kTagBytes, associated.data(),
                                            associated.size(), nullptr, nonce.bytes, key_.data());
}

bool SealKey::open(uint64_t counter, ByteView associated, MutableBytes text) const {
  const Nonce nonce(counter);
  return crypto_aead_chacha20poly1305_ietf_decrypt(text.data(), nullptr, nullptr, text.data(), text.size(), associated.data(),
                                                   associated.size(), nonce.bytes, key_.data()) == 0;
}

}  // namespace parley::link
