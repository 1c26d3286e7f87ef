// SPDX-License-Identifier: Apache-2.0
// Replaces the body of an entry in the log, within a transaction. Its header keeps everything but the body's length and check, so numbers,
// order and receipts stay what they were. Writer thread.
#pragma once

#include "core/history/lmdb_env.h"
#include "core/history/records.h"

namespace parley::history {

// `was`: the entry's header as it stands at that position.
void rewrite_body(WriteTransaction& txn, const Tables& tables, const std::pair<LogPosition, LogHeader>& was, ByteView body);

}  // namespace parley::history
