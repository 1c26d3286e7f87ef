// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/udp_relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::bench {

namespace {

[[noreturn]] void relay_forever(int fd, const sockaddr_in& receiver, Waiting waiting) {
  if (waiting == Waiting::kBlock) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  char buffer[2048];
  for (;;) {
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got > 0) sendto(fd, buffer, static_cast<size_t>(got), 0, reinterpret_cast<const sockaddr*>(&receiver), sizeof receiver);
  }
}

}  // namespace

int open_loopback_socket(sockaddr_in& bound) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  bound = {};
  bound.sin_family = AF_INET;
  bound.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof bound;
  const bool opened = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&bound), sizeof bound) == 0 &&
                      getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length) == 0;
  if (opened) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

void pin_to_cpu(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(cpu), &set);
  sched_setaffinity(0, sizeof set, &set);
}

UdpRelay::UdpRelay(const sockaddr_in& receiver, Waiting waiting, int cpu) {
  const int fd = open_loopback_socket(address_);
  if (fd < 0) return;
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin_to_cpu(cpu);
    relay_forever(fd, receiver, waiting);
  }
  close(fd);
}

UdpRelay::~UdpRelay() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace parley::bench
