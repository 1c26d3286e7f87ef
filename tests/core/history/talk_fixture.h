// SPDX-License-Identifier: Apache-2.0
// A store in which people talk: entries as clients make them, numbered as the writer does. For tests of what reads a whole store. Each test
// owns one; single-threaded.
#pragma once

#include <deque>

#include "core/history/plain_entry.h"
#include "core/history/records.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {

class TalkFixture : public StoreFixture {
 protected:
  static constexpr RoomId kLobby{1}, kGuild{2};

  void SetUp() override {
    open();
    append(batch().room(1).room(2));
  }
  static PlainEntry of(EntryKind kind, const std::string& user, const std::string& text, Sequence target = {}) {
    PlainEntry entry;
    entry.kind = kind;
    entry.author = user;
    entry.text = text;
    entry.target = target;
    return entry;
  }
  static PlainEntry text_of(const std::string& user, const std::string& text) { return of(EntryKind::kText, user, text); }

  Sequence say(PlainEntry entry, RoomId room = kLobby) {
    entry.wall = WallTime(Micros(1'700'000'000'000'000 + static_cast<int64_t>(++number_)));
    const std::vector<uint8_t> bytes = entry_bytes(entry, ProducerId(7), ProducerNumber(number_));
    const NewEntry said{room, Sequence(++heads_[room.value]), ProducerId(7), ProducerNumber(number_), entry.wall, bytes, entry.kind};
    const auto stored = store_->append({{}, std::span(&said, 1)});
    EXPECT_TRUE(stored) << stored.error().text;
    return said.sequence;
  }
  void say_many(size_t count, RoomId room = kLobby) {
    for (size_t i = 0; i < count; ++i) say(text_of("ann", "message " + std::to_string(heads_[room.value] + 1)), room);
  }
  void mark(const std::string& user, Sequence read, RoomId room = kLobby) {
    const NewMark mark{room, user, read};
    EXPECT_TRUE(store_->append({{}, {}, std::span(&mark, 1)}));
  }
  // One of each kind, and most of what can be said about a message.
  void say_one_of_each_kind() {
    const Sequence first = say(text_of("ann", "helo"));
    say(of(EntryKind::kEmote, "bob", "waves"));
    say(of(EntryKind::kEdit, "ann", "hello", first));
    say(of(EntryKind::kEdit, "ann", "hello!", first));
    say(of(EntryKind::kReaction, "bob", "👍", first));
    say(of(EntryKind::kReaction, "eve", "👍", first));
    say(of(EntryKind::kPin, "eve", "", first));
    PlainEntry reply = text_of("bob", "hello @ann");
    reply.name = "Bob the Builder";
    reply.target = first;
    reply.mentions = {"ann"};
    const Sequence answer = say(reply);
    say(of(EntryKind::kTopic, "eve", "Raid tonight"));
    PlainEntry custom = of(EntryKind::kCustom, "ann", "");
    custom.custom_type = 3;
    custom.payload = {0, 1, 254, 255};
    say(custom);
    say(of(EntryKind::kSystem, "", "Restart at noon"));
    const Sequence secret = say(text_of("bob", "secret"));
    PlainEntry removal = of(EntryKind::kDelete, "eve", "rude", secret);
    removal.by_moderator = true;
    say(removal);
    say(text_of("ann", std::string(3000, 'L')));
    mark("ann", answer);
  }

  uint64_t number_ = 0;
};

}  // namespace parley::history
