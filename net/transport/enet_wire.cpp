// SPDX-License-Identifier: Apache-2.0
#include "net/transport/enet_wire.h"

#include <algorithm>

#include "core/base/check.h"

namespace parley::transport {

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
    link_.send(SessionId(to.host), gathered, now_);  // refused (not open any more): lost, as a datagram may be
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
