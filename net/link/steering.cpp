// SPDX-License-Identifier: Apache-2.0
#include "net/link/steering.h"

#include <linux/filter.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace parley::link {
namespace {

// An index that no group has: the kernel falls back to its address hash.
constexpr uint32_t kNoSocket = 0xffffffff;
constexpr uint32_t kKindMask = 7, kKindInitiation = 1, kKindTransport = 4;
constexpr uint32_t kTransportIndexOffset = 1, kInitiationIndexOffset = 4;

sock_filter statement(int code, uint32_t k) { return BPF_STMT(static_cast<uint16_t>(code), k); }
sock_filter jump_unless_equal(uint32_t k, uint8_t skip) { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, 0, skip); }
sock_filter jump_unless_at_least(uint32_t k, uint8_t skip) { return BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, k, 0, skip); }

// Returns (little-endian 32 bits at offset) mod count. BPF's word loads are big-endian, so the value is put together from bytes, high one
// first.
std::vector<sock_filter> index_modulo(uint32_t offset, uint32_t count) {
  std::vector<sock_filter> code{statement(BPF_LD | BPF_W | BPF_LEN, 0), jump_unless_at_least(offset + 4, 15),
                                statement(BPF_LD | BPF_B | BPF_ABS, offset + 3)};
  for (uint32_t byte : {2u, 1u, 0u}) {
    code.push_back(statement(BPF_ALU | BPF_LSH | BPF_K, 8));
    code.push_back(statement(BPF_MISC | BPF_TAX, 0));
    code.push_back(statement(BPF_LD | BPF_B | BPF_ABS, offset + byte));
    code.push_back(statement(BPF_ALU | BPF_OR | BPF_X, 0));
  }
  code.push_back(statement(BPF_ALU | BPF_MOD | BPF_K, count));
  code.push_back(statement(BPF_RET | BPF_A, 0));
  code.push_back(statement(BPF_RET | BPF_K, kNoSocket));
  return code;
}

std::vector<sock_filter> steering_program(uint32_t count) {
  const std::vector<sock_filter> transport = index_modulo(kTransportIndexOffset, count);
  const std::vector<sock_filter> initiation = index_modulo(kInitiationIndexOffset, count);
  std::vector<sock_filter> code{statement(BPF_LD | BPF_B | BPF_ABS, 0), statement(BPF_ALU | BPF_AND | BPF_K, kKindMask),
                                jump_unless_equal(kKindTransport, static_cast<uint8_t>(transport.size()))};
  code.insert(code.end(), transport.begin(), transport.end());
  code.push_back(jump_unless_equal(kKindInitiation, static_cast<uint8_t>(initiation.size())));
  code.insert(code.end(), initiation.begin(), initiation.end());
  code.push_back(statement(BPF_RET | BPF_K, kNoSocket));
  return code;
}

}  // namespace

bool attach_steering(int fd, size_t socket_count) {
  std::vector<sock_filter> code = steering_program(static_cast<uint32_t>(socket_count));
  const sock_fprog program{static_cast<uint16_t>(code.size()), code.data()};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == 0;
}

bool steered_alike(ByteView one, ByteView other) {
  constexpr size_t kSteered = kTransportIndexOffset + sizeof(uint32_t);
  if (one.size() < kSteered || other.size() < kSteered || (one[0] & kKindMask) != kKindTransport) return false;
  return std::equal(one.begin(), one.begin() + kSteered, other.begin());
}

}  // namespace parley::link
