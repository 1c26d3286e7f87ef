// SPDX-License-Identifier: Apache-2.0
// The table of `parley-bench loss` with each delay as a coloured cell: from as fast as without loss to ten times as slow and more. The
// figure stands in the cell and the goal's mark beside it, so that colour says nothing that text doesn't. Pure function.
#pragma once

#include <string>

#include "tools/bench/show/run_file.h"

namespace parley::bench {

// Empty when the file is of another command, or has no rows.
std::string loss_cells(const RunFile& file);

}  // namespace parley::bench
