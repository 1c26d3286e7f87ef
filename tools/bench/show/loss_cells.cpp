// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/loss_cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "tools/bench/measure/report.h"
#include "tools/bench/show/html.h"

namespace parley::bench {
namespace {

constexpr std::array<const char*, 2> kPercentiles = {"p99", "p99.9"};
constexpr std::string_view kGoalTail = ", × loss-free";  // "10%/100ms: p99, × loss-free", as loss.cpp names its goals
constexpr int kHeats = 7;
constexpr double kHottest = 10;     // × the loss-free time
constexpr double kUnnoticed = 0.3;  // of a heat: up to a tenth later is as good as not at all

struct Limits {
  std::map<std::string, double> of;  // by percentile
};

// In the order of the goals, which is that of the command's table; JSON objects have none.
std::vector<std::pair<std::string, Limits>> rows_of(const nlohmann::json& run) {
  std::vector<std::pair<std::string, Limits>> rows;
  for (const auto& goal : run["goals"]) {
    const std::string name = text_at(goal, "name");
    const size_t colon = name.find(": ");
    if (colon == std::string::npos || !name.ends_with(kGoalTail)) continue;
    const std::string row = name.substr(0, colon), percentile = name.substr(colon + 2, name.size() - colon - 2 - kGoalTail.size());
    if (rows.empty() || rows.back().first != row) rows.emplace_back(row, Limits{});
    rows.back().second.of[percentile] = number_at(goal, "limit");
  }
  return rows;
}

int heat_of(double ratio) {
  const double share = std::log(std::max(ratio, 1.0)) / std::log(kHottest);
  return std::clamp(static_cast<int>(std::ceil(share * (kHeats - 1) - kUnnoticed)), 0, kHeats - 1);
}

// Over all runs.
double median_at(const RunFile& file, const std::string& row, const char* contender, const char* key) {
  std::vector<double> values;
  for (const nlohmann::json& run : file.runs) {
    const auto at = run["results"].find(row);
    if (at == run["results"].end() || !at->is_object() || !at->contains(contender)) continue;
    const double value = number_at((*at)[contender], key, std::nan(""));
    if (!std::isnan(value)) values.push_back(value);
  }
  return values.empty() ? std::nan("") : median_of(values);
}

std::string count_text(double count) { return std::isnan(count) ? "–" : std::to_string(std::llround(count)); }

std::string cell(double ratio, const std::string& mark) {
  if (std::isnan(ratio)) return "<td class=\"n\">–</td>";
  return "<td class=\"n heat h" + std::to_string(heat_of(ratio)) + "\">" + escape(figure(ratio)) + mark + "</td>";
}

std::string mark_of(double ratio, double limit) {
  return ratio <= limit ? " <span class=\"met\" title=\"within the goal\">✓</span>"
                        : " <span class=\"missed\" title=\"beyond the goal\">✗</span>";
}

std::string row_of(const RunFile& file, const std::string& row, const Limits& limits) {
  std::string out = "<tr><th scope=\"row\">" + escape(row) + "</th>";
  for (const char* percentile : kPercentiles) {
    const auto limit = limits.of.find(percentile);
    const bool has_limit = limit != limits.of.end();
    const double ours = median_at(file, row, "parley", percentile);
    out += element("td", has_limit ? "≤ " + figure(limit->second) : "–", "n soft");
    out += cell(ours, has_limit ? mark_of(ours, limit->second) : "");
    out += cell(median_at(file, row, "bound", percentile), "") + cell(median_at(file, row, "plain_enet", percentile), "");
  }
  for (const char* key : {"lost", "doubled", "disconnects"}) out += element("td", count_text(median_at(file, row, "parley", key)), "n");
  return out + "</tr>\n";
}

}  // namespace

std::string loss_cells(const RunFile& file) {
  if (file.command != "loss") return {};
  const auto rows = rows_of(file.runs.front());
  if (rows.empty()) return {};
  const std::string caption = "Delivery under loss, × the time without loss";
  std::string out =
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + caption + "\"><table class=\"loss\">\n<caption>" + caption +
      "</caption>\n<thead><tr><td></td><th colspan=\"4\" scope=\"colgroup\">p99</th><th colspan=\"4\" scope=\"colgroup\">p99.9</th>"
      "<td colspan=\"3\"></td></tr>\n<tr><th scope=\"col\">loss/round trip</th>";
  for (size_t i = 0; i < kPercentiles.size(); ++i) {
    for (const char* head : {"goal", "Parley", "bound", "plain ENet"}) out += element("th", head);
  }
  for (const char* head : {"lost", "doubled", "disconnects"}) out += element("th", head);
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& [row, limits] : rows) out += row_of(file, row, limits);
  return out +
         "</tbody></table></div>\n<p class=\"soft\">Loss in each direction of both hops. The bound is the best that any resending could "
         "reach: "
         "each hop sends a copy every millisecond until one is there.</p>\n";
}

}  // namespace parley::bench
