// SPDX-License-Identifier: Apache-2.0
#include "net/link/request_history.h"

namespace parley::link {
namespace {

static_assert(RequestHistory::kReorderFor < RequestHistory::kRemembered, "who may come out of order must be known exactly");

uint64_t micros(WallTime time) { return static_cast<uint64_t>(std::max<int64_t>(time.time_since_epoch().count(), 0)); }

}  // namespace

RequestHistory::RequestHistory(Random& random, WallTime started)
    : started_us_(micros(started)), accepted_(kRecentRequests, random), devices_(kKnownDevices, random) {}

RequestHistory::Judgement RequestHistory::judge(const Request& request, Now now) {
  const Accepted* const before = accepted_.find(request.ephemeral);
  if (before != nullptr && now.mono - before->at < kRemembered) return Judgement::kReplayed;
  if (request.proof == AddressProof::kCookie) return Judgement::kNew;
  if (const Device* const device = devices_.find(request.device); device != nullptr && request.time_us <= device->newest_us) {
    const bool overtaken = device->newest_us - request.time_us <= kReorderUs && now.mono - device->at < kReorderFor;
    if (!overtaken) return Judgement::kDoubtful;
  }
  if (request.proof == AddressProof::kReturning) return Judgement::kNew;
  const bool plausible = request.time_us >= started_us_ && request.time_us <= micros(now.wall + kClockLead);
  return plausible ? Judgement::kNew : Judgement::kDoubtful;
}

void RequestHistory::add(const Request& accepted, Now now) {
  accepted_.at(accepted.ephemeral, [](const Accepted& each) { return each.at; }).at = now.mono;
  Device& device = devices_.at(accepted.device, [](const Device& each) { return each.at; });
  if (accepted.time_us <= device.newest_us) return;
  device.newest_us = accepted.time_us;
  device.at = now.mono;
}

}  // namespace parley::link
