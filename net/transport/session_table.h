// SPDX-License-Identifier: Apache-2.0
// What the transport knows of a session besides what the link and ENet do, found by the link's number of it (slot and generation: link.h).
// Owned by the transport's thread.
#pragma once

#include <memory>
#include <vector>

#include "core/base/ids.h"
#include "net/link/timer_wheel.h"
#include "net/transport/enet_host.h"
#include "net/transport/unacknowledged.h"

namespace parley::transport {

enum class SessionState : uint8_t {
  kConnecting,  // client: CONNECT sent; server: VERIFY sent, not proven: takes early messages only
  kReady,
};

struct Session {
  struct ResendTimer : link::TimerWheel::Timer {
    explicit ResendTimer(Session& session) : owner(session) {}
    Session& owner;
  };

  Session(SessionId number, EnetHost& in, ENetPeer& of) : id(number), host(in), peer(of) { of.data = this; }

  const SessionId id;
  EnetHost& host;
  ENetPeer& peer;
  SessionState state = SessionState::kConnecting;
  bool dirty = false;          // is in the list of those to be flushed
  bool overflowed = false;     // kMaxSessionQueuedBytes was reached: closed at the next flush
  bool early = false;          // server: ENet's peer was connected before the proof
  uint32_t early_waiting = 0;  // server: what early messages take on their way, at most, since the last flush
  uint32_t queued_bytes = 0;   // reliable, not yet acknowledged
  Unacknowledged unacknowledged;
  ResendTimer timer{*this};
};

class SessionTable {
 public:
  Session& add(SessionId id, EnetHost& host, ENetPeer& peer) {
    const size_t slot = slot_of(id);
    if (slot >= slots_.size()) slots_.resize(slot + 1);
    slots_[slot] = std::make_unique<Session>(id, host, peer);
    ++size_;
    return *slots_[slot];
  }
  Session* find(SessionId id) const {
    const size_t slot = slot_of(id);
    if (slot >= slots_.size() || slots_[slot] == nullptr || slots_[slot]->id != id) return nullptr;
    return slots_[slot].get();
  }
  // As find(), but without a look at the session: it may be a later one in the same place.
  Session* peek(SessionId id) const {
    const size_t slot = slot_of(id);
    return slot < slots_.size() ? slots_[slot].get() : nullptr;
  }
  void remove(Session& session) {
    slots_[slot_of(session.id)].reset();
    --size_;
  }
  size_t size() const { return size_; }

 private:
  static size_t slot_of(SessionId id) { return id.value & 0xffff; }  // kMaxSessionsPerIo

  std::vector<std::unique_ptr<Session>> slots_;
  size_t size_ = 0;
};

}  // namespace parley::transport
