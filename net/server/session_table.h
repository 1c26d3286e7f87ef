// SPDX-License-Identifier: Apache-2.0
// The sessions of one I/O thread, by session id and by producer. The transport hands out the ids (index and generation, so an id of a
// closed session finds nothing). Pointers stay valid until remove(). Owned by one I/O thread; bounded by the transport's max_sessions.
#pragma once

#include <unordered_map>

#include "net/server/session.h"

namespace parley::server {

class SessionTable {
 public:
  Session& add(SessionId id) {
    Session& session = sessions_[id];
    session = Session{};
    session.id = id;
    return session;
  }
  Session* find(SessionId id) {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : &found->second;
  }
  // The newest ready session of a producer on this thread.
  Session* of_producer(ProducerId key) {
    const auto found = by_producer_.find(key);
    return found == by_producer_.end() ? nullptr : find(found->second);
  }
  void set_newest(const Session& session) { by_producer_[session.producer_key] = session.id; }
  void remove(Session& session) {
    const auto newest = by_producer_.find(session.producer_key);
    if (newest != by_producer_.end() && newest->second == session.id) by_producer_.erase(newest);
    sessions_.erase(session.id);
  }
  size_t size() const { return sessions_.size(); }

  template <class Visit>
  void for_each(Visit&& visit) {
    for (auto& [id, session] : sessions_) visit(session);
  }

 private:
  std::unordered_map<SessionId, Session> sessions_;
  std::unordered_map<ProducerId, SessionId> by_producer_;
};

}  // namespace parley::server
