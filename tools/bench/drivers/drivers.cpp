// SPDX-License-Identifier: Apache-2.0
// Which drivers there are.
#include <algorithm>

#include "core/base/check.h"
#include "tools/bench/drivers/enet_driver.h"
#include "tools/bench/drivers/foreign_server.h"
#include "tools/bench/drivers/irc.h"
#include "tools/bench/drivers/mqtt.h"
#include "tools/bench/drivers/nats.h"
#include "tools/bench/drivers/parley_driver.h"
#include "tools/bench/drivers/redis.h"
#include "tools/bench/drivers/stream_driver.h"

namespace parley::bench {

namespace {

struct Known {
  const char* name;
  const char* program;  // of its server, and the Debian package of that; nullptr: built in
  std::unique_ptr<Driver> (*make)();
};

template <class Protocol>
std::unique_ptr<Driver> over_tcp() {
  return std::make_unique<StreamDriver>(std::make_unique<Protocol>());
}

constexpr Known kKnown[] = {
    {"parley", nullptr, [] { return std::unique_ptr<Driver>(std::make_unique<ParleyDriver>()); }},
    {"enet", nullptr, [] { return std::unique_ptr<Driver>(std::make_unique<EnetDriver>()); }},
    {"mqtt", "mosquitto", over_tcp<Mqtt>},
    {"nats", "nats-server", over_tcp<Nats>},
    {"redis", "redis-server", over_tcp<Redis>},
    {"irc", "ngircd", over_tcp<Irc>},
};

const Known& known(const std::string& name) {
  const auto* found = std::ranges::find_if(kKnown, [&](const Known& each) { return name == each.name; });
  CHECK(found != std::end(kKnown), "the command line allows names of drivers only");
  return *found;
}

}  // namespace

const std::vector<std::string>& driver_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Known& each : kKnown) all.emplace_back(each.name);
    return all;
  }();
  return names;
}

std::unique_ptr<Driver> make_driver(const std::string& name) { return known(name).make(); }

bool can_start(const std::string& name, std::string& why_not) {
  const char* program = known(name).program;
  if (program == nullptr || !find_program(program).empty()) return true;
  why_not = std::string(program) + " isn't installed (apt-get install " + program + ")";
  return false;
}

}  // namespace parley::bench
