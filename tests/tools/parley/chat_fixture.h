// SPDX-License-Identifier: Apache-2.0
// The chat without terminal and network: events come in as the library would send them, keys as a user would press them, and what the chat
// asks of the network is written down by a backend of the test's own.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/tools/parley/utf8_locale.h"
#include "tools/parley/controller.h"

namespace parley::terminal {

class Recorder final : public Backend {
 public:
  Result<void> join(const std::string& room, uint32_t) override { return record("join " + room); }
  Result<void> leave(const std::string& room) override { return record("leave " + room); }
  Result<uint64_t> send(const std::string& room, const Outgoing& message) override {
    std::string what = (message.emote ? "emote " : "send ") + room + " " + std::string(message.text);
    if (message.reply_to != 0) what += " to " + std::to_string(message.reply_to);
    for (const std::string& user : message.mentions) what += " @" + user;
    if (const auto done = record(what); !done) return std::unexpected(done.error());
    return ++sent;
  }
  void typing(const std::string& room) override { typed_in.push_back(room); }
  Result<void> act(const std::string&, const Deed& deed) override {
    static constexpr const char* kKinds[] = {"edit", "delete", "react", "pin", "topic"};
    std::string what = deed.on ? kKinds[static_cast<int>(deed.kind)] : std::string("un") + kKinds[static_cast<int>(deed.kind)];
    if (deed.target != 0) what += " " + std::to_string(deed.target);
    return record(deed.text.empty() ? what : what + " " + deed.text);
  }
  Result<uint32_t> page(const std::string& room, const PageWish& wish) override {
    static constexpr const char* kKinds[] = {" before ", " from ", " around ", " since "};
    const std::string where = wish.kind == PageWish::Kind::kSince ? std::to_string(wish.wall_us) : std::to_string(wish.sequence);
    if (const auto done = record("page " + room + kKinds[static_cast<int>(wish.kind)] + where); !done) return std::unexpected(done.error());
    return ++pages;
  }
  Result<uint32_t> search(const std::string& room, const std::string& words, uint64_t before, uint32_t) override {
    if (const auto done = record("search " + room + " for " + words + " before " + std::to_string(before)); !done)
      return std::unexpected(done.error());
    return 1000 + ++searches;
  }
  Result<void> mark_read(const std::string& room, uint64_t sequence) override {
    counts[room] = {sequence, 0, 0};
    return record("read " + room + " " + std::to_string(sequence));
  }
  std::optional<Unread> unread(const std::string& room) const override {
    const auto found = counts.find(room);
    return found == counts.end() ? std::nullopt : std::optional(found->second);
  }
  uint64_t producer() const override { return 77; }
  uint32_t rtt_us() const override { return 0; }

  Result<void> record(std::string what) {
    if (refuse.code != ErrorCode::kNone) return std::unexpected(refuse);
    calls.push_back(std::move(what));
    return {};
  }
  std::vector<std::string> calls, typed_in;
  std::map<std::string, Unread> counts;  // as the library would have them
  Error refuse;
  uint64_t sent = 0;
  uint32_t pages = 0, searches = 0;
};

// An event with all strings set, as the library promises.
inline parley_event event(parley_event_type type, const char* room = "", const char* user = "", const char* text = "") {
  parley_event out{};
  out.type = type;
  out.room = room;
  out.user = user;
  out.name = user;
  out.text = text;
  out.text_length = std::char_traits<char>::length(text);
  return out;
}

class ChatFixture : public Utf8Locale {
 protected:
  void SetUp() override {
    Utf8Locale::SetUp();
    happens(event(PARLEY_EVENT_ONLINE, "", "anna"));
  }
  void happens(const parley_event& e) { model_.apply(e, backend_.producer(), now_); }
  void joined(const char* room) { happens(event(PARLEY_EVENT_JOINED, room)); }
  void message(const char* room, uint64_t sequence, const char* text, uint64_t producer = 1, uint64_t number = 1, bool history = false) {
    parley_event e = event(PARLEY_EVENT_MESSAGE, room, producer == 77 ? "anna" : "ben", text);
    e.sequence = sequence;
    e.producer = producer;
    e.number = number;
    e.history = history;
    e.wall_us = 1'800'014'400'000'000;
    happens(e);
  }
  void press(Key::Kind kind, std::string text = "") { controller_.press({kind, std::move(text)}, pane_, now_); }
  void type(const std::string& text) {
    press(Key::Kind::kText, text);
    press(Key::Kind::kEnter);
  }
  // An entry about a message, or about the room.
  parley_event entry(parley_event_type type, uint64_t sequence, uint64_t target, const char* text = "", const char* user = "ben") {
    parley_event e = event(type, "lobby", user, text);
    e.sequence = sequence;
    e.target = target;
    return e;
  }
  const Line& line(uint64_t sequence) const { return *model_.active()->log.find(sequence); }
  void room_info(const char* room, uint64_t read, uint64_t unread, const char* topic = "") {
    parley_event e = event(PARLEY_EVENT_ROOM_INFO, room, "", topic);
    e.sequence = read;
    e.number = unread;
    happens(e);
  }
  void settle() { controller_.settle(pane_); }
  std::string last_line() const {
    const auto& lines = model_.active()->log.lines();
    return lines.empty() ? "" : lines.back().text;
  }
  std::vector<std::string> calls() { return std::exchange(backend_.calls, {}); }
  using Calls = std::vector<std::string>;

  Now now_{MonoTime(Seconds(100)), WallTime(Seconds(1'800'014'400))};
  Pane pane_{5, {60, 0}};
  Recorder backend_;
  ChatModel model_;
  Controller controller_{model_, backend_};
};

}  // namespace parley::terminal
