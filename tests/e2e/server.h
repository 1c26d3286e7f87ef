// SPDX-License-Identifier: Apache-2.0
// A parleyd on loopback with a data directory of its own in a temporary place, and parleyctl for it. Started, killed, started again on the
// same port; what is left of it goes when the object goes. However it ends, a sanitizer's words in its log are a failure of the test: so
// ThreadSanitizer tells of a race between the server's threads. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/process.h"

namespace parley::e2e {

// What a server may reserve: ThreadSanitizer leaves no room for the address space of 1 TiB that is the default.
inline constexpr const char* kStoreMaxBytes = "--store-max-bytes";
inline constexpr const char* kStoreBytes = "17179869184";

// A new directory that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// One of our programs: beside the test's own, or in the folder that PARLEY_TEST_PROGRAMS names, so that a test with sanitizers can drive a
// release.
std::string program(const std::string& name);

class Server {
 public:
  // Doesn't start it yet.
  explicit Server(std::vector<std::string> more_flags = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Returns once it accepts clients; false, with a test failure that shows its log, if it doesn't come up. The same port again after the
  // first time.
  bool start();
  void begin();               // without waiting for it
  void kill();                // SIGKILL
  std::optional<int> stop();  // SIGTERM; its exit code, nothing if it never started

  const std::string& address() const { return address_; }
  uint16_t port() const { return port_; }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  const Process& process() const { return *process_; }
  Process& process() { return *process_; }

  // parleyctl with this server's data directory.
  Finished control(const std::vector<std::string>& arguments) const;
  std::string ticket(const std::string& user, const std::string& room_pattern = "*", const std::string& rights = "join,send,history") const;
  // How parleyd is called for this server, for tests that start another one beside it.
  std::vector<std::string> command_line() const;

 private:
  // Sends the signal if it runs, waits for its end and reads its log.
  std::optional<int> end_by(int signal);

  TemporaryFolder folder_;
  std::vector<std::string> more_flags_;
  std::string address_;
  uint16_t port_ = 0;
  std::optional<Process> process_;
};

}  // namespace parley::e2e
