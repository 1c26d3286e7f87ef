// SPDX-License-Identifier: Apache-2.0
#include "net/link/seal.h"

#include <sodium.h>

#include "core/base/check.h"
#include "net/link/wire_format.h"

namespace parley::link {
namespace {

// AES's round keys and the key of its hash.
class Schedule {
 public:
  explicit Schedule(const Secret<32>& key) { crypto_aead_aes256gcm_beforenm(&state_, key.data()); }
  ~Schedule() { sodium_memzero(&state_, sizeof state_); }
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;
  const crypto_aead_aes256gcm_state* get() const { return &state_; }

 private:
  crypto_aead_aes256gcm_state state_;  // aligned to 16 by its type
};

struct Nonce {
  Nonce(Cipher cipher, uint64_t counter) {
    if (cipher == Cipher::kAes256Gcm) {
      store_be(bytes + 4, counter);
    } else {
      store_le(bytes + 4, counter);
    }
  }
  uint8_t bytes[12] = {};
};

}  // namespace

uint8_t available_ciphers() {
  const auto chacha = static_cast<uint8_t>(Cipher::kChaCha20Poly1305);
  return crypto_aead_aes256gcm_is_available() == 1 ? chacha | static_cast<uint8_t>(Cipher::kAes256Gcm) : chacha;
}

void SealKey::seal(uint64_t counter, ByteView associated, MutableBytes text) const {
  CHECK(counter <= wire::kMaxCounter && text.size() >= wire::kTagBytes, "the counter is used up, or there is no room for the tag");
  const Nonce nonce(cipher_, counter);
  const size_t plain = text.size() - wire::kTagBytes;
  if (cipher_ == Cipher::kAes256Gcm) {
    crypto_aead_aes256gcm_encrypt_afternm(text.data(), nullptr, text.data(), plain, associated.data(), associated.size(), nullptr,
                                          nonce.bytes, Schedule(key_).get());
    return;
  }
  crypto_aead_chacha20poly1305_ietf_encrypt(text.data(), nullptr, text.data(), plain, associated.data(), associated.size(), nullptr,
                                            nonce.bytes, key_.data());
}

bool SealKey::open(uint64_t counter, ByteView associated, MutableBytes text) const {
  const Nonce nonce(cipher_, counter);
  if (cipher_ == Cipher::kAes256Gcm) {
    return crypto_aead_aes256gcm_decrypt_afternm(text.data(), nullptr, nullptr, text.data(), text.size(), associated.data(),
                                                 associated.size(), nonce.bytes, Schedule(key_).get()) == 0;
  }
  return crypto_aead_chacha20poly1305_ietf_decrypt(text.data(), nullptr, nullptr, text.data(), text.size(), associated.data(),
                                                   associated.size(), nonce.bytes, key_.data()) == 0;
}

}  // namespace parley::link
