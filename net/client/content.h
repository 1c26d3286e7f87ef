// SPDX-License-Identifier: Apache-2.0
// What a program wants to say, as the outbox keeps it until it is durable: one kind of entry (schema/entry.fbs) with its fields. Checked
// before it is kept, with the server's own rules, so that what can't be said fails at once; rights and targets are the server's to judge.
// Plain values; owned by who holds them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/ids.h"
#include "wire_generated.h"

namespace parley::client {

struct Content {
  wire::SendKind kind = wire::SendKind::Text;
  std::string text{};    // Delete: the reason; Reaction: the emoji
  uint64_t target = 0;   // Text and Emote: the message that they reply to, or 0
  bool removed = false;  // Reaction, Pin: taken back
  uint32_t custom_type = 0;
  std::string payload{};  // Custom
  std::vector<std::string> mentions{};

  // As if just made, but keeps the memory of its strings.
  void clear() {
    kind = wire::SendKind::Text;
    text.clear();
    target = 0;
    removed = false;
    custom_type = 0;
    payload.clear();
    mentions.clear();
  }
};

Result<void> validate_content(const Content& content);

}  // namespace parley::client
