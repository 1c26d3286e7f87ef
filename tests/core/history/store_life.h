// SPDX-License-Identifier: Apache-2.0
// One store through many lives: each opens what the death before it left, checks that it is what was promised, appends random batches
// and dies at a random operation of its disk, or closes. It remembers everything that it was told is stored, and what was under way.
// After a death all batches that append() answered are there, the one under way wholly or not at all; with `fast` a power cut may
// take back the last one that was answered. One thread; all by its seed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/core/history/faulty_disk.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history::test {

struct LifePlan {
  Death death = Death::kPower;
  bool fast = false;
  bool without_syncs = false;  // the drive ignores them: then the promises can't be kept
};

class StoreLife {
 public:
  // `base` is an empty directory of its own.
  StoreLife(std::filesystem::path base, uint64_t seed, const LifePlan& plan);

  // Lives and dies that often. Empty, or what was found broken.
  std::string live(int lives);
  // How many batches were answered, were under way at a death, and of these how many were there afterwards.
  struct Facts {
    uint64_t answered = 0, under_way = 0, arrived = 0, taken_back = 0, failed_opens = 0, entries = 0;
  };
  const Facts& facts() const { return facts_; }

 private:
  struct Logged {
    uint64_t room = 0, sequence = 0, producer = 0, number = 0;
    std::string text;
  };
  struct Mark {  // a moment of the store: so many entries of log_, so many rooms
    size_t entries = 0, rooms = 0;
    bool operator==(const Mark&) const = default;
  };
  struct Era {  // an epoch that was announced, and where the log stood when the next began
    Epoch epoch;
    size_t end = 0;
  };

  std::string one_life();
  std::string append_some(Store& store);
  void grow(std::vector<NewRoom>& rooms, std::vector<NewEntry>& entries, std::vector<std::string>& names);
  Logged next_entry();
  std::string check(Store& store);
  std::string check_mark(const Store& store);
  std::string check_producers(const Store& store) const;
  std::string check_room(const Store& store, uint64_t room) const;
  std::string check_epochs(const Store& store);
  void die();
  StoreOptions options() const;

  const std::filesystem::path base_;
  SeededRandom random_;
  const LifePlan plan_;
  int life_ = 0;
  std::unique_ptr<FaultyDisk> disk_;
  std::vector<Logged> log_;
  Mark confirmed_, before_that_, under_way_;
  std::vector<Era> eras_;
  Facts facts_;
};

}  // namespace parley::history::test
