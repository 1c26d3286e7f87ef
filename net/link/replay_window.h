// SPDX-License-Identifier: Apache-2.0
// Which counters of a peer were seen: the highest one and a bitmap of the kSpan counters up to it (RFC 6479's ring of words: moving forward
// clears words, never shifts). Ask seen() before decrypting, mark() only after the tag verified, so a forged counter moves nothing.
// A counter that fell out of the window counts as seen. Owned by the session's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley::link {

class ReplayWindow {
 public:
  // How far back a counter may lie and still be told from a repeated one. One word more is kept, as the newest word is partly in the
  // future.
  static constexpr uint64_t kSpan = 1024;

  bool seen(uint64_t counter) const {
    if (!any_ || counter > highest_) return false;
    if (highest_ - counter >= kSpan) return true;
    return (word(counter) >> (counter % 64)) & 1;
  }

  void mark(uint64_t counter) {
    if (!any_ || counter > highest_) advance(counter);
    word(counter) |= uint64_t{1} << (counter % 64);
  }

  void prefetch() const { __builtin_prefetch(&word(highest_)); }  // it will be asked soon

  bool any() const { return any_; }
  uint64_t highest() const { return highest_; }
  // The 64 counters before the highest: bit 63 - i says whether highest - 1 - i was seen.
  uint64_t before_highest() const {
    const uint64_t shift = highest_ % 64;
    const uint64_t older = highest_ < 64 ? 0 : word(highest_ - 64);
    return shift == 0 ? older : (word(highest_) << (64 - shift)) | (older >> shift);
  }

  // The peer's path to us: of its newest 64 counters some are missing, of some 500 before these none is.
  bool turned() const {
    if (!any_ || before_highest() == ~uint64_t{0} || highest_ / 64 < kQuietWords + 2) return false;
    for (uint64_t i = 2; i < kQuietWords + 2; ++i) {
      if (word(highest_ - i * 64) != ~uint64_t{0}) return false;
    }
    return true;
  }

 private:
  static constexpr uint64_t kQuietWords = 8;
  static constexpr size_t kWords = kSpan / 64 + 1;
  uint64_t& word(uint64_t counter) { return words_[(counter / 64) % kWords]; }
  const uint64_t& word(uint64_t counter) const { return words_[(counter / 64) % kWords]; }

  void advance(uint64_t counter) {
    const uint64_t from = any_ ? highest_ / 64 : 0;
    const uint64_t steps = counter / 64 - from;
    for (uint64_t i = 1; i <= steps && i <= kWords; ++i) words_[(from + i) % kWords] = 0;
    if (steps > kWords) words_.fill(0);
    highest_ = counter;
    any_ = true;
  }

  uint64_t highest_ = 0;
  bool any_ = false;
  std::array<uint64_t, kWords> words_{};
};

}  // namespace parley::link
