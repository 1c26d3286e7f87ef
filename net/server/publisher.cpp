// SPDX-License-Identifier: Apache-2.0
#include "net/server/publisher.h"

#include <array>

#include "core/room/names.h"

namespace parley::server {

Publisher::Publisher(bus::BroadcastRing& ring, std::vector<bus::Wakeup*> others) : ring_(ring), others_(std::move(others)) {}

bool Publisher::publish(const bus::RecordHeader& header, ByteView payload) {
  if (!ring_.publish(header, payload)) return false;
  published_ = true;
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
  if (!published_) return;
  published_ = false;
  for (bus::Wakeup* each : others_) each->notify();
}

}  // namespace parley::server
