// SPDX-License-Identifier: Apache-2.0
// What a display name may be: as a user's name (text.h), which is typed in commands, but with spaces between its words. Where it is
// checked: in tickets and in what is imported. Stateless; any thread.
#pragma once

#include <string_view>

#include "core/base/error.h"

namespace parley {

[[nodiscard]] Result<void> validate_display_name(std::string_view name);

}  // namespace parley
