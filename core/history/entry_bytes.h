// SPDX-License-Identifier: Apache-2.0
// Stored Entry buffers (schema/entry.fbs) read and made anew: what an edit or a deletion leaves of an entry. What is read was verified by
// its check, and is verified as a FlatBuffer once more, since it decides what is written. Stateless; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "entry_generated.h"

namespace parley::history {

// Null when it doesn't verify, or isn't aligned to 8 bytes.
const entry::Entry* read_entry(ByteView bytes);

// The same message with another text. Empty for a kind that has none.
std::vector<uint8_t> edited_entry(const entry::Entry& was, std::string_view text, Sequence edit);
// Its author, producer and time, without what was said.
std::vector<uint8_t> gone_entry(const entry::Entry& was, const entry::GoneT& gone);
// Of an erased user: his entry without him, his client and what he said, to be shown as erased if it was a message, else not at all; and an
// entry that he deleted, without his name and reason.
std::vector<uint8_t> erased_entry(const entry::Entry& was, bool message);
std::vector<uint8_t> anonymous_deletion(const entry::Entry& was);
// What replaces an Edit whose text another one replaced.
entry::GoneT superseded();

}  // namespace parley::history
