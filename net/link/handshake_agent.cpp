// SPDX-License-Identifier: Apache-2.0
#include "net/link/handshake_agent.h"

#include <algorithm>

#include "net/link/handshake_bytes.h"

namespace parley::link {
namespace {

constexpr int kJobsPerTurn = 4;  // of a lane, then the next one has its turn: about a millisecond

bool read_payload(OpenedHandshake& out) {
  const auto& payload = out.payload;
  out.time_us = load_le<uint64_t>(&payload[wire::kRequestTimeAt]);
  out.ciphers = payload[wire::kRequestCiphersAt];
  out.application_bytes = load_le<uint16_t>(&payload[wire::kRequestApplicationLengthAt]);
  out.early_bytes = load_le<uint16_t>(&payload[wire::kRequestEarlyLengthAt]);
  return out.application_bytes + out.early_bytes <= kMaxRequestBytes;
}

}  // namespace

OpenedHandshake open_handshake(const HandshakeJob& job, const HandshakeKit& kit) {
  OpenedHandshake out;
  const ByteView bytes = job.bytes;
  out.noise.emplace(prologue_of(bytes), *kit.own, kit.own_public);
  if (!out.noise->read_request(bytes.subspan(wire::kNoiseAt, wire::kRequestNoiseBytes), out.payload)) return out;
  if (!read_payload(out)) return out;
  Secret<32> ephemeral;
  kit.random->fill(ephemeral.bytes());
  if (!out.noise->prepare_answer(ephemeral)) return out;
  out.from = job.from;
  out.proof = job.proof;
  out.client_index = load_le<uint32_t>(&bytes[wire::kHandshakeIndexAt]);
  std::copy_n(&bytes[wire::kNoiseAt], out.ephemeral.size(), out.ephemeral.begin());
  std::copy_n(&bytes[wire::kMac1At], out.mac1.size(), out.mac1.begin());
  if (kit.judge != nullptr) out.verdict = kit.judge->judge({job.from, out.noise->client(), out.application(), out.early()}, job.wall);
  out.opened = true;
  return out;
}

bool HandshakeLane::submit(HandshakeJob&& job) {
  if (!jobs_.push(std::move(job))) return false;
  if (agent_ != nullptr) agent_->notify();
  return true;
}

int HandshakeAgent::do_work(Now) {
  int work = 0;
  for (HandshakeLane* const lane : lanes_) work += serve(*lane);
  return work;
}

// A job is taken only if there is room for what becomes of it: the I/O thread that doesn't take its results gets no new ones.
int HandshakeAgent::serve(HandshakeLane& lane) {
  int served = 0;
  while (served < kJobsPerTurn && lane.opened_.size() < kHandshakeQueue) {
    const auto job = lane.jobs_.pop();
    if (!job) break;
    lane.opened_.push(open_handshake(*job, kit_));
    ++served;
  }
  if (served > 0 && lane.io_ != nullptr) lane.io_->notify();
  return served;
}

}  // namespace parley::link
