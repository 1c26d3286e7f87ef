// SPDX-License-Identifier: Apache-2.0
#include "core/room/string_pool.h"

#include "core/base/check.h"

namespace parley::room {

uint32_t StringPool::acquire(std::string_view text) {
  uint32_t number = find(text);
  if (number == kNone) {
    if (free_.empty()) {
      free_.push_back(static_cast<uint32_t>(strings_.size()));
      strings_.emplace_back();
    }
    number = free_.back();
    free_.pop_back();
    strings_[number].text = text;
    index_.insert(hash_(text), number);
  }
  ++strings_[number].uses;
  return number;
}

void StringPool::release(uint32_t number) {
  Counted& counted = strings_[number];
  CHECK(counted.uses > 0, "each release follows its acquire");
  if (--counted.uses > 0) return;
  index_.erase(hash_(counted.text), number);
  counted.text = {};  // gives long texts' memory back
  free_.push_back(number);
}

uint32_t StringPool::find(std::string_view text) const {
  return index_.find(hash_(text), [&](uint32_t at) { return strings_[at].text == text; });
}

}  // namespace parley::room
