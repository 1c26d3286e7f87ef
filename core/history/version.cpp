// SPDX-License-Identifier: Apache-2.0
#include "core/history/version.h"

#include <lmdb.h>

namespace parley::history {

std::string lmdb_version() {
  int major = 0, minor = 0, patch = 0;
  mdb_version(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace parley::history
