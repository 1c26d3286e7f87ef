// SPDX-License-Identifier: Apache-2.0
#include "core/identity/base64url.h"

#include <sodium.h>

#include <algorithm>

namespace parley::identity {
namespace {
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

bool in_alphabet(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

// Bytes written, or nothing for broken text. libsodium 1.0.18 takes some bytes above 0x7f for letters where char is signed, which would
// give a ticket several texts: so the alphabet is ours to check. Bits to spare that aren't zero it refuses itself.
std::optional<size_t> decode(std::string_view text, MutableBytes out) {
  size_t length = 0;
  if (!std::all_of(text.begin(), text.end(), in_alphabet)) return {};
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr, kVariant) != 0) return {};
  return length;
}
}  // namespace

std::string to_base64url(ByteView bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), kVariant);
  out.pop_back();  // libsodium ends it with a 0
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out(text.size() * 3 / 4, '\0');
  const auto length = decode(text, {reinterpret_cast<uint8_t*>(out.data()), out.size()});
  if (!length) return {};
  out.resize(*length);
  return out;
}

bool from_base64url(std::string_view text, MutableBytes out) {
  const auto length = decode(text, out);
  if (length == out.size()) return true;
  sodium_memzero(out.data(), out.size());
  return false;
}

}  // namespace parley::identity
