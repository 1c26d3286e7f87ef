// SPDX-License-Identifier: Apache-2.0
// Strings kept once however often they are used: user and display names, which a roster needs for each room a user is in. Counted uses;
// the last release frees the place. Numbers of strings are places, reused after release. Owned by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/room/flat_index.h"
#include "core/room/keyed_hash.h"

namespace parley::room {

class StringPool {
 public:
  static constexpr uint32_t kNone = FlatIndex::kNone;

  explicit StringPool(KeyedHash hash) : hash_(hash) {}

  // The number of the text, with one use more.
  uint32_t acquire(std::string_view text);
  // One use less.
  void release(uint32_t number);
  // The text's number without a use of it, or kNone.
  uint32_t find(std::string_view text) const;
  // Valid until the number is released for the last time.
  std::string_view text(uint32_t number) const { return strings_[number].text; }
  size_t size() const { return index_.size(); }

 private:
  struct Counted {
    std::string text;
    uint32_t uses = 0;
  };

  const KeyedHash hash_;
  FlatIndex index_;
  std::deque<Counted> strings_;
  std::vector<uint32_t> free_;
};

}  // namespace parley::room
