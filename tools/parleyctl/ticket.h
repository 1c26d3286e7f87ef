// SPDX-License-Identifier: Apache-2.0
// parleyctl ticket: minted by the running server, which knows its own audience, or by this program with the server's key files when none
// runs. Never makes keys. One thread.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/time.h"

namespace parley::parleyctl {

struct TicketOptions {
  std::string user, name;
  std::vector<std::string> rooms;
  std::vector<std::string> rights = {"join", "send", "history"};
  std::string valid = "24h";
  std::string audience = "parley";  // without a running server, which knows its own
};

// The answer's object: "ticket", and "address" from a running server. Errors: those of minting; kNotFound: no server and no keys there.
Result<nlohmann::json> make_ticket(const std::filesystem::path& data_dir, const TicketOptions& options);

// "90s", "15m", "24h", "30d". Error: kInvalidArgument.
Result<Seconds> parse_span(const std::string& text);

}  // namespace parley::parleyctl
