// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "core/base/check.h"

namespace parley::e2e {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point deadline) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) + 1 : 0;
}

// A file in memory that holds the input, at its beginning.
int input_file(const std::string& input) {
  int fd = memfd_create("input", MFD_CLOEXEC);
  CHECK(fd >= 0, "memfd_create");
  CHECK(write(fd, input.data(), input.size()) == static_cast<ssize_t>(input.size()), "a file in memory takes it all");
  CHECK(lseek(fd, 0, SEEK_SET) == 0, "lseek");
  return fd;
}

struct Pipe {
  int read_end, write_end;
};
Pipe make_pipe() {
  std::array<int, 2> ends{};
  CHECK(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2");
  return {ends[0], ends[1]};
}

}  // namespace

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> all;
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  for (char** variable = environ; *variable; ++variable) {
    std::string entry = *variable;
    if (!entry.starts_with("PARLEY_")) all.push_back(entry);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Process::Process(const Command& command) {
  std::vector<std::string> arguments = command.argv;
  std::vector<std::string> environment = environment_with(command.environment);
  std::vector<char*> argv = pointers_to(arguments);
  std::vector<char*> envp = pointers_to(environment);
  int input = input_file(command.input);
  Pipe output = make_pipe();
  Pipe log = make_pipe();
  pid_ = fork();
  CHECK(pid_ >= 0, "fork");
  if (pid_ == 0) {
    dup2(input, STDIN_FILENO);
    dup2(output.write_end, STDOUT_FILENO);
    dup2(log.write_end, STDERR_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  for (int fd : {input, output.write_end, log.write_end}) close(fd);
  output_.fd = output.read_end;
  log_.fd = log.read_end;
  pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  CHECK(pid_fd_ >= 0, "pidfd_open needs Linux 5.3");
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pid_fd_(std::exchange(other.pid_fd_, -1)),
      output_(std::exchange(other.output_, {})),
      log_(std::exchange(other.log_, {})),
      exit_code_(other.exit_code_) {}

Process::~Process() {
  if (pid_ < 0) return;
  if (!exit_code_) {
    send_signal(SIGKILL);
    wait_for_exit();
  }
  for (int fd : {pid_fd_, output_.fd, log_.fd}) {
    if (fd >= 0) close(fd);
  }
}

void Process::send_signal(int signal) {
  if (!exit_code_) kill(pid_, signal);
}

void Process::drain(Stream& stream) {
  std::array<char, 65536> chunk;
  ssize_t got = read(stream.fd, chunk.data(), chunk.size());
  if (got > 0) {
    stream.text.append(chunk.data(), static_cast<size_t>(got));
    return;
  }
  close(stream.fd);
  stream.fd = -1;
}

// One poll(2) on both pipes and the process. False when there is nothing more to wait for.
bool Process::read_some(Deadline deadline) {
  std::array<pollfd, 3> waits = {pollfd{output_.fd, POLLIN, 0}, pollfd{log_.fd, POLLIN, 0}, pollfd{pid_fd_, POLLIN, 0}};
  int ready = poll(waits.data(), waits.size(), milliseconds_until(deadline));
  if (ready <= 0) return false;
  bool read_any = false;
  for (auto [stream, wait] : {std::pair{&output_, &waits[0]}, std::pair{&log_, &waits[1]}}) {
    if (wait->fd < 0 || wait->revents == 0) continue;
    drain(*stream);
    read_any = true;
  }
  // The process ended, and what it had written is read: a grandchild that keeps the pipe open isn't waited for.
  return read_any || waits[2].revents == 0;
}

bool Process::wait_for_text(const Stream& stream, std::string_view text) {
  Deadline deadline = Clock::now() + kPatience;
  while (stream.text.find(text) == std::string::npos) {
    if (!read_some(deadline)) return false;
  }
  return true;
}

bool Process::wait_for_output(std::string_view text) { return wait_for_text(output_, text); }
bool Process::wait_for_log(std::string_view text) { return wait_for_text(log_, text); }

void Process::watch_for(std::chrono::milliseconds time) {
  const Deadline deadline = Clock::now() + time;
  while (read_some(deadline)) {
  }
}

std::optional<int> Process::wait_for_exit() {
  if (exit_code_) return exit_code_;
  Deadline deadline = Clock::now() + kPatience;
  while (read_some(deadline)) {
  }
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

Finished run(const Command& command) {
  Process process(command);
  std::optional<int> exit_code = process.wait_for_exit();
  return {exit_code.value_or(-1), process.output(), process.log()};
}

}  // namespace parley::e2e
