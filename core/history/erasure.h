// SPDX-License-Identifier: Apache-2.0
// Erasing a user: what he said up to a position of the log becomes Gone{Erased} without author (Superseded where it was no message, so that
// nobody is shown it), his reactions, topics, read marks and points of joining go, and where he deleted something his name and reason go.
// Entries keep their numbers. What others wrote about him stays. The order is a record of its own (table `erasures`), stored first, with
// how far it came: a start after a crash goes on with it, and the record goes when all is done, the search index included.
//
// The log has no index by author, so all of it is looked through, a bounded piece in each transaction. Writer thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/history/lmdb_env.h"
#include "core/history/log_scan.h"
#include "core/history/records.h"
#include "core/history/room_heads.h"
#include "entry_generated.h"

namespace parley::history {

// What stands in the table, under the user's id.
struct ErasureRecord {
  LogPosition next{1};    // all before it was looked at
  LogPosition end;        // what he says from here on is no part of it
  bool searched = false;  // the log is through; what is left is the search index
};
std::vector<uint8_t> encode_erasure(std::string_view user, const ErasureRecord& record);
std::optional<ErasureRecord> decode_erasure(std::string_view user, ByteView record);

class Eraser {
 public:
  // A position that concerns the user.
  struct Found {
    LogPosition position;
    LogHeader header;
    std::vector<uint8_t> body;
  };

  Eraser(const Tables& tables, WriteTransaction& txn, std::string_view user) : tables_(tables), txn_(txn), user_(user) {}

  // Read marks and points of joining.
  void erase_marks();
  // False: there are more reactions to it than a transaction takes (kMaxRemovedReactions). It stays as it is but for those that went, so
  // the next transaction finds it again.
  bool erase(const Found& found);

 private:
  bool erase_reactions(const Found& found);
  void erase_about(const Found& found, const entry::Entry& said);
  void take_back(const Found& found, const entry::Reaction& reaction);

  const Tables& tables_;
  WriteTransaction& txn_;
  const std::string_view user_;
  size_t reactions_ = 0;  // records that went
};

// Whether the entry is by the user, or names him as who deleted it.
bool concerns(ByteView body, std::string_view user);

}  // namespace parley::history
