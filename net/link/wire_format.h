// SPDX-License-Identifier: Apache-2.0
// Every offset, size and limit of a datagram on the wire, and nothing else. schema/WIRE.md says the same for people; wire_format_test
// compares the two. Integers are little-endian. A datagram's first byte is its kind: the low 3 bits for all kinds, the high 5 are the key
// epoch of a transport datagram and zero elsewhere. Constants; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/limits.h"
#include "net/link/ack_block.h"
#include "net/link/link.h"

namespace parley::link::wire {

inline constexpr uint8_t kVersion = 1;
inline constexpr uint8_t kKindMask = 0x07;
inline constexpr unsigned kEpochShift = 3;

enum class Kind : uint8_t {
  kRequest = 1,    // msg1 of Noise IK, client to server
  kAnswer = 2,     // msg2, server to client
  kCookie = 3,     // server to client: the request again, please, with this token
  kTransport = 4,  // sealed, both ways
};

inline constexpr size_t kKeyBytes = 32;  // X25519 public key
inline constexpr size_t kTagBytes = 16;  // of both AEADs
inline constexpr size_t kHandshakeHeaderBytes = 8;
inline constexpr size_t kVersionAt = 1;
inline constexpr size_t kReservedAt = 2;        // two bytes, zero
inline constexpr size_t kHandshakeIndexAt = 4;  // request: the client's receiver index; answer: the receiver index that it goes to
inline constexpr size_t kNoiseAt = 8;

// Ciphers for transport datagrams: bits of the offer in a request, a value in the answer.
inline constexpr uint8_t kCipherChaCha20Poly1305 = 1;
inline constexpr uint8_t kCipherAes256Gcm = 2;

// The request: always kRequestBytes long, so that an answer is never larger than what caused it.
inline constexpr size_t kRequestBytes = 1200;
inline constexpr size_t kTokenBytes = 32;  // address token (address_token.h), as the server gave it; zero: none
inline constexpr size_t kMac1Bytes = 16;
inline constexpr size_t kMac1At = kRequestBytes - kMac1Bytes;
inline constexpr size_t kTokenAt = kMac1At - kTokenBytes;
inline constexpr size_t kRequestNoiseBytes = kTokenAt - kNoiseAt;
inline constexpr size_t kRequestPayloadBytes = kRequestNoiseBytes - kKeyBytes - (kKeyBytes + kTagBytes) - kTagBytes;
// Inside the encrypted payload; the rest is zero padding.
inline constexpr size_t kRequestTimeAt = 0;
inline constexpr size_t kRequestCiphersAt = 8;
inline constexpr size_t kRequestApplicationLengthAt = 10;
inline constexpr size_t kRequestEarlyLengthAt = 12;
inline constexpr size_t kRequestBodyAt = 16;  // application bytes, then early bytes

// The answer.
inline constexpr size_t kAnswerAcceptedAt = 0;
inline constexpr size_t kAnswerCipherAt = 1;
inline constexpr size_t kAnswerApplicationLengthAt = 2;
inline constexpr size_t kAnswerEarlyLengthAt = 4;
inline constexpr size_t kAnswerIndexAt = 8;   // the server's receiver index
inline constexpr size_t kAnswerTokenAt = 16;  // for the next request
inline constexpr size_t kAnswerBodyAt = kAnswerTokenAt + kTokenBytes;
inline constexpr size_t kMinAnswerBytes = kNoiseAt + kKeyBytes + kAnswerBodyAt + kTagBytes;
inline constexpr size_t kMaxAnswerBytes = kMinAnswerBytes + kMaxReplyBytes;

// The cookie: header, token, and a hash that shows that its sender saw the request.
inline constexpr size_t kCookieTokenAt = kHandshakeHeaderBytes;
inline constexpr size_t kCookieMacAt = kCookieTokenAt + kTokenBytes;
inline constexpr size_t kCookieBytes = kCookieMacAt + kMac1Bytes;

// The transport datagram: header (associated data), ciphertext, tag.
inline constexpr size_t kTransportIndexAt = 1;
inline constexpr size_t kTransportCounterAt = 5;
inline constexpr size_t kTransportHeaderBytes = 13;
inline constexpr size_t kMinTransportBytes = kTransportHeaderBytes + 1 + kTagBytes;
inline constexpr uint64_t kMaxCounter = (uint64_t{1} << 63) - 1;

// What the plaintext of a transport datagram is made of. Every frame but data has a length byte after its kind, so unknown ones are
// skipped.
enum class Frame : uint8_t {
  kData = 1,       // no length byte: the rest of the datagram is the payload
  kKeepAlive = 2,  // one byte: 1 = please answer, 0 = the answer
  kClose = 3,      // empty
  kAck = 4,        // what arrived, ack_block.h
  kRekey = 5,      // client: the epoch that is next, and an ephemeral key
  kRekeyed = 6,    // server: likewise; the keys of that epoch are there
  kPathChallenge = 7,
  kPathAnswer = 8,
  kPadding = 9,    // nothing
  kEarly = 12,     // empty; server: its client hasn't proven itself yet
  kLoss = 11,      // what the writer sends and loses, for the figures of the other side
  kDataOnce = 10,  // as kData, but its loss costs nothing that matters: it is neither acked at once nor sent again
};
inline constexpr size_t kKeepAliveBytes = 1;
inline constexpr size_t kAckBytes = kAckBlockBytes;
inline constexpr size_t kRekeyBytes = 1 + kKeyBytes;
inline constexpr size_t kPathBytes = 8;
inline constexpr size_t kLossBytes = 2;
inline constexpr size_t kDataFrameBytes = 1;
inline constexpr size_t kFrameHeaderBytes = 2;  // kind and length

static_assert(kRequestBodyAt + kMaxRequestBytes <= kRequestPayloadBytes, "a request must hold what link.h promises");
static_assert(kRequestBodyAt % 8 == 0 && kAnswerBodyAt % 8 == 0, "application bytes are handed out 8-byte aligned");
static_assert(kMaxAnswerBytes <= kRequestBytes, "an unproven address never gets more bytes than it sent");
static_assert(kCookieBytes < kMinAnswerBytes, "a cookie is the smallest thing that a request can cause");
static_assert(kEarlyOverhead == kTransportHeaderBytes + kFrameHeaderBytes + kDataFrameBytes + kTagBytes);
static_assert(kRequestBytes <= kMaxDatagramBytes);
static_assert(kTransportHeaderBytes + 2 * kFrameHeaderBytes + kAckBlockBytes + kLossBytes + kDataFrameBytes + kEnetMtu + kTagBytes <=
                  kMaxDatagramBytes,
              "ENet's largest datagram must fit");

}  // namespace parley::link::wire
