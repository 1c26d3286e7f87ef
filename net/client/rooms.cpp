// SPDX-License-Identifier: Apache-2.0
#include "net/client/rooms.h"

#include <algorithm>
#include <utility>

#include "core/base/direct_room.h"
#include "core/base/entry_kind.h"
#include "core/base/text.h"
#include "net/client/page_notes.h"

namespace parley::client {
namespace {

// How long after an answer that brought nothing the same is asked again: what is missing may not be on the server's disk yet.
constexpr Micros kAskAgain{250'000};
constexpr Micros kMarkEvery{1'000'000};  // of a room

void start_from(Room& room, const JoinWish& wish) {
  if (!wish.since && !wish.epoch) return;
  room.feed.start_after(wish.since);
  room.epoch = wish.epoch;
}

}  // namespace

// A room's deliveries, decoded and turned into events.
class Rooms::Sink final : public FeedSink {
 public:
  Sink(Rooms& rooms, Room& room) : rooms_(rooms), room_(room) {}
  void deliver(Sequence sequence, ByteView bytes, bool history) override {
    const auto entry = decode_entry(bytes, rooms_.context_.scratch);
    if (!entry) {
      ++rooms_.context_.counters.malformed;
      return;
    }
    rooms_.owner_.on_entry(entry->producer, entry->number, sequence);
    const bool message = is_message(static_cast<EntryKind>(entry->kind));
    if (message && !history) rooms_.owner_.on_heard(room_, entry->author, sequence);
    if (!rooms_.events_.entry({room_.name, sequence, 0, history}, *entry)) ++rooms_.context_.counters.unknown_kinds;
    const std::string& me = rooms_.events_.user();
    if (message && entry->author != me) room_.unread.on_message(sequence, entry->mentions_user(me));
  }
  void rollback(Sequence through) override {
    room_.unread.rollback(through);
    room_.mark_wanted = std::min(room_.mark_wanted, through);
    rooms_.events_.rollback(room_.name, through);
  }
  void gap(Sequence from, Sequence to, GapReason why) override { rooms_.events_.gap(room_.name, {from.value, to.value, why}); }

 private:
  Rooms& rooms_;
  Room& room_;
};

struct Rooms::Slot {
  Slot(Rooms& rooms, std::string_view name) : sink(rooms, room), room(std::string(name), sink) {}
  Sink sink;
  Room room;
};

Rooms::Rooms(Context& context, Uplink& uplink, SessionEvents& events, RoomsOwner& owner)
    : context_(context), uplink_(uplink), events_(events), owner_(owner) {}
Rooms::~Rooms() = default;

template <class Match>
Rooms::Slot* Rooms::slot_where(Match match) const {
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const auto& slot) { return match(slot->room); });
  return found == slots_.end() ? nullptr : found->get();
}

Rooms::Slot* Rooms::slot_of(std::string_view name) const {
  return slot_where([&](const Room& room) { return room.name == name; });
}

Rooms::Slot* Rooms::slot_of(RoomId id) {
  Slot* slot = id ? slot_where([&](const Room& room) { return room.id == id; }) : nullptr;
  if (slot == nullptr) ++context_.counters.unexpected;
  return slot;
}

Room* Rooms::find(RoomId id) {
  Slot* slot = slot_of(id);
  return slot == nullptr ? nullptr : &slot->room;
}

Room* Rooms::find(std::string_view name) const {
  Slot* slot = slot_of(name);
  if (slot == nullptr) return nullptr;
  Room& room = slot->room;
  return room.leave_wanted && !room.rejoin_wanted ? nullptr : &room;
}

Result<void> Rooms::join(std::string_view name, JoinWish wish) {
  if (auto valid = validate_name(name, "room name"); !valid) return valid;
  Slot* slot = slot_of(name);
  if (slot == nullptr) {
    if (slots_.size() >= kMaxRoomsPerSession)
      return fail(ErrorCode::kTooManyRooms, "a session has at most " + std::to_string(kMaxRoomsPerSession) + " rooms: leave one first");
    slots_.push_back(std::make_unique<Slot>(*this, name));
    Room& room = slots_.back()->room;
    room.wish = wish;
    start_from(room, wish);
    ask_join(room);
    return {};
  }
  Room& room = slot->room;
  if (room.phase == RoomPhase::kLeaving) {
    room.rejoin_wanted = true;
    room.wish = wish;
    return {};
  }
  room.leave_wanted = false;
  if (room.phase == RoomPhase::kWanted && !room.feed.known()) {  // never been there: the newer wish counts
    room.wish = wish;
    start_from(room, wish);
  }
  if (room.open() || room.early) events_.joined(room.name, room.feed.delivered(), room.epoch);
  return {};
}

Result<void> Rooms::leave(std::string_view name) {
  if (find(name) == nullptr) return fail(ErrorCode::kNotMember, "not in that room: nothing to leave");
  Room& room = slot_of(name)->room;
  room.leave_wanted = true;
  room.rejoin_wanted = false;
  finish_leaving();
  return {};
}

void Rooms::finish_leaving() {
  for (size_t i = slots_.size(); i-- > 0;) {
    Room& room = slots_[i]->room;
    if (!room.leave_wanted || owner_.has_sends(room)) continue;
    if (room.open()) {
      if (uplink_.send(context_.encoder.leave(room.id))) room.phase = RoomPhase::kLeaving;
    } else if (room.phase == RoomPhase::kWanted) {
      remove(*slots_[i], nullptr);
    }  // asked: Joined or its refusal comes first
  }
}

void Rooms::remove(Slot& slot, const Error* why) {
  owner_.on_room_gone(slot.room, why != nullptr ? *why : Error{ErrorCode::kNotMember, "the room was left"});
  events_.left(slot.room.name, why);
  std::erase_if(slots_, [&](const auto& each) { return each.get() == &slot; });
}

// The epoch says that there is a place to go on from, be it 0: a room that was empty when it was joined goes on at its first entry.
JoinFields Rooms::join_fields(Room& room) {
  room.join_request = uplink_.next_request();
  room.phase = RoomPhase::kAsked;
  return {.request = room.join_request,
          .room = room.name,
          .since = room.feed.delivered(),
          .epoch = room.feed.known() ? room.epoch : Epoch{},
          .last = room.wish.last};
}

void Rooms::ask_join(Room& room) {
  if (!uplink_.online()) return;
  const JoinFields fields = join_fields(room);
  if (!uplink_.send(context_.encoder.join(fields))) room.phase = RoomPhase::kWanted;
}

std::vector<JoinFields> Rooms::hello_rooms(size_t most) {
  std::vector<JoinFields> fields;
  for (auto& slot : slots_) {
    slot->room.phase = RoomPhase::kWanted;
    if (fields.size() < most) fields.push_back(join_fields(slot->room));
  }
  return fields;
}

void Rooms::on_online() {
  for (auto& slot : slots_)
    if (slot->room.phase == RoomPhase::kWanted) ask_join(slot->room);
}

void Rooms::on_offline() {
  for (auto& slot : slots_) {
    Room& room = slot->room;
    const bool was_leaving = room.phase == RoomPhase::kLeaving;
    room.phase = RoomPhase::kWanted;
    room.id = RoomId{};
    room.early = false;
    room.fill_request = 0;
    room.not_before = MonoTime{};
    room.feed.on_offline();
    room.mark_sent = Sequence{};
    room.info_asked = false;
    if (!was_leaving || !room.rejoin_wanted) continue;
    // The leave is done by being offline; the room goes on as a new one.
    room.leave_wanted = room.rejoin_wanted = false;
    room.feed.restart();
    start_from(room, room.wish);
    events_.left(room.name, nullptr);
  }
  finish_leaving();
}

void Rooms::do_timers() {
  if (!uplink_.online()) return;
  for (auto& slot : slots_) {
    Room& room = slot->room;
    if (room.not_before > context_.now.mono) {
      context_.wake(room.not_before);
    } else if (room.phase == RoomPhase::kWanted) {
      ask_join(room);
    } else {
      ask_missing(room);
    }
    tell_mark(room);
  }
}

void Rooms::ask_missing(Room& room) {
  const auto from = room.feed.wanted();
  if (!from || !room.open() || room.not_before > context_.now.mono) return;
  const uint32_t request = uplink_.next_request();
  const PageFields fields{
      .request = request, .room = room.id, .from = *from, .direction = wire::Direction::Forward, .limit = kMaxPageEntries};
  if (!uplink_.send(context_.encoder.page(fields))) return;
  room.fill_request = request;
  room.feed.asked();
}

void Rooms::on_joined(const wire::Joined& joined) {
  Slot* slot = slot_where([&](const Room& room) { return room.phase == RoomPhase::kAsked && room.join_request == joined.request(); });
  if (slot == nullptr || joined.room_id() == 0) {
    ++context_.counters.unexpected;
    return;
  }
  Room& room = slot->room;
  const bool told = std::exchange(room.early, joined.early());
  room.id = RoomId{joined.room_id()};
  room.epoch = Epoch{joined.epoch()};
  room.may_send = joined.may_send();
  if (!told) events_.joined(room.name, Sequence{joined.head()}, room.epoch);
  room.feed.on_joined({.head = Sequence{joined.head()}, .valid_through = Sequence{joined.valid_through()}, .last_wanted = room.wish.last});
  if (room.early) return;  // its own Joined follows; what is sent to the room meanwhile waits for that
  room.phase = RoomPhase::kJoined;
  if (told) owner_.on_open(room);
  ask_missing(room);
  finish_leaving();
}

void Rooms::collect(const flatbuffers::Vector<flatbuffers::Offset<wire::EntryBytes>>& entries) {
  batch_.clear();
  for (const wire::EntryBytes* entry : entries)
    batch_.push_back({Sequence{entry->sequence()}, {entry->bytes()->data(), entry->bytes()->size()}});
}

void Rooms::add_counts(const Room& room, const RoomFeed::Counters& before) {
  const RoomFeed::Counters& after = room.feed.counters();
  context_.counters.repeated_entries += after.repeated - before.repeated;
  context_.counters.holes += after.holes - before.holes;
  context_.counters.held_dropped += after.dropped - before.dropped;
}

void Rooms::on_entries(const wire::Entries& entries) {
  Slot* slot = slot_of(RoomId{entries.room_id()});
  if (slot == nullptr) return;
  Room& room = slot->room;
  const auto before = room.feed.counters();
  collect(*entries.entries());
  for (const FeedEntry& entry : batch_) room.feed.on_live(entry);
  add_counts(room, before);
  ask_missing(room);
}

void Rooms::on_behind(const wire::Behind& behind) {
  Slot* slot = slot_of(RoomId{behind.room_id()});
  if (slot == nullptr) return;
  slot->room.feed.on_behind();
  events_.behind(slot->room.name, Sequence{behind.sequence()});
}

bool Rooms::owns_page(uint32_t request) const {
  return request == 0 || slot_where([&](const Room& room) { return room.fill_request == request; }) != nullptr;
}

void Rooms::on_page(const wire::HistoryPage& page) {
  Slot* slot = slot_of(RoomId{page.room_id()});
  if (slot == nullptr) return;
  Room& room = slot->room;
  const bool answer = page.request() != 0 && page.request() == room.fill_request;
  if (page.request() != 0 && !answer) return;
  if (answer) room.fill_request = 0;
  const auto before = room.feed.counters();
  const Sequence position = room.feed.delivered();
  collect(*page.entries());
  room.feed.on_page({.entries = batch_,
                     .gap_from = Sequence{page.gap_from()},
                     .gap_to = Sequence{page.gap_to()},
                     .complete = page.complete(),
                     .answer = answer,
                     .gap_reason = decode_gap_reason(page)});
  add_counts(room, before);
  tell_notes(events_, {room.name, {}, 0, true}, page);
  if (answer && room.feed.delivered() == position && room.feed.catching_up()) {
    room.not_before = context_.now.mono + kAskAgain;
    context_.wake(room.not_before);
  }
  ask_missing(room);
}

void Rooms::on_presence(const wire::Presence& presence) {
  Slot* slot = slot_of(RoomId{presence.room_id()});
  if (slot == nullptr) return;
  Room& room = slot->room;
  if (presence.snapshot()) room.roster.begin_snapshot();
  if (presence.joined() != nullptr) {
    for (const wire::Member* member : *presence.joined()) {
      const auto user = decode_text(member->user());
      const auto name = decode_text(member->name());
      if (!user || !name) {
        ++context_.counters.malformed;
      } else if (room.roster.join(*user)) {
        events_.member_joined(room.name, *user, name->empty() ? *user : *name);
      }
    }
  }
  if (presence.left() != nullptr) {
    for (const flatbuffers::String* gone : *presence.left()) {
      const auto user = decode_text(gone);
      if (!user) {
        ++context_.counters.malformed;
      } else if (room.roster.leave(*user)) {
        owner_.on_member_left(room, *user);
        events_.member_left(room.name, *user);
      }
    }
  }
  if (!presence.last()) return;
  room.roster.end_snapshot([&](std::string_view user) {
    owner_.on_member_left(room, user);
    events_.member_left(room.name, user);
  });
}

void Rooms::on_left(const wire::Left& left) {
  Slot* slot = slot_of(RoomId{left.room_id()});
  if (slot == nullptr) return;
  Room& room = slot->room;
  if (room.phase != RoomPhase::kLeaving) {
    const Error why{ErrorCode::kNotMember, "the server took this session out of the room"};
    remove(*slot, &why);
    return;
  }
  if (!room.rejoin_wanted) {
    remove(*slot, nullptr);
    return;
  }
  events_.left(room.name, nullptr);
  room.leave_wanted = room.rejoin_wanted = false;
  room.phase = RoomPhase::kWanted;
  room.id = RoomId{};
  room.fill_request = 0;
  room.feed.restart();
  start_from(room, room.wish);
  room.roster = Roster{};
  ask_join(room);
}

// To a room that the program isn't in; one that it joined meanwhile brings its messages by itself.
void Rooms::on_invited(const wire::Invited& invited) {
  const auto room = decode_text(invited.room());
  const auto user = decode_text(invited.user());
  if (!room || !user) {
    ++context_.counters.malformed;
  } else if (find(*room) == nullptr) {
    events_.invited(*room, *user, Sequence{invited.head()}, invited.live());
  }
}

Result<void> Rooms::mark_read(std::string_view name, Sequence sequence) {
  Room* room = find(name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "not in that room: join it before you mark it as read");
  sequence = std::min(sequence, room->feed.delivered());
  if (!room->unread.mark(sequence)) return {};
  room->mark_wanted = sequence;
  tell_mark(*room);
  return {};
}

// Marks of a second are sent as one: a program may call at each message that it shows. Then, if need be, the question what is unread now.
void Rooms::tell_mark(Room& room) {
  const bool mark = room.mark_wanted > room.mark_sent;
  const bool ask = room.unread.stale() && !room.info_asked;
  if (!room.open() || (!mark && !ask)) return;
  if (context_.now.mono < room.mark_not_before) return context_.wake(room.mark_not_before);
  room.mark_not_before = context_.now.mono + kMarkEvery;
  if (mark && uplink_.send(context_.encoder.mark_read(room.id, room.mark_wanted))) room.mark_sent = room.mark_wanted;
  if (ask) room.info_asked = uplink_.send(context_.encoder.room_info(room.id));
}

void Rooms::on_read_mark(const wire::ReadMark& mark) {
  Slot* slot = slot_of(RoomId{mark.room_id()});
  const auto user = decode_text(mark.user());
  if (slot == nullptr || !user) return;
  Room& room = slot->room;
  const Sequence read{mark.sequence()};
  if (*user == events_.user() && !room.unread.mark(read)) return;
  events_.read(room.name, *user, read);
  tell_mark(room);
}

void Rooms::on_room_info(const wire::RoomInfo& info) {
  Slot* slot = slot_of(RoomId{info.room_id()});
  if (slot == nullptr) return;
  Room& room = slot->room;
  room.info_asked = false;
  if (Sequence{info.read()} < room.mark_sent) room.mark_sent = Sequence{info.read()};  // it was too busy for the mark: once more
  room.unread.on_info({Sequence{info.read()}, Sequence{info.head()}, info.unread(), info.mentions()});
  std::optional<EntryView> topic;
  if (info.topic() != nullptr) topic = decode_entry({info.topic()->bytes()->data(), info.topic()->bytes()->size()}, context_.scratch);
  InfoFields fields{
      .read = room.unread.read(), .unread = room.unread.unread(), .mentions = room.unread.mentions(), .topic = {}, .topic_user = {}};
  if (topic && topic->kind == entry::Content::Topic) {
    fields.topic = topic->text;
    fields.topic_user = topic->author;
  }
  events_.room_info(room.name, fields);
  if (info.pinned() != nullptr) {
    for (const uint64_t target : *info.pinned()) events_.pinned({room.name, {}, 0, true}, Sequence{target});
  }
  const auto pair = direct_pair(room.name);
  if (pair && info.peer_read() != 0) events_.read(room.name, pair->other_than(events_.user()), Sequence{info.peer_read()});
  tell_mark(room);
}

void Rooms::on_erased(const wire::Erased& erased) {
  Slot* slot = slot_of(RoomId{erased.room_id()});
  const auto user = decode_text(erased.user());
  if (slot == nullptr || !user) return;
  events_.erased(slot->room.name, *user, Sequence{erased.sequence()});
}

bool Rooms::on_request_refused(uint32_t request, const RefusalView& refusal) {
  Slot* slot = slot_where([&](const Room& room) { return request != 0 && (room.join_request == request || room.fill_request == request); });
  if (slot == nullptr) return false;
  Room& room = slot->room;
  const bool for_good = refusal.retry.count() == 0;
  if (!for_good) {
    room.not_before = context_.now.mono + refusal.retry;
    context_.wake(room.not_before);
  }
  if (room.fill_request == request || room.open()) {  // a question, or the catch-up of a join that was granted
    room.fill_request = 0;
    room.feed.on_refused(for_good);
    ask_missing(room);
  } else if (for_good) {
    remove(*slot, &refusal.error);
  } else {
    room.phase = RoomPhase::kWanted;
    room.id = RoomId{};  // what came early may still be under way, on another channel; the next join asks for it again
    room.early = false;
    finish_leaving();
  }
  return true;
}

}  // namespace parley::client
