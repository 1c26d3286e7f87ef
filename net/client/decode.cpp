// SPDX-License-Identifier: Apache-2.0
#include "net/client/decode.h"

#include <cstring>

#include "core/base/text.h"
#include "entry_generated.h"

namespace parley::client {
namespace {

constexpr flatbuffers::uoffset_t kMaxDepth = 8;
constexpr flatbuffers::uoffset_t kMaxTables = 1024;

flatbuffers::Verifier verifier_for(ByteView bytes) { return {bytes.data(), bytes.size(), kMaxDepth, kMaxTables}; }

bool is_aligned(const uint8_t* at) { return reinterpret_cast<uintptr_t>(at) % 8 == 0; }

const flatbuffers::String* text_of(const entry::Entry& entry) {
  if (entry.content() == nullptr) return nullptr;  // the verifier lets a union with a type and no value pass
  switch (entry.content_type()) {
    case entry::Content::Text:
      return entry.content_as_Text()->text();
    case entry::Content::Emote:
      return entry.content_as_Emote()->text();
    default:
      return nullptr;
  }
}

}  // namespace

const wire::Message* decode_message(ByteView bytes) {
  if (bytes.empty()) return nullptr;
  auto verifier = verifier_for(bytes);
  if (!wire::VerifyMessageBuffer(verifier)) return nullptr;
  const wire::Message* message = wire::GetMessage(bytes.data());
  return message->body() != nullptr ? message : nullptr;  // the verifier lets a union with a type and no value pass
}

const wire::Answer* decode_answer(ByteView bytes) {
  if (bytes.empty()) return nullptr;
  auto verifier = verifier_for(bytes);
  if (!verifier.VerifyBuffer<wire::Handshake>(nullptr)) return nullptr;
  return flatbuffers::GetRoot<wire::Handshake>(bytes.data())->answer();
}

std::optional<std::string_view> decode_text(const flatbuffers::String* text) {
  if (text == nullptr) return std::string_view{};
  const std::string_view view{text->c_str(), text->size()};
  if (!is_utf8(view) || view.find('\0') != view.npos) return std::nullopt;
  return view;
}

std::optional<EntryView> decode_entry(ByteView bytes, std::vector<uint64_t>& scratch) {
  if (bytes.empty()) return std::nullopt;
  if (!is_aligned(bytes.data())) {
    scratch.resize((bytes.size() + 7) / 8);
    std::memcpy(scratch.data(), bytes.data(), bytes.size());
    bytes = {reinterpret_cast<const uint8_t*>(scratch.data()), bytes.size()};
  }
  auto verifier = verifier_for(bytes);
  if (!entry::VerifyEntryBuffer(verifier)) return std::nullopt;
  const entry::Entry& entry = *entry::GetEntry(bytes.data());

  EntryView view;
  view.producer = ProducerId{entry.producer()};
  view.number = ProducerNumber{entry.number()};
  view.wall_us = entry.wall_us();
  view.emote = entry.content_type() == entry::Content::Emote;
  const auto author = decode_text(entry.author());
  const auto name = decode_text(entry.name());
  if (!author || !name) return std::nullopt;
  view.author = *author;
  view.name = name->empty() ? *author : *name;

  const flatbuffers::String* text = text_of(entry);
  if (text == nullptr) return view;  // not known
  const auto checked = decode_text(text);
  if (!checked) return std::nullopt;
  view.text = *checked;
  view.known = true;
  return view;
}

RefusalView decode_refusal(const wire::Refusal& refusal) {
  const auto code = static_cast<ErrorCode>(refusal.code());
  auto text = decode_text(refusal.text());
  if (!text || text->empty()) text = error_name(code);
  return {{code, std::string(*text)}, Millis{refusal.retry_ms()}};
}

}  // namespace parley::client
