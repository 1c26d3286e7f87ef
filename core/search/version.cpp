// SPDX-License-Identifier: Apache-2.0
#include "core/search/version.h"

#include <xapian.h>

namespace parley::search {

std::string xapian_version() { return Xapian::version_string(); }

}  // namespace parley::search
