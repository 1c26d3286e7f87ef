// SPDX-License-Identifier: Apache-2.0
#include "core/search/query.h"

#include <algorithm>
#include <optional>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/search/fold.h"

namespace parley::search {
namespace {

constexpr std::string_view kSpaces = " \t\n\r";
constexpr std::string_view kFrom = "from:";

// What stands between spaces or between quotes. Quotes are " and what phones make of it; a quote that isn't closed reaches to the end.
struct Piece {
  std::string_view text;
  bool negated = false;
  bool from = false;
  bool quoted = false;
};

size_t quote_at(std::string_view text) {
  for (const std::string_view quote : {"\"", "“", "”", "„"}) {
    if (text.starts_with(quote)) return quote.size();
  }
  return 0;
}

size_t find_quote(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && quote_at(text.substr(at)) == 0) ++at;
  return at;
}

bool begins_with_from(std::string_view text) {
  return text.size() > kFrom.size() &&
         std::ranges::equal(text.substr(0, kFrom.size()), kFrom, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// Takes the first piece off `rest`.
std::optional<Piece> take_piece(std::string_view& rest) {
  const size_t begin = rest.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(begin);
  Piece piece;
  if (rest.size() > 1 && rest.front() == '-') {
    piece.negated = true;
    rest.remove_prefix(1);
  }
  if (begins_with_from(rest)) {
    piece.from = true;
    rest.remove_prefix(kFrom.size());
  }
  if (const size_t quote = quote_at(rest); quote > 0) {
    rest.remove_prefix(quote);
    piece.quoted = true;
    piece.text = rest.substr(0, find_quote(rest));
    rest.remove_prefix(piece.text.size());
    rest.remove_prefix(quote_at(rest));
    return piece;
  }
  piece.text = rest.substr(0, std::min(rest.find_first_of(kSpaces), find_quote(rest)));
  rest.remove_prefix(piece.text.size());
  return piece;
}

Clause clause_of(const Piece& piece) {
  Clause clause;
  clause.negated = piece.negated;
  if (piece.from) {
    clause.kind = Clause::Kind::kFrom;
    if (std::string name = folded_name(piece.text); !name.empty()) clause.words.push_back({std::move(name)});
    return clause;
  }
  clause.words = words_of(piece.text);
  // In scripts without spaces whatever is found may be the beginning of more anyway.
  clause.open_end = !piece.quoted && piece.text.ends_with('*') && !clause.words.empty() && !clause.words.back().unspaced;
  return clause;
}

bool holds_at(const Clause& clause, const std::vector<Word>& words, size_t at) {
  for (size_t i = 0; i < clause.words.size(); ++i) {
    const Word& wanted = clause.words[i];
    const Word& found = words[at + i];
    const bool last = i + 1 == clause.words.size();
    if (i > 0 && wanted.glued && !found.glued) return false;
    if (clause.open_end && last ? !found.text.starts_with(wanted.text) : found.text != wanted.text) return false;
  }
  return true;
}

bool holds(const Clause& clause, const std::vector<Word>& words, const Searchable& entry) {
  if (clause.kind == Clause::Kind::kFrom) {
    const std::string& wanted = clause.words.front().text;
    return folded_name(entry.author) == wanted || (!entry.name.empty() && folded_name(entry.name) == wanted);
  }
  for (size_t at = 0; at + clause.words.size() <= words.size(); ++at) {
    if (holds_at(clause, words, at)) return true;
  }
  return false;
}

}  // namespace

Result<Query> parse_query(std::string_view text) {
  if (text.size() > kMaxQueryBytes)
    return fail(ErrorCode::kInvalidArgument, "a search has at most " + std::to_string(kMaxQueryBytes) + " bytes; leave words out");
  if (!is_utf8(text)) return fail(ErrorCode::kNotUtf8, "the search isn't valid UTF-8; send it as UTF-8");
  Query query;
  size_t words = 0;
  bool positive = false;
  while (const auto piece = take_piece(text)) {
    Clause clause = clause_of(*piece);
    if (clause.words.empty()) continue;
    words += clause.words.size();
    positive |= !clause.negated;
    query.clauses.push_back(std::move(clause));
  }
  if (words > kMaxQueryWords)
    return fail(ErrorCode::kInvalidArgument,
                "a search has at most " + std::to_string(kMaxQueryWords) + " words or characters; leave some out");
  if (!positive) return fail(ErrorCode::kInvalidArgument, "there is nothing to look for; name a word that the message has");
  return query;
}

bool matches(const Query& query, const Searchable& entry) {
  const std::vector<Word> words = words_of(entry.text);
  return std::ranges::all_of(query.clauses, [&](const Clause& clause) { return holds(clause, words, entry) != clause.negated; });
}

std::string folded_name(std::string_view name) {
  std::string out;
  for (const char32_t point : fold(name)) append_utf8(out, point);
  return out;
}

}  // namespace parley::search
