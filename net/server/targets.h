// SPDX-License-Identifier: Apache-2.0
// Sends that change a message (edit, delete, react, pin) on their way to the bus: whose message it is and what is there already stands in
// the store, so they wait for the page reader's answer. Before it is asked, all that was on the bus when the send came must be stored, or a
// message of a moment ago would count as missing.
//
// One waits a session; sends behind it are skipped, and when it is through the client is told to go back to the one after it, as after a
// refusal. So the order of a producer's sends holds, and nothing is kept for a session but one message. On full storage the send is
// refused like any other. Owned by one I/O thread.
#pragma once

#include <vector>

#include "net/server/content.h"
#include "net/server/io_state.h"

namespace parley::server {

// Who goes on with a send that waited: Sends.
class TargetsOwner {
 public:
  virtual ~TargetsOwner() = default;
  virtual void on_target_known(Session& session, const wire::Send& send, const history::PageAnswer& answer) = 0;
};

class Targets {
 public:
  Targets(IoState& state, TargetsOwner& owner) : state_(state), owner_(owner) {}

  // The session's sends stop until the answer is there.
  void wait(Session& session, const wire::Send& send);
  // The page reader's answer to a Question::kTarget.
  void on_answer(const history::PageAnswer& answer);
  // Asks what may be asked now.
  int run();

 private:
  bool ask(const Session& session);

  IoState& state_;
  TargetsOwner& owner_;
  std::vector<SessionId> unasked_;  // at most one a session
};

}  // namespace parley::server
