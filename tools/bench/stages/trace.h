// SPDX-License-Identifier: Apache-2.0
// When each traced message passed each point of its way: a row a message, a column a point. A message carries the number of its row in its
// text, so whoever sees its bytes knows it. Every cell is written once, by the one thread that passes that point with that message, and
// read when all threads have ended; so nothing here is atomic or locked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"

namespace parley::bench {

// In the order of the way. Sender's thread, server's I/O threads, receiver's thread.
enum class Point : uint8_t {
  kDue,              // when it was to be sent, by the plan
  kSenderGave,       // to ENet, from the outbox
  kSenderEnetOut,    // ENet made the datagram
  kSenderLeaves,     // sealed; sendmmsg begins
  kServerArrived,    // recvmmsg returned
  kServerOpened,     // by the link
  kServerGot,        // by the session, from ENet
  kServerPublished,  // policy said yes, and it is on the bus
  kServerApplied,    // read from the bus, numbered and encoded for all
  kServerGave,       // to ENet, for the receiver: members before him had theirs
  kServerEnetOut,    // then as above
  kServerLeaves,
  kReceiverArrived,
  kReceiverOpened,
  kReceiverGot,
  kReceived,  // the event is in the program's hands
  kDurable,   // beside the way: the sender has the durable receipt
};
inline constexpr size_t kPoints = static_cast<size_t>(Point::kDurable) + 1;

using MessageRow = uint32_t;

class Trace {
 public:
  explicit Trace(size_t messages);

  size_t messages() const { return at_[0].size(); }
  // The first time counts: a copy or a resend that comes later changes nothing.
  void stamp(Point point, MessageRow row, int64_t now_ns);
  int64_t at(Point point, MessageRow row) const { return at_[static_cast<size_t>(point)][row]; }  // 0: it didn't pass

  // What a message's text begins with.
  static std::string mark_of(MessageRow row);
  // All rows whose marks are in the bytes, in order; cleared first.
  void find(ByteView bytes, std::vector<MessageRow>& rows) const;
  std::optional<MessageRow> row_of(std::string_view text) const;

 private:
  std::array<std::vector<int64_t>, kPoints> at_;
};

// steady_clock, which all points share; about 25 ns a call.
int64_t trace_now_ns();

}  // namespace parley::bench
