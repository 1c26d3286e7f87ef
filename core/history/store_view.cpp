// SPDX-License-Identifier: Apache-2.0
#include "core/history/store_view.h"

#include "core/history/format.h"

namespace parley::history {

Result<std::unique_ptr<StoreView>> StoreView::open(const std::filesystem::path& directory, Beside beside) {
  std::error_code unknown;
  if (!std::filesystem::exists(directory / kStoreFile, unknown)) {
    return fail(ErrorCode::kNotFound, "there is no store in " + directory.string() + "; name a server's data directory, or a backup of it");
  }
  std::unique_ptr<StoreView> view(new StoreView);
  if (auto locked = view->lock(directory, beside); !locked) return std::unexpected(std::move(locked.error()));
  Environment& environment = view->environment_;
  if (const int status = environment.open_to_read(directory, view->alone_); status != 0) {
    return std::unexpected(environment.error(status, "can't open the store"));
  }
  if (auto checked = check_format(environment); !checked) return std::unexpected(std::move(checked.error()));
  if (const int status = environment.find_tables(); status != 0) {
    if (status == MDB_NOTFOUND)
      return fail(ErrorCode::kStoreDamaged, "the store in " + directory.string() + " lacks a table; restore a backup");
    return std::unexpected(environment.error(status, "can't open the tables of the store"));
  }
  return view;
}

Result<void> StoreView::lock(const std::filesystem::path& directory, Beside beside) {
  auto locked = lock_.acquire(directory);
  alone_ = locked.has_value();
  if (locked || beside == Beside::kNobody) return locked;
  const bool others_may_have_it = locked.error().code == ErrorCode::kStoreLocked || locked.error().code == ErrorCode::kPermission;
  return others_may_have_it ? Result<void>{} : locked;
}

}  // namespace parley::history
