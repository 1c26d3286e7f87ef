// SPDX-License-Identifier: Apache-2.0
// The LMDB file of a store that is closed, as another program or a broken disk would change it. For tests of what then happens; nothing of
// the store's own code is between. Single-threaded.
#pragma once

#include <gtest/gtest.h>
#include <lmdb.h>

#include <filesystem>
#include <functional>

#include "core/base/bytes.h"

namespace parley::history {

inline void with_lmdb(const std::filesystem::path& directory, const char* table, const std::function<void(MDB_txn*, MDB_dbi)>& work) {
  MDB_env* env = nullptr;
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;
  ASSERT_EQ(mdb_env_create(&env), 0);
  ASSERT_EQ(mdb_env_set_maxdbs(env, 16), 0);
  ASSERT_EQ(mdb_env_open(env, directory.c_str(), 0, 0600), 0);
  ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
  ASSERT_EQ(mdb_dbi_open(txn, table, MDB_CREATE, &dbi), 0);
  work(txn, dbi);
  ASSERT_EQ(mdb_txn_commit(txn), 0);
  mdb_env_close(env);
}

inline void put(MDB_txn* txn, MDB_dbi dbi, ByteView key, ByteView value) {
  MDB_val k{key.size(), const_cast<uint8_t*>(key.data())};
  MDB_val v{value.size(), const_cast<uint8_t*>(value.data())};
  ASSERT_EQ(mdb_put(txn, dbi, &k, &v, 0), 0);
}

inline void remove(MDB_txn* txn, MDB_dbi dbi, ByteView key) {
  MDB_val k{key.size(), const_cast<uint8_t*>(key.data())};
  ASSERT_EQ(mdb_del(txn, dbi, &k, nullptr), 0);
}

}  // namespace parley::history
