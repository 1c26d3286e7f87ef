// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/goals.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "tools/bench/show/html.h"

namespace parley::bench {
namespace {

constexpr double kMeterWidth = 160, kMeterHeight = 14;
constexpr double kMostShown = 2;  // × the limit: a bar never leaves its track

// How far the figure is on its way to the limit, which stands in the middle.
std::string meter_of(const Goal& goal) {
  if (goal.limit <= 0) return "<td class=\"meter\"></td>";
  const double share = std::clamp(goal.figure / goal.limit, 0.0, kMostShown) / kMostShown;
  char out[512];
  std::snprintf(out, sizeof out,
                "<td class=\"meter\"><svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                "<rect class=\"track\" width=\"%.0f\" height=\"%.0f\" rx=\"3\"/><rect class=\"bar%s\" y=\"3\" width=\"%.1f\" height=\"8\"/>"
                "<line class=\"limit\" x1=\"%.0f\" y1=\"0\" x2=\"%.0f\" y2=\"%.0f\"/></svg></td>",
                kMeterWidth, kMeterHeight, kMeterWidth, kMeterHeight, goal.met() ? "" : " over", std::max(share * kMeterWidth, 1.0),
                kMeterWidth / kMostShown, kMeterWidth / kMostShown, kMeterHeight);
  return out;
}

std::string with_unit(double value, const std::string& unit) { return figure(value) + (unit.empty() ? "" : " " + unit); }

}  // namespace

std::vector<Goal> goals_of(const RunFile& file) {
  std::vector<Goal> goals;
  std::map<std::string, std::vector<double>> figures;
  for (const nlohmann::json& run : file.runs) {
    for (const auto& json : run["goals"]) {
      Goal goal{text_at(json, "name"), number_at(json, "figure"), text_at(json, "bound") == "at_least" ? Bound::kAtLeast : Bound::kAtMost,
                number_at(json, "limit"), text_at(json, "unit")};
      figures[goal.name].push_back(goal.figure);
      if (figures[goal.name].size() == 1) goals.push_back(std::move(goal));
    }
  }
  for (Goal& goal : goals) goal.figure = median_of(figures[goal.name]);
  return goals;
}

std::string goals_table(const std::vector<Goal>& goals) {
  if (goals.empty()) return {};
  std::string out =
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Goals\"><table "
      "class=\"goals\"><caption>Goals</caption>\n<thead><tr>"
      "<th scope=\"col\">goal</th><th scope=\"col\">reached</th><th scope=\"col\">wanted</th><th scope=\"col\">of the limit</th>"
      "<th scope=\"col\">verdict</th></tr></thead>\n<tbody>\n";
  for (const Goal& goal : goals) {
    out += "<tr><th scope=\"row\">" + escape(goal.name) + "</th>" + element("td", with_unit(goal.figure, goal.unit), "n") +
           element("td", (goal.bound == Bound::kAtMost ? "≤ " : "≥ ") + with_unit(goal.limit, goal.unit), "n") + meter_of(goal) +
           element("td", goal.met() ? "✓ met" : "✗ missed", goal.met() ? "met" : "missed") + "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace parley::bench
