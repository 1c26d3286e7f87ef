// SPDX-License-Identifier: Apache-2.0
#include "core/history/crc32c.h"

#include <array>

#if defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

namespace parley::history {
namespace {

constexpr uint32_t kReversedPolynomial = 0x82F63B78;

constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? kReversedPolynomial : 0);
    table[i] = rest;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = make_table();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t crc32c_hardware(ByteView bytes, uint32_t seed) {
  uint64_t rest = ~seed;
  const uint8_t* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) rest = __builtin_ia32_crc32di(rest, load_le<uint64_t>(p));
  auto tail = static_cast<uint32_t>(rest);
  for (; left > 0; ++p, --left) tail = __builtin_ia32_crc32qi(tail, *p);
  return ~tail;
}
#elif defined(__ARM_FEATURE_CRC32)
uint32_t crc32c_hardware(ByteView bytes, uint32_t seed) {
  uint32_t rest = ~seed;
  const uint8_t* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) rest = __crc32cd(rest, load_le<uint64_t>(p));
  for (; left > 0; ++p, --left) rest = __crc32cb(rest, *p);
  return ~rest;
}
#endif

}  // namespace

uint32_t crc32c_portable(ByteView bytes, uint32_t seed) {
  uint32_t rest = ~seed;
  for (const uint8_t byte : bytes) rest = (rest >> 8) ^ kTable[(rest ^ byte) & 0xff];
  return ~rest;
}

uint32_t crc32c(ByteView bytes, uint32_t seed) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return crc32c_hardware(bytes, seed);
#elif defined(__ARM_FEATURE_CRC32)
  return crc32c_hardware(bytes, seed);
#endif
  return crc32c_portable(bytes, seed);
}

}  // namespace parley::history
