// SPDX-License-Identifier: Apache-2.0
#include "core/search/entry_text.h"

#include "entry_generated.h"

namespace parley::search {
namespace {

std::string_view view_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

const entry::Entry* entry_in(ByteView bytes) {
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), 8, 1024);
  if (!entry::VerifyEntryBuffer(verifier)) return nullptr;
  const entry::Entry* found = entry::GetEntry(bytes.data());
  return found->content() != nullptr ? found : nullptr;  // the verifier lets a union with a type and no value pass
}

}  // namespace

std::optional<Searchable> searchable_of(ByteView bytes) {
  const entry::Entry* found = entry_in(bytes);
  if (found == nullptr) return std::nullopt;
  Searchable out{view_of(found->author()), view_of(found->name()), {}};
  switch (found->content_type()) {
    case entry::Content::Text:
      out.text = view_of(found->content_as_Text()->text());
      return out;
    case entry::Content::Emote:
      out.text = view_of(found->content_as_Emote()->text());
      return out;
    default:
      return std::nullopt;
  }
}

std::optional<Sequence> target_of(ByteView bytes) {
  const entry::Entry* found = entry_in(bytes);
  if (found == nullptr) return std::nullopt;
  if (const auto* edit = found->content_as_Edit()) return Sequence(edit->target());
  if (const auto* removal = found->content_as_Delete()) return Sequence(removal->target());
  return std::nullopt;
}

}  // namespace parley::search
