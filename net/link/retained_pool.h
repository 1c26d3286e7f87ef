// SPDX-License-Identifier: Apache-2.0
// Sealed datagrams that are kept until they are acked, so that a copy or a resend is the same bytes. Blocks of two sizes, made on demand up
// to a bound and then used again: no allocation after warm-up. Exhausted: nothing is kept, the datagram goes once and ENet repairs its
// loss. One pool a link; owned by its thread.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/limits.h"

namespace parley::link {

class RetainedPool {
 public:
  static constexpr size_t kSmallBytes = 512;

  struct Block {
    uint8_t* data = nullptr;
    uint16_t size = 0;
    explicit operator bool() const { return data != nullptr; }
    ByteView bytes() const { return {data, size}; }
  };

  explicit RetainedPool(size_t max_blocks) : small_(kSmallBytes, max_blocks), large_(kMaxDatagramBytes, max_blocks / 4 + 1) {}

  // Makes so many blocks now, instead of when they are first needed.
  void prepare(size_t small, size_t large) {
    small_.prepare(small);
    large_.prepare(large);
  }
  Block keep(ByteView bytes) {
    uint8_t* const data = of(bytes.size()).take();
    if (data == nullptr) return {};
    std::memcpy(data, bytes.data(), bytes.size());
    return {data, static_cast<uint16_t>(bytes.size())};
  }
  void release(Block& block) {
    if (block) of(block.size).give(block.data);
    block = {};
  }

 private:
  class Shelf {
   public:
    Shelf(size_t block_bytes, size_t max_blocks) : block_bytes_(block_bytes), max_blocks_(max_blocks) {}
    uint8_t* take() {
      if (free_.empty() && !grow()) return nullptr;
      uint8_t* const block = free_.back();
      free_.pop_back();
      return block;
    }
    void give(uint8_t* block) { free_.push_back(block); }
    void prepare(size_t blocks) {
      while (made_ < blocks && grow()) {
      }
    }

   private:
    static constexpr size_t kGrowBy = 64;
    bool grow() {
      if (made_ >= max_blocks_) return false;
      chunks_.push_back(std::make_unique<uint8_t[]>(kGrowBy * block_bytes_));
      made_ += kGrowBy;
      free_.reserve(made_);
      for (size_t i = 0; i < kGrowBy; ++i) free_.push_back(chunks_.back().get() + i * block_bytes_);
      return true;
    }
    size_t block_bytes_, max_blocks_, made_ = 0;
    std::vector<std::unique_ptr<uint8_t[]>> chunks_;
    std::vector<uint8_t*> free_;
  };
  Shelf& of(size_t bytes) { return bytes <= kSmallBytes ? small_ : large_; }
  Shelf small_, large_;
};

}  // namespace parley::link
