// SPDX-License-Identifier: Apache-2.0
// What an operator does by the admin socket beside asking: {"ask":"say","room","text"}, {"ask":"backup","directory"} and
// {"ask":"backup-status"}. A backup is answered at once, with its id; its status says how far it is. Main thread; "say" may wait for the
// disk, two seconds at most.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "net/server/server.h"

namespace parley::server {

// Nothing: it is none of these.
std::optional<nlohmann::json> answer_operation(Server& server, const std::string& what, const nlohmann::json& request);

}  // namespace parley::server
