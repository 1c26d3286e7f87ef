// SPDX-License-Identifier: Apache-2.0
// What the chat asks of the network: the calls of parley.h that it uses, behind an interface, so that tests of the chat need no network.
// connection.h implements it. Main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace parley::terminal {

struct Outgoing {
  std::string_view text;
  bool emote = false;
  uint64_t reply_to = 0;
  std::vector<std::string> mentions = {};  // user ids
};

// An entry about a message, or about the room (topic).
struct Deed {
  enum class Kind { kEdit, kDelete, kReact, kPin, kTopic };
  Kind kind = Kind::kEdit;
  uint64_t target = 0;
  std::string text = {};  // what it shall say; why; the emoji; the topic
  bool on = true;         // react, pin: false takes it back
};

// Up to `limit` messages of a room's history.
struct PageWish {
  enum class Kind { kBefore, kFrom, kAround, kSince };
  Kind kind = Kind::kBefore;
  uint64_t sequence = 0;  // before: 0 = the newest
  int64_t wall_us = 0;    // since
  uint32_t limit = 0;
};

struct Unread {
  uint64_t read = 0, unread = 0, mentions = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual Result<void> join(const std::string& room, uint32_t history) = 0;
  virtual Result<void> leave(const std::string& room) = 0;
  // The number that receipts name.
  virtual Result<uint64_t> send(const std::string& room, const Outgoing& message) = 0;
  // The user writes on a message to this room. For each key: what is too often isn't sent.
  virtual void typing(const std::string& room) = 0;
  virtual Result<void> act(const std::string& room, const Deed& deed) = 0;
  // The request's number, which its events carry.
  virtual Result<uint32_t> page(const std::string& room, const PageWish& wish) = 0;
  virtual Result<void> mark_read(const std::string& room, uint64_t sequence) = 0;
  virtual std::optional<Unread> unread(const std::string& room) const = 0;  // nothing: not joined
  // The newest messages before `before` (0 = of all) that have the words, newest first; likewise.
  virtual Result<uint32_t> search(const std::string& room, const std::string& words, uint64_t before, uint32_t limit) = 0;
  virtual uint64_t producer() const = 0;
  virtual uint32_t rtt_us() const = 0;  // 0 = not known yet
};

}  // namespace parley::terminal
