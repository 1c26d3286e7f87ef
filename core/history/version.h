// SPDX-License-Identifier: Apache-2.0
// Which LMDB this process runs with, as it says of itself: a shared library may be another one than that of the build.
// For reports of measurements and of bugs. Any thread.
#pragma once

#include <string>

namespace parley::history {

std::string lmdb_version();  // "0.9.24"

}  // namespace parley::history
