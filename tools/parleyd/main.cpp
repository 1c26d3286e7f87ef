// SPDX-License-Identifier: Apache-2.0
// parleyd: reads its settings, starts the server (its threads: net/server/README.md), answers the admin socket, and on SIGTERM drains.
// Exit codes: 0 after a drain, 1 when it couldn't start or not all was stored at the end, 2 for a wrong command line or configuration.
#include <poll.h>
#include <spdlog/spdlog.h>

#include <array>
#include <iostream>

#include "core/base/text.h"
#include "net/server/admin_answers.h"
#include "net/server/admin_socket.h"
#include "net/server/server.h"
#include "net/server/version.h"
#include "tools/parleyd/address_file.h"
#include "tools/parleyd/command_line.h"
#include "tools/parleyd/log.h"
#include "tools/parleyd/signals.h"

namespace parley::parleyd {
namespace {

constexpr int kStorageLookMs = 1000;

int refuse_to_start(const Error& error) {
  spdlog::error("{}", printable(error.text));
  return 1;
}

// Says when the store stops or starts to take messages, once each time.
class StorageWatch {
 public:
  void look(const server::ServerStatus& status) {
    if (status.storage == last_) return;
    last_ = status.storage;
    if (status.storage == history::StorageState::kWorking) {
      spdlog::info("the store takes messages again");
    } else {
      spdlog::error("the store takes no messages: {}", printable(status.storage_error));
    }
  }

 private:
  history::StorageState last_ = history::StorageState::kWorking;
};

// Until a signal asks to end; returns its number.
int serve(server::Server& server, server::AdminSocket& admin, Signals& signals) {
  StorageWatch storage;
  while (true) {
    std::array<pollfd, 2> waits = {pollfd{signals.fd(), POLLIN, 0}, pollfd{admin.fd(), POLLIN, 0}};
    poll(waits.data(), waits.size(), kStorageLookMs);
    if (const int signal = signals.take(); signal != 0) return signal;
    admin.serve();
    storage.look(server.status());
  }
}

Result<void> announce(const server::Server& server, const DaemonConfig& config) {
  if (!config.address_file.empty()) {
    if (auto written = write_address_file(config.address_file, server.address()); !written) return written;
  }
  std::cout << server.address() << '\n' << std::flush;
  return {};
}

int run(const DaemonConfig& config) {
  set_up_log(config.log_level);
  Signals signals;
  SystemClock clock;
  SystemRandom random;
  auto server = server::Server::start(config.server, clock, random);
  if (!server) return refuse_to_start(server.error());
  server::AdminAnswers answers(**server, clock);
  auto admin =
      server::AdminSocket::open(config.server.data_dir / "admin.sock", [&](std::string_view line) { return answers.answer(line); });
  if (!admin) return refuse_to_start(admin.error());
  if (auto announced = announce(**server, config); !announced) return refuse_to_start(announced.error());
  spdlog::info("parleyd {} serves at {} with {} I/O threads, data in {}", server::version(), (*server)->address(), config.server.io_threads,
               printable(config.server.data_dir.string()));

  const int signal = serve(**server, **admin, signals);
  signals.release();
  spdlog::info("signal {}: committing and telling clients to come back; a second one ends at once", signal);
  const bool clean = (*server)->drain();
  if (clean) spdlog::info("ended");
  if (!clean) spdlog::error("ended, but not all messages could be stored; their senders have no durable receipt and send them again");
  return clean ? 0 : 1;
}

}  // namespace
}  // namespace parley::parleyd

int main(int argc, char** argv) {
  const parley::parleyd::CommandLine line = parley::parleyd::read_command_line(argc, argv);
  return line.exit_code ? *line.exit_code : parley::parleyd::run(line.config);
}
