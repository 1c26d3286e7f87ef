// SPDX-License-Identifier: Apache-2.0
#include "net/client/decode.h"

#include <algorithm>
#include <cstring>

#include "core/base/text.h"

namespace parley::client {
namespace {

constexpr flatbuffers::uoffset_t kMaxDepth = 8;
constexpr flatbuffers::uoffset_t kMaxTables = 1024;

flatbuffers::Verifier verifier_for(ByteView bytes) { return {bytes.data(), bytes.size(), kMaxDepth, kMaxTables}; }

bool is_aligned(const uint8_t* at) { return reinterpret_cast<uintptr_t>(at) % 8 == 0; }

// What the view shows as its text, before it is checked.
const flatbuffers::String* text_of(const entry::Entry& entry) {
  switch (entry.content_type()) {
    case entry::Content::Text:
      return entry.content_as_Text()->text();
    case entry::Content::Emote:
      return entry.content_as_Emote()->text();
    case entry::Content::Edit:
      return entry.content_as_Edit()->text();
    case entry::Content::Delete:
      return entry.content_as_Delete()->reason();
    case entry::Content::Reaction:
      return entry.content_as_Reaction()->emoji();
    case entry::Content::Topic:
      return entry.content_as_Topic()->text();
    case entry::Content::System:
      return entry.content_as_System()->text();
    case entry::Content::Gone:
      return entry.content_as_Gone()->reason();
    default:
      return nullptr;
  }
}

void take_message(EntryView& view, uint64_t reply_to, const decltype(EntryView::mentions) mentions) {
  view.target = Sequence{reply_to};
  view.mentions = mentions;
}

// What the kinds have beside their text. False: a string isn't what it should be.
bool take_content(EntryView& view, const entry::Entry& entry) {
  switch (entry.content_type()) {
    case entry::Content::Text:
      take_message(view, entry.content_as_Text()->reply_to(), entry.content_as_Text()->mentions());
      return true;
    case entry::Content::Emote:
      take_message(view, entry.content_as_Emote()->reply_to(), entry.content_as_Emote()->mentions());
      return true;
    case entry::Content::Edit:
      view.target = Sequence{entry.content_as_Edit()->target()};
      return true;
    case entry::Content::Delete:
      view.target = Sequence{entry.content_as_Delete()->target()};
      view.by_moderator = entry.content_as_Delete()->by_moderator();
      return true;
    case entry::Content::Reaction:
      view.target = Sequence{entry.content_as_Reaction()->target()};
      view.removed = entry.content_as_Reaction()->removed();
      return true;
    case entry::Content::Pin:
      view.target = Sequence{entry.content_as_Pin()->target()};
      view.removed = entry.content_as_Pin()->removed();
      return true;
    case entry::Content::Custom: {
      const entry::Custom& custom = *entry.content_as_Custom();
      view.custom_type = custom.type();
      view.payload = {custom.payload()->data(), custom.payload()->size()};
      return true;
    }
    case entry::Content::Gone: {
      view.gone = entry.content_as_Gone()->why();
      const auto by = decode_text(entry.content_as_Gone()->by());
      view.gone_by = by.value_or("");
      return by.has_value();
    }
    default:
      return true;
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
  view.edited = Sequence{entry.edited()};
  const auto author = decode_text(entry.author());
  const auto name = decode_text(entry.name());
  if (!author || !name) return std::nullopt;
  view.author = *author;
  view.name = name->empty() ? *author : *name;
  // The verifier lets a union with a type and no value pass.
  if (entry.content() == nullptr || entry.content_type() > entry::Content::MAX) return view;
  const auto text = decode_text(text_of(entry));
  if (!text || !take_content(view, entry)) return std::nullopt;
  view.text = *text;
  view.kind = entry.content_type();
  return view;
}

bool EntryView::mentions_user(std::string_view user) const {
  if (mentions == nullptr) return false;
  return std::any_of(mentions->begin(), mentions->end(), [&](const flatbuffers::String* each) { return each->string_view() == user; });
}

GapReason decode_gap_reason(const wire::HistoryPage& page) {
  return page.gap_reason() <= wire::GapReason::MAX ? static_cast<GapReason>(page.gap_reason()) : GapReason::kUnknown;
}

RefusalView decode_refusal(const wire::Refusal& refusal) {
  const auto code = static_cast<ErrorCode>(refusal.code());
  auto text = decode_text(refusal.text());
  if (!text || text->empty()) text = error_name(code);
  return {{code, std::string(*text)}, Millis{refusal.retry_ms()}};
}

}  // namespace parley::client
