// SPDX-License-Identifier: Apache-2.0
// A search as it is asked for and answered: what an I/O thread hands to the search thread (searcher.h), and what comes back. Plain values;
// any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/history/store.h"

namespace parley::search {

struct SearchRequest {
  SessionId session;     // who gets it; echoed
  uint32_t request = 0;  // echoed
  RoomId room;
  std::string text;  // core/search/query.h; at most kMaxQueryBytes
  Sequence before;   // entries before this one; 0: from the newest
  Sequence floor;    // entries from this one on: what the asker may read
  size_t limit = 0;  // ≤ kMaxSearchEntries
};

struct SearchPage {
  std::vector<history::StoredEntry> entries;  // newest first
  Sequence rest;                              // to search on: `before` of the next request; 0: there is no more
  bool incomplete = false;                    // the index is being built: older entries may be missing
};

struct SearchAnswer {
  SearchRequest request;
  Result<SearchPage> page;
};

}  // namespace parley::search
