// SPDX-License-Identifier: Apache-2.0
// Where a measurement was made: processor, kernel, and the versions of all that has a part in the figures. Any thread.
// Two reports whose machines differ say nothing of each other's Parley; `parley-bench compare` looks at it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace parley::bench {

// {"cpu", "cores", "memory_gib", "kernel", "governor", "parley", "build", "libraries": {"enet", "sodium", "lmdb", "xapian"}}
nlohmann::json machine();
// The same as one line for people.
std::string machine_line(const nlohmann::json& machine);
// "2026-11-27T07:20:00Z"
std::string utc_now();

}  // namespace parley::bench
