// SPDX-License-Identifier: Apache-2.0
// The physical limit to compare with: what one sendto(2) and one recv(2) of a datagram cost in CPU on loopback, on this machine, now.
// Blocks the calling thread for the time it is given.
#pragma once

#include <cstddef>

namespace parley::bench {

// CPU µs (user + system, of this thread) of a sendto and the recv of the same datagram, both sockets in this thread; the median of `rounds`
// rounds of 10,000. Loopback delivers inside sendto, so this is all there is. 0 when sockets can't be had.
double bare_send_receive_us(size_t datagram_bytes, int rounds);

}  // namespace parley::bench
