// SPDX-License-Identifier: Apache-2.0
// A model of BroadcastRing's protocol for the explorer: each atomic access, and each filling or reading of a slot, is one step.
//
// Weak memory is part of it. A load may return any value between the newest that its thread is sure to see and the current one. And what
// a producer may overwrite is decided by what it *knows*: which reader progress it acquired, directly, through slowest_cached_, or through
// the claims before its own. Filling a slot whose last reading isn't known to be over is a violation, although the reading may be over.
// Where the model is coarser than C++ it lets more happen, so it errs on the safe side.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "tests/core/bus/explorer.h"

namespace parley::bus {

enum class RingFlaw : uint8_t {
  kNone,
  kNoMargin,           // the check leaves room for its own record only
  kMarginOfOneSlot,    // the margin forgets that a claim can span slots
  kRelaxedClaim,       // the fetch_add doesn't pass on what earlier claims relied on
  kPublishBeforeFill,  // the release store comes first
  kAdvanceBeforeRead,  // a reader frees the slots, then reads
  kClaimThenCheck,     // claims first, and takes the claim back when there is no room
};

struct RingModelOptions {
  uint8_t slots = 4;
  uint8_t producers = 2;
  uint8_t readers = 2;
  std::array<uint8_t, 3> records = {2, 2, 2};  // of each producer
  std::array<uint8_t, 2> spans = {1, 1};       // of a producer's records, by turns
  RingFlaw flaw = RingFlaw::kNone;
};

class RingModel {
 public:
  static constexpr uint8_t kMaxSlots = 8, kMaxProducers = 3, kMaxReaders = 2, kMaxPositions = 16, kMaxRecords = 4;
  static constexpr uint8_t kNothing = 0xff;

  enum ProducerStep : uint8_t { kCheck, kAskCached, kAskReaders, kKeepMinimum, kClaim, kTakeBack, kFill, kPublish, kFinished };
  enum ReaderStep : uint8_t { kPeek, kRead, kAdvance };

  struct Producer {
    uint8_t step = kCheck;
    uint8_t sent = 0;                       // records so far
    uint8_t seen_claimed = 0;               // claimed_ as last seen: it never reads an older one
    uint8_t checked = 0;                    // claimed_ as the check under way loaded it
    uint8_t known = 0;                      // all readers are known to have passed this position
    uint8_t minimum = kNothing, asked = 0;  // of the readers asked so far
    uint8_t start = 0, filled = 0;
  };
  struct Reader {
    uint8_t step = kPeek;
    uint8_t cursor = 0;  // as others see it
    uint8_t at = 0;      // what it reads
    uint8_t read = 0;    // slots of it read so far
  };
  struct State {
    uint8_t claimed = 0;
    uint8_t claim_knows = 0;  // what the claims so far pass on to the next one
    uint8_t cached = 0;
    uint8_t violated = 0;  // index into the texts of violation()
    std::array<uint8_t, kMaxSlots> published{};
    std::array<uint8_t, kMaxSlots> content{};         // record + 1
    std::array<uint8_t, kMaxPositions> claimed_by{};  // record + 1: the total order
    std::array<Producer, kMaxProducers> producers;
    std::array<Reader, kMaxReaders> readers;
  };

  explicit RingModel(const RingModelOptions& options) : options_(options) {}

  State initial() const {
    State state;
    if (options_.flaw == RingFlaw::kClaimThenCheck) {
      for (Producer& producer : state.producers) producer.step = kClaim;
    }
    return state;
  }

  template <class Emit>
  void successors(const State& state, Emit emit) const {
    for (uint8_t who = 0; who < options_.producers; ++who) produce(state, who, emit);
    for (uint8_t who = 0; who < options_.readers; ++who) read(state, who, emit);
  }

  const char* violation(const State& state) const {
    static constexpr const char* kTexts[] = {nullptr, "overwrites what a reader may still read",
                                             "reads another record than was claimed there", "two claims of one slot"};
    return kTexts[state.violated];
  }

  bool done(const State& state) const {
    for (uint8_t who = 0; who < options_.producers; ++who) {
      if (state.producers[who].step != kFinished) return false;
    }
    return std::all_of(state.readers.begin(), state.readers.begin() + options_.readers,
                       [&](const Reader& reader) { return reader.cursor == state.claimed && reader.at == state.claimed; });
  }

 private:
  uint8_t span_of(uint8_t record) const { return options_.spans[record % 2]; }
  uint8_t record_of(uint8_t who, const Producer& producer) const { return static_cast<uint8_t>(who * kMaxRecords + producer.sent); }
  int margin(uint8_t record) const {
    if (options_.flaw == RingFlaw::kNoMargin || options_.flaw == RingFlaw::kClaimThenCheck) return span_of(record);
    if (options_.flaw == RingFlaw::kMarginOfOneSlot) return options_.producers;
    return options_.producers * std::max(options_.spans[0], options_.spans[1]);
  }
  bool fits(int claimed, int slowest, uint8_t record) const { return claimed + margin(record) <= slowest + options_.slots; }

  template <class Emit>
  void produce(const State& state, uint8_t who, Emit emit) const {
    const Producer& now = state.producers[who];
    State next = state;
    Producer& self = next.producers[who];
    switch (now.step) {
      case kCheck:
        for (int seen = now.seen_claimed; seen <= state.claimed; ++seen) {
          self.seen_claimed = self.checked = static_cast<uint8_t>(seen);
          self.step = kAskCached;
          emit(next, Step{"producer", who, "loads claimed =", seen});
        }
        return;
      case kAskCached:
        self.step = kAskReaders;  // always possible: an older minimum was seen
        self.asked = 0;
        self.minimum = kNothing;
        emit(next, Step{"producer", who, "finds the cached minimum too low:", state.cached});
        if (!fits(now.checked, state.cached, record_of(who, now))) return;
        self = now;
        self.known = std::max(now.known, state.cached);
        self.step = kClaim;
        emit(next, Step{"producer", who, "finds room by the cached minimum", state.cached});
        return;
      case kAskReaders:
        for (int seen = now.known; seen <= state.readers[now.asked].cursor; ++seen) {
          self = now;
          self.minimum = std::min(now.minimum, static_cast<uint8_t>(seen));
          if (++self.asked == options_.readers) self.step = kKeepMinimum;
          emit(next, Step{"producer", who, "loads the next cursor =", seen});
        }
        return;
      case kKeepMinimum:
        return keep_minimum(next, who, emit);
      case kClaim:
        return claim(next, who, emit);
      case kTakeBack:
        next.claimed = static_cast<uint8_t>(state.claimed - span_of(record_of(who, now)));
        self.step = kClaim;
        return emit(next, Step{"producer", who, "takes its claim back; claimed =", next.claimed});
      case kFill:
        return fill(next, who, emit);
      case kPublish:
        return publish(next, who, emit);
      default:
        return;
    }
  }

  template <class Emit>
  void keep_minimum(State& next, uint8_t who, Emit emit) const {
    Producer& self = next.producers[who];
    const bool late = options_.flaw == RingFlaw::kClaimThenCheck;
    self.known = std::max(self.known, self.minimum);
    next.cached = self.minimum;
    const int claimed = late ? self.start : self.checked;
    const bool room = fits(claimed, self.minimum, record_of(who, self));
    self.step = late ? (room ? kFill : kTakeBack) : (room ? kClaim : kCheck);
    emit(next, Step{"producer", who, room ? "finds room; the slowest reader is at" : "is refused; the slowest reader is at", self.minimum});
  }

  template <class Emit>
  void claim(State& next, uint8_t who, Emit emit) const {
    Producer& self = next.producers[who];
    const uint8_t record = record_of(who, self);
    self.start = next.claimed;
    next.claimed = static_cast<uint8_t>(next.claimed + span_of(record));
    self.seen_claimed = next.claimed;
    if (options_.flaw != RingFlaw::kRelaxedClaim) self.known = next.claim_knows = std::max(next.claim_knows, self.known);
    self.filled = 0;
    self.minimum = kNothing;
    self.asked = 0;
    self.step = options_.flaw == RingFlaw::kPublishBeforeFill ? kPublish : kFill;
    if (options_.flaw == RingFlaw::kClaimThenCheck) self.step = kAskReaders;
    emit(next, Step{"producer", who, "claims from", self.start});
  }

  template <class Emit>
  void fill(State& next, uint8_t who, Emit emit) const {
    Producer& self = next.producers[who];
    const int position = self.start + self.filled;
    const auto record = static_cast<uint8_t>(record_of(who, self) + 1);
    if (self.known + options_.slots <= position) next.violated = 1;
    if (next.claimed_by[position] != 0) next.violated = 3;
    next.claimed_by[position] = record;
    next.content[position % options_.slots] = record;
    if (++self.filled == span_of(record_of(who, self))) {
      self.step = kPublish;
      if (options_.flaw == RingFlaw::kPublishBeforeFill) finish_record(next, who);
    }
    emit(next, Step{"producer", who, "fills", position});
  }

  template <class Emit>
  void publish(State& next, uint8_t who, Emit emit) const {
    Producer& self = next.producers[who];
    next.published[self.start % options_.slots] = static_cast<uint8_t>(self.start + 1);
    const Step step{"producer", who, "publishes", self.start};
    if (options_.flaw == RingFlaw::kPublishBeforeFill) {
      self.step = kFill;
    } else {
      finish_record(next, who);
    }
    emit(next, step);
  }

  void finish_record(State& next, uint8_t who) const {
    Producer& self = next.producers[who];
    self.checked = self.start = self.filled = self.asked = 0;  // dead values, made equal so that equal states are found equal
    self.minimum = kNothing;
    self.step = options_.flaw == RingFlaw::kClaimThenCheck ? kClaim : kCheck;
    if (++self.sent == options_.records[who]) self.step = kFinished;
  }

  template <class Emit>
  void read(const State& state, uint8_t who, Emit emit) const {
    State next = state;
    Reader& self = next.readers[who];
    const uint8_t place = static_cast<uint8_t>((self.at + self.read) % options_.slots);
    const bool early = options_.flaw == RingFlaw::kAdvanceBeforeRead;
    if (self.step == kPeek) {
      if (state.published[place] != self.at + 1) return;
      self.step = kRead;
      if (early) self.cursor = static_cast<uint8_t>(self.at + span_of(static_cast<uint8_t>(state.content[place] - 1)));
      return emit(next, Step{"reader", who, "finds published", self.at});
    }
    if (self.step == kRead) {
      if (state.content[place] == 0 || state.content[place] != state.claimed_by[self.at]) next.violated = 2;
      const uint8_t span = state.content[place] == 0 ? 1 : span_of(static_cast<uint8_t>(state.content[place] - 1));
      if (++self.read >= span) self.step = kAdvance;
      return emit(next, Step{"reader", who, "reads", self.at + self.read - 1});
    }
    self.at = static_cast<uint8_t>(self.at + self.read);
    self.cursor = self.at;
    self.read = 0;
    self.step = kPeek;
    emit(next, Step{"reader", who, "advances to", self.at});
  }

  const RingModelOptions options_;
};

}  // namespace parley::bus
