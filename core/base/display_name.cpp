// SPDX-License-Identifier: Apache-2.0
#include "core/base/display_name.h"

#include <string>

#include "core/base/text.h"

namespace parley {

Result<void> validate_display_name(std::string_view name) {
  std::string joined(name);
  for (size_t i = 1; i + 1 < joined.size(); ++i)
    if (joined[i] == ' ') joined[i] = '_';
  return validate_name(joined, "display name");
}

}  // namespace parley
