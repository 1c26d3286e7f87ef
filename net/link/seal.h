// SPDX-License-Identifier: Apache-2.0
// The AEAD of transport datagrams: one SealKey a direction. The nonce is the datagram's counter as Noise writes it (four zero bytes, then
// 64 bits little-endian). Who numbers the datagrams keeps a counter that only goes up, so no (key, nonce) pair is used for two texts. Works
// in place. Owned by the session's thread.
#pragma once

#include "core/base/bytes.h"
#include "core/base/secret.h"

namespace parley::link {

enum class Cipher : uint8_t { kChaCha20Poly1305 = 1 };  // values as on the wire (wire_format.h)

class SealKey {
 public:
  SealKey() = default;
  SealKey(Cipher cipher, Secret<32> key) : cipher_(cipher), key_(std::move(key)) {}

  // Encrypts the first `plain_bytes` of `text` in place; the tag follows them, so text.size() = plain_bytes + 16.
  void seal(uint64_t counter, ByteView associated, MutableBytes text) const;
  // Decrypts in place; the plaintext is all of `text` but its last 16 bytes. False, and `text` is garbage, if it isn't authentic.
  [[nodiscard]] bool open(uint64_t counter, ByteView associated, MutableBytes text) const;
  void wipe() { key_.wipe(); }

 private:
  Cipher cipher_ = Cipher::kChaCha20Poly1305;
  Secret<32> key_;
};

}  // namespace parley::link
