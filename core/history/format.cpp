// SPDX-License-Identifier: Apache-2.0
#include "core/history/format.h"

#include <string>

#include "core/history/records.h"

namespace parley::history {

std::optional<uint64_t> meta_number(MDB_txn* txn, MDB_dbi meta, std::string_view name) {
  MDB_val key = to_val(as_bytes(name));
  MDB_val value{};
  if (mdb_get(txn, meta, &key, &value) != 0) return std::nullopt;
  return decode_number(as_bytes(name), to_view(value));
}

Result<void> check_format(const Environment& environment) {
  const ReadTransaction txn(environment.get());
  if (txn.status() != 0) return std::unexpected(environment.error(txn.status(), "can't read the store"));
  MDB_dbi root = 0;
  MDB_stat tables{};
  if (mdb_dbi_open(txn.get(), nullptr, 0, &root) == 0) mdb_stat(txn.get(), root, &tables);
  if (tables.ms_entries == 0) return {};  // new
  MDB_dbi table = 0;
  if (const int status = mdb_dbi_open(txn.get(), "meta", 0, &table); status != 0) {
    if (status != MDB_NOTFOUND && status != MDB_INCOMPATIBLE) return std::unexpected(environment.error(status, "can't read the store"));
    return fail(ErrorCode::kStoreDamaged, "data.mdb in the store's directory belongs to another program; name another directory");
  }
  MDB_stat records{};
  if (mdb_stat(txn.get(), table, &records) == 0 && records.ms_entries == 0) return {};  // died while it was made, before its first epoch
  const std::optional<uint64_t> format = meta_number(txn.get(), table, "format");
  if (format == kFormatVersion) return {};
  if (!format) return fail(ErrorCode::kStoreDamaged, "the store's format record is damaged; restore a backup");
  return fail(ErrorCode::kStoreVersion, "the store has format " + std::to_string(*format) + ", this Parley reads format " +
                                            std::to_string(kFormatVersion) + "; use the version that wrote it");
}

}  // namespace parley::history
