// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>

#include "core/base/check.h"

namespace parley::e2e {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "parley-e2e-XXXXXX").string();
  CHECK(mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string program(const std::string& name) {
  const char* const elsewhere = std::getenv("PARLEY_TEST_PROGRAMS");
  static const std::filesystem::path here =
      elsewhere != nullptr ? std::filesystem::path(elsewhere) : std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return here / name;
}

Server::Server(std::vector<std::string> more_flags) : more_flags_(std::move(more_flags)) { std::filesystem::create_directories(data()); }

std::vector<std::string> Server::command_line() const {
  std::vector<std::string> line = {program("parleyd"), "--data-dir", data().string(),      "--host",
                                   "127.0.0.1",        "--port",     std::to_string(port_)};
  if (std::find(more_flags_.begin(), more_flags_.end(), kStoreMaxBytes) == more_flags_.end())
    line.insert(line.end(), {kStoreMaxBytes, kStoreBytes});
  line.insert(line.end(), more_flags_.begin(), more_flags_.end());
  return line;
}

void Server::begin() { process_.emplace(Command{command_line()}); }

bool Server::start() {
  begin();
  bool up = process_->wait_for_output("parley://") && process_->wait_for_output("\n");
  EXPECT_TRUE(up) << "parleyd didn't come up:\n" << process_->log();
  if (!up) return false;
  const std::string& output = process_->output();
  size_t begin = output.find("parley://");
  address_ = output.substr(begin, output.find_first_of(" \n", begin) - begin);
  size_t colon = address_.find_last_of(':');
  port_ = static_cast<uint16_t>(std::stoi(address_.substr(colon + 1)));
  return true;
}

std::optional<int> Server::end_by(int signal) {
  if (!process_) return std::nullopt;
  process_->send_signal(signal);
  const std::optional<int> exit_code = process_->wait_for_exit();
  EXPECT_EQ(process_->log().find("Sanitizer"), std::string::npos) << process_->log();
  return exit_code;
}

Server::~Server() { end_by(SIGKILL); }
void Server::kill() { EXPECT_EQ(end_by(SIGKILL), 128 + SIGKILL); }
std::optional<int> Server::stop() { return end_by(SIGTERM); }

Finished Server::control(const std::vector<std::string>& arguments) const {
  std::vector<std::string> line = {program("parleyctl"), "--data-dir", data().string()};
  line.insert(line.end(), arguments.begin(), arguments.end());
  return run({line});
}

std::string Server::ticket(const std::string& user, const std::string& room_pattern, const std::string& rights) const {
  Finished made = control({"ticket", "--user", user, "--room", room_pattern, "--can", rights});
  EXPECT_EQ(made.exit_code, 0) << made.log;
  while (!made.output.empty() && made.output.back() == '\n') made.output.pop_back();
  return made.output;
}

}  // namespace parley::e2e
