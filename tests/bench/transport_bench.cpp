// SPDX-License-Identifier: Apache-2.0
// What a delivery costs the server's I/O thread, by how many peers an ENet host has: net/transport/README.md quotes it.
//   fan_out/N           ns per delivery: send + flush of one 100-byte message to 20 of 4,000 sessions, and receiving their
//   acknowledgements;
//                       sealed by the real link, system calls left out. bytes_session: memory per session that stands for it.
//   flush_one/N         one peer of 10,000 in hosts of N peers is flushed, with the window of peer_window.h
//   flush_whole_host/N  the same as ENet does it, walking the host
#include <benchmark/benchmark.h>
#include <sodium.h>

#include <array>
#include <ctime>
#include <vector>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "net/link/enet_platform.h"
#include "net/transport/host_pool.h"
#include "net/transport/transport_core.h"

namespace parley::transport {
namespace {

constexpr size_t kSessions = 4000, kPeers = 10'000, kRoom = 20;

// Hands datagrams to its partner in memory.
class PipeSocket final : public link::DatagramSocket {
 public:
  explicit PipeSocket(uint16_t port) {
    local_.ip.back() = 1;  // ::1: the link bounds how many handshakes a network gets, but not loopback
    local_.port = port;
  }
  void connect(PipeSocket& partner) { partner_ = &partner; }

  size_t receive(std::span<link::InDatagram> out, Now) override {
    if (taken_ == filled_) taken_ = filled_ = 0;
    size_t count = 0;
    for (; count < out.size() && taken_ < filled_; ++count, ++taken_) {
      out[count] = {partner_->local_, MutableBytes(queue_[taken_].bytes).first(queue_[taken_].size)};
    }
    return count;
  }
  void send(std::span<const link::OutDatagram> datagrams, Now) override {
    for (const auto& datagram : datagrams) partner_->arrive(datagram.bytes);
  }
  link::Endpoint local() const override { return local_; }
  int fd() const override { return -1; }

 private:
  struct Datagram {
    std::array<uint8_t, kMaxDatagramBytes> bytes;
    size_t size = 0;
  };
  void arrive(ByteView bytes) {
    if (filled_ == queue_.size()) queue_.emplace_back();
    std::copy(bytes.begin(), bytes.end(), queue_[filled_].bytes.begin());
    queue_[filled_++].size = bytes.size();
  }

  link::Endpoint local_;
  PipeSocket* partner_ = nullptr;
  std::vector<Datagram> queue_;
  size_t taken_ = 0, filled_ = 0;
};

// One side: the core with the least that can stand around it.
class Side final : public link::LinkHandler, public SessionEvents {
 public:
  Side(bool server, size_t peers_per_host, link::DatagramSocket& socket, Random& random) {
    random.fill(key.bytes());
    crypto_scalarmult_base(open_key.data(), key.data());
    TransportCore::Setup setup;
    setup.link.server = server;
    setup.link.static_private = &key;
    setup.peers_per_host = peers_per_host;
    core = std::make_unique<TransportCore>(setup, socket, random, *this, *this);
  }
  link::RequestReply on_request(link::LinkId id, const link::OpenedRequest& request) override {
    core->accept(id, request.early);
    return {true, {}, core->early()};
  }
  void on_proven(link::LinkId id) override {
    CHECK(core->confirm(id), "a session of the benchmark doesn't connect");
    ready.push_back(id);
  }
  void on_answer(link::LinkId id, bool, ByteView, ByteView early) override { CHECK(core->verify(id, early), "likewise"); }
  void on_payload(link::LinkId id, MutableBytes payload) override { core->on_payload(id, payload); }
  void on_closed(link::LinkId, link::LinkClose) override { CHECK(false, "a session of the benchmark was closed"); }
  void on_session_message(SessionId, uint8_t, ByteView) override { ++messages; }
  void on_session_closed(SessionId, CloseReason) override { CHECK(false, "a session of the benchmark failed"); }

  Secret<32> key;
  std::array<uint8_t, 32> open_key{};
  std::unique_ptr<TransportCore> core;
  std::vector<SessionId> ready;
  uint64_t messages = 0;
};

struct FanOut {
  explicit FanOut(size_t peers_per_host) {
    CHECK(link::check_enet_platform(), "ENet's platform functions don't arrive");
    server_socket.connect(client_socket);
    client_socket.connect(server_socket);
    server = std::make_unique<Side>(true, peers_per_host, server_socket, random);
    client = std::make_unique<Side>(false, 64, client_socket, random);
    for (size_t i = 0; i < kSessions; ++i) {
      client->core->connect(server_socket.local(), server->open_key, {}, now());
      cycle();
    }
    cycle();
    CHECK(server->ready.size() == kSessions, "not all sessions are ready");
  }
  Now now() {
    time += Micros(50);
    return {MonoTime(time), WallTime(time)};
  }
  void serve(Side& side) {
    while (side.core->receive(now()) > 0) {
    }
    side.core->flush(now());
  }
  void cycle() {
    serve(*client);
    serve(*server);
    serve(*client);
    serve(*server);
  }

  SeededRandom random{1};
  Micros time{Seconds(1)};
  PipeSocket server_socket{1}, client_socket{2};
  std::unique_ptr<Side> server, client;
};

// Seconds of this thread on a core: what else runs on the machine doesn't count.
double cpu_time() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void fan_out(benchmark::State& state) {
  FanOut bench(static_cast<size_t>(state.range(0)));
  const std::vector<uint8_t> message(100, 'x');
  for (auto _ : state) {
    std::array<SessionId, kRoom> room;
    for (SessionId& member : room) member = bench.server->ready[bench.random.below(kSessions)];
    auto start = cpu_time();
    {
      const PacketPtr packet = bench.server->core->make_packet(message, Delivery::kReliable);
      for (const SessionId member : room) bench.server->core->send(member, 1, packet);
    }
    bench.server->core->flush(bench.now());
    auto spent = cpu_time() - start;
    bench.serve(*bench.client);
    start = cpu_time();
    bench.serve(*bench.server);
    spent += cpu_time() - start;
    state.SetIterationTime(spent / kRoom);
  }
  const TransportCounters counters = bench.server->core->counters();
  state.counters["hosts"] = static_cast<double>(counters.hosts);
  state.counters["bytes_session"] = static_cast<double>(counters.enet_live_bytes) / kSessions;
}
BENCHMARK(fan_out)->Arg(8)->Arg(16)->Arg(32)->Arg(64)->Arg(256)->UseManualTime()->Unit(benchmark::kNanosecond);

// Peers that are connected, in hosts of one size, without links of their own: what is sent is dropped.
struct Peers {
  explicit Peers(size_t peers_per_host)
      : side(false, 1, socket, random), link(options(), socket, random, side), pool(peers_per_host, link, random) {
    socket.connect(socket);
    CHECK(link::check_enet_platform(), "ENet's platform functions don't arrive");
    HostPool clients(1, link, random);
    pool.set_now({MonoTime(Seconds(1)), {}});
    clients.set_now(pool.now());
    for (uint32_t i = 1; i <= kPeers; ++i) connect(clients, SessionId(i));
  }
  void connect(HostPool& clients, SessionId id) {
    EarlyDatagram connect, verify;
    {
      const auto in = clients.scope();
      EnetHost& client = *clients.with_room();
      client.release(*client.connect(connect));
    }
    const auto in = pool.scope();
    EnetHost& host = *pool.with_room();
    ENetPeer* const peer = host.accept(id, connect.view(), verify);
    CHECK(peer != nullptr, "a CONNECT of the benchmark is refused");
    host.confirm(*peer, id);
    peers.emplace_back(&host, peer);
  }
  link::LinkOptions options() {
    link::LinkOptions options;
    options.static_private = &side.key;
    return options;
  }

  SeededRandom random{1};
  PipeSocket socket{1};
  Side side;
  link::Link link;
  HostPool pool;
  std::vector<std::pair<EnetHost*, ENetPeer*>> peers;
};

template <bool kWindow>
void flush(benchmark::State& state) {
  Peers bench(static_cast<size_t>(state.range(0)));
  const auto in = bench.pool.scope();
  for (auto _ : state) {
    const auto [host, peer] = bench.peers[bench.random.below(kPeers)];
    enet_peer_send(peer, 0, enet_packet_create("x", 1, ENET_PACKET_FLAG_UNSEQUENCED));
    if constexpr (kWindow) {
      host->flush(*peer);
    } else {
      enet_host_flush(peer->host);
    }
  }
}
BENCHMARK(flush<true>)->Name("flush_one")->Arg(8)->Arg(32)->Arg(64)->Arg(256);
BENCHMARK(flush<false>)->Name("flush_whole_host")->Arg(8)->Arg(32)->Arg(64)->Arg(256);

}  // namespace
}  // namespace parley::transport

BENCHMARK_MAIN();
