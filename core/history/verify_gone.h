// SPDX-License-Identifier: Apache-2.0
// What a store keeps of entries and users that go: the tables retained, ends, joined and erasures, against the rooms. The last part of a
// verification (verify.h), after the log was read. One thread.
#pragma once

#include "core/history/verify_state.h"

namespace parley::history {

class GoneCheck {
 public:
  explicit GoneCheck(VerifyState& state) : state_(state) {}
  void run();

 private:
  void check_retained(ByteView key, ByteView value);
  void check_end(ByteView key, ByteView value);
  void check_joined(ByteView key, ByteView value);
  void check_erasure(ByteView key, ByteView value);

  VerifyState& state_;
};

}  // namespace parley::history
