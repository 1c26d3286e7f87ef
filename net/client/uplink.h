// SPDX-License-Identifier: Apache-2.0
// A session's way to the server while it is online: what rooms, outbox and requests send with. Also counts the session's request numbers.
// Owned by its session.
#pragma once

#include <cstdint>

#include "net/client/context.h"

namespace parley::client {

class Uplink {
 public:
  explicit Uplink(Context& context) : context_(context) {}

  void open(SessionId id) { id_ = id; }
  void close() { id_ = SessionId{}; }
  bool online() const { return static_cast<bool>(id_); }

  // Reliable and in order. False when the session is gone; then on_closed follows, and the caller keeps what it has to say.
  bool send(ByteView message) {
    if (!online()) return false;
    const auto packet = context_.transport->make_packet(message, transport::Delivery::kReliable);
    return context_.transport->send(id_, transport::kControlChannel, packet);
  }
  // May be lost, may overtake; dropped when there is no connection.
  void send_or_drop(ByteView message) {
    if (!online()) return;
    context_.transport->send(id_, transport::kControlChannel, context_.transport->make_packet(message, transport::Delivery::kUnsequenced));
  }
  // Never 0, which is the catch-up's number.
  uint32_t next_request() {
    if (++last_request_ == 0) ++last_request_;
    return last_request_;
  }

 private:
  Context& context_;
  SessionId id_;
  uint32_t last_request_ = 0;
};

}  // namespace parley::client
