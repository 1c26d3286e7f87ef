// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/link_pair.h"

#include <ctime>

#include "core/base/check.h"
#include "net/link/noise.h"

namespace parley::bench {

namespace {

constexpr const char* kAudience = "parley";
constexpr Micros kBetweenHandshakes = Millis(100);  // no network gets more than 20 a second from addresses that proved nothing

link::Endpoint endpoint(uint16_t port) {
  link::Endpoint out;
  out.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  out.port = port;
  return out;
}

struct Verdict final : link::RequestVerdict {
  bool good = false;
};

}  // namespace

double thread_cpu_us() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) * 1e-3;
}

std::unique_ptr<link::RequestVerdict> LinkPair::Judge::judge(const link::OpenedRequest& request, WallTime wall) {
  auto verdict = std::make_unique<Verdict>();
  verdict->good = identity::verify_ticket(as_text(request.application), keys, kAudience, wall).has_value();
  return verdict;
}

link::RequestReply LinkPair::Handler::on_request(link::LinkId, const link::OpenedRequest& request) {
  return {static_cast<const Verdict*>(request.verdict)->good, {}, {}};
}

LinkPair::LinkPair(bool reliability, uint64_t seed) : server_socket(endpoint(1)), client_socket(endpoint(2)), random_(seed) {
  random_.fill(server_key_.bytes());
  random_.fill(client_key_.bytes());
  server_public = link::public_key_of(server_key_);
  const identity::Signer signer = identity::Signer::make(random_, "bench");
  judge_.keys.add(signer.public_key());
  identity::Ticket ticket;
  ticket.user = ticket.name = "somebody";
  ticket.audience = kAudience;
  ticket.expires = now.wall + std::chrono::hours(24);
  ticket.grants = {{"room-*", static_cast<uint8_t>(identity::Right::kJoin)}};
  auto minted = signer.mint(ticket, now.wall);
  CHECK(minted.has_value(), "a ticket of ours is well-formed");
  ticket_ = std::move(*minted);
  server_socket.connect(client_socket);
  client_socket.connect(server_socket);
  link::LinkOptions options;
  options.reliability = reliability;
  options.static_private = &client_key_;
  client = std::make_unique<link::Link>(options, client_socket, random_, client_handler_);
  options.server = true;
  options.static_private = &server_key_;
  options.judge = &judge_;
  server = std::make_unique<link::Link>(options, server_socket, random_, server_handler_);
}

int LinkPair::drain(link::Link& link, Now now) {
  int all = 0;
  while (const int got = link.receive(now)) all += got;
  return all;
}

bool LinkPair::open(int sessions, double& server_us) {
  server_us = 0;
  server->flush(now);  // its start, after which requests are made
  const size_t before = at_server.size();
  for (int i = 0; i < sessions; ++i) {
    pass(kBetweenHandshakes);
    client->connect(server_socket.local(), server_public, as_bytes(ticket_), {}, now);
    client->flush(now);
    const double start = thread_cpu_us();
    drain(*server, now);
    server->flush(now);
    server_us += thread_cpu_us() - start;
    pass(Millis(1));
    drain(*client, now);
    client->flush(now);
    drain(*server, now);
    server->flush(now);
  }
  return at_server.size() == before + static_cast<size_t>(sessions) && at_client.size() == at_server.size();
}

}  // namespace parley::bench
