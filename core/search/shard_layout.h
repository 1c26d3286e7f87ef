// SPDX-License-Identifier: Apache-2.0
// How the index is cut: a directory of shards, each for a fixed range of log positions. Shards keep everything bounded however long the log
// is: the trees that a commit writes to, what a damaged file costs, what retention drops. Within a shard an entry goes by a document number
// that counts down, because Xapian reads its lists upwards and newest comes first. A plain value; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/ids.h"

namespace parley::search {

using DocumentNumber = uint32_t;  // Xapian's docid

struct ShardLayout {
  std::filesystem::path directory;
  uint64_t entries = 0;  // positions of a shard

  uint64_t shard_of(LogPosition position) const { return (position.value - 1) / entries; }
  LogPosition first_of(uint64_t shard) const { return LogPosition(shard * entries + 1); }
  std::filesystem::path path_of(uint64_t shard) const { return directory / ("shard-" + std::to_string(shard)); }
  // 1..entries; the newest position has the lowest.
  DocumentNumber document_of(LogPosition position) const { return static_cast<DocumentNumber>(entries - (position.value - 1) % entries); }
  LogPosition position_of(uint64_t shard, DocumentNumber document) const { return LogPosition(first_of(shard).value + entries - document); }
};

}  // namespace parley::search
