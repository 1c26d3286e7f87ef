// SPDX-License-Identifier: Apache-2.0
// The keys of the index. Every term begins with its room, so a query can touch nothing of a room but its own, be it by the words a
// beginning* expands to or by the time that takes; and a room's lists aren't longer for the messages of others. Room id in hexadecimal,
// one capital letter for the kind, the word. Stateless; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/search/query.h"

namespace parley::search {

// Raised when terms, folding or the shards' metadata change: an index of another format is dropped and built anew.
inline constexpr int kIndexFormat = 1;

std::string word_term(RoomId room, std::string_view word);
std::string pair_term(RoomId room, std::string_view first, std::string_view second);
std::string from_term(RoomId room, std::string_view folded_name);
// Of all rooms, for the indexer only: what a user said, to forget it. No term of a room begins with a capital letter.
std::string author_term(std::string_view author);

// Under which an entry is found.
std::vector<std::string> terms_of(RoomId room, const Searchable& entry);

// What the index can say about a phrase: entries that have it have all of `all`, and where `beginning` isn't empty a term that starts so.
struct PhraseTerms {
  std::vector<std::string> all;
  std::string beginning;
};
PhraseTerms phrase_terms(RoomId room, const Clause& clause);

}  // namespace parley::search
