// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/loaded.h"

#include <algorithm>
#include <iterator>

namespace parley::terminal {

void Loaded::cover(uint64_t first, uint64_t last) {
  if (first == 0 || last < first) return;
  auto at = ranges_.upper_bound(first);
  if (at != ranges_.begin() && std::prev(at)->second + 1 >= first) --at;
  while (at != ranges_.end() && at->first <= last + 1) {
    first = std::min(first, at->first);
    last = std::max(last, at->second);
    at = ranges_.erase(at);
  }
  ranges_[first] = last;
}

void Loaded::live(uint64_t sequence) {
  if (live_from_ == 0 || sequence < live_from_) live_from_ = sequence;
  cover(live_from_, sequence);
}

void Loaded::roll_back(uint64_t sequence) {
  ranges_.erase(ranges_.upper_bound(sequence), ranges_.end());
  if (!ranges_.empty()) ranges_.rbegin()->second = std::min(ranges_.rbegin()->second, sequence);
  if (live_from_ > sequence) live_from_ = 0;
}

bool Loaded::has(uint64_t sequence) const {
  const auto after = ranges_.upper_bound(sequence);
  return after != ranges_.begin() && std::prev(after)->second >= sequence;
}

std::vector<Hole> Loaded::holes() const {
  std::vector<Hole> out;
  uint64_t from = 0;
  for (const auto& [first, last] : ranges_) {
    if (from != 0) out.push_back({from, first});
    from = last + 1;
  }
  return out;
}

}  // namespace parley::terminal
