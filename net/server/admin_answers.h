// SPDX-License-Identifier: Apache-2.0
// What the admin socket says: one line of JSON in, one line of JSON out. {"ask":"status"}, "rooms", "sessions", or "ticket" with the fields
// user, name, rooms, rights, valid_s; what changes something is in admin_operations.h and admin_users.h. Answers: {"ok":true,…} or
// {"ok":false,"error":"name","text":"cause and cure"}. Main thread.
#pragma once

#include <string>
#include <string_view>

#include "net/server/server.h"

namespace parley::server {

class AdminAnswers {
 public:
  AdminAnswers(Server& server, Clock& clock) : server_(server), clock_(clock) {}

  // Without the line's end. May wait for the I/O threads, two seconds at most.
  std::string answer(std::string_view line);

 private:
  Server& server_;
  Clock& clock_;
};

}  // namespace parley::server
