// SPDX-License-Identifier: Apache-2.0
// The client's border: bytes from the network become checked views here, once, or are refused. Every buffer passes the FlatBuffers verifier
// (depth 8, 1,024 tables), the entries nested in it one by one too; strings must be UTF-8 without a 0 byte. The views point into the
// buffer. Stateless; any thread.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/gap_reason.h"
#include "core/base/ids.h"
#include "core/base/time.h"
#include "entry_generated.h"
#include "wire_generated.h"

namespace parley::client {

// Null when the buffer doesn't verify.
const wire::Message* decode_message(ByteView bytes);
// The answer within the handshake; null when the buffer doesn't verify or holds none.
const wire::Answer* decode_answer(ByteView bytes);

struct EntryView {
  entry::Content kind = entry::Content::NONE;  // NONE: of a kind this version doesn't know, to be skipped
  std::string_view author, name;
  std::string_view text;  // of Text, Emote, Edit, Topic, System; the reason of a Delete or Gone, the emoji of a Reaction
  ProducerId producer;
  ProducerNumber number;
  int64_t wall_us = 0;
  Sequence target;  // of Edit, Delete, Reaction, Pin; of Text and Emote: the message they reply to
  Sequence edited;  // the Edit that the text is of
  bool removed = false;
  bool by_moderator = false;
  uint32_t custom_type = 0;
  ByteView payload;
  entry::GoneReason gone = entry::GoneReason::Deleted;  // of Gone
  std::string_view gone_by;
  const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* mentions = nullptr;

  bool mentions_user(std::string_view user) const;
};
// An Entry buffer as it stands in a message. `scratch` takes a copy when the sender didn't align it to 8 bytes.
std::optional<EntryView> decode_entry(ByteView bytes, std::vector<uint64_t>& scratch);

// A string of the wire, or nothing when it isn't UTF-8 or holds a 0 byte. A missing one is "".
std::optional<std::string_view> decode_text(const flatbuffers::String* text);

// Why a page has a gap; kUnknown, too, for a reason that this version doesn't know.
GapReason decode_gap_reason(const wire::HistoryPage& page);

struct RefusalView {
  Error error;
  Millis retry{0};  // 0: don't
};
// Never fails: a missing or broken text is replaced by the code's name.
RefusalView decode_refusal(const wire::Refusal& refusal);

}  // namespace parley::client
