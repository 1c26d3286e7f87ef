// SPDX-License-Identifier: Apache-2.0
// The server's parts around a real bus, store, writer and page reader, in one thread and virtual time, with fake transports instead of a
// network. Clients are ids with verbs; what they got is asked by kind of message. Times are steps of 1 ms.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/history/store.h"
#include "core/search/searcher.h"
#include "net/client/decode.h"
#include "net/client/encode.h"
#include "net/server/io_agent.h"
#include "tests/net/server/fake_transport.h"

namespace parley::server {

struct FixtureOptions {
  size_t ios = 1;
  size_t ring_slots = 1024;
  uint64_t store_bytes = uint64_t{1} << 30;
  bool search = true;
  std::filesystem::path reuse_store = {};  // empty: a new one
};

struct ConnectOptions {
  uint64_t producer = 0;  // 0: one of its own
  size_t io = 0;
  std::vector<std::string> can = {"join", "send", "history"};
  std::string pattern = "*";
  std::vector<client::JoinFields> rooms = {};
  Micros valid = std::chrono::hours(1);
  bool ready = true;      // false: the client doesn't prove itself
  size_t early_room = 0;  // bytes that may go to it before it does; more than none: it asks for what comes early
};

struct Client {
  size_t io = 0;
  SessionId id;
  uint64_t producer = 0;
};

class ServerFixture {
 public:
  explicit ServerFixture(const FixtureOptions& options = {});
  ~ServerFixture();

  ServerConfig config;  // change it before the first connect()

  // Hello, accepted, and ready (unless options say no). Runs cycles.
  Client connect(const std::string& user, const ConnectOptions& options = {});
  // Its hello arrives in the next cycle, and must be accepted.
  Client queue_connect(const std::string& user, const ConnectOptions& options);
  // Its first sealed word arrives in the next cycle, which this runs.
  void prove(const Client& client);
  // The answer to a hello made of these parts; its session doesn't become ready.
  struct HelloOutcome {
    bool accepted = false;
    std::vector<uint8_t> answer;
    const wire::Answer* view() const { return client::decode_answer(answer); }
  };
  using DeviceKey = std::array<uint8_t, 32>;
  HelloOutcome hello(size_t io, SessionId id, ByteView hello, const DeviceKey& from = {});
  // For one device only.
  std::string bound_ticket(const std::string& user, const DeviceKey& device);
  std::string ticket(const std::string& user, const ConnectOptions& options);

  // Queues what the client says; it arrives in the next cycle.
  void say(const Client& client, ByteView message);
  void ask_join(const Client& client, const client::JoinFields& join) { say(client, words_.join(join)); }
  void send(const Client& client, RoomId room, uint64_t number, std::string_view text);
  // Joins and settles; the room's id.
  RoomId join(const Client& client, const std::string& room, uint16_t last = 0);
  void lose(const Client& client);  // the network says it is gone

  void cycle();                  // every agent once, then 1 ms passes
  void cycle_io(size_t io);      // one I/O agent only
  void settle(int cycles = 12);  // enough for a commit and a page
  void pass(Micros time) { now_.mono += time, now_.wall += time; }
  void step_wall(Micros by) { now_.wall += by; }  // somebody sets the clock

  // What the client got of a kind since clear(), in order. Views live until clear().
  template <class Body>
  std::vector<const Body*> got(const Client& client) {
    return got_of<Body>(client, transports[client.io]->sent);
  }
  // The same of what was sent before the client had proven itself.
  template <class Body>
  std::vector<const Body*> got_early(const Client& client) {
    return got_of<Body>(client, transports[client.io]->early);
  }
  template <class Body>
  static std::vector<const Body*> got_of(const Client& client, const std::vector<FakeTransport::Sent>& sent) {
    std::vector<const Body*> found;
    for (const auto& each : sent) {
      if (each.to != client.id) continue;
      const wire::Message* message = client::decode_message(each.bytes);
      EXPECT_NE(message, nullptr) << "the server sent what its client can't read";
      if (message == nullptr) continue;
      if (const Body* body = message->body_as<Body>()) found.push_back(body);
    }
    return found;
  }
  // Texts that the client got live, and by catch-up or pages.
  std::vector<std::string> live_texts(const Client& client);
  std::vector<std::string> page_texts(const Client& client);
  static std::vector<std::string> texts_of(const std::vector<const wire::HistoryPage*>& pages);
  std::vector<uint64_t> live_sequences(const Client& client);
  bool is_closed(const Client& client) const;
  void clear();

  IoCounters counters(size_t io = 0);
  client::Encoder& words() { return words_; }
  Now now() const { return now_; }

  std::vector<FakeTransport*> transports;
  std::filesystem::path directory;
  bool keep_directory = false;
  std::unique_ptr<history::Store> store;
  std::unique_ptr<bus::BroadcastRing> ring;
  std::unique_ptr<history::Writer> writer;
  std::unique_ptr<history::PageReader> pages;
  std::unique_ptr<search::Searcher> searcher;  // nobody indexes: it reads the newest entries through
  std::vector<std::unique_ptr<IoAgent>> ios;

 private:
  HelloOutcome greet(transport::ServerHandler& handler, SessionId id, const std::vector<uint8_t>& hello, const DeviceKey& from);

  SeededRandom random_{7};
  Secret<32> link_private_;
  identity::Signer signer_;
  identity::KeySet keys_;
  std::unique_ptr<identity::ProducerKeys> producer_keys_;
  std::vector<std::unique_ptr<bus::Wakeup>> wakeups_;
  bus::Wakeup main_wakeup_;
  search::IndexNews search_news_;
  std::unique_ptr<IoWorld> world_;
  client::Encoder words_;
  Now now_;
  uint32_t last_session_ = 0;
  uint64_t last_producer_ = 0;
};

}  // namespace parley::server
