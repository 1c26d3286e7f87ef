// SPDX-License-Identifier: Apache-2.0
// What is inside of a datagram that was authentic: the peer is known, not trusted.
#include "core/base/check.h"
#include "net/link/frames.h"
#include "tests/fuzz/aligned_copy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace parley;
  fuzz::AlignedCopy copy = fuzz::aligned_copy(data, size);
  const MutableBytes plain(copy.get(), size);
  const std::optional<link::Frames> frames = link::parse_frames(plain);
  if (!frames || !frames->has_data) return 0;
  CHECK(frames->data.data() >= plain.data() && frames->data.data() + frames->data.size() == plain.data() + size, "data ends the datagram");
  for (uint8_t& byte : frames->data) byte ^= 1;  // may be changed in place
  return 0;
}
