// SPDX-License-Identifier: Apache-2.0
#include "core/history/entry_bytes.h"

namespace parley::history {
namespace {

std::vector<uint8_t> pack(const entry::EntryT& fields) {
  flatbuffers::FlatBufferBuilder builder(512);
  builder.Finish(entry::CreateEntry(builder, &fields));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace

const entry::Entry* read_entry(ByteView bytes) {
  constexpr flatbuffers::uoffset_t kDepth = 8, kTables = 64;
  if (bytes.empty() || reinterpret_cast<uintptr_t>(bytes.data()) % 8 != 0) return nullptr;
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), kDepth, kTables);
  return entry::VerifyEntryBuffer(verifier) ? entry::GetEntry(bytes.data()) : nullptr;
}

std::vector<uint8_t> edited_entry(const entry::Entry& was, std::string_view text, Sequence edit) {
  entry::EntryT fields;
  was.UnPackTo(&fields);
  if (entry::TextT* plain = fields.content.AsText()) {
    plain->text = text;
  } else if (entry::EmoteT* emote = fields.content.AsEmote()) {
    emote->text = text;
  } else {
    return {};
  }
  fields.edited = edit.value;
  return pack(fields);
}

std::vector<uint8_t> gone_entry(const entry::Entry& was, const entry::GoneT& gone) {
  entry::EntryT fields;
  fields.producer = was.producer();
  fields.number = was.number();
  fields.wall_us = was.wall_us();
  fields.author = was.author()->str();
  if (was.name() != nullptr) fields.name = was.name()->str();
  fields.content.Set(entry::GoneT(gone));
  return pack(fields);
}

std::vector<uint8_t> erased_entry(const entry::Entry& was, bool message) {
  entry::EntryT fields;
  fields.wall_us = was.wall_us();
  fields.author = "";
  entry::GoneT gone;
  gone.why = message ? entry::GoneReason::Erased : entry::GoneReason::Superseded;
  fields.content.Set(std::move(gone));
  return pack(fields);
}

std::vector<uint8_t> anonymous_deletion(const entry::Entry& was) {
  entry::EntryT fields;
  was.UnPackTo(&fields);
  if (entry::GoneT* gone = fields.content.AsGone()) {
    gone->by.clear();
    gone->reason.clear();
  }
  return pack(fields);
}

entry::GoneT superseded() {
  entry::GoneT gone;
  gone.why = entry::GoneReason::Superseded;
  return gone;
}

}  // namespace parley::history
