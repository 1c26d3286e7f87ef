// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/chart.h"

#include <algorithm>
#include <cstdio>
#include <limits>

#include "tools/bench/measure/report.h"
#include "tools/bench/show/html.h"

namespace parley::bench {
namespace {

// Units of the drawing. Narrow, so that its letters can still be read where a phone shows it at three quarters of this.
constexpr double kWidth = 480, kHeight = 300;
constexpr double kLeft = 58, kRight = 18, kTop = 14, kBottom = 46;
constexpr double kBarHeight = 50, kBarThickness = 16, kBarValueSpace = 84;
constexpr size_t kMostDots = 120;  // points of a line that answer to hovering

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string attribute(const char* name, double value) { return std::string(" ") + name + "=\"" + number(value) + "\""; }

std::string line_at(const char* css_class, double x1, double y1, double x2, double y2) {
  return std::string("<line class=\"") + css_class + "\"" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
         attribute("y2", y2) + "/>";
}

std::string svg_text(const char* css_class, double x, double y, const std::string& text) {
  return std::string("<text class=\"") + css_class + "\"" + attribute("x", x) + attribute("y", y) + ">" + escape(text) + "</text>";
}

double x_of(double share) { return kLeft + share * (kWidth - kLeft - kRight); }
double y_of(double share) { return kHeight - kBottom - share * (kHeight - kTop - kBottom); }

std::string opening(const std::string& id, const std::string& title, const std::string& description, double height) {
  return "<svg role=\"img\" viewBox=\"0 0 " + number(kWidth) + " " + number(height) + "\" aria-labelledby=\"" + id + "-t " + id +
         "-d\"><title id=\"" + id + "-t\">" + escape(title) + "</title><desc id=\"" + id + "-d\">" + escape(description) + "</desc>\n";
}

std::string figure_of(const std::string& title, const std::string& legend, const std::string& drawing, const std::string& table) {
  std::string out = "<figure class=\"card\"><figcaption>" + escape(title) + "</figcaption>\n" + legend + drawing;
  if (!table.empty()) out += "<details><summary>Figures</summary>\n" + table + "</details>\n";
  return out + "</figure>\n";
}

// A swatch drawn as the line is, dash included, so that colour isn't all that tells them apart.
std::string legend_of(const std::vector<Line>& lines) {
  std::string out = "<ul class=\"legend\">";
  for (size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
    out += "<li><svg class=\"swatch\" viewBox=\"0 0 28 8\" aria-hidden=\"true\"><path class=\"line s" + std::to_string(i) +
           "\" d=\"M0 4H28\"/></svg>" + escape(lines[i].name) + "</li>";
  }
  return out + "</ul>\n";
}

struct Range {
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

std::string grid(const Axis& x, const Axis& y, const std::string& x_label) {
  std::string out;
  for (const Mark& mark : y.marks()) {
    out += line_at("grid", kLeft, y_of(mark.at), kWidth - kRight, y_of(mark.at)) +
           svg_text("tick end", kLeft - 8, y_of(mark.at) + 4, mark.label);
  }
  for (const Mark& mark : x.marks()) {
    out += line_at("grid", x_of(mark.at), y_of(0), x_of(mark.at), y_of(1)) + svg_text("tick mid", x_of(mark.at), y_of(0) + 18, mark.label);
  }
  return out + line_at("axis", kLeft, y_of(0), kWidth - kRight, y_of(0)) +
         svg_text("tick mid soft", (kLeft + kWidth - kRight) / 2, kHeight - 8, x_label) + "\n";
}

std::string dots(const Line& line, const LineChart& chart, const Axis& x, const Axis& y) {
  if (line.points.size() > kMostDots) return {};
  std::string out;
  for (const auto& [at, value] : line.points) {
    out += "<circle class=\"dot\"" + attribute("cx", x_of(x.place(at))) + attribute("cy", y_of(y.place(value))) + " r=\"7\"><title>" +
           escape(line.name + ": " + Axis::label(at, chart.x_unit) + ", " + Axis::label(value, chart.y_unit)) + "</title></circle>";
  }
  return out + "\n";
}

std::string drawn(const LineChart& chart, const Axis& x, const Axis& y) {
  std::string out;
  for (size_t i = std::min(chart.lines.size(), kMostLines); i-- > 0;) {  // the first one on top
    const Line& line = chart.lines[i];
    std::string path;
    for (const auto& [at, value] : line.points) {
      path += (path.empty() ? "M" : "L") + number(x_of(x.place(at))) + " " + number(y_of(y.place(value)));
    }
    out += "<path class=\"line s" + std::to_string(i) + "\" d=\"" + path + "\"/>\n" + dots(line, chart, x, y);
  }
  return out;
}

std::string one_bar(const Bar& bar, const Axis& axis, const std::string& unit, double top) {
  const double room = kWidth - kBarValueSpace;
  const double y = top + 22, middle = y + kBarThickness / 2;
  std::string out = svg_text(bar.ours ? "name strong" : "name", 0, top + 14, bar.name) + "<rect class=\"" +
                    (bar.ours ? "bar ours" : "bar") + "\" x=\"0\"" + attribute("y", y) +
                    attribute("width", std::max(axis.place(bar.value) * room, 1.0)) + attribute("height", kBarThickness) + " rx=\"3\"/>";
  if (bar.high > bar.low) {
    out += line_at("whisker", axis.place(bar.low) * room, middle, axis.place(bar.high) * room, middle);
  }
  const double end = axis.place(std::max(bar.value, bar.high)) * room;
  return out + svg_text("name strong", end + 8, middle + 5, Axis::label(bar.value, unit)) + "\n";
}

}  // namespace

std::string svg(const LineChart& chart, const std::string& id) {
  Range xs, ys;
  for (const Line& line : chart.lines) {
    for (const auto& [at, value] : line.points) {
      xs.include(at);
      if (chart.y_scale != Scale::kLog || value > 0) ys.include(value);
    }
  }
  if (xs.high < xs.low || ys.high < ys.low) return {};
  const Axis x(chart.x_scale, chart.x_scale == Scale::kNines ? 0 : xs.low, xs.high, chart.x_unit),
      y(chart.y_scale, ys.low, ys.high, chart.y_unit);
  const std::string drawing =
      opening(id, chart.title, chart.description, kHeight) + grid(x, y, chart.x_label) + drawn(chart, x, y) + "</svg>\n";
  return figure_of(chart.title, legend_of(chart.lines), drawing, html_table(chart.title, chart.figures));
}

std::string svg(const BarChart& chart, const std::string& id) {
  if (chart.bars.empty()) return {};
  Range range;
  std::vector<std::vector<std::string>> rows{{"", chart.unit, "least", "most"}};
  for (const Bar& bar : chart.bars) {
    range.include(std::max(bar.value, bar.high));
    rows.push_back({bar.name, figure(bar.value), figure(bar.low), figure(bar.high)});
  }
  const Axis axis(Scale::kLinear, 0, range.high, chart.unit);
  std::string drawing = opening(id, chart.title, chart.description, kBarHeight * static_cast<double>(chart.bars.size()));
  for (size_t i = 0; i < chart.bars.size(); ++i) drawing += one_bar(chart.bars[i], axis, chart.unit, kBarHeight * static_cast<double>(i));
  return figure_of(chart.title, "", drawing + "</svg>\n", html_table(chart.title, rows));
}

}  // namespace parley::bench
