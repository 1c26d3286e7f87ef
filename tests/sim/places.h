// SPDX-License-Identifier: Apache-2.0
// What simulated worlds share: when they begin, their addresses, a directory of their own, in memory where the system has that, tickets,
// and the keys of the server, made once: what a world costs should be the world. One thread makes the keys first; then any.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/base/time.h"
#include "core/identity/server_keys.h"
#include "net/link/endpoint.h"
#include "tests/sim/observed.h"

namespace parley::sim {

inline const WallTime kStartOfTime = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));

inline link::Endpoint address(uint8_t host, uint16_t port = 7000) {
  link::Endpoint endpoint;
  endpoint.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, host};
  endpoint.port = port;
  return endpoint;
}

// Gone with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    const std::filesystem::path base = std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string pattern = base / "parley-sim-XXXXXX";
    CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
    path_ = pattern;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const identity::ServerKeys& keys() {
  static const identity::ServerKeys made = [] {
    const TemporaryDirectory directory;
    SeededRandom random(1);
    auto keys = identity::load_or_make_keys(directory.path(), random);
    CHECK(keys.has_value(), "keys can be made");
    return std::move(*keys);
  }();
  return made;
}

inline uint8_t rights_of(const Grants& grants) {
  using identity::Right;
  return static_cast<uint8_t>((grants.join ? static_cast<int>(Right::kJoin) : 0) | (grants.send ? static_cast<int>(Right::kSend) : 0) |
                              (grants.history ? static_cast<int>(Right::kHistory) : 0));
}

// Good for the first day.
inline std::string ticket_for(const std::string& user, const std::map<std::string, Grants>& grants, const identity::ServerKeys& server) {
  identity::Ticket ticket;
  ticket.user = ticket.name = user;
  ticket.audience = "parley";
  ticket.expires = kStartOfTime + std::chrono::days(1);
  for (const auto& [room, each] : grants)
    if (rights_of(each) != 0) ticket.grants.push_back({room, rights_of(each)});
  const auto minted = server.signer.mint(ticket, kStartOfTime);
  CHECK(minted.has_value(), minted ? "" : minted.error().text.c_str());
  return *minted;
}

}  // namespace parley::sim
