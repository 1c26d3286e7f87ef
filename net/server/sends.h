// SPDX-License-Identifier: Apache-2.0
// A client's Send on its way to the bus, and its receipt when it comes back. Exactly-once is decided where the record is applied
// (RoomTable, the same on all threads); here a number that was applied before is answered without a record, and gaps are kept out, because
// a session whose numbers had holes couldn't be told "all up to N". Owned by one I/O thread.
#pragma once

#include "net/server/io_state.h"
#include "net/server/receipts.h"

namespace parley::server {

class Sends {
 public:
  Sends(IoState& state, Receipts& receipts) : state_(state), receipts_(receipts) {}

  void on_send(Session& session, const wire::Send& send);
  // A kEntry record of one of this thread's sessions came off the bus; the reader stands behind it.
  void on_applied(const bus::RecordHeader& header, const room::Applied& applied);

 private:
  void accept(Session& session, const wire::Send& send);
  void repeat(const Session& session, ProducerNumber number, const room::ProducerState& producer);
  bool publish(const Session& session, const wire::Send& send);
  static void use_up(Session& session, ProducerNumber number);
  void refuse(Session& session, ProducerNumber number, const Refusal& refusal);

  IoState& state_;
  Receipts& receipts_;
};

}  // namespace parley::server
