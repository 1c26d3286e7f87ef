// SPDX-License-Identifier: Apache-2.0
// Who comes in: a hello's protocol versions and ticket against what this server speaks and whom it trusts. Costs an Ed25519 verification,
// about 0.1 ms, so the link calls it where requests are opened: on the handshake thread. Decides only, and touches nothing that changes
// while the server runs; the verdict travels with the request to the I/O thread.
#pragma once

#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/identity/ticket.h"
#include "net/link/link.h"

namespace parley::server {

struct Admitted {
  uint16_t protocol = 0;
  identity::Ticket ticket;
};

struct HelloVerdict final : link::RequestVerdict {
  bool understood = false;  // else the hello is malformed
  // Refusals: kProtocolVersion; kTicketMalformed, -Forged, -Expired, -Foreign; a bad user name's codes.
  Result<Admitted> admitted = Admitted{};
};

class HelloJudge final : public link::RequestJudge {
 public:
  // Both outlive it, and don't change.
  HelloJudge(const identity::KeySet& keys, const std::string& audience) : keys_(keys), audience_(audience) {}
  std::unique_ptr<link::RequestVerdict> judge(const link::OpenedRequest& request, WallTime wall) override;

 private:
  const identity::KeySet& keys_;
  const std::string& audience_;
};

}  // namespace parley::server
