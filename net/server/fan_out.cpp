// SPDX-License-Identifier: Apache-2.0
#include "net/server/fan_out.h"

#include <algorithm>
#include <array>
#include <utility>

#include "net/server/slow_stage.h"

namespace parley::server {
namespace {

constexpr int kRecordsPerCycle = 512;  // then the network gets its turn again
constexpr size_t kMembersAtATime = 16;

}  // namespace

int FanOut::poll() {
  int records = 0;
  while (records < kRecordsPerCycle) {
    const std::optional<bus::Record> record = state_.reader.peek();
    if (!record) break;
    const room::Applied applied = state_.rooms.apply(*record);
    const bus::RecordHeader header = record->header;
    if (header.kind == bus::RecordKind::kEntry) {
      if (applied.outcome == room::Outcome::kApplied) {
        add_to_batch(*record, applied);
        to_.direct.on_entry(*state_.rooms.find(applied.room));
      }
    } else if (header.kind == bus::RecordKind::kSignal) {  // goes out at the end of the cycle, and so breaks no batch
      if (applied.outcome == room::Outcome::kApplied) to_.signals.on_record(*record, applied);
    } else {
      send_batch();
      if (applied.new_room) to_.direct.on_new_room(*state_.rooms.find(applied.room));
      if (header.kind == bus::RecordKind::kJoin) to_.membership.on_join(*record, applied);
      if (header.kind == bus::RecordKind::kLeave) to_.membership.on_leave(*record);
      if (header.kind == bus::RecordKind::kMark) to_.reading.on_mark(*record);
    }
    state_.reader.advance();
    if (header.kind == bus::RecordKind::kEntry && header.origin.io == state_.io) to_.sends.on_applied(header, applied);
    if (!header.origin.session && header.origin.io == state_.io) to_.announcements.on_applied(header, applied);
    ++records;
  }
  send_batch();
  to_.direct.flush();
  state_.counters.records += static_cast<uint64_t>(records);
  return records;
}

void FanOut::add_to_batch(const bus::Record& record, const room::Applied& applied) {
  if (state_.local_rooms.members(applied.room) == 0) return;
  const bool full = batch_entries_ == kMaxPageEntries || state_.encode.entries_bytes() + record.payload.size() > kMaxPageBytes;
  if (batch_room_ && (batch_room_ != applied.room || full)) send_batch();
  if (!batch_room_) {
    batch_room_ = applied.room;
    state_.encode.begin_entries();
  }
  state_.encode.add_entry(applied.sequence, record.payload);
  ++batch_entries_;
}

void FanOut::send_batch() {
  if (!batch_room_) return;
  const auto packet = state_.transport->make_entries(state_.encode.finish_entries(batch_room_), static_cast<uint16_t>(batch_entries_));
  const std::span<LocalMember> members = state_.local_rooms.find(batch_room_)->members;
  for (size_t from = 0; from < members.size(); from += kMembersAtATime) {
    send_to(members.subspan(from, std::min(kMembersAtATime, members.size() - from)), packet);
  }
  batch_room_ = RoomId();
  batch_entries_ = 0;
}

void FanOut::send_to(std::span<LocalMember> members, const transport::PacketPtr& packet) {
  std::array<SessionId, kMembersAtATime> sessions;
  std::ranges::transform(members, sessions.begin(), &LocalMember::session);
  state_.transport->prefetch(std::span(sessions).first(members.size()));
  for (LocalMember& member : members) {
    if (member.lagging) {
      if (!std::exchange(member.told_behind, true)) state_.left_out.emplace_back(member.session, batch_room_);
      continue;
    }
    state_.transport->send(member.session, transport::channel_of(batch_room_), packet);
    state_.counters.deliveries += batch_entries_;
    if (stage_of(state_.transport->backlog(member.session)) == Stage::kNoEntries) state_.crowded.push_back(member.session);
  }
}

}  // namespace parley::server
