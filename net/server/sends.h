// SPDX-License-Identifier: Apache-2.0
// A client's Send on its way to the bus, and its receipt when it comes back. Exactly-once is decided where the record is applied
// (RoomTable, the same on all threads); here a number that was applied before is answered without a record, and gaps are kept out, because
// a session whose numbers had holes couldn't be told "all up to N". Owned by one I/O thread.
#pragma once

#include "net/server/io_state.h"
#include "net/server/receipts.h"
#include "net/server/targets.h"

namespace parley::server {

class Sends final : private TargetsOwner {
 public:
  Sends(IoState& state, Receipts& receipts) : state_(state), receipts_(receipts), targets_(state, *this) {}

  void on_send(Session& session, const wire::Send& send);
  // A kEntry record of one of this thread's sessions came off the bus; the reader stands behind it.
  void on_applied(const bus::RecordHeader& header, const room::Applied& applied);
  Targets& targets() { return targets_; }

 private:
  void on_target_known(Session& session, const wire::Send& send, const history::PageAnswer& answer) override;
  void accept(Session& session, const wire::Send& send);
  void finish(Session& session, ProducerNumber number, bool published);
  void repeat(const Session& session, ProducerNumber number, const room::ProducerState& producer);
  bool publish(const Session& session, const wire::Send& send, const ContentFields& content);
  static void use_up(Session& session, ProducerNumber number);
  void refuse(Session& session, ProducerNumber number, const Refusal& refusal);

  IoState& state_;
  Receipts& receipts_;
  Targets targets_;
};

}  // namespace parley::server
