// SPDX-License-Identifier: Apache-2.0
// The log of a store against itself and against the tables that stand for parts of it: rooms, index, producers, epochs. The first part of a
// verification (verify.h), in the order of run(); one pass through the log. One thread.
#pragma once

#include <unordered_map>
#include <vector>

#include "core/history/verify_state.h"

namespace parley::history {

class LogCheck {
 public:
  explicit LogCheck(VerifyState& state) : state_(state) {}
  void run();

 private:
  struct Producer {
    std::optional<room::ProducerState> record{};
    bool told = false;       // a finding about its record: one is enough
    uint64_t last = 0;       // in the log so far
    bool confirmed = false;  // its record names an entry that is there
  };

  void load_rooms();
  void load_epochs();
  void load_producers();
  void check_entry(LogPosition position, ByteView record);
  void check_body(const LogHeader& header, LogPosition position, ByteView record);
  void check_epoch(const LogHeader& header, LogPosition position);
  void check_number(const LogHeader& header, CheckedRoom& room);
  void check_record(const LogHeader& header, LogPosition position, CheckedRoom& room);
  void check_producer(const LogHeader& header, LogPosition position);
  void follow_segment(const LogHeader& header, LogPosition position, CheckedRoom& room);
  void check_segment(RoomId id, uint64_t segment, const std::vector<uint64_t>& positions);
  void check_positions();
  void check_heads();
  void check_index();
  void check_large();
  void check_producers();

  VerifyState& state_;
  size_t epoch_ = 0;  // index in epochs
  std::unordered_map<uint64_t, Producer> producers_;
  std::vector<uint64_t> body_;  // a copy that is aligned
};

}  // namespace parley::history
