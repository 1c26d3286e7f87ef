// SPDX-License-Identifier: Apache-2.0
// Opens requests: X25519 three times to read one, twice and a key to answer it, and the judge's signature check, about 0.3 ms in all. So it
// is an agent of its own, with a lane to and from each I/O thread: two bounded queues. A full queue refuses the job (the link drops the
// request, which comes again). Lane's submit() and take() on the I/O thread, do_work() on the agent's; in a simulation they are the same.
// A link without a lane calls open_handshake() itself.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/agent.h"
#include "core/bus/spsc_queue.h"
#include "core/bus/wakeup.h"
#include "net/link/address_token.h"
#include "net/link/noise.h"
#include "net/link/wire_format.h"

namespace parley::link {

// A request that passed the cheap checks.
struct HandshakeJob {
  Endpoint from;
  AddressProof proof = AddressProof::kNone;
  WallTime wall{};
  std::array<uint8_t, wire::kRequestBytes> bytes;
};

// What became of it.
struct OpenedHandshake {
  bool opened = false;  // else nothing below is set
  Endpoint from;
  AddressProof proof = AddressProof::kNone;
  std::optional<NoiseResponder> noise;  // the answer is prepared
  PublicKey ephemeral{};
  std::array<uint8_t, wire::kMac1Bytes> mac1{};
  uint32_t client_index = 0;
  uint64_t time_us = 0;
  uint8_t ciphers = 0;  // offered
  size_t application_bytes = 0, early_bytes = 0;
  std::unique_ptr<RequestVerdict> verdict;
  alignas(8) std::array<uint8_t, wire::kRequestPayloadBytes> payload;

  ByteView application() const { return ByteView(payload).subspan(wire::kRequestBodyAt, application_bytes); }
  ByteView early() const { return ByteView(payload).subspan(wire::kRequestBodyAt + application_bytes, early_bytes); }
};

// What opening needs; outlives whoever holds it.
struct HandshakeKit {
  const Secret<32>* own = nullptr;
  PublicKey own_public{};
  RequestJudge* judge = nullptr;  // may be nullptr
  Random* random = nullptr;
};

OpenedHandshake open_handshake(const HandshakeJob& job, const HandshakeKit& kit);

class HandshakeLane {
 public:
  // The one wakes the I/O thread for what take() gives, the other the agent; nullptr where both are polled in one loop.
  HandshakeLane(bus::Wakeup* io, bus::Wakeup* agent) : io_(io), agent_(agent) {}

  bool submit(HandshakeJob&& job);
  size_t waiting() const { return jobs_.size(); }
  std::optional<OpenedHandshake> take() { return opened_.pop(); }

 private:
  friend class HandshakeAgent;
  bus::Wakeup* io_;
  bus::Wakeup* agent_;
  bus::SpscQueue<HandshakeJob> jobs_{kHandshakeQueue};
  bus::SpscQueue<OpenedHandshake> opened_{kHandshakeQueue};
};

class HandshakeAgent final : public Agent {
 public:
  HandshakeAgent(const HandshakeKit& kit, std::vector<HandshakeLane*> lanes) : kit_(kit), lanes_(std::move(lanes)) {}
  int do_work(Now now) override;

 private:
  int serve(HandshakeLane& lane);
  const HandshakeKit kit_;
  const std::vector<HandshakeLane*> lanes_;
};

}  // namespace parley::link
