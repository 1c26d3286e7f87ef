// SPDX-License-Identifier: Apache-2.0
// The physical limit for latency: a process of our own that sends every datagram it gets on to one receiver, nothing else; blocking in
// recv(2), or spinning on it. Loopback only. Main thread.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <memory>

namespace parley::bench {

enum class Waiting { kBlock, kSpin };

class UdpRelay {
 public:
  // Forks it, pinned to `cpu` (-1: anywhere). It ends with this object, or with this process.
  UdpRelay(const sockaddr_in& receiver, Waiting waiting, int cpu);
  ~UdpRelay();
  UdpRelay(const UdpRelay&) = delete;
  UdpRelay& operator=(const UdpRelay&) = delete;

  const sockaddr_in& address() const { return address_; }

 private:
  pid_t pid_ = -1;
  sockaddr_in address_{};
};

// A UDP socket on loopback at any free port, non-blocking; its address in `bound`. -1 on failure.
int open_loopback_socket(sockaddr_in& bound);
// Pins the calling thread; -1 leaves it free.
void pin_to_cpu(int cpu);

}  // namespace parley::bench
