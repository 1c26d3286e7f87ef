// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/figures.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>

namespace parley::bench {
namespace {

constexpr std::array<std::string_view, 18> kLowerWords = {"us",   "ms",      "ns",      "bytes",       "kib",   "mib",
                                                          "cpu",  "p50",     "p90",     "p99",         "max",   "mean",
                                                          "lost", "doubled", "missing", "disconnects", "ratio", "errors"};
constexpr std::array<std::string_view, 2> kHigherPhrases = {"per_s", "per_second"};  // of a second: 2000 messages, 3 M refusals
constexpr std::array<std::string_view, 4> kReferenceWords = {"bare", "relay", "bound", "plain"};
// As drivers and servers are called, in a path's step of their own: "arena.enet.p99_ms"; the part "ENet" of stages is Parley's.
constexpr std::array<std::string_view, 7> kReferenceSteps = {"enet", "mqtt", "nats", "redis", "irc", "mosquitto", "ngircd"};

// Words of letters and digits; the point in "p99.9" ends one, which changes nothing here.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

template <class Words>
bool has_any(const std::vector<std::string>& words, const Words& wanted) {
  return std::ranges::any_of(wanted, [&](std::string_view each) { return std::ranges::find(words, each) != words.end(); });
}

// A rate ends in "per_s"; "us_per_send" doesn't.
bool is_rate(const std::string& name) {
  return std::ranges::any_of(kHigherPhrases, [&](std::string_view phrase) {
    const size_t at = name.find(phrase);
    if (at == std::string::npos) return false;
    const size_t end = at + phrase.size();
    return end == name.size() || std::isalnum(static_cast<unsigned char>(name[end])) == 0;
  });
}

bool is_reference(const std::string& name) {
  if (has_any(words_of(name), kReferenceWords)) return true;
  return std::ranges::any_of(kReferenceSteps, [padded = "." + name + "."](std::string_view step) {
    return padded.find("." + std::string(step) + ".") != std::string::npos;
  });
}

class Collected {
 public:
  void add(const std::string& name, Better better, double value) {
    const auto [found, is_new] = by_name_.try_emplace(name, figures_.size());
    if (is_new) figures_.push_back({name, better, {}});
    figures_[found->second].values.push_back(value);
  }
  // An array of objects with names counts as an object of these; others are curves and samples, which have no names for their numbers.
  void add_numbers(const std::string& prefix, const nlohmann::json& json) {
    if (json.is_number()) return add(prefix, direction_of(prefix), json.get<double>());
    for (const auto& each : json.is_array() ? json : nlohmann::json::array()) {
      if (each.is_object() && each.contains("name")) add_numbers(below(prefix, text_at(each, "name")), each);
    }
    if (!json.is_object()) return;
    for (const auto& [key, value] : json.items()) add_numbers(prefix.empty() ? key : below(prefix, key), value);
  }
  std::vector<Figure> take() { return std::move(figures_); }
  static std::string below(const std::string& prefix, const std::string& name) { return std::string(prefix).append(".").append(name); }

 private:
  std::map<std::string, size_t> by_name_;
  std::vector<Figure> figures_;
};

}  // namespace

Better direction_of(const std::string& name) {
  const std::vector<std::string> words = words_of(name);
  if (is_reference(name)) return Better::kReference;
  if (is_rate(name)) return Better::kHigher;
  return has_any(words, kLowerWords) ? Better::kLower : Better::kUnknown;
}

std::vector<Figure> figures_of(const RunFile& file) {
  Collected all;
  for (const nlohmann::json& run : file.runs) {
    for (const auto& goal : run["goals"]) {
      if (!goal.is_object() || !goal.contains("figure") || !goal["figure"].is_number()) continue;
      all.add("goal: " + text_at(goal, "name"), text_at(goal, "bound") == "at_least" ? Better::kHigher : Better::kLower,
              number_at(goal, "figure"));
    }
    for (const auto& [name, histogram] : run["histograms"].items()) {
      for (const char* percentile : {"p50", "p99", "p99.9"}) {
        const std::string full = name + ", " + percentile + " " + text_at(histogram, "unit", "ns");
        if (histogram.is_object() && histogram.contains(percentile)) all.add(full, direction_of(full), number_at(histogram, percentile));
      }
    }
    all.add_numbers("", run["results"]);
  }
  return all.take();
}

}  // namespace parley::bench
