// SPDX-License-Identifier: Apache-2.0
// How often this test program asked for memory so far: operator new is replaced in allocation_counter.cpp (a file of its own, so that no
// compiler sees malloc behind new and delete at once).
#pragma once

#include <cstdint>

namespace parley::link::test {

uint64_t allocations();

}  // namespace parley::link::test
