// SPDX-License-Identifier: Apache-2.0
#include "net/server/receipts.h"

#include <algorithm>
#include <tuple>

namespace parley::server {

void Receipts::ordered(SessionId session, const ReceiptFields& receipt) {
  due_.push_back({session, static_cast<uint32_t>(due_.size()), false, receipt});
}

void Receipts::durable_at(bus::BusPosition position, SessionId session, ProducerNumber number) {
  waiting_.push({position, session, number});
}

int Receipts::advance(bus::BusPosition durable_through) {
  int taken = 0;
  while (!waiting_.empty() && waiting_.front().position <= durable_through) {
    const Waiting& front = waiting_.front();
    ReceiptFields receipt;
    receipt.number = front.number;
    due_.push_back({front.session, static_cast<uint32_t>(due_.size()), true, receipt});
    waiting_.pop();
    ++taken;
  }
  return taken;
}

void Receipts::flush() {
  if (due_.empty()) return;
  std::sort(due_.begin(), due_.end(),
            [](const Due& a, const Due& b) { return std::tie(a.session, a.index) < std::tie(b.session, b.index); });
  for (size_t from = 0; from < due_.size();) {
    size_t to = from + 1;
    while (to < due_.size() && due_[to].session == due_[from].session) ++to;
    flush_session(std::span(due_).subspan(from, to - from));
    from = to;
  }
  due_.clear();
}

void Receipts::flush_session(std::span<const Due> dues) {
  batch_.clear();
  ProducerNumber durable;
  for (const Due& each : dues) {
    if (each.durable) {
      durable = std::max(durable, each.receipt.number);
    } else {
      batch_.push_back(each.receipt);
    }
  }
  state_.post(dues.front().session, transport::kControlChannel, state_.encode.receipts(batch_, durable));
}

}  // namespace parley::server
