// SPDX-License-Identifier: Apache-2.0
// Which Xapian this process runs with, as it says of itself: a shared library may be another one than that of the build.
// For reports of measurements and of bugs. Any thread.
#pragma once

#include <string>

namespace parley::search {

std::string xapian_version();  // "1.4.22"

}  // namespace parley::search
