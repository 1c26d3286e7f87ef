// SPDX-License-Identifier: Apache-2.0
// parleyctl verify and compact: a store looked at and made small by this program itself. verify also beside a running server, and of
// backups; compact never. One thread; as long as reading (or writing) the file takes.
#pragma once

#include <filesystem>

namespace parley::parleyctl {

// The exit code: 0 when all is sound; 1 with findings, a line each, or when the store can't be read.
int run_verify(const std::filesystem::path& directory, bool as_json);
int run_compact(const std::filesystem::path& data_dir, bool as_json);

// Where a page of the file itself is damaged, LMDB may read where nothing is; then the process ends with a line that says so, not with a
// core.
void explain_damaged_pages();

}  // namespace parley::parleyctl
