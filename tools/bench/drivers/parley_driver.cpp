// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/parley_driver.h"

namespace parley::bench {

Result<void> ParleyDriver::start(const DriverOptions& options, int clients, int rooms, Deliver deliver) {
  ServerOptions server_options;
  server_options.cpu = options.server_cpu;
  server_options.flags = options.server_flags;
  server_options.flags.insert(server_options.flags.end(), {"--sends-per-second", "0"});  // no other target has such a limit
  auto server = ServerProcess::start(server_options);
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  CrowdOptions crowd{.sessions = clients, .rooms = rooms, .address = server_->address()};
  crowd.ticket = [this](int i) { return server_->ticket("user-" + std::to_string(i)); };
  crowd.on_event = [deliver = std::move(deliver)](int i, const parley_event& event) {
    if (event.type == PARLEY_EVENT_MESSAGE) deliver(i, {event.text, event.text_length});
  };
  crowd_ = std::make_unique<Crowd>(std::move(crowd));
  return {};
}

Result<void> ParleyDriver::join(int client) {
  crowd_->connect(client);
  return {};
}

uint64_t ParleyDriver::faults() const {
  const CrowdCounts& counts = crowd_->counts();
  return counts.out_of_order + counts.refused + counts.offline + counts.failed;
}

}  // namespace parley::bench
