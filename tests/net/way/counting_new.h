// SPDX-License-Identifier: Apache-2.0
// How often this program asked for memory so far: operator new is replaced in counting_new.cpp (a file of its own, so that no compiler sees
// malloc behind new and delete at once). Any thread.
#pragma once

#include <cstdint>

namespace parley::way {

uint64_t allocations();

}  // namespace parley::way
