// SPDX-License-Identifier: Apache-2.0
#include "net/link/handshake_bytes.h"

#include <sodium.h>

#include <algorithm>

namespace parley::link {
namespace {

using Mac = std::array<uint8_t, wire::kMac1Bytes>;

// The request's mac1 is known to who saw the request.
Mac cookie_mac(const std::array<uint8_t, 32>& key, ByteView cookie, ByteView mac1) {
  Mac mac;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), mac.size());
  crypto_generichash_update(&state, cookie.data(), wire::kCookieMacAt);
  crypto_generichash_update(&state, mac1.data(), mac1.size());
  crypto_generichash_final(&state, mac.data(), mac.size());
  return mac;
}

// Poly1305 under a key of its own for each ephemeral key, which is new in each request: three times as fast as a BLAKE2b of the same bytes,
// and it is all that stands between a flood and the rest. Who doesn't know the server's key can neither make one nor alter one.
Mac mac1_of(const std::array<uint8_t, 32>& key, ByteView request) {
  static_assert(crypto_onetimeauth_poly1305_BYTES == wire::kMac1Bytes && crypto_stream_chacha20_ietf_NONCEBYTES <= wire::kKeyBytes);
  std::array<uint8_t, crypto_onetimeauth_poly1305_KEYBYTES> once;
  crypto_stream_chacha20_ietf(once.data(), once.size(), &request[wire::kNoiseAt], key.data());
  Mac mac;
  crypto_onetimeauth_poly1305(mac.data(), request.data(), wire::kMac1At, once.data());
  return mac;
}

}  // namespace

std::array<uint8_t, 32> mac1_key(const PublicKey& server_key) {
  constexpr std::string_view kLabel = "parley mac1";
  std::array<uint8_t, 32> key;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, key.size());
  crypto_generichash_update(&state, as_bytes(kLabel).data(), kLabel.size());
  crypto_generichash_update(&state, server_key.data(), server_key.size());
  crypto_generichash_final(&state, key.data(), key.size());
  return key;
}

void write_mac1(const std::array<uint8_t, 32>& key, MutableBytes request) {
  const Mac mac = mac1_of(key, request);
  std::copy(mac.begin(), mac.end(), request.begin() + wire::kMac1At);
}

bool mac1_fits(const std::array<uint8_t, 32>& key, ByteView request) {
  return sodium_memcmp(mac1_of(key, request).data(), &request[wire::kMac1At], wire::kMac1Bytes) == 0;
}

std::array<uint8_t, 8 + wire::kHandshakeHeaderBytes + wire::kTokenBytes> prologue_of(ByteView request) {
  std::array<uint8_t, 8 + wire::kHandshakeHeaderBytes + wire::kTokenBytes> prologue = {'p', 'a', 'r', 'l', 'e', 'y', ' ', wire::kVersion};
  const auto token = std::copy_n(request.begin(), wire::kHandshakeHeaderBytes, prologue.begin() + 8);
  std::copy_n(request.begin() + wire::kTokenAt, wire::kTokenBytes, token);
  return prologue;
}

AddressToken token_of(ByteView request) {
  AddressToken token;
  std::copy_n(request.begin() + wire::kTokenAt, token.size(), token.begin());
  return token;
}

void write_cookie(const std::array<uint8_t, 32>& key, const CookieFor& request, const AddressToken& token, MutableBytes out) {
  std::fill_n(out.begin(), wire::kHandshakeHeaderBytes, uint8_t{0});
  out[0] = static_cast<uint8_t>(wire::Kind::kCookie);
  out[wire::kVersionAt] = wire::kVersion;
  store_le(&out[wire::kHandshakeIndexAt], request.client_index);
  std::copy(token.begin(), token.end(), out.begin() + wire::kCookieTokenAt);
  const Mac mac = cookie_mac(key, out, request.mac1);
  std::copy(mac.begin(), mac.end(), out.begin() + wire::kCookieMacAt);
}

bool cookie_fits(const std::array<uint8_t, 32>& key, ByteView request, ByteView cookie) {
  const Mac mac = cookie_mac(key, cookie, request.subspan(wire::kMac1At, wire::kMac1Bytes));
  return sodium_memcmp(mac.data(), &cookie[wire::kCookieMacAt], mac.size()) == 0;
}

}  // namespace parley::link
