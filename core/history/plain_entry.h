// SPDX-License-Identifier: Apache-2.0
// An entry as plain values, for programs that write entries out and take them in (export, import): from the stored buffer, and back into
// one. What a kind doesn't have is empty or 0. Stateless; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/entry_kind.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/time.h"

namespace parley::history {

enum class GoneWhy : uint8_t { kNot, kDeleted, kErased, kSuperseded };

struct PlainEntry {
  EntryKind kind = EntryKind::kText;  // what it was when it was said
  std::string author{}, name{};       // name: empty when it is the author's id
  WallTime wall{};
  std::string text{};  // the emoji of a reaction, the reason of a deletion; of what is gone, why
  Sequence target{};   // of text and emotes: the message that they reply to
  bool removed = false, by_moderator = false;
  uint32_t custom_type = 0;
  std::vector<uint8_t> payload{};
  std::vector<std::string> mentions{};
  Sequence edited{};  // the edit whose text it has
  GoneWhy gone = GoneWhy::kNot;
  std::string gone_by{};
};

// Nothing for bytes that aren't an entry this version knows. `kind` is what its header says.
std::optional<PlainEntry> plain_entry(ByteView bytes, EntryKind kind);

// What a client could have sent, the server could have said, or an export wrote: names, texts and sizes within their limits. `head`:
// entries that the room has so far; what an entry is about must be among them. Error: of the first field that isn't right.
[[nodiscard]] Result<void> validate(const PlainEntry& entry, Sequence head);

// The stored buffer. The entry is valid.
std::vector<uint8_t> entry_bytes(const PlainEntry& entry, ProducerId producer, ProducerNumber number);

}  // namespace parley::history
