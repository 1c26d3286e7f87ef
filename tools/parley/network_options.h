// SPDX-License-Identifier: Apache-2.0
// A bad network by choice, as written on the command line: "10%" or "0.1" is a share, "50ms", "1.5s" or "300us" a time, and where both are
// taken, "5%,200ms". Pure; called before anything is connected.
#pragma once

#include <string>

#include "core/base/error.h"
#include "net/client/parley.h"

namespace parley::terminal {

struct NetworkWords {  // empty: not asked for
  std::string loss{}, delay{}, jitter{}, burst{}, duplicate{}, reorder{}, corrupt{};
  bool any() const { return !(loss + delay + jitter + burst + duplicate + reorder + corrupt).empty(); }
};

// Error: kInvalidArgument, with the option and how it is written.
Result<parley_network> read_network(const NetworkWords& words);

}  // namespace parley::terminal
