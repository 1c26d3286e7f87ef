// SPDX-License-Identifier: Apache-2.0
#include "net/link/enet_platform.h"

#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

namespace parley::link {
namespace {

void* enet_allocate(size_t bytes) {
  const EnetEnvironment* environment = current_enet_environment();
  return environment != nullptr && environment->memory != nullptr ? environment->memory->allocate(bytes) : std::malloc(bytes);
}
void enet_release(void* block) { EnetMemory::release(block); }

int initialize_once() {
  static std::once_flag once;  // process-wide, as ENet's own state is
  static int result;
  std::call_once(once, [] {
    const ENetCallbacks callbacks{enet_allocate, enet_release, nullptr};
    result = enet_initialize_with_callbacks(ENET_VERSION, &callbacks);
  });
  return result;
}

// Structures of ENet's that we look into differ between 1.3.17 and 1.3.18.
std::string version_text(ENetVersion version) {
  return std::to_string(ENET_VERSION_GET_MAJOR(version)) + "." + std::to_string(ENET_VERSION_GET_MINOR(version)) + "." +
         std::to_string(ENET_VERSION_GET_PATCH(version));
}

class ProbeSocket final : public VirtualSocket {
 public:
  int send(const ENetAddress&, std::span<const ENetBuffer>) override {
    sent = true;
    return 1;
  }
  int receive(ENetAddress&, MutableBytes) override {
    asked = true;
    return 0;
  }
  bool sent = false, asked = false;
};

// A host that connects to nowhere: it must take its time, memory and socket from us, and send its CONNECT there.
bool calls_arrive() {
  ProbeSocket socket;
  EnetMemory memory;
  constexpr uint32_t kProbeTime = 0x1234567;
  EnetEnvironment environment{&socket, &memory, kProbeTime, 1};
  const EnetScope scope(environment);
  const std::unique_ptr<ENetHost, void (*)(ENetHost*)> host(enet_host_create(nullptr, 1, 1, 0, 0), enet_host_destroy);
  if (host == nullptr) return false;
  const ENetAddress nowhere{1, 1};
  if (enet_host_connect(host.get(), &nowhere, 1, 0) == nullptr) return false;
  // Only our socket is serviced: if ENet made a real one, nothing may leave the machine from a check.
  if (memory.counters().allocations == 0 || host->socket < kFirstVirtualSocket) return false;
  enet_host_service(host.get(), nullptr, 0);
  return socket.sent && socket.asked && host->serviceTime == kProbeTime;
}

}  // namespace

EnetScope::EnetScope(EnetEnvironment& environment) : outer_(current_enet_environment()) { current_enet_environment() = &environment; }
EnetScope::~EnetScope() { current_enet_environment() = outer_; }

Result<void> check_enet_platform() {
  if (enet_linked_version() != ENET_VERSION) {
    return fail(ErrorCode::kLinkNotLinked, "libenet is " + version_text(enet_linked_version()) +
                                               ", but Parley was built with the headers of " + version_text(ENET_VERSION) +
                                               ": build Parley anew on this machine");
  }
  if (initialize_once() != 0)
    return fail(ErrorCode::kLinkNotLinked, "ENet refused to start: the library is older than the headers Parley was built with");
  if (calls_arrive()) return {};
  return fail(ErrorCode::kLinkNotLinked,
              "ENet's platform functions don't arrive in Parley: link Parley before ENet (… -lparley -lenet), and don't load ENet first");
}

}  // namespace parley::link
