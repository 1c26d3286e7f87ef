// SPDX-License-Identifier: Apache-2.0
// The version of this build, from the project line of the top CMakeLists.txt: what --version and parleyctl status say.
// A constant; any thread.
#pragma once

namespace parley::server {

const char* version();  // "0.1.0"

}  // namespace parley::server
