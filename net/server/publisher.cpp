// SPDX-License-Identifier: Apache-2.0
#include "net/server/publisher.h"

#include <array>
#include <utility>

#include "core/room/names.h"

namespace parley::server {

Publisher::Publisher(bus::BroadcastRing& ring, BusReaders readers) : ring_(ring), readers_(std::move(readers)) {}

bool Publisher::publish(const bus::RecordHeader& header, ByteView payload) {
  if (!ring_.publish(header, payload)) return false;
  others_sleep_ = writer_sleeps_ = true;
  return true;
}

void Publisher::publish_leave(const bus::RecordHeader& header, std::string_view user) {
  if (leaves_.empty() && try_leave(header, user)) return;
  leaves_.push({header, std::string(user)});
}

bool Publisher::try_leave(const bus::RecordHeader& header, std::string_view user) {
  std::array<uint8_t, room::kMaxNamesBytes> names;
  return publish(header, room::encode_names({{}, user, {}}, names));
}

int Publisher::retry_leaves() {
  int done = 0;
  while (!leaves_.empty() && try_leave(leaves_.front().header, leaves_.front().user)) {
    leaves_.pop();
    ++done;
  }
  return done;
}

void Publisher::wake_others() {
  if (!std::exchange(others_sleep_, false)) return;
  for (bus::Wakeup* each : readers_.others) each->notify();
}

void Publisher::wake_writer() {
  if (std::exchange(writer_sleeps_, false) && readers_.writer != nullptr) readers_.writer->notify();
}

}  // namespace parley::server
