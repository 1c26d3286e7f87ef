// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/terminal.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include <array>
#include <utility>
#include <vector>

#include "core/base/check.h"

namespace parley::e2e {
namespace {

constexpr int kRows = 30, kColumns = 100;
constexpr size_t kMaxCellBytes = 32;  // a character with what combines with it
constexpr std::pair<const char*, const char*> kVariables[] = {{"TERM", "xterm-256color"}, {"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}};

}  // namespace

void Terminal::FreeEmulator::operator()(VTerm* emulator) const { vterm_free(emulator); }

Terminal::Terminal(const Command& command) : emulator_(vterm_new(kRows, kColumns)) {
  vterm_set_utf8(emulator_.get(), 1);
  VTermScreen* const screen = vterm_obtain_screen(emulator_.get());
  vterm_screen_enable_altscreen(screen, 1);
  vterm_screen_reset(screen, 1);
  std::vector<std::string> arguments = command.argv;
  std::vector<std::pair<std::string, std::string>> variables = command.environment;
  for (const auto& [name, value] : kVariables) variables.emplace_back(name, value);
  std::vector<std::string> environment = environment_with(variables);
  std::vector<char*> argv = pointers_to(arguments);
  std::vector<char*> envp = pointers_to(environment);
  const winsize size{kRows, kColumns, 0, 0};
  pid_ = forkpty(&fd_, nullptr, nullptr, &size);
  CHECK(pid_ >= 0, "forkpty");
  if (pid_ == 0) {
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
}

Terminal::~Terminal() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  close(fd_);
}

void Terminal::type(std::string_view keys) {
  CHECK(write(fd_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()), "a terminal takes a few keys at once");
}

bool Terminal::shows(std::string_view text) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    if (screen().find(text) != std::string::npos) return true;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0 || !read_some(static_cast<int>(left))) return false;
  }
}

void Terminal::drain() {
  while (read_some(0)) {
  }
}

void Terminal::until_end() {
  while (read_some(static_cast<int>(std::chrono::milliseconds(kPatience).count()))) {
  }
}

bool Terminal::read_some(int timeout_ms) {
  pollfd wait{fd_, POLLIN, 0};
  if (poll(&wait, 1, timeout_ms) <= 0) return false;
  std::array<char, 16384> chunk;
  const ssize_t got = read(fd_, chunk.data(), chunk.size());
  if (got <= 0) return false;
  vterm_input_write(emulator_.get(), chunk.data(), static_cast<size_t>(got));
  return true;
}

std::string Terminal::screen() const {
  std::string text(kRows * kColumns * kMaxCellBytes, '\0');
  text.resize(vterm_screen_get_text(vterm_obtain_screen(emulator_.get()), text.data(), text.size(), {0, kRows, 0, kColumns}));
  return text;
}

}  // namespace parley::e2e
