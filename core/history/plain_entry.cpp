// SPDX-License-Identifier: Apache-2.0
#include "core/history/plain_entry.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/display_name.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/history/entry_bytes.h"

namespace parley::history {
namespace {

std::string text_of(const flatbuffers::String* text) { return text == nullptr ? std::string() : text->str(); }

void take_words(PlainEntry& out, const flatbuffers::String* text, uint64_t reply_to,
                const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* mentions) {
  out.text = text_of(text);
  out.target = Sequence(reply_to);
  if (mentions == nullptr) return;
  for (const flatbuffers::String* user : *mentions) out.mentions.push_back(text_of(user));
}

void take_gone(PlainEntry& out, const entry::Gone& gone) {
  out.gone = gone.why() == entry::GoneReason::Erased       ? GoneWhy::kErased
             : gone.why() == entry::GoneReason::Superseded ? GoneWhy::kSuperseded
                                                           : GoneWhy::kDeleted;
  out.text = text_of(gone.reason());
  out.gone_by = text_of(gone.by());
}

bool take_content(PlainEntry& out, const entry::Entry& said) {
  switch (said.content_type()) {
    case entry::Content::Text:
      take_words(out, said.content_as_Text()->text(), said.content_as_Text()->reply_to(), said.content_as_Text()->mentions());
      return true;
    case entry::Content::Emote:
      take_words(out, said.content_as_Emote()->text(), said.content_as_Emote()->reply_to(), said.content_as_Emote()->mentions());
      return true;
    case entry::Content::Edit:
      take_words(out, said.content_as_Edit()->text(), said.content_as_Edit()->target(), nullptr);
      return true;
    case entry::Content::Delete:
      take_words(out, said.content_as_Delete()->reason(), said.content_as_Delete()->target(), nullptr);
      out.by_moderator = said.content_as_Delete()->by_moderator();
      return true;
    case entry::Content::Reaction:
      take_words(out, said.content_as_Reaction()->emoji(), said.content_as_Reaction()->target(), nullptr);
      out.removed = said.content_as_Reaction()->removed();
      return true;
    case entry::Content::Pin:
      out.target = Sequence(said.content_as_Pin()->target());
      out.removed = said.content_as_Pin()->removed();
      return true;
    case entry::Content::Topic:
      out.text = text_of(said.content_as_Topic()->text());
      return true;
    case entry::Content::Custom: {
      const auto& payload = *said.content_as_Custom()->payload();
      out.custom_type = said.content_as_Custom()->type();
      out.payload.assign(payload.begin(), payload.end());
      return true;
    }
    case entry::Content::System:
      out.text = text_of(said.content_as_System()->text());
      return true;
    case entry::Content::Gone:
      take_gone(out, *said.content_as_Gone());
      return true;
    default:
      return false;
  }
}

std::unexpected<Error> wrong(ErrorCode code, std::string text) { return fail(code, std::move(text)); }

Result<void> validate_target(const PlainEntry& entry, Sequence head, bool needed) {
  if ((needed && !entry.target) || entry.target > head)
    return wrong(ErrorCode::kNotFound, "there is no entry " + std::to_string(entry.target.value) + " before it in its room");
  return {};
}

Result<void> validate_words(const PlainEntry& entry, Sequence head) {
  if (entry.mentions.size() > kMaxMentions)
    return wrong(ErrorCode::kInvalidArgument, "a message names at most " + std::to_string(kMaxMentions) + " users");
  for (const std::string& user : entry.mentions) {
    if (auto valid = validate_name(user, "user name"); !valid) return valid;
  }
  if (auto valid = validate_target(entry, head, false); !valid) return valid;
  return validate_message(entry.text);
}

Result<void> validate_custom(const PlainEntry& entry) {
  if (entry.custom_type == 0) return wrong(ErrorCode::kInvalidArgument, "a custom entry needs a type that isn't 0");
  if (entry.payload.size() > kMaxMessageBytes)
    return wrong(ErrorCode::kMessageTooLong, "a custom entry has at most " + std::to_string(kMaxMessageBytes) + " bytes");
  return {};
}

Result<void> validate_content(const PlainEntry& entry, Sequence head) {
  if (entry.gone != GoneWhy::kNot) return validate_line(entry.text, "the reason");
  switch (entry.kind) {
    case EntryKind::kText:
    case EntryKind::kEmote:
      return validate_words(entry, head);
    case EntryKind::kCustom:
      return validate_custom(entry);
    case EntryKind::kSystem:
      return validate_message(entry.text);
    case EntryKind::kTopic:
      return validate_line(entry.text, "the topic");
    default:
      break;
  }
  if (auto valid = validate_target(entry, head, true); !valid) return valid;
  switch (entry.kind) {
    case EntryKind::kEdit:
      return validate_message(entry.text);
    case EntryKind::kDelete:
      return validate_line(entry.text, "the reason");
    case EntryKind::kReaction:
      return validate_reaction(entry.text);
    case EntryKind::kPin:
      return {};
    default:
      return wrong(ErrorCode::kInvalidArgument, "an entry of a kind that isn't known");
  }
}

void set_gone(entry::EntryT& fields, const PlainEntry& entry) {
  entry::GoneT gone;
  gone.why = entry.gone == GoneWhy::kErased       ? entry::GoneReason::Erased
             : entry.gone == GoneWhy::kSuperseded ? entry::GoneReason::Superseded
                                                  : entry::GoneReason::Deleted;
  gone.by = entry.gone_by;
  gone.reason = entry.text;
  fields.content.Set(std::move(gone));
}

template <class Words>
Words words_of(const PlainEntry& entry) {
  Words words;
  words.text = entry.text;
  words.reply_to = entry.target.value;
  words.mentions = entry.mentions;
  return words;
}

template <class Content>
Content about(const PlainEntry& entry) {
  Content content;
  content.target = entry.target.value;
  return content;
}

void set_content(entry::EntryT& fields, const PlainEntry& entry) {
  if (entry.gone != GoneWhy::kNot) return set_gone(fields, entry);
  switch (entry.kind) {
    case EntryKind::kText:
      return fields.content.Set(words_of<entry::TextT>(entry));
    case EntryKind::kEmote:
      return fields.content.Set(words_of<entry::EmoteT>(entry));
    case EntryKind::kEdit: {
      auto edit = about<entry::EditT>(entry);
      edit.text = entry.text;
      return fields.content.Set(std::move(edit));
    }
    case EntryKind::kDelete: {
      auto removal = about<entry::DeleteT>(entry);
      removal.reason = entry.text;
      removal.by_moderator = entry.by_moderator;
      return fields.content.Set(std::move(removal));
    }
    case EntryKind::kReaction: {
      auto reaction = about<entry::ReactionT>(entry);
      reaction.emoji = entry.text;
      reaction.removed = entry.removed;
      return fields.content.Set(std::move(reaction));
    }
    case EntryKind::kPin: {
      auto pin = about<entry::PinT>(entry);
      pin.removed = entry.removed;
      return fields.content.Set(pin);
    }
    case EntryKind::kTopic: {
      entry::TopicT topic;
      topic.text = entry.text;
      return fields.content.Set(std::move(topic));
    }
    case EntryKind::kCustom: {
      entry::CustomT custom;
      custom.type = entry.custom_type;
      custom.payload = entry.payload;
      return fields.content.Set(std::move(custom));
    }
    case EntryKind::kSystem: {
      entry::SystemT system;
      system.text = entry.text;
      return fields.content.Set(std::move(system));
    }
    default:
      CHECK(false, "a valid entry has a kind that is known");
  }
}

}  // namespace

std::optional<PlainEntry> plain_entry(ByteView bytes, EntryKind kind) {
  const entry::Entry* said = read_entry(bytes);
  if (said == nullptr || said->content() == nullptr) return std::nullopt;
  PlainEntry out;
  out.kind = kind;
  out.author = text_of(said->author());
  out.name = text_of(said->name());
  out.wall = WallTime(Micros(said->wall_us()));
  out.edited = Sequence(said->edited());
  if (!take_content(out, *said)) return std::nullopt;
  return out;
}

Result<void> validate(const PlainEntry& entry, Sequence head) {
  const bool nobody = entry.author.empty() && (entry.gone != GoneWhy::kNot || entry.kind == EntryKind::kSystem);
  if (!nobody) {
    if (auto valid = validate_name(entry.author, "user name"); !valid) return valid;
  }
  if (!entry.name.empty()) {
    if (auto valid = validate_display_name(entry.name); !valid) return valid;
  }
  return validate_content(entry, head);
}

std::vector<uint8_t> entry_bytes(const PlainEntry& entry, ProducerId producer, ProducerNumber number) {
  entry::EntryT fields;
  fields.author = entry.author;
  if (entry.name != entry.author) fields.name = entry.name;
  fields.producer = producer.value;
  fields.number = number.value;
  fields.wall_us = entry.wall.time_since_epoch().count();
  set_content(fields, entry);
  flatbuffers::FlatBufferBuilder builder(512);
  builder.Finish(entry::CreateEntry(builder, &fields));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace parley::history
