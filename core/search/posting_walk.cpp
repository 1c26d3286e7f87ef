// SPDX-License-Identifier: Apache-2.0
#include "core/search/posting_walk.h"

#include <algorithm>
#include <limits>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/search/terms.h"

namespace parley::search {
namespace {

// The terms that start with `beginning`, or nothing if they are too many.
std::optional<std::vector<std::string>> expand(const Xapian::Database& shard, const std::string& beginning, SearchBudget& budget) {
  std::vector<std::string> terms;
  for (auto term = shard.allterms_begin(beginning); term != shard.allterms_end(beginning); ++term) {
    budget.spend(1);
    if (terms.size() == kMaxQueryExpansion) return std::nullopt;
    terms.push_back(*term);
  }
  return terms;
}

}  // namespace

Result<PostingWalk> PostingWalk::make(const Xapian::Database& shard, const Query& query, RoomId room, SearchBudget& budget) {
  PostingWalk walk;
  for (const Clause& clause : query.clauses) {
    const PhraseTerms terms = phrase_terms(room, clause);
    if (clause.negated) {
      // Of several terms the text has to decide: that all are there doesn't make the phrase.
      if (terms.all.size() == 1 && terms.beginning.empty())
        walk.excluded_.push_back(Union{std::vector{shard.postlist_begin(terms.all.front())}});
      continue;
    }
    for (const std::string& term : terms.all) walk.require(shard, {term});
    if (terms.beginning.empty()) continue;
    const auto expanded = expand(shard, terms.beginning, budget);
    if (!expanded)
      return fail(ErrorCode::kInvalidArgument, "more than " + std::to_string(kMaxQueryExpansion) + " words begin with \"" +
                                                   printable(clause.words.back().text) + "\"; write more of the word");
    walk.require(shard, *expanded);
  }
  return walk;
}

void PostingWalk::require(const Xapian::Database& shard, const std::vector<std::string>& any_of) {
  Union lists;
  for (const std::string& term : any_of) lists.lists.push_back(shard.postlist_begin(term));
  required_.push_back(std::move(lists));
}

std::optional<Xapian::docid> PostingWalk::Union::seek(Xapian::docid from, SearchBudget& budget) {
  constexpr Xapian::docid kNone = std::numeric_limits<Xapian::docid>::max();
  const Xapian::PostingIterator end;
  Xapian::docid nearest = kNone;
  for (Xapian::PostingIterator& list : lists) {
    budget.spend(1);
    if (list != end && *list < from) list.skip_to(from);
    if (list != end) nearest = std::min(nearest, *list);
  }
  return nearest == kNone ? std::nullopt : std::optional(nearest);
}

bool PostingWalk::is_excluded(Xapian::docid document, SearchBudget& budget) {
  return std::ranges::any_of(excluded_, [&](Union& list) { return list.seek(document, budget) == document; });
}

std::optional<Xapian::docid> PostingWalk::next(Xapian::docid from, SearchBudget& budget) {
  reached_ = from;
  size_t agreed = 0;
  for (size_t turn = 0; agreed < required_.size(); turn = (turn + 1) % required_.size()) {
    if (budget.spent()) return std::nullopt;
    const auto found = required_[turn].seek(reached_, budget);
    if (!found) return std::nullopt;
    agreed = *found == reached_ ? agreed + 1 : 1;
    reached_ = *found;
    if (agreed == required_.size() && is_excluded(reached_, budget)) {
      agreed = 0;
      ++reached_;
    }
  }
  return reached_;
}

}  // namespace parley::search
