// SPDX-License-Identifier: Apache-2.0
// One I/O thread: its socket's transport, its sessions, its copy of the rooms. The duty cycle reads as the way of a message:
//
//   receive → decode → policy → bus → fan-out, receipts, pages, presence → flush
//
// All of it on one thread; what crosses is the bus, the page reader's queues, the wake-ups, and ask()/take_answer() for the main thread.
#pragma once

#include <functional>
#include <memory>

#include "core/base/agent.h"
#include "core/bus/spsc_queue.h"
#include "net/server/early_joins.h"
#include "net/server/fan_out.h"
#include "net/server/io_snapshot.h"
#include "net/server/io_state.h"
#include "net/server/searches.h"
#include "net/server/slow_members.h"

namespace parley::server {

struct IoAgentOptions {
  size_t io = 0;
  BusReaders readers{};
  bus::Wakeup* answers = nullptr;  // woken when an answer for the main thread is there
  uint64_t hash_key = 0;           // random, see core/room/keyed_hash.h
};

class IoAgent final : public Agent, private transport::ServerHandler {
 public:
  using MakeTransport = std::function<Result<std::unique_ptr<transport::Transport>>(transport::ServerHandler&)>;

  static Result<std::unique_ptr<IoAgent>> make(const IoWorld& world, const IoAgentOptions& options, const MakeTransport& make_transport);
  ~IoAgent() override;

  int do_work(Now now) override;
  MonoTime next_deadline() const override;

  // Main thread. False: the last question isn't taken yet.
  bool ask(IoQuestion question);
  std::optional<IoSnapshot> take_answer();
  Announcements& announcements() { return announcements_; }  // its ask() and take()

 private:
  enum class Phase : uint8_t { kServing, kDraining, kDrained };

  IoAgent(const IoWorld& world, const IoAgentOptions& options);

  std::optional<transport::HelloReply> refusal_of(const transport::HelloInfo& info) override;
  transport::HelloReply on_hello(SessionId id, const transport::HelloInfo& info) override;
  void on_ready(SessionId id) override;
  void on_message(SessionId id, uint8_t channel, ByteView message) override;
  void on_closed(SessionId id, transport::CloseReason reason) override;

  transport::HelloReply refuse_hello(const Refusal& refusal);
  void dispatch(Session& session, const wire::Message& message);
  void who(Session& session, const wire::WhoRequest& request);
  void on_malformed(Session& session);
  void forget(Session& session);
  int receive(Now now);
  int close_sessions();
  int take_pages();
  int take_erased();
  void take_answer_of_store(const history::PageAnswer& answer);
  int answer_questions();
  void end_expired();
  void start_drain();
  int drain();
  IoSnapshot snapshot(IoQuestion question);

  IoState state_;
  Receipts receipts_{state_};
  Presence presence_{state_};
  Pages pages_{state_};
  Membership membership_{state_, pages_, presence_};
  EarlyJoins early_{state_, membership_};
  Sends sends_{state_, receipts_};
  DirectRooms direct_{state_};
  Reading reading_{state_};
  Signals signals_{state_};
  Announcements announcements_;
  FanOut fan_out_{state_, {membership_, sends_, direct_, reading_, signals_, announcements_}};
  SlowMembers slow_{state_, pages_, presence_};
  Searches searches_{state_};
  std::unique_ptr<transport::Transport> transport_;
  MonoTime next_expiry_look_{};

  Phase phase_ = Phase::kServing;
  MonoTime drain_by_ = kNever;  // closes what is left
  bus::Wakeup* answers_wakeup_;
  bus::SpscQueue<IoQuestion> questions_{8};
  bus::SpscQueue<IoSnapshot> answers_{8};
};

}  // namespace parley::server
