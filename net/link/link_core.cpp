// SPDX-License-Identifier: Apache-2.0
#include "net/link/link_core.h"

#include <sodium.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/prefetch.h"

namespace parley::link {
namespace {

constexpr size_t kHotSessionBytes = 448;  // of a Session, what stands before the words of its window

}  // namespace

LinkCore::LinkCore(const LinkOptions& options, DatagramSocket& socket, Random& random, LinkHandler& handler)
    : options_(options),
      socket_(socket),
      random_(random),
      handler_(handler),
      sessions_(options.max_sessions, options.io_index, options.io_count, random),
      requests_(random),
      pool_(kMaxRetained),
      egress_(options.redundant_bytes_per_second, options.redundant_bytes_per_second),
      batch_(socket) {
  CHECK(sodium_init() >= 0, "libsodium doesn't start");
  CHECK(options.static_private != nullptr, "a link needs its static key");
  own_public_ = public_key_of(*options.static_private);
  if (!options.server) return;
  mac1_key_ = mac1_key(own_public_);
  pool_.prepare(kRetainedAtStart);
}

LinkCore::~LinkCore() {
  sessions_.for_each([this](Session& session) { wheel_.cancel(session.timer); });
}

int LinkCore::receive(Now now) {
  if (options_.server) gate(now);
  const size_t count = socket_.receive(incoming_, now);
  behind_ = count == incoming_.size();
  fetch_ahead(std::span(incoming_).first(count));
  for (size_t i = 0; i < count; ++i) on_datagram(incoming_[i], now);
  return static_cast<int>(count) + take_opened(now);
}

void LinkCore::prefetch(LinkId id) const {
  if (const Session* const session = sessions_.peek(id)) parley::prefetch(session, kHotSessionBytes);
}

void LinkCore::prefetch_parts(LinkId id) const {
  const Session* const session = sessions_.peek(id);
  if (session != nullptr) prefetch_parts(*session);
}

void LinkCore::prefetch_parts(const Session& session) {
  session.window.prefetch();
  __builtin_prefetch(session.timer.next);
  __builtin_prefetch(session.timer.previous);
  if (session.reliability) parley::prefetch(session.reliability.get(), Reliability::kHotBytes);
}

// The sessions of a batch, then what hangs on them, then what hangs on that, here and above.
void LinkCore::fetch_ahead(std::span<const InDatagram> batch) const {
  std::array<const Session*, kReceiveBatch> sessions;
  size_t count = 0;
  for (const InDatagram& datagram : batch) {
    if (datagram.bytes.size() < wire::kMinTransportBytes) continue;
    const Session* const session = sessions_.find_index(load_le<uint32_t>(&datagram.bytes[wire::kTransportIndexAt]));
    if (session == nullptr) continue;
    parley::prefetch(session, kHotSessionBytes);
    sessions[count++] = session;
  }
  for (size_t i = 0; i < count; ++i) prefetch_parts(*sessions[i]);
  std::array<LinkId, kReceiveBatch> ids;
  for (size_t i = 0; i < count; ++i) {
    ids[i] = sessions[i]->id;
    if (sessions[i]->reliability) sessions[i]->reliability->prefetch_for_ack();
  }
  handler_.on_arriving(std::span(ids).first(count));
}

// The receive path starts here: length, kind, version, then the file of that kind.
void LinkCore::on_datagram(const InDatagram& datagram, Now now) {
  ++counters_.datagrams_in;
  counters_.bytes_in += datagram.bytes.size();
  if (datagram.bytes.empty()) {
    ++counters_.dropped_short;
    return;
  }
  switch (static_cast<wire::Kind>(datagram.bytes[0] & wire::kKindMask)) {
    case wire::Kind::kTransport:
      return on_transport(datagram, now);
    case wire::Kind::kRequest:
      return on_request(datagram, now);
    case wire::Kind::kAnswer:
      return on_answer(datagram, now);
    case wire::Kind::kCookie:
      return on_cookie(datagram, now);
  }
  ++counters_.dropped_kind;
}

int LinkCore::flush(Now now) {
  if (options_.server) gate(now);
  while (TimerWheel::Timer* const timer = wheel_.expire(now.mono)) run_timer(static_cast<Session::OwnTimer*>(timer)->owner, now);
  const uint64_t before = flushed_;
  batch_.flush(now);
  flushed_ = counters_.datagrams_out;
  return static_cast<int>(flushed_ - before);
}

MonoTime LinkCore::next_deadline() const { return batch_.empty() ? wheel_.next() : batch_since_; }

LinkStats LinkCore::stats(LinkId id) const {
  const Session* const session = sessions_.find(id);
  if (session == nullptr) return {};
  LinkStats out = session->stats;
  if (const Reliability* const r = session->reliability.get()) {
    if (r->rtt.known()) out.rtt_us = static_cast<uint32_t>(r->rtt.smoothed().count());
    out.loss_out_ppm = static_cast<uint32_t>(r->loss.loss() * 1e6);
  }
  return out;
}

void LinkCore::transmit(Session& session, const Endpoint& to, ByteView datagram, Now now) {
  ++session.stats.datagrams_sent;
  session.stats.bytes_sent += datagram.size();
  transmit(to, datagram, now);
}

void LinkCore::transmit(const Endpoint& to, ByteView datagram, Now now) {
  if (batch_.empty()) batch_since_ = now.mono;
  ++counters_.datagrams_out;
  counters_.bytes_out += datagram.size();
  if (datagram.data() == batch_.room().data()) return batch_.commit(to, datagram.size(), now);
  batch_.copy(to, datagram, now);
}

void LinkCore::end(Session& session) {
  wheel_.cancel(session.timer);
  if (session.reliability) session.reliability->queue.drop_all(pool_);
  if (!session.client) requests_.remove(session.ephemeral);
  if (!session.client && session.handshake) --gate_->half_open;
  sessions_.remove(session);
  counters_.sessions = sessions_.size();
}

void LinkCore::end_and_tell(Session& session, LinkClose why) {
  const LinkId id = session.id;
  end(session);
  handler_.on_closed(id, why);
}

}  // namespace parley::link
