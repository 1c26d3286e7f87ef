// SPDX-License-Identifier: Apache-2.0
// A Client with one session on a FakeTransport, in virtual time; the test plays the server. Verbs for what most tests arrange.
// One thread; each test is its own world.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/client/client.h"
#include "tests/net/client/fake_transport.h"
#include "tests/net/client/server_words.h"

namespace parley::client {

// A copy of a parley_event that outlives the poll.
struct Seen {
  parley_event_type type;
  int code;
  std::string room, user, name, text;
  uint64_t sequence, number, producer, gap_from, gap_to;
  uint32_t request, retry_ms;
  bool history, more, on;
  float x, y, z;
  uint32_t tag, gap_reason;
};

class ClientFixture : public ::testing::Test {
 protected:
  ClientFixture();

  // Polls until the fake network has nothing left and all events are taken; adds to `seen`.
  void poll();
  void pass(Micros time) {
    now_.mono += time;
    poll();
  }
  // Forgets what was seen so far.
  void fresh() { seen.clear(); }
  std::vector<Seen> seen_of(parley_event_type type) const;
  // Texts of the room's own messages, in order.
  std::vector<std::string> texts() const;

  void go_online(uint32_t epoch = 1);
  // Joins (with the join's request number taken from what the client sent) and brings Joined.
  void join(const char* room, uint64_t id, words::JoinedWords words = {});
  void answer_join(const char* room, uint64_t id, words::JoinedWords words = {});
  uint32_t join_request(const char* room) const;
  void lose_connection(transport::CloseReason reason = transport::CloseReason::kTimeout);
  void bring(const words::Bytes& message) {
    net->will_bring(message);
    poll();
  }
  uint64_t send(const char* room, const char* text);
  std::vector<uint64_t> sent_numbers() const;

  SeededRandom random_{7};
  Now now_{MonoTime{Seconds{1000}}, WallTime{}};
  FakeTransport* net = nullptr;
  std::unique_ptr<Client> client;
  ClientSession* session = nullptr;
  std::vector<Seen> seen;
};

}  // namespace parley::client
