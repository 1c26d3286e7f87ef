// SPDX-License-Identifier: Apache-2.0
#include "net/client/signals.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace parley::client {

using Kind = wire::SignalKind;

// ---- ours -------------------------------------------------------------------------------------------------------------------

Signals::Own& Signals::own(Room& room) {
  const auto found = std::find_if(own_.begin(), own_.end(), [&](const Own& each) { return each.room == &room; });
  if (found != own_.end()) return *found;
  own_.push_back({.room = &room});
  return own_.back();
}

void Signals::typing(Room& room) {
  Own& mine = own(room);
  mine.typed_early = room.early;
  if (context_.now.mono < mine.typing_not_before || !can_send(room)) return;
  mine.typing_not_before = context_.now.mono + kTypingRepeat;
  uplink_.send_or_drop(context_.encoder.signal({.room = room.id, .kind = Kind::Typing}));
}

void Signals::talk(Room& room, bool on) {
  Own& mine = own(room);
  if (on == (mine.talk_repeat != kNever)) return;
  mine.talk_repeat = on ? context_.now.mono : kNever;
  send_talk(mine, on);
}

void Signals::send_talk(Own& mine, bool on) {
  if (on) {
    mine.talk_repeat = context_.now.mono + kTalkRepeat;
    context_.wake(mine.talk_repeat);
  }
  if (can_send(*mine.room))
    uplink_.send_or_drop(context_.encoder.signal({.room = mine.room->id, .kind = Kind::Talk, .on = on, .number = ++number_}));
}

void Signals::ping(Room& room, const MapPing& ping) {
  if (room.early) own(room).pinged_early = ping;
  if (!can_send(room)) return;
  uplink_.send_or_drop(
      context_.encoder.signal({.room = room.id, .kind = Kind::Ping, .x = ping.x, .y = ping.y, .z = ping.z, .tag = ping.tag}));
}

void Signals::on_open(Room& room) {
  Own& mine = own(room);
  if (mine.talk_repeat != kNever) send_talk(mine, true);
  if (mine.typed_early) typing(room);
  if (const auto at = std::exchange(mine.pinged_early, std::nullopt)) ping(room, *at);
}

void Signals::on_sent(const Room& room) {
  for (Own& mine : own_)
    if (mine.room == &room) mine.typing_not_before = MonoTime{};
}

// ---- the others' ------------------------------------------------------------------------------------------------------------

void Signals::on_signals(Room& room, const wire::Signals& signals) {
  for (const wire::UserSignal* signal : *signals.signals()) {
    const auto user = decode_text(signal->user());
    const auto name = decode_text(signal->name());
    const bool finite = std::isfinite(signal->x()) && std::isfinite(signal->y()) && std::isfinite(signal->z());
    if (!user || !name || !finite) {
      ++context_.counters.malformed;
      continue;
    }
    const std::string_view shown = name->empty() ? *user : *name;
    switch (signal->kind()) {
      case Kind::Typing:
      case Kind::Talk:
        on_state(room, *signal, *user, shown);
        break;
      case Kind::Ping:
        events_.map_ping({.room = room.name, .user = *user, .name = shown, .on = true},
                         {signal->x(), signal->y(), signal->z(), signal->tag()});
        break;
      default:
        ++context_.counters.unknown_kinds;
    }
  }
}

void Signals::on_state(Room& room, const wire::UserSignal& signal, std::string_view user, std::string_view name) {
  const bool on = signal.kind() == Kind::Typing || signal.on();
  Other* known = other(room, signal.kind(), user);
  if (known == nullptr) {
    if (!on) return;
    if (others_.size() >= kMaxTrackedSignals) {
      ++context_.counters.signals_dropped;
      return;
    }
    known = &others_.emplace_back();
    known->room = &room;
    known->kind = signal.kind();
    known->user = user;
  } else if (signal.order() <= known->order || Sequence{signal.after()} < known->wrote) {
    return;  // it was overtaken, by a newer one or by what the user wrote
  }
  known->order = signal.order();
  known->ends = context_.now.mono + (signal.kind() == Kind::Typing ? kTypingEnds : kTalkEnds);
  context_.wake(known->ends);
  if (on && !known->on) known->name = name;
  tell(*known, on);
}

Signals::Other* Signals::other(const Room& room, Kind kind, std::string_view user) {
  const auto same = [&](const Other& each) { return each.room == &room && each.kind == kind && each.user == user; };
  const auto found = std::find_if(others_.begin(), others_.end(), same);
  return found == others_.end() ? nullptr : &*found;
}

void Signals::tell(Other& other, bool on) {
  if (on == other.on) return;
  other.on = on;
  const auto type = other.kind == Kind::Typing ? PARLEY_EVENT_TYPING : PARLEY_EVENT_TALK;
  events_.signal(type, {.room = other.room->name, .user = other.user, .name = other.name, .on = on});
}

void Signals::on_entry(const Room& room, std::string_view user, Sequence sequence) {
  if (others_.empty()) return;
  Other* typing = other(room, Kind::Typing, user);
  if (typing == nullptr) return;
  typing->wrote = sequence;
  tell(*typing, false);
}

template <class Match>
void Signals::end_where(Match match) {
  std::erase_if(others_, [&](Other& each) {
    if (!match(each)) return false;
    tell(each, false);
    return true;
  });
}

void Signals::on_member_left(const Room& room, std::string_view user) {
  end_where([&](const Other& each) { return each.room == &room && each.user == user; });
}

void Signals::drop_room(const Room& room) {
  end_where([&](const Other& each) { return each.room == &room; });
  std::erase_if(own_, [&](const Own& each) { return each.room == &room; });
}

void Signals::on_offline() {
  end_where([](const Other&) { return true; });
  for (Own& mine : own_) {
    mine.typed_early = false;
    mine.pinged_early.reset();
  }
}

void Signals::do_timers() {
  const MonoTime now = context_.now.mono;
  end_where([now](const Other& each) { return each.ends <= now; });
  for (const Other& each : others_) context_.wake(each.ends);
  for (Own& mine : own_) {
    if (mine.talk_repeat <= now) send_talk(mine, true);
    context_.wake(mine.talk_repeat);
  }
}

}  // namespace parley::client
