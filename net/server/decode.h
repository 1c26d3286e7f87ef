// SPDX-License-Identifier: Apache-2.0
// The border: bytes of a client become checked FlatBuffers views here, once, or are dropped with a reason. Nothing behind this file checks
// structure again; it may rely on: required fields exist, strings end with 0, the union's value isn't null, numbers that must not be 0
// aren't. What isn't checked here is meaning (text, names, rights): that is policy.h and needs an answer, not a drop. Stateless; any
// thread.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"
#include "wire_generated.h"

namespace parley::server {

// FlatBuffers' verifier bounds for everything a client sends. A Send has depth 2; a Hello with its rooms depth 3.
inline constexpr uint32_t kVerifierDepth = 8;
inline constexpr uint32_t kVerifierTables = 1024;

enum class Decoded : uint8_t {
  kMessage,      // `message` is set, of a kind that clients may send
  kUnknownKind,  // well-formed, of a newer protocol or not for servers: skip and count
  kMalformed,    // drop and count
};

struct DecodedMessage {
  Decoded outcome = Decoded::kMalformed;
  const wire::Message* message = nullptr;  // points into the bytes
};

// `bytes` are 8-byte aligned (transport.h) and outlive the view.
DecodedMessage decode_client_message(ByteView bytes);

// The hello of a handshake; null when malformed: no Hello in it, producer 0, more than kMaxRoomsInHello rooms, a ticket over
// kMaxTicketBytes.
const wire::Hello* decode_hello(ByteView bytes);

}  // namespace parley::server
