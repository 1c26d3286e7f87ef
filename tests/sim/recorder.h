// SPDX-License-Identifier: Apache-2.0
// Writes what one user's client is told (parley_event) and what it asked for into Observed, for the checkers: simulated users and those of
// the crash test with real processes alike. It lives as long as the user, through clients that are killed and made anew. One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "net/client/parley.h"
#include "tests/sim/observed.h"

namespace parley::sim {

class Recorder {
 public:
  Recorder(std::string user, Observed& seen) : user_(std::move(user)), seen_(seen) {}

  // at_us: when, of a monotonic clock; for checkers of times.
  void on_event(const parley_event& event, int64_t at_us = 0);

  // What the user does, after the client took it.
  void joined(const std::string& room, bool wants_history, uint64_t since = 0);
  // The same (producer, number) again, from a client that was made anew with its producer, is the same send.
  void sent(Sent send);
  // Some message of its own that was told its place, and so can be edited: where. Nothing if there is none.
  std::optional<std::pair<std::string, uint64_t>> own_message(uint64_t dice) const;
  void asked(uint32_t request);
  // The client is gone: what it had pending may or may not arrive, its stays end.
  void killed();
  // All is over: who is still a member is one at the end.
  void finish();

  bool wants(const std::string& room) const { return stays_.contains(room); }
  bool waits_for_answers() const { return !questions_.empty(); }
  // Sends of the present client without a durable receipt, or a refusal.
  bool waits_for_receipts() const;
  // The newest place in the room of an own send that is durable; 0: none. What is there can't be taken back.
  uint64_t durable_place(const std::string& room) const;
  // Told everything of its rooms up to these heads.
  bool told_all(const std::map<std::string, uint64_t>& heads) const;

 private:
  void on_room_event(const parley_event& event, int64_t at_us);
  void on_receipt(const parley_event& event);

  const std::string user_;
  Observed& seen_;
  std::map<std::string, size_t> stays_;                       // room → index into seen_.stays
  std::map<uint64_t, size_t> sent_;                           // the present client's: number → index into seen_.sent
  std::map<std::pair<uint64_t, uint64_t>, size_t> all_sent_;  // producer, number → the same
  std::set<uint32_t> questions_;
  uint64_t durable_through_ = 0;
};

}  // namespace parley::sim
