// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/status_text.h"

#include <algorithm>
#include <iterator>

namespace parley::terminal {
namespace {

std::string rtt_text(uint32_t rtt_us) {
  if (rtt_us == 0) return "";
  if (rtt_us < 1000) return " · rtt < 1 ms";
  return " · rtt " + std::to_string((rtt_us + 500) / 1000) + " ms";
}

// "Bob is typing… · ", or nothing.
std::string typing_text(const Room* room) {
  if (room == nullptr || room->typing.empty()) return "";
  const auto first = room->typing.begin();
  switch (room->typing.size()) {
    case 1:
      return first->second + " is typing… · ";
    case 2:
      return first->second + " and " + std::next(first)->second + " are typing… · ";
    default:
      return std::to_string(room->typing.size()) + " people are typing… · ";
  }
}

std::string retry_text(MonoTime retry_at, MonoTime now) {
  if (retry_at == kNever) return "";
  const auto seconds = std::chrono::ceil<Seconds>(retry_at - now).count();
  return seconds > 0 ? " · next try in " + std::to_string(seconds) + " s" : " · trying again";
}

}  // namespace

std::string status_text(const ChatModel& model, uint32_t rtt_us, MonoTime now) {
  const Status& status = model.status();
  switch (status.kind) {
    case Status::Kind::kConnecting:
      return " connecting…";
    case Status::Kind::kOnline:
      return " " + typing_text(model.active()) + model.name() + " · online" + rtt_text(rtt_us) + " · F1 help";
    case Status::Kind::kOffline:
      return " offline" + retry_text(status.retry_at, now) + " · " + status.why;  // a narrow screen may cut the reason
    case Status::Kind::kRefused:
      return " refused: " + status.why;
  }
  return "";
}

}  // namespace parley::terminal
