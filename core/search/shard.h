// SPDX-License-Identifier: Apache-2.0
// One shard of the index on disk (shard_layout.h): a Xapian database. A document has its terms and nothing else; its number says where the
// entry stands in the log. How far the shard is indexed stands in the shard itself and changes with its commit.
//
// ShardWriter: one thread and process at a time (Xapian's lock). ShardReader: sees the shard as of its opening or reopen(); any one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/search/guarded.h"
#include "core/search/shard_layout.h"

namespace parley::search {

// What a shard says about itself.
struct ShardMark {
  LogPosition next;         // all of its positions before this one are in it
  std::string fingerprint;  // of the last entry in it: tells whether this log is the one that it was made from
};

class ShardWriter {
 public:
  // Made if it isn't there. `sync` false: only where the index needn't survive the machine.
  static Result<std::unique_ptr<ShardWriter>> open(const std::filesystem::path& path, bool sync);

  Result<void> put(Xapian::docid document, const std::vector<std::string>& terms);  // in place of what was there
  Result<void> remove(Xapian::docid document);                                      // fine if it isn't there
  // One step on disk for all since the last commit; a mark, or its fingerprint, that isn't given stays as it is.
  Result<void> commit(const std::optional<ShardMark>& mark);

 private:
  explicit ShardWriter(Xapian::WritableDatabase database) : database_(std::move(database)) {}
  Xapian::WritableDatabase database_;
};

class ShardReader {
 public:
  // kNotFound: there is no such shard. kStoreVersion: of another format.
  static Result<std::unique_ptr<ShardReader>> open(const std::filesystem::path& path);
  Result<void> reopen();  // to what is committed now
  struct Part {
    DocumentNumber from = 0;
    size_t most = 0;
  };
  // Ascending. All documents for an empty term.
  Result<std::vector<DocumentNumber>> documents_with(const std::string& term, Part part) const;

  const ShardMark& mark() const { return mark_; }
  const Xapian::Database& database() const { return database_; }

 private:
  explicit ShardReader(Xapian::Database database) : database_(std::move(database)) {}
  Result<void> read_mark();
  Xapian::Database database_;
  ShardMark mark_;
};

}  // namespace parley::search
