// SPDX-License-Identifier: Apache-2.0
// A Packet of transport.h is an ENetPacket with one reference held by us, so that ENet never frees it under the caller's hands and it can
// be queued for many peers without a copy. Owned by the transport's thread; gone before the transport is.
#pragma once

#include <enet/enet.h>

#include "net/transport/transport.h"

namespace parley::transport {

inline ENetPacket* enet_packet(const PacketPtr& packet) { return reinterpret_cast<ENetPacket*>(packet.get()); }

// How many entries ride in it.
inline void set_entries(const PacketPtr& packet, uint16_t entries) {
  enet_packet(packet)->userData =
      reinterpret_cast<void*>(uintptr_t{entries});  // NOLINT(performance-no-int-to-ptr): a number for ENet to carry
}
inline uint16_t entries_in(const ENetPacket& packet) { return static_cast<uint16_t>(reinterpret_cast<uintptr_t>(packet.userData)); }

// Inside an EnetScope. nullptr when there is no memory.
inline PacketPtr make_enet_packet(ByteView message, enet_uint32 flags) {
  ENetPacket* packet = enet_packet_create(message.data(), message.size(), flags);
  if (packet != nullptr) ++packet->referenceCount;
  return PacketPtr(reinterpret_cast<Packet*>(packet));
}

}  // namespace parley::transport
