// SPDX-License-Identifier: Apache-2.0
// Takes entries into a store that no server has open: each gets the next number of its room, in the order given, with the effects that it
// would have had (an edit rewrites, a reaction counts). The lines of one source are numbered by a producer of its own, named by the caller,
// so a source that is imported again goes on behind the last line that was stored: nothing is doubled, whatever ended the import before.
//
// `sequence` of a line is its number where it comes from; what later lines say about an entry (reply, edit, reaction) names it by that, and
// is stored with the number that it has here. Memory: one commit of kMaxCommitEntries, and a few bytes a room. One thread.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/history/plain_entry.h"
#include "core/history/store.h"

namespace parley::history {

struct ImportLine {
  uint64_t number = 0;  // of the line in its source, from 1, ascending
  std::string room;
  Sequence sequence;  // where it comes from; 0: it has none
  PlainEntry entry;
};

struct ImportReport {
  uint64_t stored = 0;
  uint64_t known = 0;    // stored by an earlier import of this source
  uint64_t refused = 0;  // by an earlier import, and passed over again
};

class Importer {
 public:
  // Makes the store if there is none. Errors: of Store::open; kStoreLocked while a server runs.
  static Result<std::unique_ptr<Importer>> open(const StoreOptions& options, std::string_view source);
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // Error: what isn't right with the line, which is left out. Nothing is stored before commit().
  Result<void> add(ImportLine line);
  bool full() const;
  // Errors: of Store::append; kInvalidArgument: the lines aren't those that were imported under this name before, and none is stored.
  Result<void> commit();
  // After the last line.
  Result<void> finish();
  const ImportReport& report() const { return report_; }

 private:
  struct Known;  // follows the entries that an earlier import stored

  // Consecutive numbers there and here.
  struct Run {
    uint64_t there = 0, here = 0, count = 0;
  };
  Importer(std::unique_ptr<Store> store, ProducerId producer);

  void pass_known(const ImportLine& line);
  Result<RoomId> room_of(const std::string& name);
  Result<Sequence> target_of(const ImportLine& line) const;
  void note_place(const ImportLine& line, Sequence here);
  void clear();

  std::unique_ptr<Store> store_;
  const ProducerId producer_;
  room::RoomTable table_;
  std::unique_ptr<Known> known_;
  std::unordered_map<std::string, std::vector<Run>> places_;  // by room
  ImportReport report_;
  uint64_t highest_ = 0;  // line number
  std::optional<Error> foreign_;

  // What the next commit stores; the entries and rooms point into the texts.
  std::vector<NewEntry> entries_;
  std::vector<NewRoom> rooms_;
  std::deque<std::vector<uint8_t>> bytes_;
  std::deque<std::string> names_;
};

}  // namespace parley::history
