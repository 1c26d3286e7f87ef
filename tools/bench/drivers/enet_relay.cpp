// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/enet_relay.h"

#include <enet/enet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

using Rooms = std::unordered_map<uint32_t, std::vector<ENetPeer*>>;

uint32_t room_of(const ENetPeer* peer) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(peer->data)); }

void leave(Rooms& rooms, ENetPeer* peer) {
  std::erase(rooms[room_of(peer)], peer);
  peer->data = nullptr;
}

// A peer's connect carries its room's number (from 1 on), and what it sends goes to everybody there.
void handle(Rooms& rooms, const ENetEvent& event) {
  if (event.type == ENET_EVENT_TYPE_CONNECT) {
    event.peer->data = reinterpret_cast<void*>(static_cast<uintptr_t>(event.data));  // NOLINT(performance-no-int-to-ptr)
    rooms[event.data].push_back(event.peer);
  } else if (event.type == ENET_EVENT_TYPE_DISCONNECT) {
    leave(rooms, event.peer);
  } else if (event.type == ENET_EVENT_TYPE_RECEIVE) {
    for (ENetPeer* member : rooms[room_of(event.peer)]) enet_peer_send(member, 0, event.packet);
    if (event.packet->referenceCount == 0) enet_packet_destroy(event.packet);
  }
}

ENetHost* open_host(int peers, uint16_t& port) {
  ENetAddress any{};
  enet_address_set_host_ip(&any, "127.0.0.1");
  ENetHost* host = enet_initialize() == 0 ? enet_host_create(&any, static_cast<size_t>(peers), 1, 0, 0) : nullptr;
  ENetAddress bound{};
  if (host != nullptr && enet_socket_get_address(host->socket, &bound) == 0) port = bound.port;
  return host;
}

[[noreturn]] void relay_forever(ENetHost* host) {
  constexpr enet_uint32 kWaitMs = 100;
  Rooms rooms;
  ENetEvent event;
  for (;;) {
    while (enet_host_service(host, &event, kWaitMs) > 0) handle(rooms, event);
  }
}

}  // namespace

Result<std::unique_ptr<EnetRelay>> EnetRelay::start(int peers, int cpu) {
  if (peers > ENET_PROTOCOL_MAXIMUM_PEER_ID) {
    return fail(ErrorCode::kInvalidArgument, "plain ENet takes 4095 peers on a port; ask for fewer clients, or leave the target enet out");
  }
  std::unique_ptr<EnetRelay> relay(new EnetRelay);
  ENetHost* host = open_host(peers, relay->port_);
  if (relay->port_ == 0)
    return fail(ErrorCode::kLinkNotLinked, "this build has a private copy of ENet (PARLEY_ENET_SOURCE_DIR), and no plain one");
  relay->pid_ = fork();
  if (relay->pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin_to_cpu(cpu);
    relay_forever(host);
  }
  enet_host_destroy(host);
  if (relay->pid_ < 0) return fail(ErrorCode::kInternal, "fork failed");
  return relay;
}

EnetRelay::~EnetRelay() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace parley::bench
