// SPDX-License-Identifier: Apache-2.0
#include "net/server/version.h"

namespace parley::server {

const char* version() { return PARLEY_VERSION_TEXT; }

}  // namespace parley::server
