// SPDX-License-Identifier: Apache-2.0
// A store's entries in the order of its log, as plain values, also beside a running server (store_view.h). Read in pieces, each in a
// transaction of its own that ends before the piece is handed out, so a slow reader costs a running server nothing. What is written
// meanwhile comes too, up to the end that the log had at the beginning. Memory: one piece. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/history/plain_entry.h"

namespace parley::history {

struct ExportedEntry {
  std::string room;
  Sequence sequence;
  PlainEntry entry;
};

class ExportSink {
 public:
  virtual ~ExportSink() = default;
  virtual bool on_entry(const ExportedEntry& entry) = 0;  // false: no more is wanted
  virtual void on_progress(uint64_t positions, uint64_t of) = 0;
};

struct ExportReport {
  uint64_t entries = 0;
  uint64_t unreadable = 0;  // failed their check, or are of a newer version: left out
};

// Of these rooms only; none: all. Errors: of opening, kUnknownRoom, and of reading.
Result<ExportReport> export_log(const std::filesystem::path& directory, const std::vector<std::string>& rooms, ExportSink& sink);

}  // namespace parley::history
