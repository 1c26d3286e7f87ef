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
  crypto_generichash(request.data() + wire::kMac1At, wire::kMac1Bytes, request.data(), wire::kMac1At, key.data(), key.size());
}

bool mac1_fits(const std::array<uint8_t, 32>& key, ByteView request) {
  Mac mac;
  crypto_generichash(mac.data(), mac.size(), request.data(), wire::kMac1At, key.data(), key.size());
  return sodium_memcmp(mac.data(), &request[wire::kMac1At], mac.size()) == 0;
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
