// SPDX-License-Identifier: Apache-2.0
// The payload of Signal records on the bus: what somebody in a room does at this moment. In-process only, never stored or sent, so no
// schema. Stateless; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/limits.h"

namespace parley::room {

// The numbers of wire.fbs.
enum class SignalKind : uint8_t { kTyping = 1, kTalk = 2, kPing = 3 };

struct Signal {
  SignalKind kind = SignalKind::kTyping;
  bool on = true;             // kTalk
  float x = 0, y = 0, z = 0;  // kPing, in the application's units
  uint32_t tag = 0;           // kPing, the application's
  std::string_view user;
  std::string_view name;  // display name
};

inline constexpr size_t kMaxSignalBytes = 2 + 4 * 4 + 2 * (1 + kMaxNameBytes);

// Writes into `out` (≥ kMaxSignalBytes) and returns the used part. Names are at most kMaxNameBytes long.
ByteView encode_signal(const Signal& signal, MutableBytes out);
// The views point into `payload`, which encode_signal() made (CHECKed).
Signal decode_signal(ByteView payload);

}  // namespace parley::room
