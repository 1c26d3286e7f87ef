// SPDX-License-Identifier: Apache-2.0
// What the admin socket says about one user's data (admin_answers.h has the form): {"ask":"export-user","user":…,"from":…}, a piece of the
// log in each answer, its objects in "lines", "next" to go on from, "done"; {"ask":"erase-user","user":…}, which orders it and gives the
// order's number; {"ask":"erasures","order":…}, how far that is. Main thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "net/server/server.h"

namespace parley::server {

nlohmann::json export_user(const Server& server, const nlohmann::json& request);
nlohmann::json erase_user(Server& server, const nlohmann::json& request);
nlohmann::json erasures(Server& server, const nlohmann::json& request);

}  // namespace parley::server
