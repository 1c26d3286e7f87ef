// SPDX-License-Identifier: Apache-2.0
// Which numbers of a room are loaded: what came live and by catch-up, and pages, which may lie apart after a jump. Numbers are counted, not
// lines, since not every entry is one. A value; owned by its room.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace parley::terminal {

struct Hole {
  uint64_t from = 0, to = 0;  // [from, to) isn't loaded, but what is around it
};

class Loaded {
 public:
  void cover(uint64_t first, uint64_t last);
  // Live or by catch-up: connected with the ones before.
  void live(uint64_t sequence);
  void roll_back(uint64_t sequence);

  uint64_t first() const { return ranges_.empty() ? 0 : ranges_.begin()->first; }
  bool has(uint64_t sequence) const;
  std::vector<Hole> holes() const;  // ascending

 private:
  std::map<uint64_t, uint64_t> ranges_;  // first → last; apart from each other
  uint64_t live_from_ = 0;
};

}  // namespace parley::terminal
