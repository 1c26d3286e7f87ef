// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/stages/passage.h"

#include <algorithm>

namespace parley::bench {

void Passage::stamp_all(Point point, const std::vector<MessageRow>& rows) {
  if (rows.empty()) return;
  const int64_t now = trace_now_ns();
  for (const MessageRow row : rows) trace_.stamp(point, row, now);
}

void Passage::before_send(std::span<const link::OutDatagram> datagrams) {
  if (on_the_link_.empty()) return;
  const bool to_him = std::ranges::any_of(datagrams, [&](const link::OutDatagram& each) { return each.to.port == port(); });
  if (!to_him) return;
  stamp_all(side_ == Side::kServer ? Point::kServerLeaves : Point::kSenderLeaves, on_the_link_);
  on_the_link_.clear();
}

void Passage::on_to_link(SessionId session) {
  if (given_.empty() || session != session_) return;
  stamp_all(side_ == Side::kServer ? Point::kServerEnetOut : Point::kSenderEnetOut, given_);
  on_the_link_.insert(on_the_link_.end(), given_.begin(), given_.end());
  given_.clear();
}

void Passage::on_message(ByteView message) {
  if (side_ == Side::kSender) return;  // what comes back to him isn't the way
  trace_.find(message, in_);
  const bool server = side_ == Side::kServer;
  for (const MessageRow row : in_) {
    trace_.stamp(server ? Point::kServerArrived : Point::kReceiverArrived, row, arrived_);
    trace_.stamp(server ? Point::kServerOpened : Point::kReceiverOpened, row, opened_);
  }
  stamp_all(server ? Point::kServerGot : Point::kReceiverGot, in_);
}

void Passage::after_message() {
  if (side_ == Side::kServer) stamp_all(Point::kServerPublished, in_);
  in_.clear();
}

void Passage::on_packet_made(ByteView message, const void* packet) {
  if (side_ == Side::kReceiver) return;  // he says nothing
  packet_ = packet;
  trace_.find(message, made_);
  if (side_ == Side::kServer) stamp_all(Point::kServerApplied, made_);
}

void Passage::on_given(SessionId session, const void* packet) {
  if (made_.empty() || packet != packet_ || session != session_) return;
  stamp_all(side_ == Side::kServer ? Point::kServerGave : Point::kSenderGave, made_);
  given_.insert(given_.end(), made_.begin(), made_.end());
  made_.clear();
}

}  // namespace parley::bench
