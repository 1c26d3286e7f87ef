// SPDX-License-Identifier: Apache-2.0
// Receiver index (random 32 bits, never 0) → slot of the session table. Open addressing with linear probing and backward-shift deletion, at
// most half full, so an unknown index costs about one cache line. Grows by doubling when sessions are added, never on a datagram. Owned by
// the link's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace parley::link {

class IndexMap {
 public:
  IndexMap() : cells_(64) {}

  std::optional<uint32_t> find(uint32_t index) const {
    for (size_t i = home(index); cells_[i].index != 0; i = after(i)) {
      if (cells_[i].index == index) return cells_[i].slot;
    }
    return std::nullopt;
  }

  void insert(uint32_t index, uint32_t slot) {
    if (2 * (count_ + 1) > cells_.size()) grow();
    place({index, slot});
    ++count_;
  }

  void erase(uint32_t index) {
    size_t hole = home(index);
    while (cells_[hole].index != index) {
      if (cells_[hole].index == 0) return;
      hole = after(hole);
    }
    for (size_t i = after(hole); cells_[i].index != 0; i = after(i)) {
      // A cell may move into the hole unless its home lies after the hole (cyclically, up to the cell itself).
      if (distance(home(cells_[i].index), i) < distance(hole, i)) continue;
      cells_[hole] = cells_[i];
      hole = i;
    }
    cells_[hole] = {};
    --count_;
  }

  size_t size() const { return count_; }

 private:
  struct Cell {
    uint32_t index = 0;
    uint32_t slot = 0;
  };

  // Indices are random, but congruent modulo the number of I/O threads: the multiply (Knuth) spreads them again.
  size_t home(uint32_t index) const { return static_cast<size_t>((index * 0x9E3779B97F4A7C15ULL) >> 32) & (cells_.size() - 1); }
  size_t after(size_t i) const { return (i + 1) & (cells_.size() - 1); }
  size_t distance(size_t from, size_t to) const { return (to - from) & (cells_.size() - 1); }

  void place(Cell cell) {
    size_t i = home(cell.index);
    while (cells_[i].index != 0) i = after(i);
    cells_[i] = cell;
  }
  void grow() {
    std::vector<Cell> old(cells_.size() * 2);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.index != 0) place(cell);
    }
  }

  std::vector<Cell> cells_;
  size_t count_ = 0;
};

}  // namespace parley::link
