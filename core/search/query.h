// SPDX-License-Identifier: Apache-2.0
// What people type to search, as clauses that all must hold: words, "phrases in quotes", beginnings* of words, -without, from:user.
// A word that is written with something inside ("don't", 集合) is a phrase of its parts. Whatever the index says, an entry counts as found
// only if matches() says so of the text that is stored now. Stateless; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/search/words.h"

namespace parley::search {

struct Clause {
  enum class Kind {
    kPhrase,  // words next to each other, in this order
    kFrom     // by the user of that id or display name: words.front() is the folded name
  };
  Kind kind = Kind::kPhrase;
  bool negated = false;
  bool open_end = false;  // the last word is only the beginning of one
  std::vector<Word> words;
};

struct Query {
  std::vector<Clause> clauses;
};

// kInvalidArgument, with what would be right: too long, too many words, nothing to look for.
Result<Query> parse_query(std::string_view text);

// What a query looks at in an entry.
struct Searchable {
  std::string_view author;  // user id
  std::string_view name;    // display name; may be empty
  std::string_view text;
};
bool matches(const Query& query, const Searchable& entry);

// A user's id or display name as from: compares it.
std::string folded_name(std::string_view name);

}  // namespace parley::search
