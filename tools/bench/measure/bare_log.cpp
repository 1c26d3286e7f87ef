// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/bare_log.h"

#include <lmdb.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "tools/bench/measure/process.h"

namespace parley::bench {
namespace {

constexpr size_t kMapBytes = size_t{1} << 36;

// One commit of the records [first, end); an LMDB status.
int append(MDB_env* env, const BareLogOptions& options, uint64_t first, uint64_t end) {
  MDB_txn* txn = nullptr;
  MDB_dbi log = 0;
  if (const int status = mdb_txn_begin(env, nullptr, 0, &txn); status != 0) return status;
  int status = mdb_dbi_open(txn, "log", MDB_CREATE, &log);
  for (uint64_t record = first; record < end && status == 0; ++record) {
    const ByteView body = options.bodies[record % options.bodies.size()];
    std::array<uint8_t, 8> position;
    store_be(position.data(), record + 1);
    MDB_val key{position.size(), position.data()};
    MDB_val value{options.header_bytes + body.size(), nullptr};
    status = mdb_put(txn, log, &key, &value, MDB_APPEND | MDB_RESERVE);
    if (status != 0) break;
    auto* out = static_cast<uint8_t*>(value.mv_data);
    std::memset(out, 0x5a, options.header_bytes);
    std::memcpy(out + options.header_bytes, body.data(), body.size());
  }
  if (status == 0) return mdb_txn_commit(txn);
  mdb_txn_abort(txn);
  return status;
}

int open(MDB_env* env, const std::filesystem::path& directory) {
  if (const int status = mdb_env_set_mapsize(env, kMapBytes); status != 0) return status;
  if (const int status = mdb_env_set_maxdbs(env, 1); status != 0) return status;
  return mdb_env_open(env, directory.c_str(), 0, 0600);
}

}  // namespace

BareLog measure_bare_log(const BareLogOptions& options) {
  MDB_env* env = nullptr;
  if (mdb_env_create(&env) != 0) return {};
  int status = open(env, options.directory);
  const uint64_t written = written_bytes(getpid()).to_storage;
  const double cpu = thread_cpu_s();
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t done = 0; done < options.records && status == 0; done += options.batch) {
    status = append(env, options, done, std::min<uint64_t>(done + options.batch, options.records));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const auto records = static_cast<double>(options.records);
  const BareLog out{.records_per_s = records / took.count(),
                    .cpu_us = (thread_cpu_s() - cpu) * 1e6 / records,
                    .written = static_cast<double>(written_bytes(getpid()).to_storage - written) / records};
  mdb_env_close(env);
  return status == 0 ? out : BareLog{};
}

}  // namespace parley::bench
