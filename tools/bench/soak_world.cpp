// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/soak_world.h"

#include <algorithm>

#include "tools/bench/contest.h"

namespace parley::bench {

namespace {

constexpr int kMessageBytes = 64;
constexpr int kSockets = 8;  // of the crowd, so that addresses of several change
constexpr int64_t kPatienceNs = 120'000'000'000;
constexpr int kSayAtOnce = 16;

// The server's address with another port.
std::string through(const std::string& address, uint16_t port) {
  const size_t end = address.find('#'), colon = address.rfind(':', end);
  return address.substr(0, colon + 1) + std::to_string(port) + address.substr(end);
}

}  // namespace

Result<std::unique_ptr<SoakWorld>> SoakWorld::start(const SoakOptions& options) {
  std::unique_ptr<SoakWorld> world(new SoakWorld(options));
  if (auto done = world->build(); !done) return std::unexpected(done.error());
  return world;
}

Result<void> SoakWorld::build() {
  ServerOptions server_options;
  server_options.flags = split_words(options_.server_flags + " --sends-per-second 0");
  auto server = ServerProcess::start(server_options);
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  auto path = PathRelay::start(server_->port(), options_.seed, -1);
  if (!path) return std::unexpected(path.error());
  path_ = std::move(*path);

  const int members = (options_.clients + options_.rooms - 1) / options_.rooms;
  ledgers_.assign(static_cast<size_t>(options_.rooms), RoomLedger(members, members));
  for (int room = 0; room < options_.rooms; ++room) {
    const int present = (options_.clients - room + options_.rooms - 1) / options_.rooms;
    ledgers_[static_cast<size_t>(room)] = RoomLedger(present, present);
    said_.emplace_back(static_cast<size_t>(present));
  }
  joined_.resize(static_cast<size_t>(options_.clients));
  CrowdOptions crowd{
      .sessions = options_.clients, .rooms = options_.rooms, .sessions_per_socket = std::max(1, options_.clients / kSockets)};
  crowd.address = through(server_->address(), path_->port());
  crowd.ticket = [this](int i) { return server_->ticket("soaker-" + std::to_string(i)); };
  crowd.on_event = [this](int session, const parley_event& event) { handle(session, event); };
  crowd_ = std::make_unique<Crowd>(std::move(crowd));
  if (!crowd_->gather(50, std::chrono::seconds(60))) return fail(ErrorCode::kTimeout, "not everybody joined within 60 s");
  start_ns_ = steady_ns();
  return {};
}

void SoakWorld::step() {
  for (int i = 0; i < kSayAtOnce; ++i) {
    const int64_t due = start_ns_ + turn_ * 1'000'000'000 / options_.rate;
    if (steady_ns() < due) break;
    say(due);
    ++turn_;
  }
  crowd_->poll(1);
}

void SoakWorld::say(int64_t due_ns) {
  char text[kMostTextBytes];
  const int session = static_cast<int>(turn_ * 7919 % options_.clients), member = member_of(session);
  uint32_t& number = said_[static_cast<size_t>(session % options_.rooms)][static_cast<size_t>(member)];
  if (crowd_->publish(session, write_stamp({due_ns, static_cast<uint32_t>(member), number}, kMessageBytes, text))) {
    ++number;
  } else {
    ++held_back_;
  }
}

void SoakWorld::handle(int session, const parley_event& event) {
  const int member = member_of(session);
  RoomLedger& ledger = ledger_of(session);
  if (event.type == PARLEY_EVENT_JOINED && !joined_[static_cast<size_t>(session)]) {
    joined_[static_cast<size_t>(session)] = true;
    ledger.joined(member, event.sequence);
  } else if (event.type == PARLEY_EVENT_ROLLBACK) {
    ledger.rolled_back(member, event.sequence, crashes_);
  } else if (event.type == PARLEY_EVENT_SEND_FAILED || event.type == PARLEY_EVENT_REFUSED) {
    ++refused_;
  } else if (event.type == PARLEY_EVENT_GAP) {
    ++gaps_;
  } else if (event.type == PARLEY_EVENT_MESSAGE) {
    const auto stamp = read_stamp({event.text, event.text_length});
    ledger.received(member, event.sequence, stamp ? *stamp : Stamp{0, UINT32_MAX, 0});
    if (stamp && latency_ != nullptr) latency_->record(steady_ns() - stamp->due_ns);
  }
}

Result<void> SoakWorld::kill_server() {
  ++crashes_;
  return server_->kill_and_restart();
}

bool SoakWorld::settled() const {
  for (size_t room = 0; room < ledgers_.size(); ++room) {
    const RoomLedger& ledger = ledgers_[room];
    for (size_t member = 0; member < said_[room].size(); ++member) {
      const int index = static_cast<int>(member);
      if (ledger.placed(index) < said_[room][member] || ledger.last_of(index) < ledger.newest()) return false;
    }
  }
  return true;
}

void SoakWorld::finish() {
  const int64_t give_up = steady_ns() + kPatienceNs;
  while (!settled() && steady_ns() < give_up) crowd_->poll(5);
  finished_ = true;
}

RoomLedger::Faults SoakWorld::faults() const {
  RoomLedger::Faults sum;
  for (size_t room = 0; room < ledgers_.size(); ++room) {
    const RoomLedger::Faults faults = finished_ ? ledgers_[room].finish(said_[room]) : ledgers_[room].faults();
    sum.lost += faults.lost;
    sum.doubled += faults.doubled;
    sum.out_of_order += faults.out_of_order;
  }
  return sum;
}

}  // namespace parley::bench
