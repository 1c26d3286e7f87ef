// SPDX-License-Identifier: Apache-2.0
// A store with two rooms in which people say real entries (schema/entry.fbs), and verbs for what they say about earlier ones. Each test
// owns one; single-threaded.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/history/entry_bytes.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {

class SayingFixture : public StoreFixture {
 protected:
  void SetUp() override {
    open();
    append(batch().room(1).room(2));
  }

  Sequence say(entry::EntryT said, RoomId room = RoomId(1)) {
    const NewEntry entry = prepare(std::move(said), room);
    EXPECT_TRUE(store_->append({{}, std::span(&entry, 1)}));
    return entry.sequence;
  }
  NewEntry prepare(entry::EntryT said, RoomId room = RoomId(1)) {
    said.number = ++number_;
    said.producer = 7;
    said.wall_us = wall_us_;
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(entry::CreateEntry(builder, &said));
    kept_.emplace_back((builder.GetSize() + 7) / 8);
    std::memcpy(kept_.back().data(), builder.GetBufferPointer(), builder.GetSize());
    const ByteView bytes(reinterpret_cast<const uint8_t*>(kept_.back().data()), builder.GetSize());
    return {room,  Sequence(++heads_[room.value]),           ProducerId(7), ProducerNumber(number_), WallTime(Micros(wall_us_)),
            bytes, static_cast<EntryKind>(said.content.type)};
  }
  template <class Content>
  static entry::EntryT by(const std::string& user, Content content) {
    entry::EntryT said;
    said.author = user;
    said.content.Set(std::move(content));
    return said;
  }
  static entry::EntryT text_by(const std::string& user, const std::string& text, std::vector<std::string> mentions = {}) {
    entry::TextT content;
    content.text = text;
    content.mentions = std::move(mentions);
    return by(user, std::move(content));
  }
  Sequence edit(Sequence target, const std::string& text) {
    entry::EditT content;
    content.target = target.value;
    content.text = text;
    return say(by("ann", std::move(content)));
  }
  Sequence remove(Sequence target, const std::string& reason = "") {
    entry::DeleteT content;
    content.target = target.value;
    content.reason = reason;
    return say(by("ann", std::move(content)));
  }
  Sequence react(const std::string& user, Sequence target, const std::string& emoji, bool removed = false) {
    entry::ReactionT content;
    content.target = target.value;
    content.emoji = emoji;
    content.removed = removed;
    return say(by(user, std::move(content)));
  }
  // "+1" by user0, user1 and so on, at least so many of them.
  void react_in_a_crowd(Sequence target, size_t users) {
    for (size_t i = 0; i < users; i += 100) {
      std::vector<NewEntry> batch;
      for (size_t k = 0; k < 100; ++k) {
        entry::ReactionT content;
        content.target = target.value;
        content.emoji = "+1";
        batch.push_back(prepare(by("user" + std::to_string(i + k), std::move(content))));
      }
      ASSERT_TRUE(store_->append({{}, batch}));
    }
  }
  Sequence pin(Sequence target, bool removed = false) {
    entry::PinT content;
    content.target = target.value;
    content.removed = removed;
    return say(by("ann", std::move(content)));
  }
  void mark(const std::string& user, Sequence read) {
    const NewMark mark{RoomId(1), user, read};
    EXPECT_TRUE(store_->append({{}, {}, std::span(&mark, 1)}));
  }

  entry::EntryT stored(Sequence sequence) {
    const Page got = forward(1, sequence.value, 1);
    entry::EntryT out;
    const entry::Entry* read = got.entries.empty() ? nullptr : read_entry(got.entries.front().bytes);
    if (read != nullptr) read->UnPackTo(&out);
    return out;
  }
  std::string stored_text(Sequence sequence) {
    const entry::EntryT entry = stored(sequence);
    return entry.content.AsText() != nullptr ? entry.content.AsText()->text : "";
  }
  PageNote note(Sequence sequence, std::string_view user = "ann") {
    Page got = page({.room = RoomId(1), .from = sequence, .reading = Reading::kForward, .limit = 1, .user = user});
    return got.notes.empty() ? PageNote{} : got.notes.front();
  }
  RoomInfo info(const std::string& user) { return store_->room_info({RoomId(1), user}).value(); }
  size_t entries_with(const std::string& text) {
    const Page all = forward(1, 1, 200);
    return static_cast<size_t>(std::ranges::count_if(
        all.entries, [&](const StoredEntry& each) { return std::string(as_text(each.bytes)).find(text) != std::string::npos; }));
  }

  uint64_t number_ = 0;
  int64_t wall_us_ = 1000;
  std::vector<std::vector<uint64_t>> kept_;
};

}  // namespace parley::history
