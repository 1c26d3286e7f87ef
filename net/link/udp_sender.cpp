// SPDX-License-Identifier: Apache-2.0
#include "net/link/udp_sender.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>

#include "net/link/steering.h"

namespace parley::link {
namespace {

constexpr size_t kMaxMessageOfSeveral = 64'000;  // the kernel's bound is that of an IP packet
constexpr int kRefusalsToGiveUp = 16;            // a network card that can't, or an old kernel: asking on would cost each message twice

bool buffer_is_full(int error) { return error == EAGAIN || error == ENOBUFS || error == ENOMEM; }

void count_lost(int error, size_t datagrams, SocketCounters& counters) {
  if (buffer_is_full(error)) {
    counters.send_buffer_full += datagrams;
  } else if (error == EMSGSIZE) {
    counters.send_too_long += datagrams;
  } else {
    counters.send_unreachable += datagrams;
  }
}

}  // namespace

UdpSender::UdpSender(int family) : family_(family) {}

void UdpSender::send(int fd, std::span<const OutDatagram> datagrams, SocketCounters& counters) {
  while (!datagrams.empty()) {
    const auto batch = datagrams.first(std::min(datagrams.size(), kBatch));
    prepare(batch, counters);
    hand_over(fd, counters);
    datagrams = datagrams.subspan(batch.size());
  }
}

void UdpSender::prepare(std::span<const OutDatagram> batch, SocketCounters& counters) {
  messages_ = parts_ = 0;
  for (const OutDatagram& datagram : batch) {
    if (family_ == AF_INET && !datagram.to.is_v4()) {
      ++counters.send_unreachable;
      continue;
    }
    if (!joins(datagram)) {
      finish_message();
      msghdr& header = headers_[messages_].msg_hdr;
      header = {};
      header.msg_name = &addresses_[messages_];
      header.msg_namelen = to_address(datagram.to, family_, addresses_[messages_]);
      header.msg_iov = &vectors_[parts_];
      last_to_ = datagram.to;
      last_bytes_ = 0;
      ++messages_;
    }
    vectors_[parts_++] = {const_cast<uint8_t*>(datagram.bytes.data()), datagram.bytes.size()};  // iovec has no const; sendmmsg only reads
    ++headers_[messages_ - 1].msg_hdr.msg_iovlen;
    last_bytes_ += datagram.bytes.size();
  }
  finish_message();
}

// All of a message's datagrams have one length; only the last one may be shorter.
bool UdpSender::joins(const OutDatagram& datagram) const {
  if (messages_ == 0 || refused_in_a_row_ >= kRefusalsToGiveUp || datagram.to != last_to_) return false;
  const msghdr& header = headers_[messages_ - 1].msg_hdr;
  const ByteView first{static_cast<const uint8_t*>(header.msg_iov[0].iov_base), header.msg_iov[0].iov_len};
  if (!steered_alike(first, datagram.bytes)) return false;  // two sessions of one peer may be on two threads of a server
  const bool last_is_shorter = header.msg_iov[header.msg_iovlen - 1].iov_len < first.size();
  return !last_is_shorter && datagram.bytes.size() <= first.size() && last_bytes_ + datagram.bytes.size() <= kMaxMessageOfSeveral;
}

void UdpSender::finish_message() {
  if (messages_ == 0) return;
  msghdr& header = headers_[messages_ - 1].msg_hdr;
  if (header.msg_iovlen < 2) return;
  header.msg_control = segments_[messages_ - 1].bytes.data();
  header.msg_controllen = segments_[messages_ - 1].bytes.size();
  cmsghdr* const control = CMSG_FIRSTHDR(&header);
  control->cmsg_level = SOL_UDP;
  control->cmsg_type = UDP_SEGMENT;
  control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  const auto length = static_cast<uint16_t>(header.msg_iov[0].iov_len);
  std::memcpy(CMSG_DATA(control), &length, sizeof length);
}

void UdpSender::hand_over(int fd, SocketCounters& counters) {
  for (size_t done = 0; done < messages_;) {
    const int sent = sendmmsg(fd, headers_.data() + done, static_cast<unsigned>(messages_ - done), MSG_DONTWAIT);
    if (sent > 0) {
      const bool several =
          std::any_of(&headers_[done], &headers_[done] + sent, [](const mmsghdr& each) { return each.msg_hdr.msg_iovlen > 1; });
      if (several) refused_in_a_row_ = 0;
      done += static_cast<size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    const msghdr& refused = headers_[done].msg_hdr;
    if (buffer_is_full(errno)) {
      for (; done < messages_; ++done) count_lost(EAGAIN, headers_[done].msg_hdr.msg_iovlen, counters);
    } else if (refused.msg_iovlen > 1) {
      ++refused_in_a_row_;
      send_apart(fd, refused, counters);
      ++done;
    } else {
      count_lost(errno, 1, counters);
      ++done;
    }
  }
}

void UdpSender::send_apart(int fd, const msghdr& message, SocketCounters& counters) {
  for (size_t i = 0; i < message.msg_iovlen; ++i) {
    msghdr one{};
    one.msg_name = message.msg_name;
    one.msg_namelen = message.msg_namelen;
    one.msg_iov = &message.msg_iov[i];
    one.msg_iovlen = 1;
    ssize_t sent = -1;
    do sent = sendmsg(fd, &one, MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent < 0) count_lost(errno, 1, counters);
  }
}

}  // namespace parley::link
