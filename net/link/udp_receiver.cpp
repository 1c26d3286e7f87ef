// SPDX-License-Identifier: Apache-2.0
#include "net/link/udp_receiver.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>

#include "core/base/limits.h"

namespace parley::link {

UdpReceiver::UdpReceiver() : storage_(std::make_unique_for_overwrite<uint8_t[]>(kMessages * kStride)) {
  for (size_t i = 0; i < kMessages; ++i) {
    parts_[i] = {storage_.get() + i * kStride, kMessageBytes};
    headers_[i].msg_hdr.msg_name = &addresses_[i];
    headers_[i].msg_hdr.msg_iov = &parts_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_control = controls_[i].bytes.data();
  }
}

void UdpReceiver::ask_for_runs(int fd) {
  const int on = 1;
  setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on);
}

// What this call has handed out stays as it is, so what it still wants goes into the buffers behind or before that.
size_t UdpReceiver::receive(int fd, std::span<InDatagram> out, SocketCounters& counters) {
  const size_t held_from = next_;
  const size_t count = hand_out(out, counters);
  if (count == out.size()) return count;
  if (count == 0) {
    fill(fd, 0, std::min(kMessages, out.size()), counters);
  } else if (end_ < kMessages) {
    fill(fd, end_, std::min(kMessages - end_, out.size() - count), counters);
  } else {
    fill(fd, 0, std::min(held_from, out.size() - count), counters);
  }
  return count + hand_out(out.subspan(count), counters);
}

void UdpReceiver::fill(int fd, size_t first, size_t most, SocketCounters& counters) {
  next_ = end_ = first;
  if (most == 0) return;
  for (size_t i = first; i < first + most; ++i) {
    headers_[i].msg_hdr.msg_namelen = sizeof(SocketAddress);
    headers_[i].msg_hdr.msg_controllen = controls_[i].bytes.size();
  }
  const int got = recvmmsg(fd, &headers_[first], static_cast<unsigned>(most), MSG_DONTWAIT, nullptr);
  if (got < 0) {
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) ++counters.receive_errors;
    return;
  }
  end_ = first + static_cast<size_t>(got);
}

size_t UdpReceiver::hand_out(std::span<InDatagram> out, SocketCounters& counters) {
  size_t count = 0;
  while (next_ < end_ && count < out.size()) {
    const size_t length = headers_[next_].msg_len;
    if (offset_ == 0) segment_ = segment_bytes(next_);
    const size_t size = std::min(segment_, length - offset_);
    if (size > kMaxDatagramBytes) {
      ++counters.dropped_oversized;
    } else {
      out[count++] = {from_address(addresses_[next_]), MutableBytes(storage_.get() + next_ * kStride + offset_, size)};
    }
    offset_ += size;
    if (offset_ < length) continue;
    ++next_;
    offset_ = 0;
  }
  return count;
}

// That of each datagram in the message but the last, which may be shorter. Never 0, unless the message is empty.
size_t UdpReceiver::segment_bytes(size_t message) const {
  const msghdr& header = headers_[message].msg_hdr;
  const size_t length = headers_[message].msg_len;
  const cmsghdr* const control = CMSG_FIRSTHDR(&header);
  if (control == nullptr || control->cmsg_level != SOL_UDP || control->cmsg_type != UDP_GRO) return length;
  int each = 0;
  std::memcpy(&each, CMSG_DATA(control), sizeof each);
  return each > 0 ? std::min(static_cast<size_t>(each), length) : length;
}

}  // namespace parley::link
