// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/chatter.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <chrono>
#include <sstream>

#include "tests/e2e/process.h"

namespace parley::e2e {
namespace {

Heard heard_in(const parley_event& event) {
  return {event.sequence,        event.user,        std::string(event.text, event.text_length),
          event.producer,        event.number,      event.emote != 0,
          event.target,          event.edited != 0, event.deleted != 0,
          event.mentions_me != 0};
}

}  // namespace

Chatter::Chatter(const std::string& address, const std::string& ticket, const std::string& room, uint32_t history,
                 const std::string& outbox) {
  parley_client_options options = {};
  options.size = sizeof options;
  options.agent = "e2e";
  options.bind = "127.0.0.1:0";
  EXPECT_EQ(parley_client_create(&options, &client), PARLEY_OK) << parley_error_text(nullptr);
  parley_connect_options connect = {};
  connect.size = sizeof connect;
  connect.address = address.c_str();
  connect.ticket = ticket.c_str();
  connect.room = room.empty() ? nullptr : room.c_str();
  connect.history = history;
  connect.outbox_path = outbox.empty() ? nullptr : outbox.c_str();
  EXPECT_EQ(parley_connect(client, &connect, &session), PARLEY_OK) << parley_error_text(client);
}

Chatter::~Chatter() {
  for (const std::string& breach : breaches) ADD_FAILURE() << breach;
  parley_client_destroy(client);
}

void Chatter::turn(uint32_t wait_ms) {
  std::array<parley_event, 64> events;
  if (wait_ms > 0) parley_wait(client, wait_ms);
  for (int count = -1; count != 0;) {
    count = parley_poll(client, events.data(), static_cast<int>(events.size()));
    for (int i = 0; i < count; ++i) take(events[static_cast<size_t>(i)]);
  }
}

bool Chatter::until(const std::function<bool()>& holds) { return meanwhile({this}, holds); }
bool Chatter::until_joined(const std::string& room) {
  return until([&] { return rooms[room].joined; });
}
bool Chatter::until_heard(const std::string& room, size_t messages) {
  return until([&] { return rooms[room].heard.size() >= messages; });
}
bool Chatter::until_durable(uint64_t number) {
  return until([&] { return durable_through >= number; });
}

uint64_t Chatter::say(const std::string& room, const std::string& text) {
  uint64_t number = 0;
  EXPECT_EQ(parley_send(session, room.c_str(), text.data(), text.size(), &number), PARLEY_OK) << parley_error_text(client);
  return number;
}

std::vector<Heard> Chatter::page(const std::string& room, uint64_t from, bool backward, uint32_t limit) {
  answer_ = {};
  EXPECT_EQ(parley_history(session, room.c_str(), from, backward ? 1 : 0, limit, &answer_.request), PARLEY_OK) << parley_error_text(client);
  EXPECT_TRUE(until([&] { return answer_.done; })) << "no end of the page came";
  return answer_.messages;
}

const std::vector<Heard>& Chatter::answer_to(uint32_t request) {
  if (answer_.request != request) {
    answer_ = {};
    answer_.request = request;
  }
  EXPECT_TRUE(until([&] { return answer_.done; })) << "no end of the answer came";
  return answer_.messages;
}

std::vector<Heard> Chatter::whole_history(const std::string& room) {
  std::vector<Heard> all;
  uint64_t from = 1;
  do {
    std::vector<Heard> next = page(room, from, false, 200);
    if (next.empty()) break;
    all.insert(all.end(), next.begin(), next.end());
    from = next.back().sequence + 1;
  } while (answer_.more);
  return all;
}

std::vector<Heard> Chatter::search(const std::string& room, const std::string& words) {
  std::vector<Heard> all;
  uint64_t before = 0;
  do {
    answer_ = {};
    EXPECT_EQ(parley_search(session, room.c_str(), words.c_str(), before, 50, &answer_.request), PARLEY_OK) << parley_error_text(client);
    if (!until([&] { return answer_.done; })) break;
    all.insert(all.end(), answer_.messages.begin(), answer_.messages.end());
    before = answer_.sequence;
  } while (answer_.more);
  EXPECT_TRUE(answer_.done) << "no end of the search came";
  return all;
}

std::vector<std::string> Chatter::who(const std::string& room) {
  answer_ = {};
  EXPECT_EQ(parley_who(session, room.c_str(), &answer_.request), PARLEY_OK) << parley_error_text(client);
  EXPECT_TRUE(until([&] { return answer_.done; })) << "no end of the members came";
  return answer_.members;
}

void Chatter::take(const parley_event& event) {
  RoomLog& room = rooms[event.room];
  switch (event.type) {
    case PARLEY_EVENT_JOINED:
      room.joined = true;
      break;
    case PARLEY_EVENT_MESSAGE:
      take_message(event);
      break;
    case PARLEY_EVENT_ROLLBACK:
      std::erase_if(room.heard, [&](const Heard& heard) { return heard.sequence > event.sequence; });
      room.last = std::min(room.last, event.sequence);
      break;
    case PARLEY_EVENT_ORDERED:
      ordered[event.number] = event.sequence;
      break;
    case PARLEY_EVENT_DURABLE:
      durable_through = std::max(durable_through, event.number);
      break;
    case PARLEY_EVENT_SEND_FAILED:
      failed[event.number] = {event.code, event.text};
      break;
    case PARLEY_EVENT_MEMBER_JOINED:
      room.here.push_back(event.user);
      break;
    case PARLEY_EVENT_MEMBER_LEFT:
      std::erase(room.here, event.user);
      break;
    case PARLEY_EVENT_GAP:
      if (!gaps_are_fine) breaches.push_back("a gap in a history that nothing was removed from");
      take_entry(event);
      room.last = event.gap_to - 1;
      break;
    case PARLEY_EVENT_TYPING:
    case PARLEY_EVENT_TALK:
    case PARLEY_EVENT_MAP_PING:
      take_signal(event);
      break;
    default:
      take_connection(event);
      take_answer(event);
      if (event.type >= PARLEY_EVENT_EDITED) take_entry(event);
  }
}

// What stands among the messages has its number in the same row.
void Chatter::take_entry(const parley_event& event) {
  told.push_back({event.type, event.room, event.user, std::string(event.text, event.text_length), event.sequence, event.target,
                  event.number, event.count, event.removed != 0, event.mine != 0, event.history != 0, event.gap_from, event.gap_to,
                  event.gap_reason});
  if (event.type > PARLEY_EVENT_SYSTEM || event.request != 0 || event.sequence == 0) return;
  RoomLog& room = rooms[event.room];
  if (room.last < event.sequence) room.last = event.sequence;
}

bool Chatter::until_told(int type, size_t times) {
  return until([&] { return told_of(type).size() >= times; });
}

std::vector<Told> Chatter::told_of(int type) const {
  std::vector<Told> out;
  for (const Told& each : told)
    if (each.type == type) out.push_back(each);
  return out;
}

void Chatter::take_signal(const parley_event& event) {
  std::ostringstream line;
  line << event.user;
  if (event.type == PARLEY_EVENT_MAP_PING) {
    line << " points at " << event.x << " " << event.y << " " << event.z << " (" << event.tag << ")";
  } else {
    line << (event.type == PARLEY_EVENT_TYPING ? " types" : " talks") << (event.on != 0 ? "" : " no more");
  }
  rooms[event.room].signals.push_back(line.str());
}

void Chatter::take_connection(const parley_event& event) {
  if (event.type == PARLEY_EVENT_INVITED) invited.emplace_back(event.room);
  if (event.type == PARLEY_EVENT_ONLINE) {
    online = true;
    ++times_online;
  }
  if (event.type == PARLEY_EVENT_OFFLINE) {
    online = false;
    offline = {event.code, event.text};
  }
  if (event.type == PARLEY_EVENT_REFUSED) refused = {event.code, event.text};
  if (event.type == PARLEY_EVENT_LEFT) left = {event.code, event.text};
}

void Chatter::take_answer(const parley_event& event) {
  if (answer_.request == 0 || event.request != answer_.request) return;
  if (event.type == PARLEY_EVENT_MEMBER) answer_.members.push_back(event.user);
  if (event.type != PARLEY_EVENT_PAGE_END && event.type != PARLEY_EVENT_MEMBERS_END) return;
  if (event.code != PARLEY_OK) breaches.push_back(std::string("a request was refused: ") + event.text);
  answer_.done = true;
  answer_.more = event.more != 0;
  answer_.sequence = event.sequence;
}

void Chatter::take_message(const parley_event& event) {
  if (event.request != 0) {
    if (event.request == answer_.request) answer_.messages.push_back(heard_in(event));
    return;
  }
  RoomLog& room = rooms[event.room];
  if (room.last != 0 && event.sequence != room.last + 1) {
    breaches.push_back("heard number " + std::to_string(event.sequence) + " after " + std::to_string(room.last) + ": " + event.text);
  }
  room.last = event.sequence;
  room.heard.push_back(heard_in(event));
}

bool meanwhile(const std::vector<Chatter*>& chatters, const std::function<bool()>& holds) {
  auto deadline = std::chrono::steady_clock::now() + kPatience;
  // Reconnects have deadlines of their own inside of the library, so a turn comes at least every 20 ms.
  constexpr uint32_t kLongestTurnMs = 20;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (chatters.size() == 1) {
      chatters[0]->turn(kLongestTurnMs);
      continue;
    }
    std::vector<pollfd> waits;
    for (Chatter* chatter : chatters) waits.push_back({parley_client_fd(chatter->client), POLLIN, 0});
    poll(waits.data(), waits.size(), 2);
    for (Chatter* chatter : chatters) chatter->turn(0);
  }
  return true;
}

std::vector<std::string> texts_of(const std::vector<Heard>& messages) {
  std::vector<std::string> texts;
  for (const Heard& heard : messages) texts.push_back(heard.text);
  return texts;
}

}  // namespace parley::e2e
