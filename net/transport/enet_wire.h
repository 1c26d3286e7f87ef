// SPDX-License-Identifier: Apache-2.0
// What ENet's hosts believe to be their socket: datagrams that ENet sends are sealed by the link at once, or kept when they ride in a
// handshake; ENet receives one datagram when it was offered one, and is then told to stop before it sends anything.
//
// That stop matters: enet_host_service() would send an acknowledgement for every datagram that arrives. So they wait for the flush, and
// travel with the answers that the application gave meanwhile. Owned by the transport's thread.
#pragma once

#include <array>

#include "net/link/enet_platform.h"
#include "net/link/link.h"
#include "net/transport/peer_window.h"
#include "net/transport/transport.h"

namespace parley::transport {

inline constexpr uint16_t kVirtualPort = 1;  // ENet compares ports; all of ours are the same
inline ENetAddress enet_address(SessionId id) { return {id.value, kVirtualPort}; }

// One datagram of ENet's that travels inside of a handshake.
struct EarlyDatagram {
  std::array<uint8_t, 128> bytes;
  size_t size = 0;  // 0: nothing, or too long
  ByteView view() const { return ByteView(bytes).first(size); }
};

class EnetWire final : public link::VirtualSocket {
 public:
  EnetWire(link::Link& link, BorderTrace* trace) : link_(link), trace_(trace) {}

  void set_now(Now now) { now_ = now; }
  Now now() const { return now_; }

  // The next enet_host_service() receives this, once; `window`, if given, opens at that moment. Valid during that call.
  void offer(SessionId from, ByteView datagram, PeerWindow* window) {
    from_ = from;
    offered_ = datagram;
    window_ = window;
  }
  // What ENet sends goes here until capture(nullptr).
  void capture(EarlyDatagram* into) { capture_ = into; }

  int send(const ENetAddress& to, std::span<const ENetBuffer> parts) override;
  int receive(ENetAddress& from, MutableBytes out) override;

 private:
  static constexpr int kStop = -1;

  link::Link& link_;
  BorderTrace* const trace_;
  Now now_{};
  SessionId from_;
  ByteView offered_;
  PeerWindow* window_ = nullptr;
  EarlyDatagram* capture_ = nullptr;
};

}  // namespace parley::transport
