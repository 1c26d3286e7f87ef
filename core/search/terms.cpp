// SPDX-License-Identifier: Apache-2.0
#include "core/search/terms.h"

#include <charconv>

namespace parley::search {
namespace {

constexpr size_t kMaxFromBytes = 128;  // folding can make a name longer than names may be; what is behind is left to matches()

std::string term(RoomId room, char kind, std::string_view word) {
  char hex[16];
  const auto end = std::to_chars(hex, hex + sizeof hex, room.value, 16).ptr;
  std::string out;
  out.reserve(static_cast<size_t>(end - hex) + 1 + word.size());
  out.append(hex, end);
  out += kind;
  out += word;
  return out;
}

}  // namespace

std::string word_term(RoomId room, std::string_view word) { return term(room, 'W', word); }

std::string pair_term(RoomId room, std::string_view first, std::string_view second) {
  std::string out = term(room, 'P', first);
  out += second;
  return out;
}

std::string from_term(RoomId room, std::string_view folded_name) { return term(room, 'F', folded_name.substr(0, kMaxFromBytes)); }

std::string author_term(std::string_view author) { return 'A' + std::string(author); }

std::vector<std::string> terms_of(RoomId room, const Searchable& entry) {
  std::vector<std::string> terms;
  const std::vector<Word> words = words_of(entry.text);
  terms.reserve(2 * words.size() + 2);
  for (size_t i = 0; i < words.size(); ++i) {
    terms.push_back(word_term(room, words[i].text));
    if (i > 0 && is_pair(words[i - 1], words[i])) terms.push_back(pair_term(room, words[i - 1].text, words[i].text));
  }
  terms.push_back(author_term(entry.author));
  terms.push_back(from_term(room, folded_name(entry.author)));
  if (!entry.name.empty()) terms.push_back(from_term(room, folded_name(entry.name)));
  return terms;
}

PhraseTerms phrase_terms(RoomId room, const Clause& clause) {
  PhraseTerms terms;
  if (clause.kind == Clause::Kind::kFrom) {
    terms.all.push_back(from_term(room, clause.words.front().text));
    return terms;
  }
  const std::vector<Word>& words = clause.words;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool pair_before = i > 0 && is_pair(words[i - 1], words[i]);
    const bool pair_behind = i + 1 < words.size() && is_pair(words[i], words[i + 1]);
    if (pair_before) terms.all.push_back(pair_term(room, words[i - 1].text, words[i].text));
    if (pair_before || pair_behind) continue;
    std::string own = word_term(room, words[i].text);
    if (clause.open_end && i + 1 == words.size()) {
      terms.beginning = std::move(own);
    } else {
      terms.all.push_back(std::move(own));
    }
  }
  return terms;
}

}  // namespace parley::search
