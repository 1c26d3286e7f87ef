// SPDX-License-Identifier: Apache-2.0
#include "net/link/resend.h"

#include <algorithm>

namespace parley::link {
MonoTime ResendQueue::add(const Departure& departure, const RttEstimate& rtt, ResendPool& pool) {
  if (flights_.size() == kCapacity) drop(flights_.front(), pool);
  if (flights_.capacity() == 0) flights_ = pool.take_list();
  InFlight flight;
  flight.counter = departure.counter;
  flight.block = departure.block;
  flight.schedule = departure.schedule;
  flight.first_sent = flight.last_sent = departure.at;
  flight.due = next_due(flight, rtt);
  flights_.push_back(flight);
  return flight.due;
}

// Copies while they last, but from the probe timeout on probes.
MonoTime ResendQueue::next_due(const InFlight& flight, const RttEstimate& rtt) {
  if (flight.probes > 0) return flight.last_sent + flight.interval;
  const MonoTime timeout = flight.first_sent + rtt.probe_timeout();
  if (flight.copies == flight.schedule.count) return timeout;
  return std::min(timeout, flight.first_sent + flight.schedule.offsets[flight.copies]);
}

ResendQueue::Acked ResendQueue::on_ack(const AckBlock& ack, const RttEstimate& rtt, MonoTime now, ResendPool& pool) {
  Acked out;
  MonoTime latest{};
  for (InFlight& flight : flights_) {
    if (flight.counter > ack.highest) out.next_sent = std::min(out.next_sent, flight.first_sent);
    if (!ack.acks(flight.counter)) continue;
    ++out.count;
    latest = std::max(latest, flight.first_sent);
    if (flight.counter == ack.highest) {  // the ack's delay is that of the highest
      out.rtt = now - flight.first_sent - ack.delay;
      out.certain = certainly_first(flight, ack, rtt, now);
      out.sent = flight.first_sent;
    }
    pool.release(flight.block);
  }
  if (out.count == 0) return out;
  std::erase_if(flights_, [](const InFlight& flight) { return !flight.block; });
  give_back_if_empty(pool);
  find_lost(latest, rtt, now);
  return out;
}

// With copies under way the first sending is known to be the acked one only if the second can't have come back yet.
bool ResendQueue::certainly_first(const InFlight& flight, const AckBlock& ack, const RttEstimate& rtt, MonoTime now) {
  if (flight.second_sent == kNever) return true;
  return rtt.known() && now - ack.delay < flight.second_sent + rtt.minimum();
}

// All sendings of these were clearly before one that arrived: they overtook nothing, they are gone.
void ResendQueue::find_lost(MonoTime acked_sent, const RttEstimate& rtt, MonoTime now) {
  for (InFlight& flight : flights_) {
    if (flight.last_sent + rtt.reordering() <= acked_sent) flight.due = std::min(flight.due, now);
  }
}

MonoTime ResendQueue::due() const {
  MonoTime earliest = kNever;
  for (const InFlight& flight : flights_) earliest = std::min(earliest, flight.due);
  return earliest;
}

InFlight* ResendQueue::first_due(MonoTime now) {
  const auto first = std::min_element(flights_.begin(), flights_.end(), [](const InFlight& a, const InFlight& b) { return a.due < b.due; });
  return first != flights_.end() && first->due <= now ? &*first : nullptr;
}

bool ResendQueue::is_copy(const InFlight& flight, const RttEstimate& rtt, MonoTime now) {
  return flight.probes == 0 && flight.copies < flight.schedule.count && now < flight.first_sent + rtt.probe_timeout() &&
         now >= flight.first_sent + flight.schedule.offsets[flight.copies];
}

void ResendQueue::advance(InFlight& flight, const Step& step, const RttEstimate& rtt, MonoTime now) {
  if (is_copy(flight, rtt, now)) {
    ++flight.copies;
    if (now - flight.due > kLate) flight.copies = static_cast<uint16_t>(flight.schedule.count);
  } else {
    ++flight.probes;
    const Micros dense = std::max(kMinProbeInterval, rtt.smoothed() / 5);
    if (flight.probes <= (step.lossy ? kDenseProbes : kDenseProbesUnlikely)) {
      flight.interval = dense;
    } else {
      flight.interval = std::min(step.lossy ? flight.interval * 3 / 2 : flight.interval * 2, kMaxProbeInterval);
    }
  }
  if (step.sent) {
    flight.second_sent = std::min(flight.second_sent, now);
    flight.last_sent = now;
  }
  flight.due = flight.probes > 0 ? now + flight.interval : next_due(flight, rtt);
}

bool ResendQueue::wait_for(InFlight& flight, const RttEstimate& rtt, Micros patience, MonoTime now) {
  const MonoTime earliest = (flight.probes == 0 ? flight.first_sent + rtt.probe_timeout() : flight.last_sent) + patience;
  if (now >= earliest) return false;
  flight.due = earliest;
  return true;
}

void ResendQueue::start_over(MonoTime now) {
  for (InFlight& flight : flights_) {
    flight.first_sent = flight.due = now;
    flight.schedule = {};
    flight.schedule.count = 1;  // a copy without delay
    flight.copies = flight.probes = 0;
  }
}

void ResendQueue::expect_acks_by(MonoTime at) {
  for (InFlight& flight : flights_) flight.due = at;
}

void ResendQueue::postpone(MonoTime now, MonoTime until) {
  for (InFlight& flight : flights_) {
    if (flight.due <= now) flight.due = until;
  }
}

void ResendQueue::drop(InFlight& flight, ResendPool& pool) {
  pool.release(flight.block);
  flights_.erase(flights_.begin() + (&flight - flights_.data()));
  give_back_if_empty(pool);
}

void ResendQueue::drop_all(ResendPool& pool) {
  for (InFlight& flight : flights_) pool.release(flight.block);
  flights_.clear();
  give_back_if_empty(pool);
}

void ResendQueue::give_back_if_empty(ResendPool& pool) {
  if (flights_.empty() && flights_.capacity() > 0) pool.give_list(std::exchange(flights_, {}));
}

}  // namespace parley::link
