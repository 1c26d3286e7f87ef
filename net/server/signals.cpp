// SPDX-License-Identifier: Apache-2.0
#include "net/server/signals.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "net/server/policy.h"
#include "net/server/slow_stage.h"

namespace parley::server {
namespace {

// What one takes in a message beside its two names: table, vtable, offsets, lengths, padding.
constexpr size_t kSignalOverhead = 80;

}  // namespace

void Signals::on_signal(Session& session, const wire::Signal& signal) {
  if (!may_publish(session, signal)) {
    ++state_.counters.signals_dropped;
    return;
  }
  bus::RecordHeader header = state_.header(bus::RecordKind::kSignal, session);
  header.room = RoomId(signal.room_id());
  room::Signal said;
  said.kind = static_cast<room::SignalKind>(signal.kind());
  said.on = signal.on();
  said.x = signal.x();
  said.y = signal.y();
  said.z = signal.z();
  said.tag = signal.tag();
  said.user = session.user();
  said.name = session.name();
  std::array<uint8_t, room::kMaxSignalBytes> bytes;
  const bool taken = state_.bus.publish(header, room::encode_signal(said, bytes));
  ++(taken ? state_.counters.signals_accepted : state_.counters.signals_dropped);
}

bool Signals::may_publish(Session& session, const wire::Signal& signal) {
  const RoomId room(signal.room_id());
  const SignalFacts facts{session.seat(room), signal.kind(), state_.roster.member_count(room)};
  if (state_.draining || !may_signal(facts) || !session.signals.take(state_.now.mono)) return false;
  if (signal.kind() != wire::SignalKind::Talk) return true;
  if (static_cast<int32_t>(signal.number() - session.talk_number) < 0) return false;  // it was overtaken
  session.talk_number = signal.number();
  return true;
}

void Signals::on_record(const bus::Record& record, const room::Applied& applied) {
  if (state_.local_rooms.members(applied.room) == 0) return;
  const room::Signal signal = room::decode_signal(record.payload);
  Heard heard;
  heard.room = applied.room;
  if (record.header.origin.io == state_.io) heard.from = record.header.origin.session;
  heard.after = state_.rooms.find(applied.room)->head;
  heard.order = state_.reader.position() + 1;  // never 0
  heard.signal = signal;
  heard.text = static_cast<uint32_t>(text_.size());
  heard.user_bytes = static_cast<uint8_t>(signal.user.size());
  heard.name_bytes = static_cast<uint8_t>(signal.name.size());
  text_.append(signal.user).append(signal.name);
  heard.signal.user = heard.signal.name = {};  // the record's bytes don't stay
  heard_.push_back(heard);
}

void Signals::flush() {
  if (heard_.empty()) return;
  keep_newest();
  for (size_t from = 0; from < heard_.size();) {
    size_t to = from + 1;
    while (to < heard_.size() && heard_[to].room == heard_[from].room) ++to;
    flush_room(std::span(heard_).subspan(from, to - from));
    from = to;
  }
  heard_.clear();
  text_.clear();
}

void Signals::keep_newest() {
  const auto place = [this](const Heard& heard) { return std::make_tuple(heard.room, user_of(heard), heard.signal.kind); };
  std::sort(heard_.begin(), heard_.end(), [&](const Heard& a, const Heard& b) {
    return std::tuple_cat(place(a), std::tie(b.order)) < std::tuple_cat(place(b), std::tie(a.order));  // the newest first
  });
  heard_.erase(std::unique(heard_.begin(), heard_.end(), [&](const Heard& a, const Heard& b) { return place(a) == place(b); }),
               heard_.end());
}

void Signals::flush_room(std::span<const Heard> of_one_room) {
  if (state_.local_rooms.members(of_one_room.front().room) == 0) return;  // gone within the cycle
  size_t bytes = 0, from = 0;
  for (size_t at = 0; at < of_one_room.size(); ++at) {
    const size_t next = kSignalOverhead + of_one_room[at].user_bytes + of_one_room[at].name_bytes;
    if (bytes + next > kMaxSignalsBytes) {
      send_part(of_one_room.subspan(from, at - from));
      from = at;
      bytes = 0;
    }
    bytes += next;
  }
  send_part(of_one_room.subspan(from));
}

// One packet for all but those who said something of it: they get what the others said.
void Signals::send_part(std::span<const Heard> part) {
  const RoomId room = part.front().room;
  senders_.clear();
  for (const Heard& heard : part) {
    if (heard.from) senders_.push_back(heard.from);
  }
  std::sort(senders_.begin(), senders_.end());
  senders_.erase(std::unique(senders_.begin(), senders_.end()), senders_.end());
  const auto packet = state_.transport->make_packet(encode(part, SessionId()), transport::Delivery::kUnsequenced);
  const auto is_sender = [this](SessionId id) { return std::binary_search(senders_.begin(), senders_.end(), id); };
  for (const LocalMember& member : state_.local_rooms.find(room)->members) {
    if (is_sender(member.session) || misses(member)) continue;
    state_.transport->send(member.session, transport::channel_of(room), packet);
    ++state_.counters.signal_deliveries;
  }
  for (const SessionId sender : senders_) {
    const LocalMember* member = state_.local_rooms.find(room)->find(sender);
    if (member == nullptr || misses(*member)) continue;
    const ByteView others = encode(part, sender);
    if (others.empty()) continue;
    state_.transport->send(sender, transport::channel_of(room), state_.transport->make_packet(others, transport::Delivery::kUnsequenced));
    ++state_.counters.signal_deliveries;
  }
}

bool Signals::misses(const LocalMember& member) const {
  return member.lagging || stage_of(state_.transport->backlog(member.session)) >= Stage::kNoSignals;
}

ByteView Signals::encode(std::span<const Heard> part, SessionId without) {
  builder_.Clear();
  offsets_.clear();
  for (const Heard& heard : part) {
    if (without && heard.from == without) continue;
    const std::string_view who = user_of(heard), called = name_of(heard);
    const auto user = builder_.CreateString(who.data(), who.size());
    const auto name = builder_.CreateString(called.data(), called.size());
    const room::Signal& said = heard.signal;
    offsets_.push_back(wire::CreateUserSignal(builder_, user, name, static_cast<wire::SignalKind>(said.kind), said.on, said.x, said.y,
                                              said.z, said.tag, heard.after.value, heard.order));
  }
  if (offsets_.empty()) return {};
  const auto signals = wire::CreateSignals(builder_, part.front().room.value, builder_.CreateVector(offsets_.data(), offsets_.size()));
  builder_.Finish(wire::CreateMessage(builder_, wire::Body::Signals, signals.Union()));
  return {builder_.GetBufferPointer(), builder_.GetSize()};
}

}  // namespace parley::server
