// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/network_options.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::terminal {
namespace {

constexpr double kLongest = 10e6;  // µs; parley.h

// The number in front, and what follows it.
std::optional<double> number(std::string_view text, std::string_view& rest) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || text.front() == '-') return std::nullopt;
  rest = text.substr(static_cast<size_t>(end - text.data()));
  return value;
}

bool read_share(std::string_view text, double& out) {
  std::string_view unit;
  const auto value = number(text, unit);
  if (!value || !(unit.empty() || unit == "%")) return false;
  out = unit.empty() ? *value : *value / 100;
  return out >= 0 && out <= 1;
}

bool read_time(std::string_view text, uint32_t& out_us) {
  std::string_view unit;
  const auto value = number(text, unit);
  if (!value) return false;
  const double us = unit == "us" ? 1 : unit == "ms" ? 1e3 : unit == "s" ? 1e6 : -1;
  if (us < 0 || !(*value * us <= kLongest)) return false;
  out_us = static_cast<uint32_t>(*value * us);
  return true;
}

bool read_both(std::string_view text, double& share, uint32_t& time_us) {
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) return read_share(text, share);
  return read_share(text.substr(0, comma), share) && read_time(text.substr(comma + 1), time_us) && time_us > 0;
}

Result<void> wrong(const char* option, const std::string& given, const char* how) {
  return fail(ErrorCode::kInvalidArgument, std::string(option) + " \"" + given + "\": write " + how);
}

constexpr const char* kShare = "a share like 10% or 0.1, at most 100%";
constexpr const char* kTime = "a time like 50ms, 300us or 1.5s, at most 10s";
constexpr const char* kBoth = "a share below 100%, and a time if you like: 5% or 5%,200ms";

}  // namespace

Result<parley_network> read_network(const NetworkWords& words) {
  parley_network network{};
  network.size = sizeof network;
  const auto given = [](const std::string& word) { return !word.empty(); };
  Result<void> done;
  if (given(words.loss) && !read_share(words.loss, network.loss)) done = wrong("--loss", words.loss, kShare);
  if (given(words.delay) && !read_time(words.delay, network.delay_us)) done = wrong("--delay", words.delay, kTime);
  if (given(words.jitter) && !read_time(words.jitter, network.jitter_us)) done = wrong("--jitter", words.jitter, kTime);
  if (given(words.burst) && (!read_both(words.burst, network.burst, network.burst_us) || network.burst >= 1))
    done = wrong("--burst", words.burst, kBoth);
  if (given(words.duplicate) && !read_share(words.duplicate, network.duplicate)) done = wrong("--duplicate", words.duplicate, kShare);
  if (given(words.reorder) && !read_both(words.reorder, network.reorder, network.reorder_us))
    done = wrong("--reorder", words.reorder, kBoth);
  if (given(words.corrupt) && !read_share(words.corrupt, network.corrupt)) done = wrong("--corrupt", words.corrupt, kShare);
  if (!done) return std::unexpected(done.error());
  return network;
}

}  // namespace parley::terminal
