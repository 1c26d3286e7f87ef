// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/enet_driver.h"

#include <enet/enet.h>
#include <poll.h>

#include <algorithm>

namespace parley::bench {

namespace {

constexpr int kPeersPerHost = 500;  // as sessions_per_socket of a Crowd

int client_of(const ENetPeer* peer) { return static_cast<int>(reinterpret_cast<intptr_t>(peer->data)); }

}  // namespace

EnetDriver::~EnetDriver() {
  for (ENetHost* host : hosts_) enet_host_destroy(host);
}

std::string EnetDriver::version() const {
  const ENetVersion version = enet_linked_version();
  return "ENet " + std::to_string(ENET_VERSION_GET_MAJOR(version)) + "." + std::to_string(ENET_VERSION_GET_MINOR(version)) + "." +
         std::to_string(ENET_VERSION_GET_PATCH(version));
}

Result<void> EnetDriver::start(const DriverOptions& options, int clients, int rooms, Deliver deliver) {
  auto relay = EnetRelay::start(clients, options.server_cpu);
  if (!relay) return std::unexpected(relay.error());
  relay_ = std::move(*relay);
  rooms_ = rooms;
  deliver_ = std::move(deliver);
  peers_.resize(static_cast<size_t>(clients));
  for (int left = clients; left > 0; left -= kPeersPerHost) {
    ENetHost* host = enet_host_create(nullptr, static_cast<size_t>(std::min(left, kPeersPerHost)), 1, 0, 0);
    if (host == nullptr) return fail(ErrorCode::kInternal, "ENet couldn't open a host");
    hosts_.push_back(host);
  }
  return {};
}

Result<void> EnetDriver::join(int client) {
  ENetAddress to{};
  enet_address_set_host_ip(&to, "127.0.0.1");
  to.port = relay_->port();
  ENetHost* host = hosts_[static_cast<size_t>(client / kPeersPerHost)];
  ENetPeer* peer = enet_host_connect(host, &to, 1, static_cast<enet_uint32>(client % rooms_ + 1));
  if (peer == nullptr) return fail(ErrorCode::kInternal, "ENet has no free peer");
  peer->data = reinterpret_cast<void*>(static_cast<intptr_t>(client));  // NOLINT(performance-no-int-to-ptr)
  peers_[static_cast<size_t>(client)] = peer;
  return {};
}

bool EnetDriver::publish(int client, std::string_view text) {
  ENetPeer* peer = peers_[static_cast<size_t>(client)];
  if (!enet_list_empty(&peer->outgoingCommands)) return false;  // what its window doesn't take yet; ENet would queue without a bound
  ENetPacket* packet = enet_packet_create(text.data(), text.size(), ENET_PACKET_FLAG_RELIABLE);
  if (enet_peer_send(peer, 0, packet) == 0) return true;
  enet_packet_destroy(packet);
  return false;
}

void EnetDriver::poll(int wait_ms) {
  bool anything = false;
  for (ENetHost* host : hosts_) {
    ENetEvent event;
    while (enet_host_service(host, &event, 0) > 0) {
      handle(event);
      anything = true;
    }
  }
  if (anything || wait_ms <= 0) return;
  std::vector<pollfd> waiting;
  waiting.reserve(hosts_.size());
  for (const ENetHost* host : hosts_) waiting.push_back({host->socket, POLLIN, 0});
  ::poll(waiting.data(), waiting.size(), wait_ms);
}

void EnetDriver::handle(const ENetEvent& event) {
  if (event.type == ENET_EVENT_TYPE_CONNECT) ++joined_;
  if (event.type == ENET_EVENT_TYPE_DISCONNECT) ++faults_;
  if (event.type != ENET_EVENT_TYPE_RECEIVE) return;
  deliver_(client_of(event.peer), {reinterpret_cast<const char*>(event.packet->data), event.packet->dataLength});
  enet_packet_destroy(event.packet);
}

}  // namespace parley::bench
