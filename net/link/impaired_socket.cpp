// SPDX-License-Identifier: Apache-2.0
#include "net/link/impaired_socket.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"

namespace parley::link {
namespace {

constexpr size_t kBatch = 64;
constexpr int kMaxBatches = 16;  // read from the socket in one receive(), so that a flood doesn't hold the reader up

}  // namespace

void ImpairedSocket::Way::enter(const PathConditions& conditions, const Endpoint& peer, ByteView bytes, MonoTime now) {
  const PathModel::Fate fate = model_.decide(conditions, bytes.size(), now);
  for (size_t i = 0; i < fate.copies; ++i) {
    if (due_.size() >= kMaxUnderWay) return;
    if (free_.empty()) free_.push_back(flights_.emplace_back(std::make_unique<Flight>()).get());
    Flight& flight = *free_.back();
    free_.pop_back();
    flight.peer = peer;
    flight.size = bytes.size();
    std::copy(bytes.begin(), bytes.end(), flight.bytes.begin());
    model_.corrupt(conditions, MutableBytes(flight.bytes).first(flight.size));
    due_.push({fate.arrivals[i], ++serial_, &flight});
  }
}

ImpairedSocket::Flight* ImpairedSocket::Way::take(MonoTime now) {
  if (due_.empty() || next() > now) return nullptr;
  Flight* const flight = due_.top().flight;
  due_.pop();
  taken_.push_back(flight);
  return flight;
}

void ImpairedSocket::Way::recycle() {
  free_.insert(free_.end(), taken_.begin(), taken_.end());
  taken_.clear();
}

void ImpairedSocket::Way::lose_all() {
  for (; !due_.empty(); due_.pop()) taken_.push_back(due_.top().flight);
  recycle();
}

ImpairedSocket::ImpairedSocket(std::unique_ptr<DatagramSocket> socket, const PathConditions& conditions, Random& random)
    : socket_(std::move(socket)), conditions_(conditions), in_(random.next()), out_(random.next()) {
  CHECK(check_conditions(conditions).has_value(), "conditions that no network has");
}

ImpairedSocket::~ImpairedSocket() { let_go(kNever, last_); }

size_t ImpairedSocket::receive(std::span<InDatagram> out, Now now) {
  let_go(now.mono, now);
  in_.recycle();
  read_socket(now);
  size_t count = 0;
  while (count < out.size()) {
    Flight* const flight = in_.take(now.mono);
    if (flight == nullptr) break;
    out[count++] = {flight->peer, MutableBytes(flight->bytes).first(flight->size)};
  }
  return count;
}

void ImpairedSocket::read_socket(Now now) {
  std::array<InDatagram, kBatch> batch;
  for (int i = 0; i < kMaxBatches; ++i) {
    const size_t count = socket_->receive(batch, now);
    for (const InDatagram& datagram : std::span(batch).first(count)) in_.enter(conditions_, datagram.from, datagram.bytes, now.mono);
    if (count < batch.size()) return;
  }
}

void ImpairedSocket::send(std::span<const OutDatagram> datagrams, Now now) {
  for (const OutDatagram& datagram : datagrams) out_.enter(conditions_, datagram.to, datagram.bytes, now.mono);
  let_go(now.mono, now);
}

void ImpairedSocket::let_go(MonoTime due, Now now) {
  last_ = now;
  std::array<OutDatagram, kBatch> batch;
  for (size_t count = batch.size(); count == batch.size();) {
    count = 0;
    while (count < batch.size()) {
      const Flight* const flight = out_.take(due);
      if (flight == nullptr) break;
      batch[count++] = {flight->peer, ByteView(flight->bytes).first(flight->size)};
    }
    if (count > 0) socket_->send(std::span(batch).first(count), now);
    out_.recycle();
  }
}

Result<void> ImpairedSocket::reopen() {
  auto opened = socket_->reopen();
  if (opened) in_.lose_all();
  return opened;
}

MonoTime ImpairedSocket::next_deadline() const { return std::min({in_.next(), out_.next(), socket_->next_deadline()}); }

}  // namespace parley::link
