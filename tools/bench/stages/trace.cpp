// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/stages/trace.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace parley::bench {
namespace {

constexpr std::string_view kMark = "~trace:";
constexpr size_t kDigits = 8;

std::optional<MessageRow> number_at(std::string_view text) {
  MessageRow row = 0;
  const std::string_view digits = text.substr(0, kDigits);
  const auto [stopped, error] = std::from_chars(digits.begin(), digits.end(), row);
  if (error != std::errc() || stopped != digits.begin() + kDigits) return std::nullopt;
  return row;
}

}  // namespace

Trace::Trace(size_t messages) {
  for (auto& column : at_) column.resize(messages);
}

void Trace::stamp(Point point, MessageRow row, int64_t now_ns) {
  int64_t& cell = at_[static_cast<size_t>(point)][row];
  if (cell == 0) cell = now_ns;
}

std::string Trace::mark_of(MessageRow row) {
  std::string digits = std::to_string(row);
  return std::string(kMark) + std::string(kDigits - std::min(digits.size(), kDigits), '0') + digits;
}

void Trace::find(ByteView bytes, std::vector<MessageRow>& rows) const {
  rows.clear();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + kMark.size())) {
    if (const auto row = row_of(text.substr(at))) rows.push_back(*row);
  }
}

std::optional<MessageRow> Trace::row_of(std::string_view text) const {
  if (!text.starts_with(kMark) || text.size() < kMark.size() + kDigits) return std::nullopt;
  const auto row = number_at(text.substr(kMark.size()));
  return row && *row < messages() ? row : std::nullopt;
}

int64_t trace_now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace parley::bench
