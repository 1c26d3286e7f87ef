// SPDX-License-Identifier: Apache-2.0
// One I/O thread's way onto the bus: publishes, and remembers to wake the other readers, once for many records. A full ring is told to
// whoever wanted to publish, with one exception: the record that a session left can't be refused, for nobody is there to try again. Those
// wait here and are tried each cycle. Their number is bounded by the seats that were taken when the ring was full, since a new seat needs
// the ring too.
#pragma once

#include <string>
#include <vector>

#include "core/bus/broadcast_ring.h"
#include "core/bus/wakeup.h"
#include "net/server/fifo.h"

namespace parley::server {

// Who is woken for what is published.
struct BusReaders {
  std::vector<bus::Wakeup*> others{};  // the other I/O threads
  bus::Wakeup* writer = nullptr;       // of the history; none in some tests
};

class Publisher {
 public:
  Publisher(bus::BroadcastRing& ring, BusReaders readers);

  // False: the ring is full, nothing happened.
  bool publish(const bus::RecordHeader& header, ByteView payload);
  // Sooner or later, in any case.
  void publish_leave(const bus::RecordHeader& header, std::string_view user);
  int retry_leaves();
  bool leaves_wait() const { return !leaves_.empty(); }
  // If anything was published since the last call: those who deliver it too, at once; the writer when this thread's own deliveries have
  // left, since a thread that is woken may take the processor.
  void wake_others();
  void wake_writer();

 private:
  struct Leave {
    bus::RecordHeader header;
    std::string user;
  };
  bool try_leave(const bus::RecordHeader& header, std::string_view user);

  bus::BroadcastRing& ring_;
  const BusReaders readers_;
  Fifo<Leave> leaves_;
  bool others_sleep_ = false, writer_sleeps_ = false;  // for what was published
};

}  // namespace parley::server
