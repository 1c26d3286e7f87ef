// SPDX-License-Identifier: Apache-2.0
#include "net/link/seal.h"

#include <sodium.h>

#include "core/base/check.h"
#include "core/base/prefetch.h"
#include "net/link/wire_format.h"

namespace parley::link {
namespace {

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

struct SealKey::Schedule {
  crypto_aead_aes256gcm_state state;  // aligned to 16 by its type
  ~Schedule() { sodium_memzero(&state, sizeof state); }
};

SealKey::SealKey() = default;
SealKey::SealKey(SealKey&&) noexcept = default;
SealKey& SealKey::operator=(SealKey&&) noexcept = default;
SealKey::~SealKey() = default;

SealKey::SealKey(Cipher cipher, Secret<32> key) : cipher_(cipher), key_(std::move(key)) {
  if (cipher_ != Cipher::kAes256Gcm) return;
  schedule_ = std::make_unique<Schedule>();
  crypto_aead_aes256gcm_beforenm(&schedule_->state, key_.data());
  key_.wipe();
}

// The 15 round keys and the hash key; the rest of libsodium's state is room.
void SealKey::prefetch() const {
  if (schedule_ != nullptr) parley::prefetch(schedule_.get(), 16 * 16);
}

void SealKey::seal(uint64_t counter, ByteView associated, MutableBytes text) const {
  CHECK(counter <= wire::kMaxCounter && text.size() >= wire::kTagBytes, "the counter is used up, or there is no room for the tag");
  const Nonce nonce(cipher_, counter);
  const size_t plain = text.size() - wire::kTagBytes;
  if (schedule_ != nullptr) {
    crypto_aead_aes256gcm_encrypt_afternm(text.data(), nullptr, text.data(), plain, associated.data(), associated.size(), nullptr,
                                          nonce.bytes, &schedule_->state);
    return;
  }
  crypto_aead_chacha20poly1305_ietf_encrypt(text.data(), nullptr, text.data(), plain, associated.data(), associated.size(), nullptr,
                                            nonce.bytes, key_.data());
}

bool SealKey::open(uint64_t counter, ByteView associated, MutableBytes text) const {
  const Nonce nonce(cipher_, counter);
  if (schedule_ != nullptr) {
    return crypto_aead_aes256gcm_decrypt_afternm(text.data(), nullptr, nullptr, text.data(), text.size(), associated.data(),
                                                 associated.size(), nonce.bytes, &schedule_->state) == 0;
  }
  return crypto_aead_chacha20poly1305_ietf_decrypt(text.data(), nullptr, nullptr, text.data(), text.size(), associated.data(),
                                                   associated.size(), nonce.bytes, key_.data()) == 0;
}

}  // namespace parley::link
