// SPDX-License-Identifier: Apache-2.0
#include "net/link/versions.h"

#include <enet/enet.h>
#include <sodium.h>

namespace parley::link {

std::string enet_version() {
  const ENetVersion version = enet_linked_version();
  return std::to_string(ENET_VERSION_GET_MAJOR(version)) + "." + std::to_string(ENET_VERSION_GET_MINOR(version)) + "." +
         std::to_string(ENET_VERSION_GET_PATCH(version));
}

std::string sodium_version() { return sodium_version_string(); }

}  // namespace parley::link
