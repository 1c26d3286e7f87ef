// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/link_cost.h"

#include <algorithm>
#include <cstdio>

#include "core/base/check.h"
#include "net/link/seal.h"
#include "net/link/wire_format.h"
#include "tools/bench/measure/link_pair.h"

namespace parley::bench {

namespace {

namespace wire = link::wire;

constexpr int kWarmUpRounds = 64;      // until the loss estimate believes in the path, and every block was made once
constexpr Micros kOneWay = Millis(2);  // virtual
constexpr Micros kBetweenRounds = Millis(40);
constexpr size_t kAnswerUpBytes = 14;  // of ENet: a header and an acknowledgement
constexpr size_t kGarbagePerBatch = 1024;

struct Spent {
  double send_us = 0, receive_us = 0;
  uint64_t datagrams = 0, bytes = 0;  // that this end sent
};

struct Traffic {
  Spent server, client;
  double cpu_us() const { return server.send_us + server.receive_us + client.send_us + client.receive_us; }
  uint64_t datagrams() const { return server.datagrams + client.datagrams; }
};

struct End {
  link::Link& link;
  const std::vector<link::LinkId>& sessions;
  Spent& spent;
};

void send_to_all(const End& end, ByteView payload, link::Care care, Now now) {
  const double start = thread_cpu_us();
  for (const link::LinkId id : end.sessions) end.link.send(id, std::span(&payload, 1), now, care);
  end.link.flush(now);
  end.spent.send_us += thread_cpu_us() - start;
}

void receive_all(const End& end, Now now) {
  const double start = thread_cpu_us();
  LinkPair::drain(end.link, now);
  end.spent.receive_us += thread_cpu_us() - start;
}

// One message down on every session, and what ENet says to it up.
void one_round(LinkPair& pair, Traffic& traffic, ByteView payload) {
  const End server{*pair.server, pair.at_server, traffic.server};
  const End client{*pair.client, pair.at_client, traffic.client};
  send_to_all(server, payload, link::Care::kSoon, pair.now);
  pair.pass(kOneWay);
  receive_all(client, pair.now);
  send_to_all(client, payload.first(kAnswerUpBytes), link::Care::kOnce, pair.now);
  pair.pass(kOneWay);
  receive_all(server, pair.now);
  pair.pass(kBetweenRounds);
}

Traffic chat(LinkPair& pair, const LinkCostOptions& options) {
  const std::vector<uint8_t> payload(static_cast<size_t>(options.payload_bytes), 'x');
  Traffic traffic;
  for (int i = 0; i < kWarmUpRounds; ++i) one_round(pair, traffic, payload);
  traffic = {};
  const link::LinkCounters server_before = pair.server->counters(), client_before = pair.client->counters();
  for (int i = 0; i < options.rounds; ++i) one_round(pair, traffic, payload);
  traffic.server.datagrams = pair.server->counters().datagrams_out - server_before.datagrams_out;
  traffic.server.bytes = pair.server->counters().bytes_out - server_before.bytes_out;
  traffic.client.datagrams = pair.client->counters().datagrams_out - client_before.datagrams_out;
  traffic.client.bytes = pair.client->counters().bytes_out - client_before.bytes_out;
  return traffic;
}

// Sealing and opening texts of that size, under as many keys as there are sessions.
double aead_us(size_t text_bytes, const LinkCostOptions& options) {
  SeededRandom random(options.seed);
  const auto cipher =
      (link::available_ciphers() & wire::kCipherAes256Gcm) != 0 ? link::Cipher::kAes256Gcm : link::Cipher::kChaCha20Poly1305;
  std::vector<link::SealKey> keys;
  for (int i = 0; i < options.sessions; ++i) {
    Secret<32> key;
    random.fill(key.bytes());
    keys.emplace_back(cipher, std::move(key));
  }
  std::vector<uint8_t> text(text_bytes);
  const uint8_t header[wire::kTransportHeaderBytes] = {};
  uint64_t opened = 0;
  const double start = thread_cpu_us();
  for (uint64_t round = 0; round < static_cast<uint64_t>(options.rounds); ++round) {
    for (const link::SealKey& key : keys) {
      key.seal(round, header, text);
      opened += key.open(round, header, text) ? 1 : 0;
    }
  }
  const double spent = thread_cpu_us() - start;
  return opened == 0 ? 0 : spent / static_cast<double>(opened);
}

size_t text_bytes(const Spent& spent) { return spent.bytes / spent.datagrams - wire::kTransportHeaderBytes; }

// Datagrams of one kind refused in a second of CPU, in millions; `make` writes one.
template <class Make>
double garbage_rate(LinkPair& pair, const LinkCostOptions& options, Make make) {
  SeededRandom random(options.seed);
  double spent_us = 0;
  size_t done = 0;
  while (done < static_cast<size_t>(options.garbage)) {
    for (size_t i = 0; i < kGarbagePerBatch; ++i, ++done) {
      std::array<uint8_t, wire::kRequestBytes> bytes;
      random.fill(bytes);
      pair.server_socket.put(pair.client_socket.local(), make(MutableBytes(bytes), random));
    }
    const double start = thread_cpu_us();
    LinkPair::drain(*pair.server, pair.now);
    spent_us += thread_cpu_us() - start;
  }
  return static_cast<double>(done) / spent_us;
}

struct Refused {
  const char* what;
  double millions_per_s;
};

std::vector<Refused> refuse_garbage(LinkPair& pair, const LinkCostOptions& options, ByteView recorded) {
  const auto noise = [](MutableBytes bytes, Random&) { return bytes.first(200); };
  const auto unknown_index = [](MutableBytes bytes, Random&) {
    bytes[0] = static_cast<uint8_t>(wire::Kind::kTransport);
    return bytes.first(200);
  };
  const auto forged = [&](MutableBytes bytes, Random&) {  // of a true session, but not by its peer
    std::copy(recorded.begin(), recorded.begin() + wire::kTransportHeaderBytes, bytes.begin());
    store_le(&bytes[wire::kTransportCounterAt], uint64_t{1} << 40);
    return bytes.first(200);
  };
  const auto replayed = [&](MutableBytes bytes, Random&) {
    std::copy(recorded.begin(), recorded.end(), bytes.begin());
    return bytes.first(recorded.size());
  };
  const auto request = [](MutableBytes bytes, Random&) {  // right length, kind and version, by somebody who doesn't know the key
    bytes[0] = static_cast<uint8_t>(wire::Kind::kRequest);
    bytes[wire::kVersionAt] = wire::kVersion;
    bytes[wire::kReservedAt] = bytes[wire::kReservedAt + 1] = 0;
    return bytes;
  };
  return {{"noise of 200 bytes", garbage_rate(pair, options, noise)},
          {"sealed, of no session", garbage_rate(pair, options, unknown_index)},
          {"sealed, of a session, forged", garbage_rate(pair, options, forged)},
          {"sealed, replayed", garbage_rate(pair, options, replayed)},
          {"request of 1200 bytes, wrong mac1", garbage_rate(pair, options, request)}};
}

// A datagram of the first session's client, that the server has had.
std::vector<uint8_t> record(LinkPair& pair) {
  const ByteView payload = as_bytes("once");
  pair.client->send(pair.at_client.front(), std::span(&payload, 1), pair.now);
  pair.client->flush(pair.now);
  link::InDatagram taken;
  CHECK(pair.server_socket.receive(std::span(&taken, 1), pair.now) == 1, "what was sent is there");
  std::vector<uint8_t> bytes(taken.bytes.begin(), taken.bytes.end());
  pair.server_socket.put(taken.from, bytes);
  LinkPair::drain(*pair.server, pair.now);
  return bytes;
}

void report_traffic(const Traffic& traffic, const Traffic& plain, const LinkCostOptions& options, Report& report) {
  const double aead_down = aead_us(text_bytes(traffic.server), options), aead_up = aead_us(text_bytes(traffic.client), options);
  const auto down = static_cast<double>(traffic.server.datagrams), up = static_cast<double>(traffic.client.datagrams);
  // Each datagram is sent by one link and received by the other: two times that a link has to do with it.
  const double all = traffic.cpu_us() / (down + up) / 2;
  const double aead = (aead_down * down + aead_up * up) / (down + up) / 2;
  const double without = plain.cpu_us() / static_cast<double>(plain.datagrams()) / 2;
  const double bytes = static_cast<double>(traffic.server.bytes) / static_cast<double>(plain.server.bytes);
  const double messages = static_cast<double>(options.sessions) * options.rounds;
  report.table("CPU of a datagram, sent or received, µs", {{"all", "AEAD", "beyond it", "beyond it without acks and resends"},
                                                           {figure(all), figure(aead), figure(all - aead), figure(without - aead)}});
  const auto per = [](double us, uint64_t datagrams) { return figure(us / static_cast<double>(datagrams)); };
  report.table(
      "Of it, AEAD included, µs",
      {{"", "send", "receive"},
       {"server", per(traffic.server.send_us, traffic.server.datagrams), per(traffic.server.receive_us, traffic.client.datagrams)},
       {"client", per(traffic.client.send_us, traffic.client.datagrams), per(traffic.client.receive_us, traffic.server.datagrams)}});
  report.table("On the wire, per message down",
               {{"datagrams down", "datagrams up", "bytes down", "without acks and resends", "ratio"},
                {figure(down / messages), figure(up / messages), figure(static_cast<double>(traffic.server.bytes) / messages),
                 figure(static_cast<double>(plain.server.bytes) / messages), figure(bytes)}});
  report.results()["link_us"] = {{"all", all}, {"aead", aead}, {"beyond", all - aead}, {"beyond_without_reliability", without - aead}};
  report.results()["bytes_down_ratio"] = bytes;
  report.goal({"link CPU per datagram beyond the AEAD", all - aead, Bound::kAtMost, 0.3, "µs"});
  report.goal({"bytes down, × those without acks and resends", bytes, Bound::kAtMost, 1.15, ""});
}

void report_garbage(const std::vector<Refused>& refused, Report& report) {
  std::vector<std::vector<std::string>> rows = {{"garbage", "refused, M/s a core"}};
  for (const Refused& each : refused) {
    rows.push_back({each.what, figure(each.millions_per_s)});
    report.results()["refused_millions_per_s"][each.what] = each.millions_per_s;
    report.goal({std::string("refused: ") + each.what, each.millions_per_s, Bound::kAtLeast, 1, "M/s"});
  }
  report.table("Garbage", rows);
}

}  // namespace

bool run_link_cost(const LinkCostOptions& options, Report& report) {
  LinkPair with(true, options.seed), without(false, options.seed), strangers(true, options.seed);
  double with_us = 0, without_us = 0, handshakes_us = 0;
  if (!with.open(options.sessions, with_us) || !without.open(options.sessions, without_us) ||
      !strangers.open(options.handshakes, handshakes_us)) {
    std::fprintf(stderr, "parley-bench: some of %d sessions didn't open\n", std::max(options.sessions, options.handshakes));
    return false;
  }
  report_traffic(chat(with, options), chat(without, options), options, report);
  const double handshake_ms = handshakes_us / options.handshakes * 1e-3;
  report.table("Handshake at the server, with the ticket's signature",
               {{"handshakes", "CPU ms each"}, {std::to_string(options.handshakes), figure(handshake_ms)}});
  report.results()["handshake_ms"] = handshake_ms;
  report.goal({"server CPU per handshake", handshake_ms, Bound::kAtMost, 0.3, "ms"});
  report_garbage(refuse_garbage(with, options, record(with)), report);
  return true;
}

}  // namespace parley::bench
