// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/admin_client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>

#include "core/base/text.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<void> connect_to(const Descriptor& fd, const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) {
    return fail(ErrorCode::kInvalidArgument,
                "the path " + printable(path.string()) + " is too long for a socket; use a shorter data directory");
  }
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  const timeval limit{10, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return fail(ErrorCode::kNotFound, "no parleyd runs with the data directory " + printable(path.parent_path().string()) +
                                          "; start it, or name another with --data-dir");
  }
  return fail(ErrorCode::kPermission, "can't reach " + printable(path.string()) + ": " + strerror(errno) + "; use the server's account");
}

Result<void> write_all(const Descriptor& fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (put <= 0) return fail(ErrorCode::kTimeout, "parleyd doesn't read its admin socket; try again");
    text.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

Result<std::string> read_line(const Descriptor& fd) {
  std::string line;
  std::array<char, 65536> chunk;
  while (line.empty() || line.back() != '\n') {
    const ssize_t got = read(fd.get(), chunk.data(), chunk.size());
    if (got <= 0) return fail(ErrorCode::kTimeout, "parleyd didn't answer; try again");
    line.append(chunk.data(), static_cast<size_t>(got));
  }
  return line;
}

}  // namespace

ErrorCode error_of(const std::string& name) {
  for (uint16_t code = 1; code <= static_cast<uint16_t>(ErrorCode::kReplaced); ++code) {
    if (name == error_name(static_cast<ErrorCode>(code))) return static_cast<ErrorCode>(code);
  }
  return ErrorCode::kInternal;
}

Result<json> ask_server(const std::filesystem::path& data_dir, const json& request) {
  const Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (auto connected = connect_to(fd, data_dir / "admin.sock"); !connected) return std::unexpected(connected.error());
  const std::string line = request.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  if (auto written = write_all(fd, line); !written) return std::unexpected(written.error());
  const auto read = read_line(fd);
  if (!read) return std::unexpected(read.error());
  json answer = json::parse(*read, nullptr, false);
  if (!answer.is_object()) return fail(ErrorCode::kInternal, "parleyd's answer isn't JSON; are both of the same version?");
  if (!answer.value("ok", false))
    return fail(error_of(answer.value("error", "")), answer.value("text", "parleyd refused without a reason"));
  return answer;
}

}  // namespace parley::parleyctl
