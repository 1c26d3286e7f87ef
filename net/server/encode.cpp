// SPDX-License-Identifier: Apache-2.0
#include "net/server/encode.h"

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

ByteView Encoder::invited(const InvitedFields& fields) {
  builder_.Clear();
  const auto room = text(fields.room);
  const auto other = text(fields.other);
  return finish(wire::Body::Invited, wire::CreateInvited(builder_, room, other, fields.head.value, fields.live));
}

ByteView Encoder::entry(const EntryFields& fields) {
  builder_.Clear();
  const auto author = text(fields.author);
  const auto name = fields.name == fields.author ? 0 : text(fields.name);
  const auto line = text(fields.text);
  const auto content = fields.emote ? entry::CreateEmote(builder_, line).Union() : entry::CreateText(builder_, line).Union();
  const auto kind = fields.emote ? entry::Content::Emote : entry::Content::Text;
  builder_.Finish(entry::CreateEntry(builder_, author, name, fields.producer.value, fields.number.value,
                                     fields.wall.time_since_epoch().count(), kind, content));
  return bytes();
}

void Encoder::begin_entries() {
  builder_.Clear();
  entries_.clear();
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

ByteView Encoder::finish_page(const PageFields& fields) {
  const auto list = builder_.CreateVector(entries_.data(), entries_.size());
  wire::HistoryPageBuilder page(builder_);
  page.add_request(fields.request);
  page.add_room_id(fields.room_id.value);
  page.add_entries(list);
  page.add_more(fields.more);
  page.add_gap_from(fields.gap_from.value);
  page.add_gap_to(fields.gap_to.value);
  page.add_complete(fields.complete);
  return finish(wire::Body::HistoryPage, page.Finish());
}

}  // namespace parley::server
