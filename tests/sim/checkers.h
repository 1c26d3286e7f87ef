// SPDX-License-Identifier: Apache-2.0
// The promises of Parley as functions over what a world showed. Each returns a line for every violation; empty = kept. Pure.
// checkers_test.cpp shows for each that it can fail.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/sim/observed.h"

namespace parley::sim {

// The sequence up to which the stay's client was told everything: at first the head that it joined at, or 0 while earlier messages are due.
// Nothing before it joined.
std::optional<uint64_t> position_of(const Stay& stay);

using Violations = std::vector<std::string>;

// Within a stay each sequence follows the one before: nothing twice, nothing left out but what a GAP names, back only after a ROLLBACK. A
// GAP is only for somebody without the right to history, or for what retention took.
Violations check_each_sequence_once(const Observed& seen);
// What a member holds in the end, after all rollbacks, is what the history holds under the same numbers.
Violations check_views_equal_history(const Observed& seen);
// Who is a member in the end has everything up to the room's head.
Violations check_nobody_is_behind(const Observed& seen);
// Every durable receipt, but of what retention took, is in the history exactly once, in its room, with its text, and at the place that
// ORDERED named.
Violations check_receipts(const Observed& seen);
// The history holds nothing that nobody sent, nothing twice, nothing that failed, and each producer's numbers in order; dense from 1.
Violations check_history(const Observed& seen);
// Each message has the text of its last edit, or is gone if it was deleted; only its author changed it.
Violations check_changes(const Observed& seen);
// Nothing came to or from somebody without a grant.
Violations check_grants(const Observed& seen);
// When all faults have ended, everything comes to rest: no send is pending, no question without an end.
Violations check_everything_settles(const Observed& seen);

Violations check_all(const Observed& seen);

}  // namespace parley::sim
