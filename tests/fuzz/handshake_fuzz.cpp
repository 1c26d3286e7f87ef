// SPDX-License-Identifier: Apache-2.0
// What is inside of a handshake: a peer with true keys and a valid Noise message whose payload is anything. The first byte's low bit says
// whether it is a request for a server or an answer for a client, the rest is the payload. Whatever is handed on lies within what came, a
// server answers with no more bytes than it got, and a client opens a session or ends its attempt, once.
#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "net/link/handshake_bytes.h"
#include "net/link/link.h"
#include "net/link/noise.h"
#include "net/link/wire_format.h"
#include "tests/fuzz/memory_socket.h"

namespace {

using namespace parley;
using namespace parley::link;
using fuzz::Bytes;
using fuzz::MemorySocket;

// Reads all that it is handed, so that the sanitizer sees what lies outside.
class Reader final : public LinkHandler {
 public:
  RequestReply on_request(LinkId, const OpenedRequest& request) override {
    read(request.application);
    read(request.early);
    return {(sum & 1) != 0, as_bytes("welcome"), as_bytes("verify")};
  }
  void on_proven(LinkId) override {}
  void on_answer(LinkId, bool, ByteView application, ByteView early) override {
    CHECK(application.size() + early.size() <= kMaxReplyBytes, "an answer has its bound");
    read(application);
    read(early);
    ++answers;
  }
  void on_payload(LinkId, MutableBytes) override {}
  void on_closed(LinkId, LinkClose) override { ++closes; }

  unsigned sum = 0;
  int answers = 0, closes = 0;

 private:
  void read(ByteView bytes) {
    for (const uint8_t byte : bytes) sum += byte;
  }
};

struct Stage {
  Secret<32> server_key = fuzz::secret_of(1), client_key = fuzz::secret_of(2);
  PublicKey server_public = public_key_of(server_key);
  SeededRandom random{3};
  Now now{MonoTime(Seconds(1000)), WallTime(Seconds(1'700'000'000))};
  MemorySocket server_socket{1000}, client_socket{2000};
  Reader at_server;
  HandshakeLimits limits{.unproven_per_second = 1e9, .unproven_burst = 1e9};
  Link server{LinkOptions{.server = true, .static_private = &server_key, .max_sessions = 16, .handshake_limits = limits}, server_socket,
              random, at_server};
};

void ask(Stage& stage, ByteView data) {
  Bytes message(wire::kRequestBytes, 0);
  message[0] = static_cast<uint8_t>(wire::Kind::kRequest);
  message[wire::kVersionAt] = wire::kVersion;
  Bytes payload(wire::kRequestPayloadBytes, 0);
  std::copy_n(data.begin(), std::min(data.size(), payload.size()), payload.begin());
  Secret<32> ephemeral;
  stage.random.fill(ephemeral.bytes());
  NoiseInitiator noise(prologue_of(message), stage.client_key, stage.server_public);
  CHECK(noise.write_request(std::move(ephemeral), payload, MutableBytes(message).subspan(wire::kNoiseAt, wire::kRequestNoiseBytes)),
        "the server's key is good");
  write_mac1(mac1_key(stage.server_public), message);
  stage.server_socket.peer = stage.client_socket.local();
  stage.server_socket.inbox.push_back(std::move(message));
  stage.server.receive(stage.now);
  stage.server.flush(stage.now);
  size_t answered = 0;
  for (const Bytes& answer : stage.server_socket.outbox) answered += answer.size();
  stage.server_socket.outbox.clear();
  CHECK(answered <= wire::kRequestBytes, "no more bytes than came");
  stage.now.mono += Seconds(6);  // what was let in and says nothing is gone
  stage.now.wall += Seconds(6);
  stage.server.flush(stage.now);
  CHECK(stage.server.counters().sessions == 0, "a session that is never proven ends");
}

void answer(Stage& stage, ByteView data) {
  Reader at_client;
  Link client({.static_private = &stage.client_key}, stage.client_socket, stage.random, at_client);
  client.connect(stage.server_socket.local(), stage.server_public, as_bytes("hello"), {}, stage.now);
  client.flush(stage.now);
  const Bytes request = std::move(stage.client_socket.outbox.front());
  stage.client_socket.outbox.clear();
  NoiseResponder noise(prologue_of(request), stage.server_key, stage.server_public);
  Bytes opened(wire::kRequestPayloadBytes);
  Secret<32> ephemeral;
  stage.random.fill(ephemeral.bytes());
  CHECK(noise.read_request(ByteView(request).subspan(wire::kNoiseAt, wire::kRequestNoiseBytes), opened), "our own request opens");
  CHECK(noise.prepare_answer(ephemeral), "our own key is good");
  const ByteView payload = data.first(std::min(data.size(), wire::kAnswerBodyAt + kMaxReplyBytes + 16));
  Bytes message(wire::kNoiseAt + payload.size() + kNoiseAnswerOverhead, 0);
  message[0] = static_cast<uint8_t>(wire::Kind::kAnswer);
  message[wire::kVersionAt] = wire::kVersion;
  std::copy_n(&request[wire::kHandshakeIndexAt], 4, &message[wire::kHandshakeIndexAt]);
  NoiseKeys keys;
  noise.write_answer(payload, MutableBytes(message).subspan(wire::kNoiseAt), keys);
  stage.client_socket.peer = stage.server_socket.local();
  for (int i = 0; i < 2; ++i) stage.client_socket.inbox.push_back(message);
  while (client.receive(stage.now) > 0) client.flush(stage.now);
  stage.client_socket.outbox.clear();
  CHECK(at_client.answers <= 1 && at_client.closes <= 1, "one answer is taken, once");
  CHECK(at_client.closes <= at_client.answers, "a refusal is told before the end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Stage stage;
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  (data[0] & 1) == 0 ? ask(stage, rest) : answer(stage, rest);
  return 0;
}
