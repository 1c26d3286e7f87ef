// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/temporary_folder.h"

#include <stdlib.h>

#include <string>
#include <system_error>

namespace parley::bench {

TemporaryFolder::TemporaryFolder(const std::filesystem::path& below) {
  std::string name = (below / "parley-bench-XXXXXX").string();
  if (mkdtemp(name.data()) != nullptr) path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace parley::bench
