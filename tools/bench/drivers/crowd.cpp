// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/crowd.h"

#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/base/limits.h"

namespace parley::bench {

namespace {

constexpr int kEventsPerPoll = 256;
constexpr int kMostComplaints = 5;
constexpr char kMark = '@';  // our messages begin with it and the scheduled time

int index_of(const parley_event& event) { return static_cast<int>(reinterpret_cast<intptr_t>(event.user_data)); }

}  // namespace

int64_t Crowd::now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Crowd::Crowd(CrowdOptions options) : options_(std::move(options)), people_(static_cast<size_t>(options_.sessions)) {
  const int sockets = (options_.sessions + options_.sessions_per_socket - 1) / options_.sessions_per_socket;
  for (int i = 0; i < sockets; ++i) {
    parley_client_options client{};
    client.size = sizeof client;
    client.agent = "parley-bench";
    client.bind = "127.0.0.1:0";
    client.network = options_.network;
    parley_client* made = nullptr;
    if (parley_client_create(&client, &made) != PARLEY_OK) {
      std::fprintf(stderr, "parley-bench: %s\n", parley_error_text(nullptr));
      std::exit(1);
    }
    clients_.push_back(made);
  }
}

Crowd::~Crowd() {
  for (parley_client* client : clients_) parley_client_destroy(client);
}

void Crowd::connect(int session) {
  const std::string ticket = options_.ticket(session);
  const std::string room = room_name(room_of(session));
  parley_connect_options connect{};
  connect.size = sizeof connect;
  connect.address = options_.address.c_str();
  connect.ticket = ticket.c_str();
  connect.room = room.c_str();
  connect.history = 0;
  // The library only hands it back, so it may be a number.  NOLINTNEXTLINE(performance-no-int-to-ptr)
  connect.user_data = reinterpret_cast<void*>(static_cast<intptr_t>(session));
  parley_client* client = clients_[static_cast<size_t>(session / options_.sessions_per_socket)];
  if (parley_connect(client, &connect, &people_[static_cast<size_t>(session)].session) != PARLEY_OK) {
    std::fprintf(stderr, "parley-bench: %s\n", parley_error_text(client));
    std::exit(1);
  }
}

void Crowd::reconnect(int session) {
  Person& person = people_[static_cast<size_t>(session)];
  parley_close(person.session);
  if (person.joined) --counts_.joined;
  person = {};
  connect(session);
}

void Crowd::rebind() {
  for (parley_client* client : clients_) {
    if (parley_rebind(client) != PARLEY_OK) std::fprintf(stderr, "parley-bench: %s\n", parley_error_text(client));
  }
}

uint64_t Crowd::bytes_down(int session) const {
  parley_stats stats{};
  stats.size = sizeof stats;
  const parley_session* of = people_[static_cast<size_t>(session)].session;
  return of != nullptr && parley_session_stats(of, &stats) == PARLEY_OK ? stats.bytes_received : 0;
}

bool Crowd::gather(int in_flight, std::chrono::seconds limit) {
  const int64_t give_up = now_ns() + std::chrono::nanoseconds(limit).count();
  int started = 0;
  while (counts_.joined < options_.sessions && now_ns() < give_up) {
    while (started < options_.sessions && started - counts_.joined < in_flight) connect(started++);
    poll(1);
  }
  return counts_.joined == options_.sessions;
}

void Crowd::poll(int wait_ms) {
  parley_event events[kEventsPerPoll];
  bool anything = false;
  for (parley_client* client : clients_) {
    int n;
    do {
      const int64_t before = now_ns();
      n = parley_poll(client, events, kEventsPerPoll);
      if (n > 0) library_ns_ += now_ns() - before;
      for (int i = 0; i < n; ++i) handle(events[i]);
      anything |= n > 0;
    } while (n == kEventsPerPoll);
  }
  if (anything || wait_ms <= 0) return;
  std::vector<pollfd> waiting;
  waiting.reserve(clients_.size());
  for (parley_client* client : clients_) waiting.push_back({parley_client_fd(client), POLLIN, 0});
  ::poll(waiting.data(), waiting.size(), wait_ms);
}

void Crowd::say(int session, int64_t scheduled_ns) {
  char text[kMaxMessageBytes + 1];
  const int head = std::snprintf(text, sizeof text, "%c%lld ", kMark, static_cast<long long>(scheduled_ns));
  const int size = std::min(std::max(options_.message_bytes, head), static_cast<int>(kMaxMessageBytes));
  std::memset(text + head, 'x', static_cast<size_t>(size - head));
  const std::string room = room_name(room_of(session));
  const int code = parley_send(people_[static_cast<size_t>(session)].session, room.c_str(), text, static_cast<size_t>(size), nullptr);
  code == PARLEY_OK ? ++counts_.sent : ++counts_.send_errors;
}

bool Crowd::publish(int session, std::string_view text) {
  parley_session* from = people_[static_cast<size_t>(session)].session;
  const int code = parley_send(from, room_name(room_of(session)).c_str(), text.data(), text.size(), nullptr);
  if (code == PARLEY_E_OUTBOX_FULL) return false;
  code == PARLEY_OK ? ++counts_.sent : ++counts_.send_errors;
  return true;
}

void Crowd::handle(const parley_event& event) {
  const int session = index_of(event);
  Person& person = people_[static_cast<size_t>(session)];
  if (options_.on_event) options_.on_event(session, event);
  switch (event.type) {
    case PARLEY_EVENT_ONLINE:
      ++counts_.online;
      break;
    case PARLEY_EVENT_OFFLINE:
      ++counts_.offline;
      complain("offline", event);
      break;
    case PARLEY_EVENT_JOINED:
      if (!person.joined) {
        ++counts_.joined;
        person.last_sequence = event.sequence;
      }
      person.joined = true;
      break;
    case PARLEY_EVENT_MESSAGE:
      handle_message(person, event);
      break;
    case PARLEY_EVENT_ROLLBACK:
      person.last_sequence = std::min(person.last_sequence, event.sequence);
      break;
    case PARLEY_EVENT_ORDERED:
      ++counts_.ordered;
      break;
    case PARLEY_EVENT_DURABLE:
      ++counts_.durable;
      break;
    case PARLEY_EVENT_SEND_FAILED:
      ++counts_.send_errors;
      ++counts_.failed;
      complain("send failed", event);
      break;
    case PARLEY_EVENT_REFUSED:
      ++counts_.refused;
      complain("refused", event);
      break;
    default:
      break;
  }
}

// The first few; the rest is counted.
void Crowd::complain(const char* what, const parley_event& event) {
  if (++complaints_ <= kMostComplaints) std::fprintf(stderr, "parley-bench: session %d: %s: %s\n", index_of(event), what, event.text);
}

void Crowd::handle_message(Person& person, const parley_event& event) {
  if (event.sequence != person.last_sequence + 1) ++counts_.out_of_order;
  person.last_sequence = event.sequence;
  if (options_.on_event) {
    ++counts_.delivered;
    return;
  }
  if (event.text[0] != kMark) return;
  ++counts_.delivered;
  if (timed_ >= 0 && &person != &people_[static_cast<size_t>(timed_)]) return;
  latency_.record(now_ns() - std::strtoll(event.text + 1, nullptr, 10));
}

Crowd::Traffic Crowd::traffic() const {
  Traffic total;
  for (const Person& person : people_) {
    parley_stats stats{};
    stats.size = sizeof stats;
    if (person.session == nullptr || parley_session_stats(person.session, &stats) != PARLEY_OK) continue;
    total.datagrams_up += stats.datagrams_sent;
    total.datagrams_down += stats.datagrams_received;
    total.bytes_up += stats.bytes_sent;
    total.bytes_down += stats.bytes_received;
  }
  return total;
}

}  // namespace parley::bench
