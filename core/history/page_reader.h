// SPDX-License-Identifier: Apache-2.0
// Reads history pages, and single facts of the store, for the I/O threads on a thread of its own, so that a page fault never stalls a
// datagram. One request queue and one answer queue (SPSC) for each I/O thread; at most kMaxPendingPages of its requests are asked and not
// yet taken, the next is refused
// ("busy"), so an answer always finds its place. I/O threads are served in turn, one request each.
// ask() and take() on the I/O thread `io`; do_work on the reader's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/agent.h"
#include "core/bus/wakeup.h"
#include "core/history/store.h"

namespace parley::history {

enum class Question : uint8_t { kPage, kTarget, kRoomInfo, kJoin };

struct PageQuery {
  Question question = Question::kPage;
  SessionId session;      // who gets it; echoed
  uint32_t request = 0;   // echoed
  bool catch_up = false;  // part of a join; echoed
  bool early = false;     // for a client that hasn't proven itself; echoed
  PageRequest page;
  Epoch since_epoch;  // kJoin with since: what a client learned, up to where
  Sequence since;
  Sequence up_to;     // echoed: the head the join promised
  std::string user;   // who asks
  std::string emoji;  // kTarget: of a reaction. The target is page.from
  std::string peer;   // kRoomInfo: the other one in a direct room, else empty
};

struct PageAnswer {
  PageQuery query;
  Result<Page> page;       // any question's error
  Sequence valid_through;  // kJoin: of `since`
  Sequence joined_at;      // kJoin: Store::joined_at
  TargetFacts target;
  RoomInfo info;
};

class PageReader final : public Agent {
 public:
  // One Wakeup for each I/O thread, notified when an answer is there.
  PageReader(const Store& store, const std::vector<bus::Wakeup*>& io_wakeups);
  ~PageReader() override;

  bool ask(size_t io, const PageQuery& query);  // false: busy
  std::optional<PageAnswer> take(size_t io);
  int do_work(Now now) override;
  bus::Wakeup& wakeup();  // for the reader thread's runner

 private:
  struct Lane;  // one I/O thread's queues

  PageAnswer answer(const PageQuery& query) const;

  const Store& store_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  bus::Wakeup wakeup_;
};

}  // namespace parley::history
