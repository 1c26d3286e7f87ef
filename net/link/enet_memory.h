// SPDX-License-Identifier: Apache-2.0
// Memory for ENet: recycles the small blocks that ENet asks for with every message (commands, packets, acknowledgements), so that after
// warm-up a message costs no malloc. One EnetMemory per transport, used by that transport's thread only; it goes after all of its blocks.
//
// ENet has one allocator for the whole process, and a game may use ENet itself. So the hook (enet_platform.cpp) uses an EnetMemory only
// inside an EnetScope, and release() tells our blocks from malloc's by address: all of ours lie in one range reserved at the first use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::link {

class EnetMemory {
 public:
  struct Counters {
    uint64_t allocations = 0;  // all
    uint64_t fresh = 0;        // of these, not from a recycled block: stands still after warm-up
    uint64_t live = 0;
    uint64_t live_bytes = 0;  // of the live ones, headers and rounding included
    uint64_t slab_bytes = 0;  // address space taken; only pages that were touched are resident
  };

  EnetMemory() = default;
  ~EnetMemory();
  EnetMemory(const EnetMemory&) = delete;
  EnetMemory& operator=(const EnetMemory&) = delete;

  // Has so many blocks of this size ready, as if they had been asked for and given back.
  void prepare(size_t bytes, size_t count);
  // 16-byte aligned; nullptr when the system has no memory.
  void* allocate(size_t bytes);
  // Any block of any EnetMemory (on its thread), or of malloc; nullptr is fine.
  static void release(void* block);

  const Counters& counters() const { return counters_; }

 private:
  struct Header;
  struct FreeBlock;
  static constexpr size_t kClasses = 48;

  void* carve(size_t bytes);
  void recycle(Header* header);

  std::array<FreeBlock*, kClasses> free_{};
  std::vector<uint8_t*> slabs_;
  uint8_t* next_ = nullptr;  // the part of the last slab that was never handed out
  size_t left_ = 0;
  Counters counters_;
};

}  // namespace parley::link
