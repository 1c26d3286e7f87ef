// SPDX-License-Identifier: Apache-2.0
#include "net/link/address_token.h"

#include <sodium.h>

#include <algorithm>

namespace parley::link {
namespace {

constexpr size_t kStampBytes = 8, kHashBytes = sizeof(AddressToken) - kStampBytes;
constexpr std::string_view kLabel = "parley address token";

AddressProof kind_of(uint64_t stamp) { return static_cast<AddressProof>(stamp & 0xff); }
MonoTime time_of(uint64_t stamp) { return MonoTime(Micros(static_cast<int64_t>(stamp >> 8))); }
Micros life_of(AddressProof kind) { return kind == AddressProof::kCookie ? AddressTokens::kCookieLife : AddressTokens::kReturningLife; }

}  // namespace

AddressTokens::AddressTokens(const Secret<32>& secret) {
  crypto_generichash(key_.data(), key_.size(), as_bytes(kLabel).data(), kLabel.size(), secret.data(), secret.size());
}

AddressToken AddressTokens::make(AddressProof kind, const Endpoint& address, MonoTime now) const {
  const uint64_t stamp = static_cast<uint64_t>(now.time_since_epoch().count()) << 8 | static_cast<uint8_t>(kind);
  AddressToken token;
  store_le(token.data(), stamp);
  hash(stamp, address, &token[kStampBytes]);
  return token;
}

AddressProof AddressTokens::check(const AddressToken& token, const Endpoint& from, MonoTime now) const {
  const auto stamp = load_le<uint64_t>(token.data());
  const AddressProof kind = kind_of(stamp);
  if (kind != AddressProof::kCookie && kind != AddressProof::kReturning) return AddressProof::kNone;
  const MonoTime made = time_of(stamp);
  if (made > now || now - made > life_of(kind)) return AddressProof::kNone;
  std::array<uint8_t, kHashBytes> expected;
  hash(stamp, from, expected.data());
  return sodium_memcmp(expected.data(), &token[kStampBytes], kHashBytes) == 0 ? kind : AddressProof::kNone;
}

// A returning client comes from another port, through the same address.
void AddressTokens::hash(uint64_t stamp, const Endpoint& address, uint8_t* out) const {
  std::array<uint8_t, kStampBytes + 16 + 2> text{};
  static_assert(sizeof address.ip == 16);
  store_le(text.data(), stamp);
  std::copy(address.ip.begin(), address.ip.end(), text.begin() + kStampBytes);
  if (kind_of(stamp) == AddressProof::kCookie) store_le(&text[kStampBytes + 16], address.port);
  crypto_generichash(out, kHashBytes, text.data(), text.size(), key_.data(), key_.size());
}

}  // namespace parley::link
