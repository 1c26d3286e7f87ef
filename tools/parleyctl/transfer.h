// SPDX-License-Identifier: Apache-2.0
// parleyctl export and import: a store's entries as JSON lines on standard output, and such lines into a store (entry_json.h has the
// fields). Export also beside a running server; import never. Both print what they have to say on standard error, so that a pipe carries
// lines only. One thread; as long as it takes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace parley::parleyctl {

// The exit code: 0; 1 when it failed, or not every entry could be read.
int run_export(const std::filesystem::path& data_dir, const std::vector<std::string>& rooms);

struct ImportOptions {
  std::string file;
  std::string name;          // of the source; empty: the file's
  bool strict = false;       // the first bad line ends it
  uint64_t store_bytes = 0;  // of a new store; 0: as a server's default
  bool as_json = false;
};
// The exit code: 0; 1 when it failed or lines were refused.
int run_import(const std::filesystem::path& data_dir, const ImportOptions& options);

}  // namespace parley::parleyctl
