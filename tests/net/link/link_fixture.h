// SPDX-License-Identifier: Apache-2.0
// A server's and a client's Link with a wire between them that the test holds in its hands: datagrams wait on it until deliver(), may be
// looked at, altered, dropped and sent again. Time is what the test says.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "net/link/link.h"
#include "net/link/noise.h"
#include "net/link/wire_format.h"

namespace parley::link::test {

using Bytes = std::vector<uint8_t>;

inline Endpoint endpoint(uint16_t port) {
  Endpoint out;
  out.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  out.port = port;
  return out;
}

struct Sent {
  Endpoint from, to;
  Bytes bytes;
};

// Everything that is under way, in order.
struct Wire {
  std::deque<Sent> queue;
};

class WireSocket final : public DatagramSocket {
 public:
  WireSocket(Wire& wire, const Endpoint& local) : wire_(wire), local_(local) {}

  void move(const Endpoint& local) { local_ = local; }
  void arrive(const Endpoint& from, Bytes bytes) { inbox_.push_back({from, local_, std::move(bytes)}); }
  // So that receive() allocates nothing.
  void reserve() { held_.reserve(256); }
  size_t receive(std::span<InDatagram> out, Now) override {
    held_.clear();
    while (held_.size() < out.size() && !inbox_.empty()) {
      held_.push_back(std::move(inbox_.front()));
      inbox_.pop_front();
    }
    for (size_t i = 0; i < held_.size(); ++i) out[i] = {held_[i].from, held_[i].bytes};
    return held_.size();
  }
  void send(std::span<const OutDatagram> datagrams, Now) override {
    if (mute) return;
    for (const OutDatagram& d : datagrams) wire_.queue.push_back({local_, d.to, Bytes(d.bytes.begin(), d.bytes.end())});
  }
  Endpoint local() const override { return local_; }
  int fd() const override { return -1; }
  bool mute = false;  // what is sent goes nowhere, and allocates nothing

 private:
  Wire& wire_;
  Endpoint local_;
  std::deque<Sent> inbox_;
  std::vector<Sent> held_;
};

// Records what the link calls, and answers requests as the test told it.
class Recorder final : public LinkHandler {
 public:
  std::optional<RequestReply> refusal_of(const OpenedRequest&) override {
    return refuse ? std::optional(RequestReply{false, as_bytes(answer), {}}) : std::nullopt;
  }
  RequestReply on_request(LinkId id, const OpenedRequest& request) override {
    requests.push_back(id);
    device_key = request.device_key;
    hello.assign(as_text(request.application));
    early.assign(as_text(request.early));
    aligned = aligned && reinterpret_cast<uintptr_t>(request.application.data()) % 8 == 0;
    return {accept, as_bytes(answer), as_bytes(answer_early)};
  }
  void on_proven(LinkId id) override { proven.push_back(id); }
  void on_answer(LinkId id, bool accepted, ByteView application, ByteView early_bytes) override {
    answers.push_back(id);
    answered_accept = accepted;
    hello.assign(as_text(application));
    early.assign(as_text(early_bytes));
    aligned = aligned && reinterpret_cast<uintptr_t>(application.data()) % 8 == 0;
  }
  void on_payload(LinkId id, MutableBytes payload) override {
    payloads.emplace_back(id, std::string(as_text(payload)));
    if (during_payload) during_payload(id);
  }
  void on_closed(LinkId id, LinkClose why) override { closed.emplace_back(id, why); }

  bool accept = true, refuse = false;
  std::string answer = "welcome", answer_early = "verify";
  std::vector<LinkId> requests, proven, answers;
  bool answered_accept = false, aligned = true;
  std::string hello, early;
  PublicKey device_key{};
  std::vector<std::pair<LinkId, std::string>> payloads;
  std::vector<std::pair<LinkId, LinkClose>> closed;
  std::function<void(LinkId)> during_payload;
};

inline Secret<32> secret_of(uint64_t seed) {
  Secret<32> out;
  SeededRandom(seed).fill(out.bytes());
  return out;
}

class LinkTest : public ::testing::Test {
 protected:
  static constexpr uint16_t kServerPort = 1000, kClientPort = 2000;

  void SetUp() override {
    make_server({});
    make_client({});
  }

  void make_server(LinkOptions options) {
    options.server = true;
    options.static_private = &server_key;
    server = std::make_unique<Link>(options, server_socket, random, at_server);
    server->flush(now);  // it has started
  }
  void make_client(LinkOptions options) {
    options.static_private = &client_key;
    client = std::make_unique<Link>(options, client_socket, random, at_client);
  }

  void pass(Micros time) {
    now.mono += time;
    now.wall += time;
  }
  LinkId connect(std::string_view hello = "hello", std::string_view early = "connect") {
    id = client->connect(endpoint(kServerPort), public_key_of(server_key), as_bytes(hello), as_bytes(early), now);
    return id;
  }
  // Hands all that is under way to whom it is for, and lets both sides work, until nothing is under way.
  void settle() {
    for (;;) {
      client->flush(now);
      server->flush(now);
      if (wire.queue.empty()) return;
      deliver();
    }
  }
  void deliver() {
    while (!wire.queue.empty()) {
      Sent sent = std::move(wire.queue.front());
      wire.queue.pop_front();
      recorded.push_back(sent);
      WireSocket& socket = sent.to.port == kServerPort ? server_socket : client_socket;
      socket.arrive(sent.from, std::move(sent.bytes));
    }
    while (server->receive(now) > 0) {
    }
    while (client->receive(now) > 0) {
    }
  }
  // A datagram as the test made it, straight to the server or client.
  void to_server(Bytes bytes, uint16_t from = kClientPort) {
    server_socket.arrive(endpoint(from), std::move(bytes));
    while (server->receive(now) > 0) {
    }
  }
  void to_client(Bytes bytes) {
    client_socket.arrive(endpoint(kServerPort), std::move(bytes));
    while (client->receive(now) > 0) {
    }
  }
  // Takes the next datagram off the wire.
  Sent take() {
    client->flush(now);
    server->flush(now);
    EXPECT_FALSE(wire.queue.empty());
    Sent sent = std::move(wire.queue.front());
    wire.queue.pop_front();
    return sent;
  }
  void open() {
    connect();
    settle();
    ASSERT_EQ(at_server.proven.size(), 1u);
  }
  LinkId server_id() const { return at_server.requests.back(); }
  bool say(Link& link, LinkId to, std::string_view text) {
    const ByteView part = as_bytes(text);
    return link.send(to, std::span(&part, 1), now);
  }
  // Runs both sides for `time`, in steps that end where something is due.
  void run(Micros time) {
    const MonoTime end = now.mono + time;
    while (now.mono < end) {
      const MonoTime due = std::min(client->next_deadline(), server->next_deadline());
      pass(std::max(std::min(due, end) - now.mono, Micros(0)));
      settle();
    }
  }

  Secret<32> server_key = secret_of(1), client_key = secret_of(2);
  SeededRandom random{42};
  Now now{MonoTime(Seconds(1000)), WallTime(Seconds(1'700'000'000))};
  Wire wire;
  std::vector<Sent> recorded;
  WireSocket server_socket{wire, endpoint(kServerPort)}, client_socket{wire, endpoint(kClientPort)};
  Recorder at_server, at_client;
  std::unique_ptr<Link> server, client;
  LinkId id;
};

}  // namespace parley::link::test
