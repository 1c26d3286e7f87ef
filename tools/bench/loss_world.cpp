// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/loss_world.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/check.h"

namespace parley::bench {
namespace {

constexpr const char* kRoom = "lobby";
constexpr int64_t kLeastPauseMs = 300, kMostPauseMs = 3000;
constexpr Micros kMostToSettle = Seconds{60};
constexpr size_t kStoreBytes = size_t{64} << 20, kStoreBytesAMessage = 1024;
constexpr size_t kTextBytes = 64;
// An agent whose deadline stands in the past must not stop the clock.
constexpr Micros kLeastStep{10};
const WallTime kStartOfTime = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));

link::Endpoint address(uint8_t host) {
  link::Endpoint endpoint;
  endpoint.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, host};
  endpoint.port = 7777;
  return endpoint;
}
const link::Endpoint kServer = address(1);

std::string ticket_for(const std::string& user, const identity::ServerKeys& keys) {
  using identity::Right;
  identity::Ticket ticket;
  ticket.user = ticket.name = user;
  ticket.audience = "parley";
  ticket.expires = kStartOfTime + std::chrono::days(3650);
  ticket.grants.push_back(
      {kRoom, static_cast<uint8_t>(static_cast<int>(Right::kJoin) | static_cast<int>(Right::kSend) | static_cast<int>(Right::kHistory))});
  const auto minted = keys.signer.mint(ticket, kStartOfTime);
  CHECK(minted.has_value(), minted ? "" : minted.error().text.c_str());
  return *minted;
}

std::filesystem::path temporary_directory() {
  const std::filesystem::path memory = "/dev/shm";
  std::string pattern = (std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path()) / "parley-loss-XXXXXX";
  CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
  return pattern;
}

}  // namespace

LossWorld::LossWorld(const identity::ServerKeys& keys, const link::PathConditions& clean, const LossWorldOptions& options)
    : directory_(temporary_directory()), random_(options.seed), network_(random_.next()), now_{MonoTime{Seconds{1}}, kStartOfTime} {
  network_.set_conditions(clean);
  network_.set_tap([this, watch = options.watch_nonces](const link::Endpoint&, const link::Endpoint& to, ByteView datagram) {
    const bool up = to == kServer;
    (up ? up_bytes_ : down_bytes_) += datagram.size();
    if (watch) nonces_.see(up, datagram);
  });
  open_server(keys, options);
  for (const char* name : {"sender", "receiver"}) add_person(keys, name, options);
  gather();
}

LossWorld::~LossWorld() {
  people_.clear();
  agents_.clear();
  core_.reset();
  store_.reset();
  std::filesystem::remove_all(directory_);
}

void LossWorld::open_server(const identity::ServerKeys& keys, const LossWorldOptions& options) {
  config_.sends.per_second = 0;  // the bench says how much is said
  const size_t bytes = kStoreBytes + options.messages * kStoreBytesAMessage;
  auto store = history::Store::open({.directory = directory_, .max_bytes = bytes, .no_sync_for_simulation = true});
  CHECK(store.has_value(), store ? "" : store.error().text.c_str());
  store_ = std::move(*store);
  auto core = server::ServerCore::make({config_, *store_, keys, random_, {&network_.open(kServer)}, options.link_reliability});
  CHECK(core.has_value(), core ? "" : core.error().text.c_str());
  core_ = std::move(*core);
  agents_ = core_->agents();
}

void LossWorld::add_person(const identity::ServerKeys& keys, const std::string& name, const LossWorldOptions& options) {
  link::DatagramSocket& socket = network_.open(address(static_cast<uint8_t>(10 + people_.size())));
  const client::TransportMaker maker = [&](transport::ClientTransportOptions transport, transport::ClientHandler& handler) {
    transport.link_reliability = options.link_reliability;
    return transport::make_client_transport(transport, socket, random_, handler);
  };
  Person person;
  person.client = std::make_unique<client::Client>(maker, random_, client::ClientOptions{});
  auto session = person.client->connect({.server = kServer, .server_key = keys.link_public, .ticket = ticket_for(name, keys)});
  CHECK(session.has_value(), session ? "" : session.error().text.c_str());
  person.session = *session;
  CHECK(person.session->join(kRoom, {.last = 0, .since = {}}).has_value(), "a simulated client can join");
  people_.push_back(std::move(person));
}

void LossWorld::gather() {
  run_until(now_.mono + Seconds{5});
  CHECK(std::all_of(people_.begin(), people_.end(), [](const Person& each) { return each.joined; }), "everybody is in the room");
}

LossPhase LossWorld::chat(uint64_t messages) {
  phase_ = {};
  phase_from_ = said_;
  said_at_.clear();
  heard_.assign(messages, false);
  heard_count_ = 0;
  const uint64_t down_before = down_bytes_, up_before = up_bytes_;
  const MonoTime start = now_.mono;
  for (uint64_t i = 0; i < messages; ++i) {
    run_until(now_.mono + Millis{kLeastPauseMs} + Micros(static_cast<int64_t>(random_.below((kMostPauseMs - kLeastPauseMs) * 1000))));
    say();
  }
  const MonoTime give_up = now_.mono + kMostToSettle;
  while (heard_count_ < messages && now_.mono < give_up) run_until(now_.mono + Seconds{1});
  run_until(now_.mono + Seconds{1});  // what comes twice may come late
  phase_.sent = messages;
  phase_.lost = messages - heard_count_;
  phase_.down_bytes = down_bytes_ - down_before;
  phase_.up_bytes = up_bytes_ - up_before;
  phase_.time = now_.mono - start;
  return std::move(phase_);
}

void LossWorld::say() {
  std::string text = std::to_string(said_++);
  text.resize(kTextBytes, '.');
  said_at_.push_back(now_.mono);
  CHECK(people_[0].session->send(kRoom, {.text = text}).has_value(), "the outbox takes a message");
  poll();
}

// Everybody does what there is to do at this moment; who was woken by another gets its turn.
void LossWorld::poll() {
  int work = 0;
  do {
    work = 0;
    for (Agent* agent : agents_) work += agent->do_work(now_);
  } while (work > 0);
  for (Person& person : people_) poll(person);
}

void LossWorld::poll(Person& person) {
  std::array<parley_event, 64> events;
  size_t count;
  do {
    count = person.client->poll(now_, events);
    for (size_t i = 0; i < count; ++i) on_event(person, events[i]);
  } while (count == events.size());
}

void LossWorld::on_event(const Person& person, const parley_event& event) {
  const bool receiver = &person == &people_[1];
  switch (event.type) {
    case PARLEY_EVENT_JOINED:
      people_[receiver ? 1 : 0].joined = true;
      return;
    case PARLEY_EVENT_OFFLINE:
      ++disconnects_;
      return;
    case PARLEY_EVENT_MESSAGE: {
      uint64_t number = 0;
      std::from_chars(event.text, event.text + event.text_length, number);
      if (receiver) on_message(number);
      return;
    }
    default:
      return;
  }
}

void LossWorld::on_message(uint64_t number) {
  if (number < phase_from_) return;  // given up in an earlier phase
  const size_t index = number - phase_from_;
  if (heard_[index]) {
    ++phase_.doubled;
    return;
  }
  heard_[index] = true;
  ++heard_count_;
  phase_.delivery.record((now_.mono - said_at_[index]).count() * 1000);
}

void LossWorld::run_until(MonoTime end) {
  while (now_.mono < end) {
    poll();
    MonoTime next = std::min(network_.next_arrival(), end);
    for (const Agent* agent : agents_) next = std::min(next, agent->next_deadline());
    for (const Person& person : people_) next = std::min(next, person.client->next_deadline());
    const Micros forward = std::max(next - now_.mono, kLeastStep);
    now_.mono += forward;
    now_.wall += forward;
  }
  poll();
}

}  // namespace parley::bench
