// SPDX-License-Identifier: Apache-2.0
// Noise_IK_25519_ChaChaPoly_SHA256 (The Noise Protocol Framework, revision 34), from libsodium's primitives. Checked against the published
// vectors of two other implementations in tests/net/link/noise_test.cpp.
//
//   <- s   (the client knows the server's static key)
//   -> e, es, s, ss, payload     NoiseInitiator::write_request   NoiseResponder::read_request
//   <- e, ee, se                 NoiseResponder::prepare_answer
//      payload                   NoiseResponder::write_answer    NoiseInitiator::read_answer
//
// The responder's answer is in two steps, so that its scalar multiplications may run on another thread than the one that knows what to say.
//
// Every function that meets the other side's bytes returns false for a tag that doesn't verify and for low-order points (all-zero shared
// secret); a failed read_answer changes nothing, so a forged answer can't spoil the true one. Objects belong to one thread.
#pragma once

#include <array>

#include "core/base/bytes.h"
#include "core/base/secret.h"

namespace parley::link {

using PublicKey = std::array<uint8_t, 32>;

inline constexpr size_t kNoiseRequestOverhead = 32 + 48 + 16;  // e, encrypted s, tag
inline constexpr size_t kNoiseAnswerOverhead = 32 + 16;        // e, tag

// What a finished handshake leaves: one key for each direction, the chaining key from which later ones come (a third output of Split's
// HKDF; the first two are as they were), and the transcript's hash.
struct NoiseKeys {
  Secret<32> send;
  Secret<32> receive;
  Secret<32> chain;
  std::array<uint8_t, 32> transcript{};
};

PublicKey public_key_of(const Secret<32>& private_key);
// X25519. False: theirs is a low-order point.
[[nodiscard]] bool agree(Secret<32>& shared, const Secret<32>& own, const PublicKey& theirs);
// HKDF of Noise §4.3 with three outputs: the chaining key moves on, one way, and leaves two keys.
void ratchet(Secret<32>& chain, ByteView input, Secret<32>& first, Secret<32>& second);

// Noise's SymmetricState and CipherState in one.
class NoiseTranscript {
 public:
  explicit NoiseTranscript(ByteView prologue);
  NoiseTranscript fork() const;

  void mix_hash(ByteView data);
  void mix_key(const Secret<32>& shared);
  void encrypt(ByteView plain, uint8_t* out);                 // plain.size() + 16 bytes, appended to the transcript
  [[nodiscard]] bool decrypt(ByteView sealed, uint8_t* out);  // sealed.size() - 16 bytes
  // The initiator's sending key, then the responder's, then the chaining key.
  void split(Secret<32>& first, Secret<32>& second, Secret<32>& chain) const;
  const std::array<uint8_t, 32>& hash() const { return hash_; }

 private:
  NoiseTranscript() = default;
  std::array<uint8_t, 32> hash_{};
  Secret<32> chaining_key_;
  Secret<32> key_;
  uint64_t nonce_ = 0;
};

class NoiseInitiator {
 public:
  // `own` outlives the object.
  NoiseInitiator(ByteView prologue, const Secret<32>& own, const PublicKey& server);
  // message.size() = payload.size() + kNoiseRequestOverhead.
  [[nodiscard]] bool write_request(Secret<32> ephemeral, ByteView payload, MutableBytes message);
  // payload.size() = message.size() - kNoiseAnswerOverhead.
  [[nodiscard]] bool read_answer(ByteView message, MutableBytes payload, NoiseKeys& keys) const;

 private:
  NoiseTranscript transcript_;
  const Secret<32>* own_;
  PublicKey server_;
  Secret<32> ephemeral_;
};

class NoiseResponder {
 public:
  NoiseResponder(ByteView prologue, const Secret<32>& own, const PublicKey& own_public);
  [[nodiscard]] bool read_request(ByteView message, MutableBytes payload);
  // After read_request, once: the ephemeral key and its agreements, all that costs. False: a low-order point.
  [[nodiscard]] bool prepare_answer(const Secret<32>& ephemeral);
  // After prepare_answer, once: symmetric cryptography only.
  void write_answer(ByteView payload, MutableBytes message, NoiseKeys& keys);
  // The client's static key, proven once read_request succeeded.
  const PublicKey& client() const { return client_; }

 private:
  NoiseTranscript transcript_;
  const Secret<32>* own_;
  PublicKey client_{};
  PublicKey client_ephemeral_{}, ephemeral_{};
};

}  // namespace parley::link
