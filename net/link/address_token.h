// SPDX-License-Identifier: Apache-2.0
// Tokens by which a server knows that somebody receives at the address he claims, without remembering him: a time and a keyed hash over it
// and the address. A cookie answers a request while the server is busy or doubts the request; it binds address and port for two minutes. A
// returning token rides in each accepted answer and binds the address for a day: its bearer needs no cookie next time.
//
// The secret is drawn at each start of the server, so no token outlives it; the time inside of the hash ends each one, which is what
// rotating the secret is for elsewhere. All I/O threads share the secret, as the next request may go to another one. Immutable; any thread.
#pragma once

#include <array>

#include "core/base/secret.h"
#include "core/base/time.h"
#include "net/link/datagram_socket.h"

namespace parley::link {

using AddressToken = std::array<uint8_t, 32>;

enum class AddressProof : uint8_t { kNone = 0, kCookie = 1, kReturning = 2 };  // values as in a token's first byte

class AddressTokens {
 public:
  static constexpr Micros kCookieLife = Seconds(120);
  static constexpr Micros kReturningLife = std::chrono::hours(24);

  explicit AddressTokens(const Secret<32>& secret);
  AddressToken make(AddressProof kind, const Endpoint& address, MonoTime now) const;
  // What it proves about `from`; kNone for any that isn't ours, is another address's, or is too old.
  AddressProof check(const AddressToken& token, const Endpoint& from, MonoTime now) const;

 private:
  void hash(uint64_t stamp, const Endpoint& address, uint8_t* out) const;
  Secret<32> key_;
};

}  // namespace parley::link
