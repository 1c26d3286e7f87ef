// SPDX-License-Identifier: Apache-2.0
// The admin socket: a Unix stream socket (0600) in the data directory, one line in, one line out, as often as the peer likes. Whoever may
// open the file may ask: the operator's own account. The owner waits for fd() and calls serve(); nothing here blocks. Main thread.
//
// Bounds: kMaxAdminPeers connections (more wait in the kernel's queue), kMaxAdminLine bytes a request (longer: closed).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace parley::server {

inline constexpr size_t kMaxAdminPeers = 16;
inline constexpr size_t kMaxAdminLine = 64 * 1024;

class AdminSocket {
 public:
  using Answer = std::function<std::string(std::string_view line)>;

  // A file left behind by a dead server is replaced; the store's lock says that no other one lives. Errors: kPermission, kInvalidArgument
  // (a path too long for a socket), kAddressInUse.
  static Result<std::unique_ptr<AdminSocket>> open(const std::filesystem::path& path, Answer answer);
  ~AdminSocket();
  AdminSocket(const AdminSocket&) = delete;
  AdminSocket& operator=(const AdminSocket&) = delete;

  int fd() const { return epoll_; }  // readable when serve() has something to do
  void serve();

 private:
  struct Peer {
    std::string in, out;
    bool ended = false;  // the peer sends no more
  };
  AdminSocket(std::filesystem::path path, Answer answer);

  void accept_peers();
  void listen_for_more(bool more);
  // False: it is done.
  bool serve_peer(int fd, Peer& peer);
  bool read_lines(int fd, Peer& peer);
  bool write_out(int fd, Peer& peer);
  void watch(int fd, bool writing);

  const std::filesystem::path path_;
  const Answer answer_;
  int epoll_ = -1;
  int listener_ = -1;
  std::map<int, Peer> peers_;
};

}  // namespace parley::server
