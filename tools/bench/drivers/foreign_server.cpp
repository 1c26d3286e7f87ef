// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/foreign_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "tools/bench/measure/server_process.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

// Somebody else could take it before the server does; then the server ends, and the error says so.
int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  const bool bound =
      bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 && getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length) == 0;
  close(fd);
  return bound ? ntohs(at.sin_port) : 0;
}

bool answers(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(port));
  const bool connected = connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  close(fd);
  return connected;
}

// In the child, before exec.
[[noreturn]] void become(const ForeignCommand& command, const std::string& log, int cpu) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin_to_cpu(cpu);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) _exit(127);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  std::vector<char*> argv{const_cast<char*>(command.program.c_str())};
  for (const std::string& argument : command.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

std::string find_program(const std::string& name) {
  const char* path = getenv("PATH");
  std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/sbin:/usr/local/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = std::string(folder).append("/").append(name);
    if (!folder.empty() && access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

Result<std::unique_ptr<ForeignServer>> ForeignServer::start(const ForeignCommandMaker& command, int cpu) {
  std::unique_ptr<ForeignServer> server(new ForeignServer);
  if (auto done = server->launch(command, cpu); !done) return std::unexpected(done.error());
  return server;
}

Result<void> ForeignServer::launch(const ForeignCommandMaker& maker, int cpu) {
  std::string pattern = (std::filesystem::temp_directory_path() / "parley-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return fail(ErrorCode::kPermission, "can't make a directory for a server; is /tmp writable?");
  directory_ = pattern;
  port_ = free_port();
  if (port_ == 0) return fail(ErrorCode::kAddressInUse, "no free port on 127.0.0.1");
  ForeignCommand command = maker(port_, (directory_ / "config").string());
  const std::string name = command.program;
  command.program = find_program(name);
  if (command.program.empty()) return fail(ErrorCode::kNotFound, name + " isn't installed (apt-get install " + name + ")");
  std::ofstream(directory_ / "config") << command.config;
  pid_ = fork();
  if (pid_ == 0) become(command, (directory_ / "log").string(), cpu);
  if (pid_ < 0) return fail(ErrorCode::kInternal, "fork failed");
  return wait_for_port(name);
}

Result<void> ForeignServer::wait_for_port(const std::string& program) {
  using namespace std::chrono;
  const auto give_up = steady_clock::now() + seconds(20);
  while (steady_clock::now() < give_up) {
    if (answers(port_)) return {};
    if (!reap_within(pid_, 10)) continue;
    pid_ = -1;
    return fail(ErrorCode::kInternal, program + " ended before it served: " + last_line(directory_ / "log"));
  }
  return fail(ErrorCode::kTimeout, program + " didn't serve within 20 s: " + last_line(directory_ / "log"));
}

ForeignServer::~ForeignServer() {
  if (pid_ > 0) end_server(pid_, directory_ / "log", 5'000);
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

}  // namespace parley::bench
