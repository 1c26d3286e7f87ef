// SPDX-License-Identifier: Apache-2.0
// One user's connection to one server, through all reconnects:
//
//   idle → connecting → online ⇄ backoff → connecting …      refused: only a new ticket leads out
//
// Ties together the rooms, the outbox and the requests, which outlive the connections, and hands each message to one of them.
// Owned by its Client, called on its thread; the on_* functions from inside the transport's receive() and flush().
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "net/client/backoff.h"
#include "net/client/context.h"
#include "net/client/outbox.h"
#include "net/client/parley.h"
#include "net/client/requests.h"
#include "net/client/rooms.h"
#include "net/client/session_events.h"
#include "net/client/signals.h"
#include "net/client/uplink.h"
#include "net/link/endpoint.h"

// What parley.h shows of a session is its address. The C API finds the way back to its handle's client by it.
struct parley_session {
  parley_client* client = nullptr;
};

namespace parley::client {

enum class SessionState : uint8_t { kIdle, kConnecting, kOnline, kBackoff, kRefused };

struct SessionSetup {
  link::Endpoint server{};
  std::array<uint8_t, 32> server_key{};
  std::string ticket{};
  ProducerId producer{};
  void* user_data = nullptr;
  std::filesystem::path outbox{};  // where sends are kept; empty: in memory
};

class ClientSession;

// The Client as its sessions see it: who keeps track of which transport session is whose.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  virtual SessionId open_transport(ClientSession& session, const SessionSetup& setup, ByteView hello) = 0;
  virtual void close_transport(SessionId id) = 0;
};

class ClientSession final : public parley_session, private RoomsOwner {
 public:
  ClientSession(SessionHost& host, Context& context, SessionSetup setup);
  ~ClientSession() override;
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  // Keeps sends in this file, and goes on with what an earlier session left in it. Once, before the first poll. Errors: OutboxFile::open.
  Result<void> keep_sends(const std::filesystem::path& file);

  // The program's calls; see parley.h.
  Result<void> join(std::string_view room, JoinWish wish);
  Result<void> leave(std::string_view room);
  // An empty one to be filled in and sent; until the next call.
  Content& blank();
  Result<uint64_t> send(std::string_view room, const Content& content);
  Result<void> mark_read(std::string_view room, Sequence sequence) { return rooms_.mark_read(room, sequence); }
  // Null: not in that room.
  const Unread* unread(std::string_view room) const;
  Result<uint32_t> page(std::string_view room, PageWish wish);
  Result<uint32_t> who(std::string_view room);
  Result<void> typing(std::string_view room);
  Result<void> talk(std::string_view room, bool on);
  Result<void> map_ping(std::string_view room, const MapPing& ping);
  Result<uint32_t> search(std::string_view room, SearchWish wish);
  Result<void> set_ticket(std::string_view ticket);

  SessionState state() const { return state_; }
  ProducerId producer() const { return setup_.producer; }
  size_t outbox_size() const { return outbox_.size(); }
  uint32_t reconnects() const { return reconnects_; }
  // Of the present connection; zeros without one.
  transport::SessionStats transport_stats() const;

  // The Client's.
  void do_timers();
  void on_answer(bool accepted, ByteView answer);
  void on_message(ByteView bytes);
  void on_closed(transport::CloseReason reason);

 private:
  void on_entry(ProducerId producer, ProducerNumber number, Sequence sequence) override;
  void on_heard(Room& room, std::string_view user, Sequence sequence) override { signals_.on_entry(room, user, sequence); }
  void on_member_left(Room& room, std::string_view user) override { signals_.on_member_left(room, user); }
  void on_open(Room& room) override { signals_.on_open(room); }
  bool has_sends(const Room& room) const override { return outbox_.has(room); }
  void on_room_gone(Room& room, const Error& why) override;

  void start();
  ByteView build_hello();
  void go_online(const wire::Answer& answer);
  void go_offline(const Error& why);
  void give_up(const Error& why);
  void watch_silence();
  void close_because(transport::CloseReason reason);
  void dispatch(const wire::Message& message);
  void on_page(const wire::HistoryPage& page);
  void on_presence(const wire::Presence& presence);
  void on_request_refused(const wire::RequestRefused& refused);
  void on_draining(const wire::Draining& draining);
  void after_change();

  SessionHost& host_;
  Context& context_;
  SessionSetup setup_;
  SessionEvents events_;
  Uplink uplink_;
  std::unique_ptr<OutboxFile> outbox_file_;
  Outbox outbox_;
  Requests requests_;
  Signals signals_;
  Rooms rooms_;

  SessionState state_ = SessionState::kIdle;
  SessionId transport_id_;
  Backoff backoff_;
  MonoTime due_{};  // backoff: the next attempt; online: the next look for silence
  MonoTime online_since_{};
  Epoch epoch_;
  bool given_up_ = false;
  Error said_;                 // why the server will close, when it told
  Micros come_back_after_{0};  // likewise
  uint64_t heard_ = 0;         // datagrams received, at the last look
  MonoTime heard_at_{}, sending_unheard_since_{};
  uint32_t reconnects_ = 0;
  bool was_online_ = false;
};

}  // namespace parley::client
