// SPDX-License-Identifier: Apache-2.0
#include "net/link/noise.h"

#include <sodium.h>

#include <algorithm>

#include "core/base/check.h"

namespace parley::link {
namespace {

constexpr std::string_view kProtocolName = "Noise_IK_25519_ChaChaPoly_SHA256";
static_assert(kProtocolName.size() == crypto_hash_sha256_BYTES,
              "a name of exactly the hash's size is the first hash as it is (Noise §5.2)");
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == 16 && crypto_scalarmult_BYTES == 32);

void hmac(const Secret<32>& key, ByteView first, ByteView second, uint8_t* out) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, first.data(), first.size());
  crypto_auth_hmacsha256_update(&state, second.data(), second.size());
  crypto_auth_hmacsha256_final(&state, out);
  sodium_memzero(&state, sizeof state);
}

// HKDF of Noise §4.3 with two outputs; the third, for who wants it, comes after them.
void hkdf(const Secret<32>& chaining_key, ByteView input, Secret<32>& first, Secret<32>& second, Secret<32>* third = nullptr) {
  Secret<32> temporary;
  const uint8_t one = 1, two = 2, three = 3;
  hmac(chaining_key, input, {}, temporary.data());
  hmac(temporary, {&one, 1}, {}, first.data());
  hmac(temporary, first.bytes(), {&two, 1}, second.data());
  if (third != nullptr) hmac(temporary, second.bytes(), {&three, 1}, third->data());
}

void nonce_bytes(uint64_t nonce, uint8_t (&out)[12]) {
  std::fill_n(out, 4, uint8_t{0});
  store_le(out + 4, nonce);
}

PublicKey key_at(ByteView message, size_t offset) {
  PublicKey key;
  std::copy_n(message.begin() + static_cast<std::ptrdiff_t>(offset), key.size(), key.begin());
  return key;
}

}  // namespace

PublicKey public_key_of(const Secret<32>& private_key) {
  PublicKey out;
  CHECK(crypto_scalarmult_base(out.data(), private_key.data()) == 0, "X25519 with the base point can't fail");
  return out;
}

bool agree(Secret<32>& shared, const Secret<32>& own, const PublicKey& theirs) {
  return crypto_scalarmult(shared.data(), own.data(), theirs.data()) == 0;
}

void ratchet(Secret<32>& chain, ByteView input, Secret<32>& first, Secret<32>& second) {
  Secret<32> next;
  hkdf(chain, input, next, first, &second);
  chain = std::move(next);
}

NoiseTranscript::NoiseTranscript(ByteView prologue) {
  std::copy_n(as_bytes(kProtocolName).begin(), hash_.size(), hash_.begin());
  std::copy(hash_.begin(), hash_.end(), chaining_key_.data());
  mix_hash(prologue);
}

NoiseTranscript NoiseTranscript::fork() const {
  NoiseTranscript copy;
  copy.hash_ = hash_;
  std::copy_n(chaining_key_.data(), chaining_key_.size(), copy.chaining_key_.data());
  std::copy_n(key_.data(), key_.size(), copy.key_.data());
  copy.nonce_ = nonce_;
  return copy;
}

void NoiseTranscript::mix_hash(ByteView data) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, hash_.data(), hash_.size());
  crypto_hash_sha256_update(&state, data.data(), data.size());
  crypto_hash_sha256_final(&state, hash_.data());
}

void NoiseTranscript::mix_key(const Secret<32>& shared) {
  Secret<32> next;
  hkdf(chaining_key_, shared.bytes(), next, key_);
  chaining_key_ = std::move(next);
  nonce_ = 0;
}

void NoiseTranscript::encrypt(ByteView plain, uint8_t* out) {
  uint8_t nonce[12];
  nonce_bytes(nonce_++, nonce);
  crypto_aead_chacha20poly1305_ietf_encrypt(out, nullptr, plain.data(), plain.size(), hash_.data(), hash_.size(), nullptr, nonce,
                                            key_.data());
  mix_hash({out, plain.size() + crypto_aead_chacha20poly1305_ietf_ABYTES});
}

bool NoiseTranscript::decrypt(ByteView sealed, uint8_t* out) {
  uint8_t nonce[12];
  nonce_bytes(nonce_, nonce);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(out, nullptr, nullptr, sealed.data(), sealed.size(), hash_.data(), hash_.size(), nonce,
                                                key_.data()) != 0) {
    return false;
  }
  ++nonce_;
  mix_hash(sealed);
  return true;
}

void NoiseTranscript::split(Secret<32>& first, Secret<32>& second, Secret<32>& chain) const {
  hkdf(chaining_key_, {}, first, second, &chain);
}

NoiseInitiator::NoiseInitiator(ByteView prologue, const Secret<32>& own, const PublicKey& server)
    : transcript_(prologue), own_(&own), server_(server) {
  transcript_.mix_hash(server_);
}

bool NoiseInitiator::write_request(Secret<32> ephemeral, ByteView payload, MutableBytes message) {
  CHECK(message.size() == payload.size() + kNoiseRequestOverhead, "the request's buffer has the wrong size");
  ephemeral_ = std::move(ephemeral);
  const PublicKey e = public_key_of(ephemeral_);
  const PublicKey s = public_key_of(*own_);
  Secret<32> shared;
  std::copy(e.begin(), e.end(), message.begin());
  transcript_.mix_hash(e);
  if (!agree(shared, ephemeral_, server_)) return false;
  transcript_.mix_key(shared);
  transcript_.encrypt(s, message.data() + 32);
  if (!agree(shared, *own_, server_)) return false;
  transcript_.mix_key(shared);
  transcript_.encrypt(payload, message.data() + 80);
  return true;
}

bool NoiseInitiator::read_answer(ByteView message, MutableBytes payload, NoiseKeys& keys) const {
  CHECK(message.size() == payload.size() + kNoiseAnswerOverhead, "the answer's payload buffer has the wrong size");
  NoiseTranscript transcript = transcript_.fork();
  const PublicKey e = key_at(message, 0);
  Secret<32> shared;
  transcript.mix_hash(e);
  if (!agree(shared, ephemeral_, e)) return false;
  transcript.mix_key(shared);
  if (!agree(shared, *own_, e)) return false;
  transcript.mix_key(shared);
  if (!transcript.decrypt(message.subspan(32), payload.data())) return false;
  transcript.split(keys.send, keys.receive, keys.chain);
  keys.transcript = transcript.hash();
  return true;
}

NoiseResponder::NoiseResponder(ByteView prologue, const Secret<32>& own, const PublicKey& own_public) : transcript_(prologue), own_(&own) {
  transcript_.mix_hash(own_public);
}

bool NoiseResponder::read_request(ByteView message, MutableBytes payload) {
  CHECK(message.size() == payload.size() + kNoiseRequestOverhead, "the request's payload buffer has the wrong size");
  client_ephemeral_ = key_at(message, 0);
  Secret<32> shared;
  transcript_.mix_hash(client_ephemeral_);
  if (!agree(shared, *own_, client_ephemeral_)) return false;
  transcript_.mix_key(shared);
  if (!transcript_.decrypt(message.subspan(32, 48), client_.data())) return false;
  if (!agree(shared, *own_, client_)) return false;
  transcript_.mix_key(shared);
  return transcript_.decrypt(message.subspan(80), payload.data());
}

bool NoiseResponder::prepare_answer(const Secret<32>& ephemeral) {
  ephemeral_ = public_key_of(ephemeral);
  Secret<32> shared;
  transcript_.mix_hash(ephemeral_);
  if (!agree(shared, ephemeral, client_ephemeral_)) return false;
  transcript_.mix_key(shared);
  if (!agree(shared, ephemeral, client_)) return false;
  transcript_.mix_key(shared);
  return true;
}

void NoiseResponder::write_answer(ByteView payload, MutableBytes message, NoiseKeys& keys) {
  CHECK(message.size() == payload.size() + kNoiseAnswerOverhead, "the answer's buffer has the wrong size");
  std::copy(ephemeral_.begin(), ephemeral_.end(), message.begin());
  transcript_.encrypt(payload, message.data() + 32);
  transcript_.split(keys.receive, keys.send, keys.chain);
  keys.transcript = transcript_.hash();
}

}  // namespace parley::link
