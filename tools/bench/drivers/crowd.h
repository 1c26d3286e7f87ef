// SPDX-License-Identifier: Apache-2.0
// Many sessions held through parley.h, a few hundred to a socket, each in one room. Checks what every session receives: sequences dense and
// ascending from its join on. Counts, and times each message from its *scheduled* send (carried in the text) to the receiving callback.
// One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/client/parley.h"
#include "tools/bench/measure/histogram.h"

namespace parley::bench {

struct CrowdOptions {
  int sessions = 0;
  int rooms = 0;
  int sessions_per_socket = 500;
  int message_bytes = 64;
  std::string address = {};
  std::function<std::string(int)> ticket = {};  // for session i
  // Called for each event of session i before we count it. With it, messages aren't timed here.
  std::function<void(int, const parley_event&)> on_event = {};
  const parley_network* network = nullptr;  // a bad path for all of them; lives as long as the crowd is made
};

struct CrowdCounts {
  int online = 0, joined = 0;
  uint64_t sent = 0, send_errors = 0, ordered = 0, durable = 0;
  uint64_t delivered = 0;     // messages of this run that reached a callback, over all sessions
  uint64_t out_of_order = 0;  // a sequence that wasn't the next one: lost, doubled or overtaken
  uint64_t refused = 0, offline = 0;
  uint64_t failed = 0;  // sends that the server refused for good
};

class Crowd {
 public:
  // Ends the program, with a line that says why, when a socket can't be had.
  explicit Crowd(CrowdOptions options);
  ~Crowd();

  // Starts one session, which joins its room; ends the program if the library refuses even that.
  void connect(int session);
  // Brings everybody into their rooms, at most `in_flight` handshakes at a time; false after `limit` without all of them.
  bool gather(int in_flight, std::chrono::seconds limit);
  // Times only what this session receives; without the call, what all do.
  void time_only(int session) { timed_ = session; }
  // Polls all sockets once, and waits at most `wait_ms` when nothing was there.
  void poll(int wait_ms);
  // Session i says something in its room; `scheduled_ns` on the steady clock.
  void say(int session, int64_t scheduled_ns);
  // Closes session i, as a program that ends does, and starts it anew.
  void reconnect(int session);
  // Opens other sockets in place of the present ones, as after a change of the network.
  void rebind();
  bool joined(int session) const { return people_[static_cast<size_t>(session)].joined; }
  // What its present connection has received, in bytes of UDP.
  uint64_t bytes_down(int session) const;
  // Session i says this text. False: its outbox is full, poll first; any other refusal counts as a send error.
  bool publish(int session, std::string_view text);

  int room_of(int session) const { return session % options_.rooms; }
  const CrowdCounts& counts() const { return counts_; }
  const Histogram& latency() const { return latency_; }
  struct Traffic {
    uint64_t datagrams_up = 0, datagrams_down = 0, bytes_up = 0, bytes_down = 0;
  };
  // What all present connections sent and received so far, link level.
  Traffic traffic() const;
  static int64_t now_ns();
  // Time spent in parley_poll, as far as it brought events.
  int64_t library_ns() const { return library_ns_; }

 private:
  struct Person {
    parley_session* session = nullptr;
    uint64_t last_sequence = 0;
    bool joined = false;
  };
  void handle(const parley_event& event);
  void complain(const char* what, const parley_event& event);
  void handle_message(Person& person, const parley_event& event);
  std::string room_name(int room) const { return "room-" + std::to_string(room); }

  CrowdOptions options_;
  std::vector<parley_client*> clients_;
  std::vector<Person> people_;
  CrowdCounts counts_;
  Histogram latency_;
  int64_t library_ns_ = 0;
  int timed_ = -1;
  int complaints_ = 0;
};

}  // namespace parley::bench
