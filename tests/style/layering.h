// SPDX-License-Identifier: Apache-2.0
// Who may include whom, and which folder may touch which library: ARCHITECTURE's table of rooms as data, and the check of it.
// `tools → net → core → schema`: an include never points to the left. Tests may include anything. Stateless.
#pragma once

#include "tests/style/source_tree.h"

namespace parley::style {

// Includes of a folder that this folder may not know, of no full path from the root, or of a library that belongs elsewhere.
Findings check_layering(const SourceFile& file);

}  // namespace parley::style
