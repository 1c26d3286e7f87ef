// SPDX-License-Identifier: Apache-2.0
#include "net/server/announcements.h"

#include <array>
#include <utility>

#include "core/room/names.h"

namespace parley::server {
namespace {

constexpr Micros kRetry{1'000};  // while the ring is full

}  // namespace

// No ticket is for the user "".
Announcements::Announcements(IoState& state, bus::Wakeup* answers)
    : state_(state), answers_wakeup_(answers), producer_(state.world.producer_keys.key_of("", ProducerId(1))) {}

bool Announcements::ask(Announcement announcement) { return questions_.push(std::move(announcement)); }
std::optional<AnnouncementAnswer> Announcements::take() { return answers_.pop(); }

MonoTime Announcements::next_deadline() const { return stage_ == Stage::kPublish ? state_.now.mono + kRetry : kNever; }

int Announcements::run() {
  if (stage_ == Stage::kStoring && state_.world.writer.durable_through() >= stored_at_) {
    finish(sequence_);
    return 1;
  }
  if (stage_ == Stage::kIdle) {
    auto next = questions_.pop();
    if (!next) return 0;
    current_ = std::move(*next);
    stage_ = Stage::kPublish;
  }
  if (stage_ != Stage::kPublish) return 0;
  publish();
  return stage_ == Stage::kPublish ? 0 : 1;
}

std::optional<Error> Announcements::refusal() const {
  if (state_.draining) return Error{ErrorCode::kDraining, "the server is going down; say it when it runs again"};
  if (state_.world.writer.state() == history::StorageState::kWorking) return std::nullopt;
  return Error{ErrorCode::kStorageFull, "the store takes no messages; parleyctl status says why"};
}

void Announcements::publish() {
  if (auto refused = refusal()) return finish(std::unexpected(std::move(*refused)));
  const room::RoomState* room = state_.rooms.find(current_.room);
  const bool published = room == nullptr ? publish_room() : publish_entry(room->id);
  if (published) stage_ = Stage::kOnBus;
}

bool Announcements::publish_room() {
  bus::RecordHeader header;
  header.kind = bus::RecordKind::kRoom;
  header.origin.io = state_.io;
  std::array<uint8_t, room::kMaxNamesBytes> names;
  return state_.bus.publish(header, room::encode_names({current_.room, {}, {}}, names));
}

bool Announcements::publish_entry(RoomId room) {
  bus::RecordHeader header;
  header.content = EntryKind::kSystem;
  header.origin.io = state_.io;
  header.room = room;
  header.producer = producer_;
  header.number = state_.rooms.producer(producer_).last.next();
  header.wall = state_.now.wall;
  EntryFields entry;
  entry.number = header.number;
  entry.wall = header.wall;
  entry.content.kind = EntryKind::kSystem;
  entry.content.text = current_.text;
  return state_.bus.publish(header, state_.encode.entry(entry));
}

void Announcements::on_applied(const bus::RecordHeader& header, const room::Applied& applied) {
  if (stage_ != Stage::kOnBus) return;
  if (header.kind == bus::RecordKind::kRoom) {
    stage_ = Stage::kPublish;
    if (applied.outcome == room::Outcome::kRoomsFull)
      finish(fail(ErrorCode::kTooManyRooms, "the server has as many rooms as it may; name one that exists"));
    return;
  }
  sequence_ = applied.sequence;
  stored_at_ = state_.reader.position();
  stage_ = Stage::kStoring;
}

void Announcements::finish(Result<Sequence> sequence) {
  stage_ = Stage::kIdle;
  answers_.push({current_.id, std::move(sequence)});  // full only when nobody has taken any for long
  if (answers_wakeup_ != nullptr) answers_wakeup_->notify();
}

}  // namespace parley::server
