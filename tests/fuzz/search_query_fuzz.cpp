// SPDX-License-Identifier: Apache-2.0
// What people type to search, up to a newline, against a text that others said, behind it. A query that is accepted is bounded and has
// something to look for; its terms fit into the index; and what the index can't find, the text doesn't have either.
#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/search/query.h"
#include "core/search/terms.h"

namespace {

constexpr size_t kMaxTermBytes = 245 / 2;  // Xapian's limit, where each 0 byte counts twice

// Terms of what must be there; the index finds nothing that lacks one of them.
void check_terms(const parley::search::Query& query, const parley::search::Searchable& entry, bool found) {
  const parley::RoomId room(~0ULL);
  const std::vector<std::string> indexed = parley::search::terms_of(room, entry);
  for (const std::string& term : indexed) CHECK(term.size() <= 2 * kMaxTermBytes, "a term fits into the index");
  for (const parley::search::Clause& clause : query.clauses) {
    const auto terms = parley::search::phrase_terms(room, clause);
    CHECK(!terms.all.empty() || !terms.beginning.empty(), "each clause has a term");
    if (!found || clause.negated) continue;
    for (const std::string& term : terms.all) CHECK(std::ranges::find(indexed, term) != indexed.end(), "what fits is found by its terms");
    const auto begins = [&](const std::string& term) { return term.starts_with(terms.beginning); };
    CHECK(std::ranges::any_of(indexed, begins), "what fits is found by its beginning");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = parley::as_text({data, size});
  const size_t end = std::min(input.find('\n'), input.size());
  const auto query = parley::search::parse_query(input.substr(0, end));
  if (!query) return 0;
  size_t words = 0;
  for (const parley::search::Clause& clause : query->clauses) words += clause.words.size();
  CHECK(end <= parley::kMaxQueryBytes && words >= 1 && words <= parley::kMaxQueryWords, "a query is bounded");
  const parley::search::Searchable entry{"ann", "Ann Lee", input.substr(std::min(end + 1, size))};
  check_terms(*query, entry, parley::search::matches(*query, entry));
  return 0;
}
