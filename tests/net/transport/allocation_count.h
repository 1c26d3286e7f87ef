// SPDX-License-Identifier: Apache-2.0
// Counts every operator new of the test program. Any thread.
// What ENet takes from its own pools isn't among them: enet_memory.h counts that.
#pragma once

#include <cstdint>

namespace parley::transport::test {

uint64_t allocations();

}  // namespace parley::transport::test
