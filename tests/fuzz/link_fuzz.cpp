// SPDX-License-Identifier: Apache-2.0
// Datagrams from anybody, for a server's and a client's link that have a session with each other: none of them reaches a handler, ends the
// session, or is answered with more bytes than it had. The input is a list of datagrams, each behind two bytes: the low 12 bits are its
// length, the high ones say how it is dressed up so that it gets further than noise does (see dress()).
#include <algorithm>
#include <vector>

#include "core/base/check.h"
#include "net/link/link.h"
#include "net/link/noise.h"
#include "net/link/wire_format.h"
#include "tests/fuzz/memory_socket.h"

namespace {

using namespace parley;
using namespace parley::link;
using fuzz::Bytes;
using fuzz::MemorySocket;
using fuzz::secret_of;

class CountingHandler final : public LinkHandler {
 public:
  RequestReply on_request(LinkId id, const OpenedRequest&) override {
    session = id;
    ++calls;
    return {true, as_bytes("welcome"), {}};
  }
  void on_proven(LinkId) override { ++calls; }
  void on_answer(LinkId, bool, ByteView, ByteView) override { ++calls; }
  void on_payload(LinkId, MutableBytes) override { ++calls; }
  void on_closed(LinkId, LinkClose) override { ++calls; }

  LinkId session;
  size_t calls = 0;
};

// A server and a client with an open session, made once.
struct Pair {
  Pair() {
    server_socket.peer = client_socket.local();
    client_socket.peer = server_socket.local();
    id = client.connect(server_socket.local(), public_key_of(server_key), as_bytes("hello"), {}, now);
    for (int round = 0; round < 4; ++round) exchange();
    const ByteView payload = as_bytes("payload");
    CHECK(client.send(id, std::span(&payload, 1), now), "the session is open");
    client.flush(now);
    sealed = client_socket.outbox.front();
    exchange();
    CHECK(at_server.calls == 3 && at_client.calls == 1, "request, proof and payload arrived");
  }

  void exchange() {
    client.flush(now);
    server.flush(now);
    std::swap(server_socket.inbox, client_socket.outbox);
    std::swap(client_socket.inbox, server_socket.outbox);
    while (server.receive(now) + client.receive(now) > 0) {
    }
  }

  Secret<32> server_key = secret_of(1), client_key = secret_of(2);
  SeededRandom random{3};
  Now now{MonoTime(Seconds(1000)), WallTime(Seconds(1'700'000'000))};
  MemorySocket server_socket{1000}, client_socket{2000};
  CountingHandler at_server, at_client;
  Link server{LinkOptions{.server = true, .static_private = &server_key}, server_socket, random, at_server};
  Link client{LinkOptions{.static_private = &client_key}, client_socket, random, at_client};
  LinkId id;
  Bytes sealed;  // a datagram of the session that arrived already
};

// 0: as it is. 1: as a request of the right length and version. 2: with the header of the session's own datagrams. 3: laid over a real one.
Bytes dress(Bytes datagram, unsigned how, const Bytes& sealed) {
  if (how == 1) {
    datagram.resize(wire::kRequestBytes);
    datagram[0] = static_cast<uint8_t>(wire::Kind::kRequest);
    datagram[wire::kVersionAt] = wire::kVersion;
  }
  if (how == 2) {
    datagram.resize(std::max(datagram.size(), wire::kTransportHeaderBytes));
    std::copy_n(sealed.begin(), wire::kTransportCounterAt, datagram.begin());
  }
  if (how == 3) {
    Bytes flipped = sealed;
    for (size_t i = 0; i < std::min(datagram.size(), flipped.size()); ++i) flipped[i] ^= datagram[i];
    return flipped;
  }
  return datagram;
}

void give(Link& link, MemorySocket& socket, Bytes datagram, Now now) {
  const size_t received = datagram.size();
  socket.inbox.push_back(std::move(datagram));
  link.receive(now);
  link.flush(now);
  size_t answered = 0;
  for (const Bytes& answer : socket.outbox) answered += answer.size();
  socket.outbox.clear();
  CHECK(answered <= received, "a stranger never gets more bytes than it sent");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Pair pair;
  while (size >= 2) {
    const unsigned head = load_le<uint16_t>(data);
    const size_t length = std::min<size_t>({head & 0xfff, size - 2, kMaxDatagramBytes});
    Bytes datagram = dress(Bytes(data + 2, data + 2 + length), (head >> 12) & 3, pair.sealed);
    give(pair.server, pair.server_socket, datagram, pair.now);
    give(pair.client, pair.client_socket, datagram, pair.now);
    data += 2 + length;
    size -= 2 + length;
  }
  CHECK(pair.at_server.calls == 3 && pair.at_client.calls == 1, "nothing from a stranger reaches a handler");
  return 0;
}
