// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>

#include "core/identity/server_keys.h"

namespace parley::bench {

namespace {

std::filesystem::path beside_this_program(const char* name) { return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name; }

// In the child, before exec: dies with the bench, runs where it was told to, and talks to a file, as our own output is for a report.
void become_server(const std::vector<std::string>& arguments, const std::string& log, int cpu) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0) _exit(127);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<size_t>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

std::string last_line(const std::filesystem::path& log) {
  std::ifstream in(log);
  std::string last;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) last = line;
  }
  return last.empty() ? "it said nothing" : last;
}

bool reap_within(pid_t pid, int milliseconds) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd waiting{fd, POLLIN, 0};
  const bool ended = fd >= 0 && poll(&waiting, 1, milliseconds) == 1;
  if (fd >= 0) close(fd);
  return ended && waitpid(pid, nullptr, 0) == pid;
}

Result<std::unique_ptr<ServerProcess>> ServerProcess::start(const ServerOptions& options) {
  std::unique_ptr<ServerProcess> server(new ServerProcess);
  server->options_ = options;
  if (auto done = server->make_directory(); !done) return std::unexpected(done.error());
  if (auto done = server->launch("0"); !done) return std::unexpected(done.error());
  if (auto done = server->load_signer(); !done) return std::unexpected(done.error());
  return server;
}

Result<void> ServerProcess::make_directory() {
  const auto parent = options_.data_parent.empty() ? std::filesystem::temp_directory_path() : options_.data_parent;
  std::string pattern = (parent / "parley-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return fail(ErrorCode::kPermission, "can't make a directory in " + parent.string());
  directory_ = pattern;
  return {};
}

Result<void> ServerProcess::launch(const std::string& port) {
  const std::string program = options_.program.empty() ? beside_this_program("parleyd").string() : options_.program;
  std::vector<std::string> arguments{program, "--data-dir",     (directory_ / "data").string(),   "--host", "127.0.0.1", "--port",
                                     port,    "--address-file", (directory_ / "address").string()};
  arguments.insert(arguments.end(), options_.flags.begin(), options_.flags.end());
  pid_ = fork();
  if (pid_ == 0) become_server(arguments, (directory_ / "log").string(), options_.cpu);
  if (pid_ < 0) return fail(ErrorCode::kInternal, "fork failed");
  return wait_for_address();
}

Result<void> ServerProcess::kill_and_restart() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
  std::filesystem::remove(directory_ / "address");
  return launch(std::to_string(port()));
}

uint16_t ServerProcess::port() const {
  const size_t end = address_.find('#'), colon = address_.rfind(':', end);
  return static_cast<uint16_t>(std::stoi(address_.substr(colon + 1, end - colon - 1)));
}

Result<void> ServerProcess::wait_for_address() {
  using namespace std::chrono;
  const auto give_up = steady_clock::now() + seconds(20);
  while (steady_clock::now() < give_up) {
    std::ifstream in(directory_ / "address");
    if (std::getline(in, address_) && !address_.empty()) return {};
    if (reap_within(pid_, 10)) {
      pid_ = -1;
      return fail(ErrorCode::kInternal, "parleyd ended before it served: " + last_line(directory_ / "log"));
    }
  }
  return fail(ErrorCode::kTimeout, "parleyd didn't serve within 20 s: " + last_line(directory_ / "log"));
}

Result<void> ServerProcess::load_signer() {
  SystemRandom random;
  auto keys = identity::load_or_make_keys(directory_ / "data", random);
  if (!keys) return std::unexpected(keys.error());
  signer_ = std::make_unique<identity::Signer>(std::move(keys->signer));
  return {};
}

void end_server(pid_t pid, const std::filesystem::path& log, int patience_ms) {
  if (reap_within(pid, 0)) {
    std::fprintf(stderr, "parley-bench: a server ended by itself: %s\n", last_line(log).c_str());
    return;
  }
  kill(pid, SIGTERM);
  if (reap_within(pid, patience_ms)) return;
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) end_server(pid_, directory_ / "log", 20'000);
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

std::string ServerProcess::ticket(const std::string& user) const {
  SystemClock clock;
  const WallTime now = clock.now().wall;
  identity::Ticket ticket;
  ticket.user = user;
  ticket.name = user;
  ticket.audience = "parley";
  ticket.expires = now + std::chrono::hours(24);
  ticket.grants = {{"*", static_cast<uint8_t>(identity::Right::kJoin) | static_cast<uint8_t>(identity::Right::kSend) |
                             static_cast<uint8_t>(identity::Right::kHistory)}};
  const auto minted = signer_->mint(ticket, now);
  return minted ? *minted : std::string();
}

}  // namespace parley::bench
