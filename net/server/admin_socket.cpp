// SPDX-License-Identifier: Apache-2.0
#include "net/server/admin_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>

namespace parley::server {
namespace {

std::unexpected<Error> socket_error(const std::filesystem::path& path, int error) {
  const ErrorCode code = error == EADDRINUSE ? ErrorCode::kAddressInUse : ErrorCode::kPermission;
  return fail(code,
              "can't make the admin socket " + path.string() + ": " + strerror(error) + "; check the data directory's owner and rights");
}

}  // namespace

Result<std::unique_ptr<AdminSocket>> AdminSocket::open(const std::filesystem::path& path, Answer answer) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) {
    return fail(ErrorCode::kInvalidArgument, "the path of the admin socket is over " + std::to_string(sizeof address.sun_path - 1) +
                                                 " bytes (" + path.string() + "); choose a shorter data directory");
  }
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  std::unique_ptr<AdminSocket> admin(new AdminSocket(path, std::move(answer)));
  admin->epoll_ = epoll_create1(EPOLL_CLOEXEC);
  admin->listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (admin->epoll_ < 0 || admin->listener_ < 0) return socket_error(path, errno);
  unlink(path.c_str());
  // Before the bind: the file never exists with wider rights.
  if (fchmod(admin->listener_, 0600) != 0) return socket_error(path, errno);
  if (bind(admin->listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return socket_error(path, errno);
  if (chmod(path.c_str(), 0600) != 0 || ::listen(admin->listener_, kMaxAdminPeers) != 0) return socket_error(path, errno);
  admin->listen_for_more(true);
  return admin;
}

AdminSocket::AdminSocket(std::filesystem::path path, Answer answer) : path_(std::move(path)), answer_(std::move(answer)) {}

AdminSocket::~AdminSocket() {
  for (const auto& [fd, peer] : peers_) ::close(fd);
  if (listener_ >= 0) ::close(listener_);
  if (epoll_ >= 0) ::close(epoll_);
  unlink(path_.c_str());
}

void AdminSocket::listen_for_more(bool more) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener_;
  epoll_ctl(epoll_, more ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_, &event);
}

void AdminSocket::watch(int fd, bool writing) {
  epoll_event event{};
  event.events = writing ? EPOLLOUT : EPOLLIN;
  event.data.fd = fd;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void AdminSocket::serve() {
  std::array<epoll_event, kMaxAdminPeers + 1> events;
  const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < ready; ++i) {
    const int fd = events[static_cast<size_t>(i)].data.fd;
    if (fd == listener_) {
      accept_peers();
      continue;
    }
    const auto peer = peers_.find(fd);
    if (peer == peers_.end() || serve_peer(fd, peer->second)) continue;
    ::close(fd);
    peers_.erase(peer);
    if (peers_.size() == kMaxAdminPeers - 1) listen_for_more(true);
  }
}

void AdminSocket::accept_peers() {
  while (peers_.size() < kMaxAdminPeers) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    peers_.emplace(fd, Peer{});
  }
  listen_for_more(false);
}

bool AdminSocket::serve_peer(int fd, Peer& peer) {
  if (peer.out.empty() && !read_lines(fd, peer)) return false;
  if (!write_out(fd, peer)) return false;
  watch(fd, !peer.out.empty());
  return !(peer.ended && peer.out.empty());
}

bool AdminSocket::read_lines(int fd, Peer& peer) {
  std::array<char, 4096> chunk;
  const ssize_t got = ::read(fd, chunk.data(), chunk.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) peer.ended = true;
  peer.in.append(chunk.data(), static_cast<size_t>(got));
  size_t end;
  while ((end = peer.in.find('\n')) != std::string::npos) {
    peer.out += answer_(std::string_view(peer.in).substr(0, end));
    peer.out += '\n';
    peer.in.erase(0, end + 1);
  }
  return peer.in.size() <= kMaxAdminLine;
}

bool AdminSocket::write_out(int fd, Peer& peer) {
  while (!peer.out.empty()) {
    const ssize_t put = ::send(fd, peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
    if (put < 0) return errno == EAGAIN || errno == EINTR;
    peer.out.erase(0, static_cast<size_t>(put));
  }
  return true;
}

}  // namespace parley::server
