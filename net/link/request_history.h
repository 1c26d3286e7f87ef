// SPDX-License-Identifier: Apache-2.0
// Tells a new request from a replayed one, in bounded memory and without trusting the client's clock. Three things are known: the requests
// accepted in the last minutes, the newest time that each device claimed, and when this server started. What they leave in doubt (a clock
// that went back, one that is far ahead, a request from before the start, which an earlier start may have accepted) is answered with a
// cookie: a request made with it is new, as the cookie is bound into its Noise message, dies with the server, and lives for less time than
// an accepted request is remembered.
//
// What is forgotten for want of room, or because its claimed time lies ahead by less than kClockLead and the server started within that
// time, may be replayed into a session that stays mute (it never proves itself) and ends in seconds. Owned by the link's thread.
#pragma once

#include "core/base/limits.h"
#include "core/base/time.h"
#include "net/link/address_token.h"
#include "net/link/bounded_table.h"
#include "net/link/noise.h"

namespace parley::link {

class RequestHistory {
 public:
  static constexpr Micros kRemembered = AddressTokens::kCookieLife + Seconds(10);  // accepted requests, each exactly
  static constexpr uint64_t kReorderUs = 10'000'000;  // requests of one device may overtake each other by so much ...
  static constexpr Micros kReorderFor = Seconds(60);  // ... while the newest one is so fresh
  static constexpr Micros kClockLead = Seconds(5);    // a claimed time may be ahead of ours by so much

  enum class Judgement : uint8_t { kNew, kDoubtful, kReplayed };
  struct Request {
    const PublicKey& ephemeral;
    const PublicKey& device;
    uint64_t time_us;
    AddressProof proof;
  };

  RequestHistory(Random& random, WallTime started);
  Judgement judge(const Request& request, Now now);
  void add(const Request& accepted, Now now);

 private:
  struct Accepted {
    MonoTime at{};
  };
  struct Device {
    uint64_t newest_us = 0;
    MonoTime at{};  // when newest_us was set
  };
  uint64_t started_us_;
  BoundedTable<Accepted> accepted_;
  BoundedTable<Device> devices_;
};

}  // namespace parley::link
