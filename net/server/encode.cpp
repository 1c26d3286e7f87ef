// SPDX-License-Identifier: Apache-2.0
#include "net/server/encode.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace parley::server {

Encoder::Encoder() : builder_(kMaxTransportMessage) {
  entries_.reserve(kMaxPageEntries);
  receipts_.reserve(kMaxPageEntries);
}

template <class Body>
ByteView Encoder::finish(wire::Body kind, flatbuffers::Offset<Body> body) {
  builder_.Finish(wire::CreateMessage(builder_, kind, body.Union()));
  return bytes();
}

flatbuffers::Offset<flatbuffers::String> Encoder::text(std::string_view text) { return builder_.CreateString(text.data(), text.size()); }

flatbuffers::Offset<wire::Refusal> Encoder::refusal(const Refusal& refusal) {
  const auto line = text(refusal.text);
  return wire::CreateRefusal(builder_, static_cast<uint16_t>(refusal.code), line, refusal.retry_ms);
}

ByteView Encoder::answer(const AnswerFields& fields) {
  builder_.Clear();
  const auto user = text(fields.user);
  const auto name = text(fields.name);
  const auto answer = wire::CreateAnswer(builder_, fields.protocol, 0, user, name, fields.epoch.value, fields.last_number.value);
  builder_.Finish(wire::CreateHandshake(builder_, 0, answer));
  return bytes();
}

ByteView Encoder::answer_refusal(const Refusal& why) {
  builder_.Clear();
  const auto refused = refusal(why);
  builder_.Finish(wire::CreateHandshake(builder_, 0, wire::CreateAnswer(builder_, kProtocolVersionMax, refused)));
  return bytes();
}

ByteView Encoder::joined(const JoinedFields& fields) {
  builder_.Clear();
  const auto room = text(fields.room);
  wire::JoinedBuilder joined(builder_);
  joined.add_request(fields.request);
  joined.add_room(room);
  joined.add_room_id(fields.room_id.value);
  joined.add_epoch(fields.epoch.value);
  joined.add_head(fields.head.value);
  joined.add_valid_through(fields.valid_through.value);
  joined.add_may_send(fields.may_send);
  joined.add_members(static_cast<uint32_t>(fields.members));
  joined.add_early(fields.early);
  return finish(wire::Body::Joined, joined.Finish());
}

ByteView Encoder::left(RoomId room) {
  builder_.Clear();
  return finish(wire::Body::Left, wire::CreateLeft(builder_, room.value));
}

ByteView Encoder::send_refused(ProducerNumber number, const Refusal& why) {
  builder_.Clear();
  const auto refused = refusal(why);
  return finish(wire::Body::SendRefused, wire::CreateSendRefused(builder_, number.value, refused));
}

ByteView Encoder::request_refused(uint32_t request, const Refusal& why) {
  builder_.Clear();
  const auto refused = refusal(why);
  return finish(wire::Body::RequestRefused, wire::CreateRequestRefused(builder_, request, refused));
}

ByteView Encoder::receipts(std::span<const ReceiptFields> ordered, ProducerNumber durable_through) {
  builder_.Clear();
  receipts_.clear();
  for (const ReceiptFields& each : ordered) {
    receipts_.push_back(wire::CreateReceipt(builder_, each.number.value, each.room.value, each.sequence.value, each.wall_us));
  }
  const auto list = receipts_.empty() ? 0 : builder_.CreateVector(receipts_.data(), receipts_.size());
  return finish(wire::Body::Receipts, wire::CreateReceipts(builder_, list, durable_through.value));
}

ByteView Encoder::presence(const PresenceFields& fields, std::span<const MemberView> joined, std::span<const std::string_view> left) {
  builder_.Clear();
  members_.clear();
  strings_.clear();
  for (const MemberView& each : joined) {
    const auto user = text(each.user);
    const auto name = text(each.name);
    members_.push_back(wire::CreateMember(builder_, user, name));
  }
  for (const std::string_view user : left) strings_.push_back(text(user));
  const auto joined_list = members_.empty() ? 0 : builder_.CreateVector(members_.data(), members_.size());
  const auto left_list = strings_.empty() ? 0 : builder_.CreateVector(strings_.data(), strings_.size());
  return finish(wire::Body::Presence,
                wire::CreatePresence(builder_, fields.room_id.value, fields.snapshot, joined_list, left_list, fields.request, fields.last));
}

ByteView Encoder::draining(Millis retry) {
  builder_.Clear();
  return finish(wire::Body::Draining, wire::CreateDraining(builder_, static_cast<uint32_t>(retry.count())));
}

ByteView Encoder::behind(RoomId room, Sequence last_live) {
  builder_.Clear();
  return finish(wire::Body::Behind, wire::CreateBehind(builder_, room.value, last_live.value));
}

ByteView Encoder::invited(const InvitedFields& fields) {
  builder_.Clear();
  const auto room = text(fields.room);
  const auto other = text(fields.other);
  return finish(wire::Body::Invited, wire::CreateInvited(builder_, room, other, fields.head.value, fields.live));
}

flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>> Encoder::mentions(const ContentFields& fields) {
  if (fields.mentions == nullptr || fields.mentions->size() == 0) return 0;
  strings_.clear();
  for (const flatbuffers::String* user : *fields.mentions) strings_.push_back(text(user->string_view()));
  return builder_.CreateVector(strings_.data(), strings_.size());
}

flatbuffers::Offset<void> Encoder::content(const ContentFields& fields) {
  const uint64_t target = fields.target.value;
  const auto line = text(fields.text);
  switch (fields.kind) {
    case EntryKind::kText:
      return entry::CreateText(builder_, line, target, mentions(fields)).Union();
    case EntryKind::kEmote:
      return entry::CreateEmote(builder_, line, target, mentions(fields)).Union();
    case EntryKind::kEdit:
      return entry::CreateEdit(builder_, target, line).Union();
    case EntryKind::kDelete:
      return entry::CreateDelete(builder_, target, line, fields.by_moderator).Union();
    case EntryKind::kReaction:
      return entry::CreateReaction(builder_, target, line, fields.removed).Union();
    case EntryKind::kPin:
      return entry::CreatePin(builder_, target, fields.removed).Union();
    case EntryKind::kTopic:
      return entry::CreateTopic(builder_, line).Union();
    case EntryKind::kCustom:
      return entry::CreateCustom(builder_, fields.custom_type, builder_.CreateVector(fields.payload.data(), fields.payload.size())).Union();
    case EntryKind::kSystem:
      return entry::CreateSystem(builder_, line).Union();
    default:
      CHECK(false, "no entry of that kind is made here");
  }
}

ByteView Encoder::entry(const EntryFields& fields) {
  static_assert(static_cast<int>(entry::Content::Gone) == static_cast<int>(EntryKind::kGone));
  builder_.Clear();
  const auto author = text(fields.author);
  const auto name = fields.name == fields.author ? 0 : text(fields.name);
  const auto said = content(fields.content);
  builder_.Finish(entry::CreateEntry(builder_, author, name, fields.producer.value, fields.number.value,
                                     fields.wall.time_since_epoch().count(), static_cast<entry::Content>(fields.content.kind), said));
  return bytes();
}

ByteView Encoder::read_mark(RoomId room, std::string_view user, Sequence sequence) {
  builder_.Clear();
  return finish(wire::Body::ReadMark, wire::CreateReadMark(builder_, room.value, text(user), sequence.value));
}

ByteView Encoder::room_info(RoomId room, const history::RoomInfo& info) {
  builder_.Clear();
  flatbuffers::Offset<wire::EntryBytes> topic;
  if (!info.topic.empty()) {
    builder_.ForceVectorAlignment(info.topic.size(), 1, 8);
    topic = wire::CreateEntryBytes(builder_, builder_.CreateVector(info.topic.data(), info.topic.size()));
  }
  uint64_t* place = nullptr;
  const auto pinned = builder_.CreateUninitializedVector(info.pinned.size(), &place);
  for (const Sequence each : info.pinned) *place++ = flatbuffers::EndianScalar(each.value);
  wire::RoomInfoBuilder out(builder_);
  out.add_room_id(room.value);
  if (!info.topic.empty()) out.add_topic(topic);
  out.add_pinned(pinned);
  out.add_read(info.read.value);
  out.add_unread(info.unread);
  out.add_mentions(static_cast<uint32_t>(info.mentions));
  out.add_head(info.head.value);
  out.add_peer_read(info.peer_read.value);
  return finish(wire::Body::RoomInfo, out.Finish());
}

ByteView Encoder::erased(RoomId room, std::string_view user, Sequence through) {
  builder_.Clear();
  return finish(wire::Body::Erased, wire::CreateErased(builder_, room.value, text(user), through.value));
}

void Encoder::begin_entries() {
  builder_.Clear();
  entries_.clear();
  notes_.clear();
}

void Encoder::add_entry(Sequence sequence, ByteView entry_bytes) {
  builder_.ForceVectorAlignment(entry_bytes.size(), 1, 8);
  const auto vector = builder_.CreateVector(entry_bytes.data(), entry_bytes.size());
  entries_.push_back(wire::CreateEntryBytes(builder_, vector, sequence.value));
}

ByteView Encoder::finish_entries(RoomId room) {
  const auto list = builder_.CreateVector(entries_.data(), entries_.size());
  return finish(wire::Body::Entries, wire::CreateEntries(builder_, room.value, list));
}

void Encoder::add_note(const history::PageNote& note) {
  std::array<flatbuffers::Offset<wire::ReactionCount>, kMaxReactionKinds> counts;
  const size_t kinds = std::min(note.reactions.size(), counts.size());
  for (size_t i = 0; i < kinds; ++i) {
    const history::ReactionCount& each = note.reactions[i];
    counts[i] = wire::CreateReactionCount(builder_, text(each.emoji), each.count, each.mine);
  }
  const auto reactions = builder_.CreateVector(counts.data(), kinds);
  notes_.push_back(wire::CreateNote(builder_, note.sequence.value, note.pinned, reactions, note.through.value));
}

ByteView Encoder::finish_page(const PageFields& fields) {
  const auto list = builder_.CreateVector(entries_.data(), entries_.size());
  const auto notes = notes_.empty() ? 0 : builder_.CreateVector(notes_.data(), notes_.size());
  wire::HistoryPageBuilder page(builder_);
  page.add_request(fields.request);
  page.add_room_id(fields.room_id.value);
  page.add_entries(list);
  page.add_more(fields.more);
  page.add_gap_from(fields.gap_from.value);
  page.add_gap_to(fields.gap_to.value);
  page.add_complete(fields.complete);
  static_assert(static_cast<int>(GapReason::kDamaged) == static_cast<int>(wire::GapReason::MAX));
  page.add_gap_reason(static_cast<wire::GapReason>(fields.gap_reason));
  if (!notes_.empty()) page.add_notes(notes);
  return finish(wire::Body::HistoryPage, page.Finish());
}

ByteView Encoder::finish_results(const ResultsFields& fields) {
  const auto list = builder_.CreateVector(entries_.data(), entries_.size());
  return finish(wire::Body::SearchResults,
                wire::CreateSearchResults(builder_, fields.request, fields.room_id.value, list, fields.rest.value, fields.incomplete));
}

}  // namespace parley::server
