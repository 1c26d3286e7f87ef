// SPDX-License-Identifier: Apache-2.0
#include "tests/net/client/server_words.h"

namespace parley::client::words {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

Bytes bytes_of(const FlatBufferBuilder& builder) { return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()}; }

template <class Body>
Bytes message(FlatBufferBuilder& builder, Offset<Body> body) {
  builder.Finish(wire::CreateMessage(builder, wire::BodyTraits<Body>::enum_value, body.Union()));
  return bytes_of(builder);
}

Offset<wire::Refusal> refusal_table(FlatBufferBuilder& builder, ErrorCode code, uint32_t retry_ms) {
  return wire::CreateRefusalDirect(builder, static_cast<uint16_t>(code), "because", retry_ms);
}

Offset<wire::EntryBytes> entry_bytes(FlatBufferBuilder& builder, uint64_t sequence, const Bytes& bytes) {
  builder.ForceVectorAlignment(bytes.size(), 1, 8);
  return wire::CreateEntryBytes(builder, builder.CreateVector(bytes), sequence);
}

std::vector<Offset<wire::EntryBytes>> lines_of(FlatBufferBuilder& builder, const std::vector<Line>& lines) {
  std::vector<Offset<wire::EntryBytes>> offsets;
  for (const Line& line : lines) offsets.push_back(entry_bytes(builder, line.sequence, entry(line)));
  return offsets;
}

}  // namespace

Bytes entry(const Line& line) {
  FlatBufferBuilder builder;
  const auto text = builder.CreateString(line.text.data(), line.text.size());
  const auto content = entry::CreateText(builder, text);
  const auto author = builder.CreateString(line.author.data(), line.author.size());
  builder.Finish(entry::CreateEntry(builder, author, 0, line.producer, line.number, 1'000'000, entry::Content::Text, content.Union()));
  return bytes_of(builder);
}

Bytes answer(uint32_t epoch, uint64_t last_number) {
  FlatBufferBuilder builder;
  const auto said = wire::CreateAnswerDirect(builder, 1, 0, "alice", "Alice", epoch, last_number);
  builder.Finish(wire::CreateHandshake(builder, 0, said));
  return bytes_of(builder);
}

Bytes refusal(ErrorCode code, uint32_t retry_ms) {
  FlatBufferBuilder builder;
  const auto said = wire::CreateAnswer(builder, 1, refusal_table(builder, code, retry_ms));
  builder.Finish(wire::CreateHandshake(builder, 0, said));
  return bytes_of(builder);
}

Bytes invited(std::string_view room, std::string_view user, uint64_t head) {
  FlatBufferBuilder builder;
  const auto name = builder.CreateString(room.data(), room.size());
  const auto other = builder.CreateString(user.data(), user.size());
  return message(builder, wire::CreateInvited(builder, name, other, head, true));
}

Bytes behind(uint64_t room, uint64_t last_live) {
  FlatBufferBuilder builder;
  return message(builder, wire::CreateBehind(builder, room, last_live));
}

Bytes signals(uint64_t room, const std::vector<SignalWords>& words) {
  FlatBufferBuilder builder;
  std::vector<Offset<wire::UserSignal>> offsets;
  for (const SignalWords& each : words) {
    const auto user = builder.CreateString(each.user.data(), each.user.size());
    offsets.push_back(
        wire::CreateUserSignal(builder, user, 0, each.kind, each.on, each.x, each.y, each.z, each.tag, each.after, each.order));
  }
  return message(builder, wire::CreateSignals(builder, room, builder.CreateVector(offsets)));
}

Bytes joined(const JoinedWords& words) {
  FlatBufferBuilder builder;
  const auto room = builder.CreateString(words.room.data(), words.room.size());
  return message(builder, wire::CreateJoined(builder, words.request, room, words.id, words.epoch, words.head, words.valid_through,
                                             words.may_send, 1, words.early));
}

Bytes entries(uint64_t room, const std::vector<Line>& lines) {
  FlatBufferBuilder builder;
  const auto offsets = lines_of(builder, lines);
  return message(builder, wire::CreateEntries(builder, room, builder.CreateVector(offsets)));
}

Bytes raw_entry(uint64_t room, uint64_t sequence, const Bytes& bytes) {
  FlatBufferBuilder builder;
  const std::vector offsets{entry_bytes(builder, sequence, bytes)};
  return message(builder, wire::CreateEntries(builder, room, builder.CreateVector(offsets)));
}

Bytes page(uint64_t room, const Page& page) {
  FlatBufferBuilder builder;
  const auto entries = builder.CreateVector(lines_of(builder, page.lines));
  return message(builder, wire::CreateHistoryPage(builder, page.request, room, entries, page.more, page.gap_from, page.gap_to,
                                                  page.complete, 0, page.gap_reason));
}

Bytes erased(uint64_t room, const char* user, uint64_t through) {
  FlatBufferBuilder builder;
  return message(builder, wire::CreateErased(builder, room, builder.CreateString(user), through));
}

Bytes results(uint64_t room, uint32_t request, const std::vector<Line>& lines, uint64_t rest, bool incomplete) {
  FlatBufferBuilder builder;
  const auto entries = builder.CreateVector(lines_of(builder, lines));
  return message(builder, wire::CreateSearchResults(builder, request, room, entries, rest, incomplete));
}

Bytes ordered(uint64_t number, uint64_t sequence) {
  FlatBufferBuilder builder;
  const std::vector receipts{wire::CreateReceipt(builder, number, 7, sequence, 0)};
  return message(builder, wire::CreateReceipts(builder, builder.CreateVector(receipts), 0));
}

Bytes durable(uint64_t through) {
  FlatBufferBuilder builder;
  return message(builder, wire::CreateReceipts(builder, 0, through));
}

Bytes send_refused(uint64_t number, ErrorCode code, uint32_t retry_ms) {
  FlatBufferBuilder builder;
  return message(builder, wire::CreateSendRefused(builder, number, refusal_table(builder, code, retry_ms)));
}

Bytes request_refused(uint32_t request, ErrorCode code, uint32_t retry_ms) {
  FlatBufferBuilder builder;
  return message(builder, wire::CreateRequestRefused(builder, request, refusal_table(builder, code, retry_ms)));
}

Bytes presence(uint64_t room, std::initializer_list<const char*> users, uint32_t request) {
  FlatBufferBuilder builder;
  std::vector<Offset<wire::Member>> members;
  for (const char* user : users) members.push_back(wire::CreateMemberDirect(builder, user, nullptr));
  return message(builder, wire::CreatePresence(builder, room, true, builder.CreateVector(members), 0, request, true));
}

Bytes member_gone(uint64_t room, const char* user) {
  FlatBufferBuilder builder;
  const std::vector gone{builder.CreateString(user)};
  return message(builder, wire::CreatePresence(builder, room, false, 0, builder.CreateVector(gone), 0, false));
}

Bytes left(uint64_t room) {
  FlatBufferBuilder builder;
  return message(builder, wire::CreateLeft(builder, room));
}

Bytes draining(uint32_t retry_ms) {
  FlatBufferBuilder builder;
  return message(builder, wire::CreateDraining(builder, retry_ms));
}

Bytes unknown_kind() {
  FlatBufferBuilder builder;
  const auto body = wire::CreateLeft(builder, 1);
  builder.Finish(wire::CreateMessage(builder, static_cast<wire::Body>(200), body.Union()));
  return bytes_of(builder);
}

}  // namespace parley::client::words
