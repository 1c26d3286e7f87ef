// SPDX-License-Identifier: Apache-2.0
// Shows ENet only a part of a host's peers for the time of one call.
//
// ENet 1.3 walks all peers of a host in every flush and service, looking at three cache lines of each. But every walk runs from
// `host->peers` for `host->peerCount`, read anew in each step, so that a window of the one peer that has something to do makes the
// cost independent of the size of the host (measured in README.md). The header asks to leave these two fields alone; the start-up check of
// ENet's version and the tests named "…TouchesOnlyThatPeer" hold us to what 1.3 does with them. Peers keep their number (incomingPeerID),
// so a datagram, which names its peer by number, may only be handled with the window open.
#pragma once

#include <enet/enet.h>

namespace parley::transport {

class PeerWindow {
 public:
  PeerWindow(ENetHost& host, ENetPeer* first, size_t count) : host_(host), peers_(host.peers), count_(host.peerCount) {
    host.peers = first;
    host.peerCount = count;
  }
  ~PeerWindow() { open(); }
  PeerWindow(const PeerWindow&) = delete;
  PeerWindow& operator=(const PeerWindow&) = delete;

  void open() {
    host_.peers = peers_;
    host_.peerCount = count_;
  }

 private:
  ENetHost& host_;
  ENetPeer* peers_;
  size_t count_;
};

}  // namespace parley::transport
