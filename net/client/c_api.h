// SPDX-License-Identifier: Apache-2.0
// What the files of the C API share: the handle behind parley_client, and how results become codes. Nothing is thrown through C: what the
// standard library throws (no memory) becomes PARLEY_E_INTERNAL. On the client's thread.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "core/base/limits.h"
#include "net/client/client.h"
#include "net/client/parley.h"

struct parley_client {
  mutable parley::SystemClock clock;  // asking it changes nothing
  parley::SystemRandom random;
  std::unique_ptr<parley::link::DatagramSocket> socket;
  bool ipv4_only = false;
  std::unique_ptr<parley::client::Client> client;
  std::string error;
};

namespace parley::client {

// Keeps the line for parley_error_text, of the client or (null) of the thread's last parley_client_create; returns the code.
int keep(parley_client* client, ErrorCode code, std::string_view text) noexcept;
int keep_none(parley_client* client) noexcept;
inline int wrong(parley_client* client, std::string_view why) noexcept { return keep(client, ErrorCode::kInvalidArgument, why); }

template <class Body>
int guarded(parley_client* client, Body body) noexcept {
  try {
    const Result<void> done = body();
    return done ? keep_none(client) : keep(client, done.error().code, done.error().text);
  } catch (const std::bad_alloc&) {
    return keep(client, ErrorCode::kInternal, "out of memory");
  } catch (...) {
    return keep(client, ErrorCode::kInternal, "an unexpected exception in the library");
  }
}

template <class T>
Result<void> put(const Result<T>& result, T* out) {
  if (!result) return std::unexpected(result.error());
  if (out != nullptr) *out = *result;
  return {};
}

inline ClientSession& session_of(parley_session* session) { return *static_cast<ClientSession*>(session); }
inline const ClientSession& session_of(const parley_session* session) { return *static_cast<const ClientSession*>(session); }

inline uint16_t clamp_entries(uint32_t wanted) { return static_cast<uint16_t>(std::min<uint32_t>(wanted, kMaxPageEntries)); }

}  // namespace parley::client
