// SPDX-License-Identifier: Apache-2.0
// The sessions of a link: slots with generations (LinkId = generation << 16 | slot, so a late call for a closed session finds nothing),
// found by LinkId or by the receiver index that we gave them. Receiver indices are random, so they can't be guessed or tell how many
// sessions there are, and ≡ io_index mod io_count, so the socket filter can steer. Bounded by `capacity`; full: add() gives nullptr. Owned
// by the link's thread.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "net/link/index_map.h"
#include "net/link/session.h"

namespace parley::link {

class SessionTable {
 public:
  SessionTable(size_t capacity, size_t io_index, size_t io_count, Random& random);

  Session* add();
  void remove(Session& session);
  Session* find(LinkId id) const;
  Session* find_index(uint32_t receiver_index) const;
  // As find(), but without looking whether it is that session or a later one in its place: touches nothing of the session.
  Session* peek(LinkId id) const;
  size_t size() const { return indices_.size(); }

  template <class F>
  void for_each(F&& visit) {
    for (Slot& slot : slots_) {
      if (slot.session) visit(*slot.session);
    }
  }

 private:
  struct Slot {
    std::unique_ptr<Session> session;
    uint16_t generation = 0;
  };
  uint32_t free_index() const;

  size_t capacity_, io_index_, io_count_;
  Random& random_;
  std::vector<Slot> slots_;
  std::deque<uint32_t> free_;  // first in, first out: a slot's generations come back as late as possible
  IndexMap indices_;
};

}  // namespace parley::link
