// SPDX-License-Identifier: Apache-2.0
// The AEAD of transport datagrams: one SealKey a direction and key epoch. The nonce is the datagram's counter as Noise writes it: for
// ChaCha20-Poly1305 four zero bytes, then 64 bits little-endian; for AES-256-GCM big-endian. Who numbers the datagrams keeps a counter that
// only goes up, so no (key, nonce) pair is used for two texts. Works in place. Owned by the session's thread.
//
// AES's expanded key is made anew for each datagram and wiped: keeping it was half a kilobyte a direction, a quarter of a session's memory,
// and saves 70 ns where it is in the cache, 40 where ten thousand sessions take turns (327 ns to seal 300 bytes with it at hand).
#pragma once

#include <utility>

#include "core/base/bytes.h"
#include "core/base/secret.h"

namespace parley::link {

// Values as on the wire (wire_format.h); each is a bit of its own in an offer.
enum class Cipher : uint8_t { kChaCha20Poly1305 = 1, kAes256Gcm = 2 };

// The ciphers that this machine runs fast, as bits: AES-256-GCM only with AES and carry-less multiply in hardware, where it is also free of
// secret-dependent table look-ups.
uint8_t available_ciphers();

class SealKey {
 public:
  SealKey() = default;
  SealKey(Cipher cipher, Secret<32> key) : cipher_(cipher), key_(std::move(key)) {}

  // Encrypts all but the last 16 bytes of `text` in place; the tag goes there.
  void seal(uint64_t counter, ByteView associated, MutableBytes text) const;
  // Decrypts in place; the plaintext is all of `text` but its last 16 bytes. False, and `text` is garbage, if it isn't authentic.
  [[nodiscard]] bool open(uint64_t counter, ByteView associated, MutableBytes text) const;

 private:
  Cipher cipher_ = Cipher::kChaCha20Poly1305;
  Secret<32> key_;
};

}  // namespace parley::link
