// SPDX-License-Identifier: Apache-2.0
// The documents of one shard that a query's terms allow, in ascending order of their numbers, which is newest first: all lists are followed
// side by side, each jumping to where the furthest one is. Nothing is sorted and nothing is collected, so the first page costs what it
// takes to get there, however long the lists are. Candidates, not answers: phrases are only as near as the terms can tell.
//
// Made for one query and one shard, used at once. Its calls throw Xapian's exceptions: inside guarded() only.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/ids.h"
#include "core/search/guarded.h"
#include "core/search/query.h"

namespace parley::search {

// What an answer may still cost, in steps of a list (about 60 ns).
struct SearchBudget {
  uint64_t steps = 0;
  bool spent() const { return steps == 0; }
  void spend(uint64_t count) { steps -= std::min(steps, count); }
};

class PostingWalk {
 public:
  // Errors by value: kInvalidArgument when a beginning* stands for too many words.
  static Result<PostingWalk> make(const Xapian::Database& shard, const Query& query, RoomId room, SearchBudget& budget);

  // The first candidate that isn't before `from`; nothing at the end, or when the budget is spent: then `reached` is where that was.
  std::optional<Xapian::docid> next(Xapian::docid from, SearchBudget& budget);
  Xapian::docid reached() const { return reached_; }

 private:
  // The lists of several terms as one: those that a beginning* stands for. Mostly it is one term.
  struct Union {
    std::vector<Xapian::PostingIterator> lists;
    std::optional<Xapian::docid> seek(Xapian::docid from, SearchBudget& budget);
  };

  PostingWalk() = default;
  void require(const Xapian::Database& shard, const std::vector<std::string>& any_of);
  bool is_excluded(Xapian::docid document, SearchBudget& budget);

  std::vector<Union> required_;
  std::vector<Union> excluded_;
  Xapian::docid reached_ = 0;
};

}  // namespace parley::search
