// SPDX-License-Identifier: Apache-2.0
#include "net/transport/enet_wire.h"

#include <algorithm>

#include "core/base/check.h"

namespace parley::transport {
namespace {

// ENet acknowledges every reliable command, over a link that does so too. If such a datagram is lost, ENet sends its data once more, later:
// that costs bytes, not time. Answering each with a link ack cost the server a datagram for every delivery (2.09 down, 1.12 up without
// this).
bool only_acknowledges(std::span<const ENetBuffer> parts) {
  const auto is_ack = [](const ENetBuffer& part) {
    const uint8_t command = part.dataLength == 0 ? uint8_t{0} : *static_cast<const uint8_t*>(part.data);
    return part.dataLength == sizeof(ENetProtocolAcknowledge) &&
           (command & ENET_PROTOCOL_COMMAND_MASK) == ENET_PROTOCOL_COMMAND_ACKNOWLEDGE;
  };
  return parts.size() > 1 && std::all_of(parts.begin() + 1, parts.end(), is_ack);  // the first part is the datagram's header
}

}  // namespace

int EnetWire::send(const ENetAddress& to, std::span<const ENetBuffer> parts) {
  std::array<ByteView, ENET_BUFFER_MAXIMUM> views;
  CHECK(parts.size() <= views.size(), "ENet sends more parts than a host has buffers");
  size_t size = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    views[i] = {static_cast<const uint8_t*>(parts[i].data), parts[i].dataLength};
    size += views[i].size();
  }
  const std::span<const ByteView> gathered(views.data(), parts.size());
  if (capture_ == nullptr) {
    if (trace_ != nullptr) trace_->on_to_link(SessionId(to.host));
    link_.send(
        SessionId(to.host), gathered, now_,
        only_acknowledges(parts) ? link::Care::kOnce : link::Care::kSoon);  // refused (not open any more): lost, as a datagram may be
    return static_cast<int>(size);
  }
  capture_->size = 0;
  if (size > capture_->bytes.size()) return static_cast<int>(size);
  for (const ByteView view : gathered) {
    std::copy(view.begin(), view.end(), capture_->bytes.begin() + static_cast<ptrdiff_t>(capture_->size));
    capture_->size += view.size();
  }
  return static_cast<int>(size);
}

int EnetWire::receive(ENetAddress& from, MutableBytes out) {
  if (offered_.empty() || offered_.size() > out.size()) return kStop;
  const size_t size = offered_.size();
  std::copy(offered_.begin(), offered_.end(), out.begin());
  from = enet_address(from_);
  offered_ = {};
  if (window_ != nullptr) window_->open();
  return static_cast<int>(size);
}

}  // namespace parley::transport
