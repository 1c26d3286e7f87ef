// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/world.h"

#include <algorithm>

#include "core/base/check.h"
#include "tests/sim/places.h"

namespace parley::sim {

using history::test::Death;

namespace {

constexpr uint64_t kKeptOfOneRoom = 25;  // entries of the last room; of the others all
constexpr Micros kScript = Seconds{20};
constexpr Micros kMostToRest = Seconds{240};
constexpr Micros kQuiet = Seconds{1};
// Virtual time moves by at least this; ENet counts milliseconds anyway.
constexpr Micros kTick{1'000};

}  // namespace

World::World(uint64_t seed, const identity::ServerKeys& keys, const std::filesystem::path& directory, const Plan& plan)
    : random_(seed), network_(random_.next()), now_{MonoTime{Seconds{1}}, kStartOfTime}, plan_(plan) {
  if (plan.soak_messages > 0 || (usual() && chance(0.5))) hostile_ = std::make_unique<HostileNetwork>(network_, random_.next(), 0.02);
  network_.set_conditions(some_conditions());
  const size_t rooms = !usual() ? 2 : 1 + random_.below(4);
  for (size_t i = 0; i < rooms; ++i) rooms_.push_back("room" + std::to_string(i));
  // Two I/O agents have two ports here, as there is no kernel that steers datagrams between them.
  std::vector<link::DatagramSocket*> sockets;
  for (uint16_t i = 0; i < 1 + random_.below(2); ++i) {
    server_addresses_.push_back(address(1, static_cast<uint16_t>(7000 + i)));
    sockets.push_back(&network_.open(server_addresses_.back()));
  }
  network_.set_tap([this](const link::Endpoint& from, const link::Endpoint& to, ByteView datagram) {
    if (hostile_) hostile_->see(from, to, datagram, now_.mono);
    const bool to_server = std::find(server_addresses_.begin(), server_addresses_.end(), to) != server_addresses_.end();
    CHECK(nonces_.see(to_server, datagram), "a nonce was used for two texts");
  });
  ServerSetup setup{
      .keys = keys, .sockets = sockets, .random = random_, .directory = directory, .drive_ignores_syncs = plan.drive_ignores_syncs};
  if (plan.soak_messages > 0) setup.sends_per_second = 1000;
  if (usual() && rooms > 1) setup.rooms.rules = {{.pattern = rooms_.back(), .keep = room::Keep{.entries = kKeptOfOneRoom}}};
  server_ = std::make_unique<SimServer>(std::move(setup));
  make_users(keys);
  pause_ms_ = 20 + static_cast<int64_t>(random_.below(160));
}

World::~World() = default;

Micros World::between(int64_t least_ms, int64_t most_ms) {
  return Millis{least_ms + static_cast<int64_t>(random_.below(static_cast<uint64_t>(most_ms - least_ms)))};
}

Grants World::some_grants() {
  if (!usual() || chance(0.7)) return {true, true, true};
  return {chance(0.7), chance(0.7), chance(0.5)};
}

link::PathConditions World::some_conditions() {
  link::PathConditions conditions;
  if (plan_.quiet > Micros(0)) return {.delay = Millis{50}, .jitter = Millis{10}, .loss = 0.2};
  if (plan_.soak_messages > 0) {
    return {.delay = Millis{20},
            .jitter = Millis{10},
            .loss = 0.1,
            .duplicate = 0.03,
            .corrupt = 0.002,
            .reorder = 0.05,
            .reorder_delay = Millis{20}};
  }
  conditions.delay = between(1, 100);
  conditions.jitter = between(0, 30);
  if (chance(0.7)) conditions.loss = random_.unit() * 0.1;
  if (chance(0.5)) conditions.duplicate = random_.unit() * 0.05;
  if (chance(0.5)) conditions.corrupt = random_.unit() * 0.02;
  if (chance(0.5)) conditions.reorder = random_.unit() * 0.1;
  conditions.reorder_delay = between(1, 50);
  if (chance(0.2)) {
    conditions.bytes_per_second = 8'000 + 40'000 * random_.unit();
    conditions.queue_bytes = 4'000 + random_.below(60'000);
  }
  return conditions;
}

void World::make_users(const identity::ServerKeys& keys) {
  const size_t count = !usual() ? 4 : 2 + random_.below(7);
  for (size_t i = 0; i < count; ++i) {
    UserSetup setup;
    setup.name = "user" + std::to_string(i);
    auto& grants = seen_.grants[setup.name];
    for (const std::string& room : rooms_) grants[room] = some_grants();
    setup.ticket = ticket_for(setup.name, grants, keys);
    setup.server = server_addresses_[i % server_addresses_.size()];
    setup.server_key = keys.link_public;
    setup.socket = &network_.open(address(static_cast<uint8_t>(10 + i), 9000));
    setup.random = &random_;
    users_.push_back(std::make_unique<SimUser>(std::move(setup), seen_));
    users_.back()->join(rooms_[random_.below(rooms_.size())], 20);
  }
}

std::string World::some_text(const SimUser& user) {
  std::string text = user.name() + " says " + std::to_string(++texts_);
  if (chance(0.05)) text.append(random_.below(kMaxMessageBytes - text.size()), '.');
  return text;
}

// ---- the script -------------------------------------------------------------------------------------------------------------

void World::act() {
  end_faults(false);
  if (chance(0.003)) network_.set_conditions(some_conditions());  // a step, also of the delay
  if (chance(0.015)) {
    act_on_server();
  } else {
    act_on(*users_[random_.below(users_.size())]);
  }
}

void World::act_on_server() {
  if (!server_->running()) return;
  if (chance(0.4)) {
    server_->stall_disk(now_.mono + between(5, 1'000));
    return;
  }
  // Often while the disk lags behind the fan-out: that is when members have heard what no restart will find.
  if (chance(0.6)) {
    server_->stall_disk(now_.mono + Seconds{1});
    run_until(now_.mono + between(20, 700));
    if (!server_->running()) return;
  }
  if (chance(0.5)) return server_->die_after(random_.below(40));  // in the middle of a commit
  server_dies();
}

void World::server_dies() {
  const bool power = chance(0.5);
  ++facts_.restarts;
  facts_.power_cuts += power ? 1 : 0;
  server_->die(power ? Death::kPower : Death::kProcess);
  faults_.push_back({now_.mono + between(10, usual() ? 3'000 : 1'000)});
}

void World::act_on(SimUser& user) {
  const std::string& room = rooms_[random_.below(rooms_.size())];
  const double dice = random_.unit();
  if (dice < 0.60) return user.send(room, some_text(user));
  if (dice < 0.66) return user.change(Saying::kEdit, some_text(user), random_.next());
  if (dice < 0.68) return user.change(Saying::kReaction, chance(0.5) ? "👍" : "🍕", random_.next());
  if (dice < 0.70) return user.change(Saying::kDelete, "", random_.next());
  if (dice < 0.85) return user.join(room, static_cast<uint16_t>(random_.below(60)));
  if (dice < 0.90) return user.leave(room);
  if (dice < 0.95) return user.ask(room, chance(0.5));
  const bool busy = std::any_of(faults_.begin(), faults_.end(), [&](const Fault& fault) { return fault.user == &user; });
  if (busy) return;
  if (chance(0.5)) return chance(0.8) ? move(user) : worsen_one_way(user);
  const bool kill = chance(0.4);
  ++(kill ? facts_.kills : facts_.partitions);
  network_.set_partitioned(user.address(), true);
  if (kill) user.kill();
  faults_.push_back({now_.mono + between(10, 12'000), &user, kill});
}

void World::end_faults(bool all) {
  std::erase_if(faults_, [&](const Fault& fault) {
    if (!all && fault.ends > now_.mono) return false;
    if (fault.user == nullptr) {
      server_->start();
      server_since_ = now_.mono;
    } else {
      network_.set_partitioned(fault.user->address(), false);
      if (fault.killed) fault.user->start();
    }
    return true;
  });
}

// ---- time -------------------------------------------------------------------------------------------------------------------

void World::step() {
  ++facts_.steps;
  MonoTime next = network_.next_arrival();
  server_->do_work(now_);
  if (server_->dying()) server_dies();
  for (auto& user : users_) {
    user->poll(now_);
    next = std::min(next, user->next_deadline());
  }
  next = std::min({next, network_.next_arrival(), server_->next_deadline()});
  const Micros forward = std::max(kTick, std::min<Micros>(next - now_.mono, Millis{100}));
  now_.mono += forward;
  now_.wall += forward;
}

void World::run_until(MonoTime end) {
  while (now_.mono < end) step();
}

bool World::at_rest() {
  const auto awaited = [this](const auto& user) { return user->busy() || user->online_since() < server_since_; };
  if (std::any_of(users_.begin(), users_.end(), awaited)) return false;
  const auto heads = server_->heads(now_);
  return std::all_of(users_.begin(), users_.end(), [&](const auto& user) { return user->at_rest(heads); });
}

// Twice, kQuiet apart, so that what is still under way may spoil it.
bool World::comes_to_rest() {
  const MonoTime give_up = now_.mono + kMostToRest;
  for (int rests = 0; rests < 2;) {
    run_until(now_.mono + kQuiet);
    rests = at_rest() ? rests + 1 : 0;
    if (now_.mono > give_up) return false;
  }
  return true;
}

void World::run_script() {
  const MonoTime end = now_.mono + kScript;
  while (now_.mono < end) {
    run_until(now_.mono + between(1, pause_ms_));
    act();
  }
}

Observed World::run() {
  if (plan_.soak_messages > 0) run_soak();
  if (plan_.quiet > Micros(0)) run_quiet();
  if (usual()) run_script();
  end_faults(true);
  server_->die_after(UINT64_MAX);
  calm_down();
  seen_.settled = comes_to_rest();

  for (auto& user : users_) {
    user->finish();
    facts_.holes += user->counters().holes;
    facts_.reconnects += user->reconnects();
  }
  server_->die(Death::kPower);
  server_->start();  // what a restart finds
  seen_.history = server_->history();
  seen_.first = server_->first_retained();
  facts_.messages = seen_.sent.size();
  for (const auto& [room, lines] : seen_.history) facts_.stored += lines.size();
  for (const Stay& stay : seen_.stays)
    for (const Step& each : stay.steps) {
      facts_.rollbacks += each.kind == StepKind::kRollback ? 1 : 0;
      facts_.gaps += each.kind == StepKind::kGap ? 1 : 0;
    }
  facts_.datagrams = network_.counters().sent;
  if (hostile_) facts_.attacks = hostile_->attacks();
  facts_.ended = now_.mono;
  return std::move(seen_);
}

}  // namespace parley::sim
