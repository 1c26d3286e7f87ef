// SPDX-License-Identifier: Apache-2.0
// Which ENet and libsodium this process runs with, as they say of themselves: a shared library may be another one than that of the build.
// For reports of measurements and of bugs. Any thread.
#pragma once

#include <string>

namespace parley::link {

std::string enet_version();    // "1.3.17"
std::string sodium_version();  // "1.0.18"

}  // namespace parley::link
