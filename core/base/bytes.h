// SPDX-License-Identifier: Apache-2.0
// Views of bytes and fixed-width little- and big-endian loads and stores. Stateless; any thread.
// The caller guarantees that the view is long enough (parsers check lengths first, once).
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace parley {

using ByteView = std::span<const uint8_t>;
using MutableBytes = std::span<uint8_t>;

inline ByteView as_bytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }
inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

template <std::unsigned_integral T>
constexpr T byte_swap(T v) {
  T out = 0;
  for (size_t i = 0; i < sizeof(T); ++i) out = static_cast<T>(static_cast<T>(out << 8) | static_cast<T>((v >> (8 * i)) & 0xff));
  return out;
}

template <std::unsigned_integral T>
T load_le(const uint8_t* from) {
  T v;
  std::memcpy(&v, from, sizeof v);
  return std::endian::native == std::endian::little ? v : byte_swap(v);
}
template <std::unsigned_integral T>
void store_le(uint8_t* to, T v) {
  if constexpr (std::endian::native != std::endian::little) v = byte_swap(v);
  std::memcpy(to, &v, sizeof v);
}
template <std::unsigned_integral T>
T load_be(const uint8_t* from) {
  T v;
  std::memcpy(&v, from, sizeof v);
  return std::endian::native == std::endian::big ? v : byte_swap(v);
}
template <std::unsigned_integral T>
void store_be(uint8_t* to, T v) {
  if constexpr (std::endian::native != std::endian::big) v = byte_swap(v);
  std::memcpy(to, &v, sizeof v);
}

}  // namespace parley
