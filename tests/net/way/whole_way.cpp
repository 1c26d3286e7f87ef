// SPDX-License-Identifier: Apache-2.0
#include "tests/net/way/whole_way.h"

#include <algorithm>

#include "core/base/check.h"
#include "tests/net/way/counting_new.h"

namespace parley::way {
namespace {

constexpr const char* kRoom = "lobby";
constexpr size_t kRing = 1024;  // datagrams that may wait at a socket
const WallTime kStart = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));

std::string ticket_for(const std::string& user, const identity::ServerKeys& keys) {
  using identity::Right;
  identity::Ticket ticket;
  ticket.user = ticket.name = user;
  ticket.audience = "parley";
  ticket.expires = kStart + std::chrono::days(365);
  ticket.grants.push_back({"*", static_cast<uint8_t>(static_cast<int>(Right::kJoin) | static_cast<int>(Right::kSend))});
  const auto minted = keys.signer.mint(ticket, kStart);
  CHECK(minted.has_value(), "a ticket can be signed");
  return *minted;
}

}  // namespace

WireSocket::WireSocket(std::vector<std::unique_ptr<WireSocket>>& all, uint16_t port) : all_(all), ring_(kRing) {
  local_.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  local_.port = port;
}

size_t WireSocket::receive(std::span<link::InDatagram> out, Now) {
  size_t count = 0;
  for (; count < out.size() && head_ < tail_; ++count, ++head_) {
    Waiting& each = ring_[head_ % kRing];
    out[count] = {each.from, MutableBytes(each.bytes).first(each.size)};
  }
  return count;
}

// Ports are indices from 1.
void WireSocket::send(std::span<const link::OutDatagram> datagrams, Now) {
  for (const link::OutDatagram& datagram : datagrams) {
    WireSocket& to = *all_[datagram.to.port - 1u];
    CHECK(to.tail_ - to.head_ < kRing, "the wire has room for all that this test says");
    Waiting& each = to.ring_[to.tail_++ % kRing];
    each.from = local_;
    each.size = datagram.bytes.size();
    std::ranges::copy(datagram.bytes, each.bytes.begin());
  }
}

WholeWay::WholeWay(int members) : now_{MonoTime{Seconds{1}}, kStart} {
  std::string pattern = std::filesystem::temp_directory_path() / "parley-way-XXXXXX";
  CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
  directory_ = pattern;
  open_server();
  for (int i = 0; i < members; ++i) add_member(i);
}

WholeWay::~WholeWay() {
  clients_.clear();
  core_.reset();
  store_.reset();
  std::filesystem::remove_all(directory_);
}

void WholeWay::open_server() {
  config_.sends.per_second = 0;
  auto store = history::Store::open({.directory = directory_, .max_bytes = size_t{64} << 20, .no_sync_for_simulation = true});
  CHECK(store.has_value(), "an empty directory takes a store");
  store_ = std::move(*store);
  auto keys = identity::load_or_make_keys(directory_, random_);
  CHECK(keys.has_value(), "keys can be made");
  keys_ = std::make_unique<identity::ServerKeys>(std::move(*keys));
  sockets_.push_back(std::make_unique<WireSocket>(sockets_, 1));
  auto core = server::ServerCore::make({config_, *store_, *keys_, random_, {sockets_[0].get()}});
  CHECK(core.has_value(), "a server can be made");
  core_ = std::move(*core);
  const std::vector<Agent*> agents = core_->agents();
  others_.assign(agents.begin() + 1, agents.end());
}

void WholeWay::add_member(int number) {
  sockets_.push_back(std::make_unique<WireSocket>(sockets_, static_cast<uint16_t>(sockets_.size() + 1)));
  clients_.push_back(std::make_unique<client::Client>(client::over_socket(*sockets_.back(), random_), random_, client::ClientOptions{}));
  auto session = clients_.back()->connect(
      {.server = sockets_[0]->local(), .server_key = keys_->link_public, .ticket = ticket_for("user" + std::to_string(number), *keys_)});
  CHECK(session.has_value(), "a client can be made");
  CHECK((*session)->join(kRoom, {.last = 0, .since = {}}).has_value(), "it can ask to join");
  sessions_.push_back(*session);
}

void WholeWay::say(const std::string& text, Millis then) {
  const uint64_t before = way::allocations();
  client::Content& content = sessions_[0]->blank();  // as parley_send does
  content.text = text;
  const bool taken = sessions_[0]->send(kRoom, content).has_value();
  allocations_.send += way::allocations() - before;
  CHECK(taken, "the outbox takes a message");
  run(then);
}

void WholeWay::run(Millis time) {
  for (const MonoTime end = now_.mono + time; now_.mono < end; now_.mono += Millis{1}, now_.wall += Millis{1}) step();
}

void WholeWay::step() {
  poll_clients();
  const uint64_t before = way::allocations();
  core_->io(0).do_work(now_);
  allocations_.server += way::allocations() - before;
  for (Agent* agent : others_) agent->do_work(now_);
}

void WholeWay::poll_clients() {
  std::array<parley_event, 64> events;
  for (const auto& client : clients_) {
    const uint64_t before = way::allocations();
    const size_t count = client->poll(now_, events);
    allocations_.poll += way::allocations() - before;
    for (size_t i = 0; i < count; ++i) on_event(events[i]);
  }
}

void WholeWay::on_event(const parley_event& event) {
  if (event.type == PARLEY_EVENT_JOINED) ++joined_;
  if (event.type == PARLEY_EVENT_MESSAGE) ++delivered_;
  if (event.type == PARLEY_EVENT_DURABLE) ++durable_;
}

Allocations WholeWay::allocations() const {
  Allocations out = allocations_;
  for (const auto& client : clients_) out.enet_blocks += client->transport()->counters().enet_fresh_blocks;
  return out;
}

}  // namespace parley::way
