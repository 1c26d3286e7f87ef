// SPDX-License-Identifier: Apache-2.0
// What one thread's socket, ENet border and transport tell of the messages that pass: each sees only its own side of a seal, so what was
// seen last in one is what is handled now in the next. One object a transport, used by its thread alone.
//
//   in:   socket receive → opened by the link → ENet → message (its bytes say which)
//   out:  message given for a session → ENet makes that session's next datagram → the socket's next send to that address
//
// Two things are taken for granted, and cost accuracy rather than truth: the next datagram to the session carries the message (it does
// while ENet's window is open, which at these rates it always is), and finding marks in the bytes takes no time (some 50 ns a message).
#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "net/link/datagram_socket.h"
#include "net/transport/transport.h"
#include "tools/bench/stages/trace.h"

namespace parley::bench {

class Passage final : public transport::BorderTrace {
 public:
  enum class Side : uint8_t { kSender, kServer, kReceiver };
  Passage(Trace& trace, Side side) : trace_(trace), side_(side) {}

  // The one session and address that outgoing messages are followed to. The server learns the session when its client says hello.
  void follow(uint16_t port) { port_.store(port); }  // any thread, before that client says hello
  void follow_session(SessionId session) { session_ = session; }
  uint16_t port() const { return port_.load(); }
  SessionId session() const { return session_; }

  // Socket.
  void on_arrived() { arrived_ = trace_now_ns(); }
  void before_send(std::span<const link::OutDatagram> datagrams);
  // The border.
  void on_from_link(SessionId) override { opened_ = trace_now_ns(); }
  void on_to_link(SessionId session) override;
  // The transport.
  void on_message(ByteView message);
  void after_message();
  void on_packet_made(ByteView message, const void* packet);
  void on_given(SessionId session, const void* packet);

 private:
  void stamp_all(Point point, const std::vector<MessageRow>& rows);

  Trace& trace_;
  const Side side_;
  std::atomic<uint16_t> port_ = 0;
  SessionId session_;
  int64_t arrived_ = 0, opened_ = 0;
  std::vector<MessageRow> in_;           // of the message being handled
  const void* packet_ = nullptr;         // the last one made, whose rows are
  std::vector<MessageRow> made_;         // these; then, when given for the session,
  std::vector<MessageRow> given_;        // those wait for ENet,
  std::vector<MessageRow> on_the_link_;  // and those for the socket
};

}  // namespace parley::bench
