// SPDX-License-Identifier: Apache-2.0
// What the chat asks of the network: the calls of parley.h that it uses, behind an interface, so that tests of the chat need no network.
// connection.h implements it. Main thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace parley::terminal {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual Result<void> join(const std::string& room, uint32_t history) = 0;
  virtual Result<void> leave(const std::string& room) = 0;
  // The number that receipts name.
  virtual Result<uint64_t> send(const std::string& room, std::string_view text, bool emote) = 0;
  // A page that ends before `from` (0 = the newest). The request's number, which its events carry.
  virtual Result<uint32_t> page_before(const std::string& room, uint64_t from, uint32_t limit) = 0;
  // The newest messages before `before` (0 = of all) that have the words, newest first; likewise.
  virtual Result<uint32_t> search(const std::string& room, const std::string& words, uint64_t before, uint32_t limit) = 0;
  virtual uint64_t producer() const = 0;
  virtual uint32_t rtt_us() const = 0;  // 0 = not known yet
};

}  // namespace parley::terminal
