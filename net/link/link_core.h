// SPDX-License-Identifier: Apache-2.0
// What stands behind Link (link.h): one object, its halves in files of their own, to be read in this order:
//   link_core.cpp       which datagram goes where; flush, deadlines, the end of a session
//   link_connect.cpp    the client's half of the handshake
//   link_request.cpp    the server's half
//   link_transport.cpp  sealed datagrams, both ways
//   link_reliability.cpp acks, copies, resends
//   link_rekey.cpp      new keys
//   link_path.cpp       a client's new address
//   link_timers.cpp     what is due when
// A handler call may close any session, so no Session* is used after one: it is looked up again.
#pragma once

#include <deque>

#include "net/link/common_lateness.h"
#include "net/link/frames.h"
#include "net/link/handshake_agent.h"
#include "net/link/handshake_bytes.h"
#include "net/link/handshake_rate.h"
#include "net/link/link.h"
#include "net/link/request_history.h"
#include "net/link/request_log.h"
#include "net/link/send_batch.h"
#include "net/link/session_table.h"
#include "net/link/timer_wheel.h"
#include "net/link/wire_format.h"

namespace parley::link {

inline constexpr Micros kHandshakeResend = Millis(250);  // first interval of the client's msg1, and of its proof; then × 1.5
inline constexpr Micros kHandshakeTimeout = Seconds(5);  // without an answer, or without a proof
inline constexpr Micros kKeepAliveAfter = Seconds(10);   // the client asks for a sign of life after so much silence in either direction
inline constexpr Micros kSilenceTimeout = Seconds(45);   // then the session is over
static_assert(kKeepAliveAfter + Seconds(5) <= kClientSilence, "a sign of life that is asked for has five seconds of resends");
inline constexpr Micros kGoodbyeInterval = Millis(20);  // between the three copies of the close; doubles
inline constexpr uint8_t kGoodbyeRepeats = 2;
inline constexpr uint64_t kMaxDatagramsPerKey = 2 * kRekeyDatagrams;  // if the client doesn't begin new ones, nothing is sealed any more
inline constexpr size_t kMaxRetained = 65'536;                        // unacked small datagrams of all sessions; beyond it they go once

// Server: sessions with a datagram under way that it is ready for from the start. A message to a room of so many allocates nothing, even if
// it is the first one; 0.9 MiB.
inline constexpr size_t kRetainedAtStart = 1024;

class LinkCore {
 public:
  LinkCore(const LinkOptions& options, DatagramSocket& socket, Random& random, LinkHandler& handler);
  ~LinkCore();

  LinkId connect(const Endpoint& server, const PublicKey& server_key, ByteView application, ByteView early, Now now);
  bool send(LinkId id, std::span<const ByteView> parts, Care care, Now now);
  size_t early_bytes(LinkId id) const;
  void close(LinkId id, Now now);
  void rebound(Now now);
  void prefetch(LinkId id) const;
  void prefetch_parts(LinkId id) const;
  int receive(Now now);
  int flush(Now now);
  MonoTime next_deadline() const;
  LinkStats stats(LinkId id) const;
  const LinkCounters& counters() const { return counters_; }

 private:
  struct Gate {  // server: what it takes to let a request in
    Gate(const LinkOptions& options, Random& random, WallTime started);
    AddressTokens tokens;
    HandshakeRate rate;
    RequestHistory history;
    BoundedTable<MonoTime> queued;  // requests at the handshake thread; the oldest is forgotten
    MonoTime busy_until{};
    size_t half_open = 0;  // sessions that haven't proven themselves yet
  };
  struct KnownServer {  // client
    Endpoint address;
    AddressToken token{};
  };

  void fetch_ahead(std::span<const InDatagram> batch) const;
  static void prefetch_parts(const Session& session);
  void on_datagram(const InDatagram& datagram, Now now);
  void transmit(Session& session, ByteView datagram, Now now) { transmit(session, session.address, datagram, now); }
  void transmit(Session& session, const Endpoint& to, ByteView datagram, Now now);
  void transmit(const Endpoint& to, ByteView datagram, Now now);
  static void count(uint64_t& counter) { ++counter; }
  void end(Session& session);  // forgets it, says nothing
  void end_and_tell(Session& session, LinkClose why);

  // link_connect.cpp
  void on_answer(const InDatagram& datagram, Now now);
  void open_answered(Session& session, ByteView answer, NoiseKeys keys, Now now);
  bool write_request(Session& session, const AddressToken& token, Now now);
  uint64_t request_time(Now now);
  void on_cookie(const InDatagram& datagram, Now now);
  AddressToken known_token(const Endpoint& server) const;
  void remember_token(const Endpoint& server, ByteView token);

  // link_request.cpp
  void on_request(const InDatagram& datagram, Now now);
  Gate& gate(Now now);
  bool busy(Now now);
  void demand_cookie(const CookieFor& request, const Endpoint& from, Now now);
  void repeat_answer(Session& session, const Endpoint& from, Now now);
  int take_opened(Now now);
  void on_opened(OpenedHandshake request, Now now);
  void admit(OpenedHandshake& request, Now now);
  void refuse(OpenedHandshake& request, const RequestReply& reply, Now now);
  void accept(OpenedHandshake& request, Session& session, const RequestReply& reply, Now now);

  // link_transport.cpp
  void on_transport(const InDatagram& datagram, Now now);
  Session* open_transport(const InDatagram& datagram, Now now);
  void handle_control(Session& session, const Frames& frames, const InDatagram& datagram, Now now);
  void prove(Session& session, Now now);
  struct Plain {
    ByteView head;                    // first frame's header, or all of a short frame
    std::span<const ByteView> parts;  // what follows
    bool wants_ack = false;           // kept until acked
    bool copied = false;              // sent more than once before any ack is due
    const Endpoint* to = nullptr;     // nullptr: where the peer is; else bare, without an ack
  };
  ByteView seal_and_send(Session& session, const Plain& plain, Now now);  // empty: the counter is used up. Valid until the next datagram
  bool send_once(Session& session, const Plain& plain, Now now);
  bool send_early(Session& session, std::span<const ByteView> parts, Now now);
  void send_keep_alive(Session& session, bool wants_reply, Now now);

  // link_rekey.cpp
  bool used_up(const Session& session) const;
  MonoTime keys_due(const Session& session) const;
  void run_keys(Session& session, Now now);
  void on_offer(Session& session, ByteView body, Now now);
  void on_offer_answer(Session& session, ByteView body, Now now);
  void rekeyed(Session& session, Now now);

  // link_path.cpp
  void watch_path(Session& session, const InDatagram& datagram, Now now);
  static MonoTime path_due(const Session& session);
  void run_path(Session& session, Now now);
  void on_path_challenge(Session& session, ByteView body, const Endpoint& from, Now now);
  void on_path_answer(Session& session, ByteView body, const Endpoint& from, Now now);

  // link_reliability.cpp
  bool on_arrival(Session& session, const InDatagram& datagram, const Frames& frames, Now now);
  void on_repeated(Session& session, Now now);
  void start_reliability(Session& session, Micros handshake_rtt);
  size_t write_ack(Session& session, const Plain& plain, MutableBytes out, Now now);
  static size_t write_loss(Session& session, MutableBytes out);
  static bool goes_often(const Session& session, const Plain& plain);
  void on_sealed(Session& session, uint64_t counter, ByteView datagram, const Plain& plain, Now now);
  bool on_ack(Session& session, ByteView body, Now now);
  void learn_round_trip(Reliability& r, const ResendQueue::Acked& acked, int64_t lost_before, MonoTime now);
  static double expected_loss(const Session& session);
  void run_reliability(Session& session, Now now);
  void resend_due(Session& session, Now now);
  // What redundancy leaves of its budgets, as a share of their burst: a datagram that is known to be missing must go, when all else may
  // not. (Without this a client that heard 250 messages a second spent all on its ENet acks, and a lost message of its own waited 1.4 s for
  // ENet.)
  static constexpr double kKeptByTwins = 0.5, kKeptByCopies = 0.25, kKeptByResends = 0;
  struct Spending {
    Now now;
    double kept = 0;
  };
  bool within_budget(Session& session, size_t bytes, const Spending& spending);

  // link_timers.cpp
  MonoTime deadline_of(const Session& session) const;
  static Micros silence_limit(const Session& session);
  static MonoTime next_ask(const Session& session);
  static MonoTime reliability_due(const Session& session);
  Micros stretched(Micros interval);
  void schedule(Session& session);
  void schedule_at(Session& session, MonoTime due);
  void run_timer(Session& session, Now now);
  void resend_request(Session& session, Now now);
  void run_open(Session& session, Now now);
  void repeat_goodbye(Session& session, Now now);

  const LinkOptions options_;
  DatagramSocket& socket_;
  Random& random_;
  LinkHandler& handler_;
  PublicKey own_public_{};
  std::array<uint8_t, 32> mac1_key_{};     // server
  uint64_t last_request_us_ = 0;           // client: no two requests bear the same time
  std::deque<KnownServer> known_servers_;  // client: bounded by kMaxKnownServers
  std::unique_ptr<Gate> gate_;             // server, from the first request on

  LinkCounters counters_;
  SessionTable sessions_;
  RequestLog requests_;
  TimerWheel wheel_;
  ResendPool pool_;
  ByteBudget egress_;
  CommonLateness lateness_;
  SendBatch batch_;
  MonoTime batch_since_{};
  bool behind_ = false;   // more waits in the socket than was read, acks maybe
  uint64_t flushed_ = 0;  // datagrams out by the end of the last flush
  std::array<InDatagram, kReceiveBatch> incoming_{};
};

}  // namespace parley::link
