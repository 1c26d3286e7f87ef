// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/bare_udp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <vector>

namespace parley::bench {

namespace {

constexpr int kPerRound = 10'000;

double thread_cpu_us() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) * 1e-3;
}

// Both ends on loopback, any free port.
bool open_pair(int& sender, int& receiver, sockaddr_in& to) {
  receiver = socket(AF_INET, SOCK_DGRAM, 0);
  sender = socket(AF_INET, SOCK_DGRAM, 0);
  to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof to;
  return sender >= 0 && receiver >= 0 && bind(receiver, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
         getsockname(receiver, reinterpret_cast<sockaddr*>(&to), &length) == 0;
}

double one_round(int sender, int receiver, const sockaddr_in& to, std::vector<char>& buffer) {
  const double start = thread_cpu_us();
  for (int i = 0; i < kPerRound; ++i) {
    if (sendto(sender, buffer.data(), buffer.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0) return 0;
    if (recv(receiver, buffer.data(), buffer.size(), 0) < 0) return 0;
  }
  return (thread_cpu_us() - start) / kPerRound;
}

}  // namespace

double bare_send_receive_us(size_t datagram_bytes, int rounds) {
  int sender = -1, receiver = -1;
  sockaddr_in to;
  std::vector<double> costs;
  if (open_pair(sender, receiver, to)) {
    std::vector<char> buffer(datagram_bytes, 'x');
    for (int i = 0; i < rounds; ++i) costs.push_back(one_round(sender, receiver, to, buffer));
  }
  if (sender >= 0) close(sender);
  if (receiver >= 0) close(receiver);
  if (costs.empty()) return 0;
  std::nth_element(costs.begin(), costs.begin() + static_cast<long>(costs.size() / 2), costs.end());
  return costs[costs.size() / 2];
}

}  // namespace parley::bench
