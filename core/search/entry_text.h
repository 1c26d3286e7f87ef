// SPDX-License-Identifier: Apache-2.0
// What search sees of a stored entry: the words somebody said, and who. Entries that say nothing (reactions, edits of others, stubs of what
// was deleted or erased) aren't searchable. Stateless; any thread. The views point into the bytes.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "core/search/query.h"

namespace parley::search {

std::optional<Searchable> searchable_of(ByteView entry);

// The entry that an Edit or Delete changed; nothing for others.
std::optional<Sequence> target_of(ByteView entry);

}  // namespace parley::search
