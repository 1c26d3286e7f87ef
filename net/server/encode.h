// SPDX-License-Identifier: Apache-2.0
// Messages of the server as bytes, made in one builder that is reused: no allocation after warm-up. Every call returns a view that lives
// until the next call on the same Encoder. One Encoder belongs to one I/O thread. Nothing here decides anything.
//
// Entries are encoded as they come off the bus: begin_entries(), add_entry() for each, finish_entries(); no other call between.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/entry_kind.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/history/store.h"
#include "entry_generated.h"
#include "wire_generated.h"

namespace parley::server {

// A refusal as it goes on the wire. retry_ms 0: don't try again.
struct Refusal {
  ErrorCode code = ErrorCode::kNone;
  std::string text;
  uint32_t retry_ms = 0;
};

struct AnswerFields {
  uint16_t protocol = 0;
  std::string_view user, name;
  Epoch epoch;
  ProducerNumber last_number;
};

struct JoinedFields {
  uint32_t request = 0;
  std::string_view room;
  RoomId room_id;
  Epoch epoch;
  Sequence head, valid_through;
  bool may_send = false;
  size_t members = 0;
  bool early = false;
};

// What an entry says (entry.fbs). Which fields a kind has is told there.
struct ContentFields {
  EntryKind kind = EntryKind::kText;
  std::string_view text{};  // the reason of a Delete, the emoji of a Reaction
  Sequence target{};        // of Text and Emote: the message they reply to, or 0
  bool removed = false;
  bool by_moderator = false;
  uint32_t custom_type = 0;
  ByteView payload{};
  const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* mentions = nullptr;
};

struct EntryFields {
  std::string_view author, name;
  ProducerId producer;
  ProducerNumber number;
  WallTime wall{};
  ContentFields content;
};

struct PageFields {
  uint32_t request = 0;  // 0: catch-up
  RoomId room_id;
  bool more = false;
  Sequence gap_from, gap_to;
  GapReason gap_reason = GapReason::kUnknown;
  bool complete = false;
};

struct ResultsFields {
  uint32_t request = 0;
  RoomId room_id;
  Sequence rest;
  bool incomplete = false;
};

struct ReceiptFields {
  ProducerNumber number;
  RoomId room;
  Sequence sequence;
  int64_t wall_us = 0;
};

// One person of a presence list or change. Views live during the call.
struct PresenceFields {
  RoomId room_id;
  uint32_t request = 0;
  bool snapshot = false, last = false;
};
struct MemberView {
  std::string_view user, name;
};

struct InvitedFields {
  std::string_view room, other;
  Sequence head;
  bool live = false;
};

class Encoder {
 public:
  Encoder();

  ByteView answer(const AnswerFields& fields);
  ByteView answer_refusal(const Refusal& refusal);
  ByteView joined(const JoinedFields& fields);
  ByteView left(RoomId room);
  ByteView send_refused(ProducerNumber number, const Refusal& refusal);
  ByteView request_refused(uint32_t request, const Refusal& refusal);
  ByteView receipts(std::span<const ReceiptFields> ordered, ProducerNumber durable_through);
  ByteView presence(const PresenceFields& fields, std::span<const MemberView> joined, std::span<const std::string_view> left);
  ByteView draining(Millis retry);
  ByteView behind(RoomId room, Sequence last_live);
  ByteView invited(const InvitedFields& fields);
  ByteView read_mark(RoomId room, std::string_view user, Sequence sequence);
  ByteView room_info(RoomId room, const history::RoomInfo& info);
  ByteView erased(RoomId room, std::string_view user, Sequence through);
  // An Entry (entry.fbs) as it goes on the bus and into the store.
  ByteView entry(const EntryFields& fields);

  void begin_entries();
  void add_entry(Sequence sequence, ByteView entry_bytes);
  size_t entries_bytes() const { return builder_.GetSize(); }
  ByteView finish_entries(RoomId room);
  // Of an entry of this page, after the entries.
  void add_note(const history::PageNote& note);
  ByteView finish_page(const PageFields& fields);
  ByteView finish_results(const ResultsFields& fields);

 private:
  template <class Body>
  ByteView finish(wire::Body kind, flatbuffers::Offset<Body> body);
  ByteView bytes() const { return {builder_.GetBufferPointer(), builder_.GetSize()}; }
  flatbuffers::Offset<wire::Refusal> refusal(const Refusal& refusal);
  flatbuffers::Offset<flatbuffers::String> text(std::string_view text);
  flatbuffers::Offset<void> content(const ContentFields& fields);
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>> mentions(const ContentFields& fields);

  flatbuffers::FlatBufferBuilder builder_;
  std::vector<flatbuffers::Offset<wire::EntryBytes>> entries_;
  std::vector<flatbuffers::Offset<wire::Note>> notes_;
  std::vector<flatbuffers::Offset<wire::Receipt>> receipts_;
  std::vector<flatbuffers::Offset<wire::Member>> members_;
  std::vector<flatbuffers::Offset<flatbuffers::String>> strings_;
};

}  // namespace parley::server
