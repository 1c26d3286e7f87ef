// SPDX-License-Identifier: Apache-2.0
// Receipts to the senders of this I/O thread, gathered over a duty cycle and sent as one message a session. "Ordered" is said when an entry
// comes off the bus; "durable" when the history writer's watermark passes the entry's place on the bus. Owned by one I/O thread.
//
// Bounds: what waits for the watermark was published and isn't stored, so it is on the ring (the writer gates it) or in the writer's batch:
// at most kBusSlots + kMaxCommitEntries, plus repeated sends, of which a session has no more than it may send.
#pragma once

#include <vector>

#include "core/bus/record.h"
#include "net/server/fifo.h"
#include "net/server/io_state.h"

namespace parley::server {

class Receipts {
 public:
  explicit Receipts(IoState& state) : state_(state) {}

  void ordered(SessionId session, const ReceiptFields& receipt);
  // All numbers up to this one are on disk once everything before `position` is. Positions never go back from call to call.
  void durable_at(bus::BusPosition position, SessionId session, ProducerNumber number);
  // Takes what is durable by now.
  int advance(bus::BusPosition durable_through);
  void flush();
  bool waiting() const { return !waiting_.empty(); }

 private:
  struct Due {
    SessionId session;
    uint32_t index = 0;  // keeps the order of a session's receipts: std::sort isn't stable, and std::stable_sort allocates
    bool durable = false;
    ReceiptFields receipt;
  };
  struct Waiting {
    bus::BusPosition position = 0;
    SessionId session;
    ProducerNumber number;
  };
  void flush_session(std::span<const Due> dues);

  IoState& state_;
  std::vector<Due> due_;
  std::vector<ReceiptFields> batch_;
  Fifo<Waiting> waiting_;
};

}  // namespace parley::server
