// SPDX-License-Identifier: Apache-2.0
#include "net/server/reading.h"

#include <algorithm>
#include <array>

#include "core/base/direct_room.h"
#include "core/room/names.h"
#include "net/server/policy.h"

namespace parley::server {

// Nothing is refused: the client's next mark says all that this one did.
void Reading::mark(Session& session, const wire::MarkRead& mark) {
  const Seat* seat = session.seat(RoomId(mark.room_id()));
  if (seat == nullptr || mark.sequence() > state_.rooms.find(seat->room)->head.value) return;
  if (refuse_rate(session.requests, state_.now.mono)) return;
  bus::RecordHeader header = state_.header(bus::RecordKind::kMark, session);
  header.room = seat->room;
  header.number = ProducerNumber(mark.sequence());
  std::array<uint8_t, room::kMaxNamesBytes> names;
  if (state_.bus.publish(header, room::encode_names({{}, session.user(), {}}, names))) ++state_.counters.marks;
}

void Reading::request(Session& session, const wire::RoomInfoRequest& request) {
  const Seat* seat = session.seat(RoomId(request.room_id()));
  if (seat == nullptr || refuse_rate(session.requests, state_.now.mono)) return;
  state_.info_owed.push_back({session.id, seat->room, state_.world.ring.claimed()});
}

void Reading::on_mark(const bus::Record& record) {
  const room::RoomState* room = state_.rooms.find(record.header.room);
  if (room == nullptr) return;
  const std::string_view reader = room::decode_names(record.payload).user;
  tell(reader, record.header, reader);
  const auto pair = direct_pair(room->name);
  if (pair && pair->other_than(reader) != reader) tell(pair->other_than(reader), record.header, reader);
}

void Reading::tell(std::string_view user, const bus::RecordHeader& header, std::string_view reader) {
  for (const SessionId id : state_.users.of(user)) {
    if (header.origin.io == state_.io && header.origin.session == id) continue;
    if (state_.sessions.find(id)->seat(header.room) == nullptr) continue;
    state_.post_to_room(id, header.room, state_.encode.read_mark(header.room, reader, Sequence(header.number.value)));
  }
}

int Reading::run() {
  const size_t before = state_.info_owed.size();
  std::erase_if(state_.info_owed, [this](const IoState::OwedInfo& owed) { return ask(owed); });
  return static_cast<int>(before - state_.info_owed.size());
}

// True when it is no longer owed. With a full disk what is stored must do.
bool Reading::ask(const IoState::OwedInfo& owed) {
  const Session* session = state_.sessions.find(owed.session);
  const room::RoomState* room = state_.rooms.find(owed.room);
  if (session == nullptr || room == nullptr) return true;
  const bool stored = state_.world.writer.durable_through() >= owed.after;
  if (!stored && state_.world.writer.state() == history::StorageState::kWorking) return false;
  history::PageQuery query;
  query.question = history::Question::kRoomInfo;
  query.session = owed.session;
  query.page.room = owed.room;
  query.user = session->user();
  if (const auto pair = direct_pair(room->name)) query.peer = pair->other_than(session->user());
  return state_.world.page_reader.ask(state_.io, query);
}

void Reading::on_answer(const history::PageAnswer& answer) {
  Session* session = state_.sessions.find(answer.query.session);
  const Seat* seat = session == nullptr ? nullptr : session->seat(answer.query.page.room);
  if (seat == nullptr || !answer.page) return;
  history::RoomInfo info = answer.info;
  std::erase_if(info.pinned, [seat](Sequence pinned) { return pinned < seat->floor; });
  info.unread = std::min<uint64_t>(info.unread, info.head < seat->floor ? 0 : info.head.value - seat->floor.value + 1);
  info.mentions = std::min(info.mentions, info.unread);
  state_.post_to_room(session->id, seat->room, state_.encode.room_info(seat->room, info));
}

}  // namespace parley::server
