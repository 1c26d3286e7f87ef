// SPDX-License-Identifier: Apache-2.0
// Whose file a store's data.mdb is: ours and of our format, or another program's. Looked at before anything else is read or written, by the
// Store and by what reads a store without being its server (store_view.h). Stateless; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/history/lmdb_env.h"

namespace parley::history {

// A number of the table `meta`; nothing where it is missing or damaged.
std::optional<uint64_t> meta_number(MDB_txn* txn, MDB_dbi meta, std::string_view name);

// A file without any table, or without a format yet, is a new one of ours. Errors: kStoreDamaged, kStoreVersion, and those of reading.
Result<void> check_format(const Environment& environment);

}  // namespace parley::history
