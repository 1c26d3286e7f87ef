// SPDX-License-Identifier: Apache-2.0
// What networks do to a world, and the worlds that follow another plan than the usual one (world.h).
#include "tests/sim/world.h"

namespace parley::sim {

// Another network, or a NAT that forgot: an address that nobody had before. Half of them notice it themselves.
void World::move(SimUser& user) {
  ++facts_.moves;
  link::Endpoint to = user.address();
  to.ip[13] = static_cast<uint8_t>(facts_.moves >> 8);
  to.port = static_cast<uint16_t>(20'000 + (facts_.moves & 0xff));
  network_.move(user.address(), to);
  if (chance(0.5)) user.rebound(now_);
}

void World::worsen_one_way(SimUser& user) {
  const bool up = chance(0.5);
  const auto& [from, to] = worse_ways_.emplace_back(up ? user.address() : user.server(), up ? user.server() : user.address());
  link::PathConditions conditions = some_conditions();
  conditions.loss = 0.3 * random_.unit();
  network_.set_conditions(from, to, conditions);
}

void World::calm_down() {
  constexpr link::PathConditions kCalm{.delay = Millis{10}};
  network_.set_conditions(kCalm);
  for (const auto& [from, to] : worse_ways_) network_.set_conditions(from, to, kCalm);
}

void World::act_in_soak() {
  end_faults(false);
  SimUser& user = *users_[random_.below(users_.size())];
  user.send(rooms_[random_.below(rooms_.size())], some_text(user));
  if (chance(0.005)) move(user);
  if (!chance(0.0004) || !server_->running()) return;
  if (chance(0.5)) return server_->die_after(random_.below(40));
  server_dies();
}

void World::run_soak() {
  for (auto& user : users_)
    for (const std::string& room : rooms_) user->join(room, 20);
  while (seen_.sent.size() < plan_.soak_messages) {
    run_until(now_.mono + between(1, 8));
    act_in_soak();
  }
}

// Of four, two never say a word.
void World::run_quiet() {
  for (auto& user : users_) user->join(rooms_.front(), 20);
  const MonoTime end = now_.mono + plan_.quiet;
  while (now_.mono < end) {
    run_until(now_.mono + between(10'000, 200'000));
    SimUser& user = *users_[random_.below(2)];
    user.send(rooms_.front(), some_text(user));
  }
}

}  // namespace parley::sim
