// SPDX-License-Identifier: Apache-2.0
#include "core/history/verify.h"

#include "core/history/verify_gone.h"
#include "core/history/verify_log.h"
#include "core/history/verify_notes.h"

namespace parley::history {
namespace {

uint64_t records_of(MDB_txn* txn, const Tables& tables) {
  uint64_t all = 0;
  for (const MDB_dbi table : tables.all()) {
    MDB_stat stat{};
    if (mdb_stat(txn, table, &stat) == 0) all += stat.ms_entries;
  }
  return all;
}

}  // namespace

Result<VerifyReport> verify_store(const std::filesystem::path& directory, VerifyWatcher& watcher) {
  auto store = StoreView::open(directory, Beside::kAServer);
  if (!store) return std::unexpected(std::move(store.error()));
  const Environment& environment = (*store)->environment();
  const ReadTransaction txn(environment.get());
  if (txn.status() != 0) return std::unexpected(environment.error(txn.status(), "can't read the store"));
  VerifyState state(**store, txn.get(), watcher);
  state.report.beside_others = !(*store)->alone();
  state.total = records_of(txn.get(), environment.tables());
  LogCheck(state).run();
  NotesCheck(state).run();
  GoneCheck(state).run();
  if (state.status != 0) return std::unexpected(environment.error(state.status, "can't read on in the store"));
  watcher.on_progress(state.total, state.total);
  return state.report;
}

}  // namespace parley::history
