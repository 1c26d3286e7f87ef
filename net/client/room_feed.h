// SPDX-License-Identifier: Apache-2.0
// One room's entries put in order: each sequence handed to the sink exactly once and ascending, whatever comes as catch-up page, live entry
// or answer to a question for a hole. What was never stored is rolled back, what isn't retained is named as a gap; nothing is left out
// silently.
//
//   join:   on_joined() → the server's pages (on_page) up to the head it named; live entries that come meanwhile are held
//   slow:   on_behind() → pages instead of live entries, until one is complete; then live ones again
//   hole:   a live entry that doesn't follow is held, and wanted() names what must be asked for
//   bound:  kMaxHeldEntries / kMaxHeldBytes; what doesn't fit is dropped, counted, and wanted() after the catch-up
//
// Owned by its room; no network, no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/gap_reason.h"
#include "core/base/ids.h"

namespace parley::client {

class FeedSink {
 public:
  virtual ~FeedSink() = default;
  // history: it was in the room before the last join. Called in order, never twice for a sequence (a rollback goes back first).
  virtual void deliver(Sequence sequence, ByteView entry, bool history) = 0;
  virtual void rollback(Sequence through) = 0;
  virtual void gap(Sequence from, Sequence to, GapReason why) = 0;  // [from, to)
};

struct FeedEntry {
  Sequence sequence;
  ByteView bytes;
};

struct FeedPage {
  std::span<const FeedEntry> entries;  // ascending
  Sequence gap_from, gap_to;
  bool complete = false;  // the server's catch-up ends with it
  bool answer = false;    // to a question of ours
  GapReason gap_reason = GapReason::kUnknown;
};

struct JoinPlace {
  Sequence head, valid_through;
  uint16_t last_wanted = 0;  // without a position: how many entries the join brings
};

class RoomFeed {
 public:
  struct Counters {
    uint64_t repeated = 0, holes = 0, dropped = 0;
  };

  explicit RoomFeed(FeedSink& sink) : sink_(sink) {}

  // Everything up to here counts as delivered (a program that knows where it was). Before the first join.
  void start_after(Sequence since);
  // Begins anew, as if just made.
  void restart();
  // Where to go on; 0: nothing delivered yet and nothing known.
  Sequence delivered() const { return delivered_; }

  // Has a place to go on from, be it 0: the room was empty.
  bool known() const { return known_; }

  void on_joined(const JoinPlace& place);
  // The server leaves out live entries and sends pages instead.
  void on_behind() { ++catch_ups_; }
  void on_page(const FeedPage& page);
  void on_live(const FeedEntry& entry);
  // The catch-up, or our question, was refused: for now (ask again), or for good (what is missing becomes a gap).
  void on_refused(bool for_good);
  // The connection is gone: what is held goes with it, the next join fills up.
  void on_offline();

  // The first number that must be asked for, when nobody sends it by itself and no question is open.
  std::optional<Sequence> wanted() const;
  void asked() { asked_ = true; }
  bool catching_up() const { return !known_ || delivered_ < target_; }
  const Counters& counters() const { return counters_; }

 private:
  struct Held {
    Sequence sequence;
    std::vector<uint8_t> bytes;
  };

  void take(const FeedEntry& entry);
  void take_entries(std::span<const FeedEntry> entries);
  void skip_gap(Sequence from, Sequence to, GapReason why);
  void end_of_pages();
  void hold(const FeedEntry& entry);
  void settle();

  FeedSink& sink_;
  bool known_ = false;      // delivered_ means something
  Sequence delivered_;      // all up to here went to the sink
  Sequence target_;         // catching up to here
  Sequence head_;           // of the last join
  Sequence start_;          // without a position: where the join's entries begin (exclusive)
  Sequence live_high_;      // highest live number seen since the join
  uint32_t catch_ups_ = 0;  // that the server sends by itself and whose complete page is still to come
  bool asked_ = false;      // a question of ours is open
  std::deque<Held> held_;
  size_t held_bytes_ = 0;
  Counters counters_;
};

}  // namespace parley::client
