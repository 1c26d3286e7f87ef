// SPDX-License-Identifier: Apache-2.0
// One user of the client library as a test sees it: calls parley.h and nothing else, and keeps what the events told, room by room, as a
// game would. It notes every breach of the library's promises (a number twice, a number left out, history out of order) in `breaches`. One
// thread; meanwhile() lets several of them run while one is waited for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/client/parley.h"

namespace parley::e2e {

struct Heard {
  uint64_t sequence = 0;
  std::string user, text;
  uint64_t producer = 0, number = 0;
  bool emote = false;
  uint64_t reply_to = 0;
  bool edited = false, deleted = false, mentions_me = false;
  bool operator==(const Heard&) const = default;
};

struct RoomLog {
  bool joined = false;
  uint64_t last = 0;                 // newest number that was told
  std::vector<Heard> heard;          // catch-up and live, in order
  std::vector<std::string> here;     // who joined while we listened
  std::vector<std::string> signals;  // "ann types", "ann types no more", "ann talks", "ann points at 1 2 3 (7)"
};

struct Outcome {
  int code = PARLEY_OK;
  std::string text;
};

// An event about a message or a room, other than a message.
struct Told {
  int type = 0;
  std::string room, user, text;
  uint64_t sequence = 0, target = 0, number = 0;
  uint32_t count = 0;
  bool removed = false, mine = false, history = false;
  uint64_t gap_from = 0, gap_to = 0;
  uint32_t gap_reason = 0;
};

class Chatter {
 public:
  // `room` may be empty: none is joined at first. history: how many earlier messages its join brings.
  // `outbox` may be empty: sends are kept in memory.
  Chatter(const std::string& address, const std::string& ticket, const std::string& room, uint32_t history = 50,
          const std::string& outbox = "");
  ~Chatter();
  Chatter(const Chatter&) = delete;
  Chatter& operator=(const Chatter&) = delete;

  // Does the network's work once, and waits at most that long for something to happen.
  void turn(uint32_t wait_ms);
  // Turns until it holds; false when patience ends.
  bool until(const std::function<bool()>& holds);
  bool until_joined(const std::string& room);
  bool until_heard(const std::string& room, size_t messages);
  bool until_durable(uint64_t number);

  bool until_told(int type, size_t times = 1);
  std::vector<Told> told_of(int type) const;

  uint64_t say(const std::string& room, const std::string& text);  // expects PARLEY_OK; its number
  // A page of history by itself, oldest first.
  std::vector<Heard> page(const std::string& room, uint64_t from, bool backward, uint32_t limit);
  // The messages of a question that was asked already; waits for its end the first time.
  const std::vector<Heard>& answer_to(uint32_t request);
  // The whole history, page by page from its beginning.
  std::vector<Heard> whole_history(const std::string& room);
  // What a search finds, newest first, answer after answer until there is no more.
  std::vector<Heard> search(const std::string& room, const std::string& words);
  std::vector<std::string> who(const std::string& room);

  parley_client* client = nullptr;
  parley_session* session = nullptr;

  std::map<std::string, RoomLog> rooms;
  std::map<uint64_t, uint64_t> ordered;  // number → sequence
  uint64_t durable_through = 0;
  std::map<uint64_t, Outcome> failed;  // number → why
  std::optional<Outcome> refused, offline, left;
  std::vector<std::string> invited;  // to direct rooms
  std::vector<Told> told;
  bool online = false;
  size_t times_online = 0;
  std::vector<std::string> breaches;
  bool gaps_are_fine = false;  // else a GAP is a breach: nothing is removed from most histories

 private:
  void take(const parley_event& event);
  void take_message(const parley_event& event);
  void take_signal(const parley_event& event);
  void take_connection(const parley_event& event);
  void take_answer(const parley_event& event);
  void take_entry(const parley_event& event);

  struct Answer {
    uint32_t request = 0;
    bool done = false, more = false;
    uint64_t sequence = 0;  // of the end
    std::vector<Heard> messages;
    std::vector<std::string> members;
  } answer_;
};

// Turns all of them until `holds`, as if each were a program of its own.
bool meanwhile(const std::vector<Chatter*>& chatters, const std::function<bool()>& holds);

std::vector<std::string> texts_of(const std::vector<Heard>& messages);

}  // namespace parley::e2e
