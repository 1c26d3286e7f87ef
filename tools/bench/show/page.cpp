// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/page.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "tools/bench/measure/report.h"
#include "tools/bench/show/goals.h"
#include "tools/bench/show/html.h"
#include "tools/bench/show/loss_cells.h"
#include "tools/bench/show/plots.h"

namespace parley::bench {
namespace {

// A speech bubble whose line of text is a rising curve.
constexpr const char* kMark =
    "<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><path fill=\"currentColor\" d=\"M5 3h22a4 4 0 0 1 4 4v13a4 4 0 0 1-4 4H14l-7 6v-6H5a4 "
    "4 0 0 1-4-4V7a4 "
    "4 0 0 1 4-4z\"/><path fill=\"none\" stroke=\"var(--bg)\" stroke-width=\"2.4\" stroke-linecap=\"round\" d=\"M6 18c9 0 13-1 "
    "15-5l4-6\"/></svg>";

// Gives each plot an id of its own.
class Ids {
 public:
  std::string next() { return "plot-" + std::to_string(++last_); }

 private:
  int last_ = 0;
};

std::string section_id(const std::vector<RunFile>& files, size_t index) {
  return slug(files[index].command) + "-" + std::to_string(index + 1);
}

// The command, and how it differs from another file's of the same command.
std::string heading_of(const std::vector<RunFile>& files, size_t index) {
  const auto same = std::ranges::count(files, files[index].command, &RunFile::command);
  return files[index].command + (same > 1 ? ": " + std::filesystem::path(files[index].path).filename().string() : "");
}

std::string tile(const std::string& name, const std::string& value) {
  return "<div><dt>" + escape(name) + "</dt><dd>" + escape(value) + "</dd></div>\n";
}

std::string duration_text(double seconds) {
  if (seconds < 120) return figure(seconds) + " s";
  return seconds < 7200 ? figure(seconds / 60) + " min" : figure(seconds / 3600) + " h";
}

std::string tiles_of(const std::vector<RunFile>& files) {
  size_t goals = 0, met = 0, runs = 0;
  double seconds = 0;
  for (const RunFile& file : files) {
    const std::vector<Goal> of_file = goals_of(file);
    goals += of_file.size();
    met += static_cast<size_t>(std::ranges::count_if(of_file, [](const Goal& goal) { return goal.met(); }));
    runs += file.runs.size();
    seconds += file.seconds;
  }
  std::string out = "<dl class=\"tiles\">\n";
  if (goals > 0) out += tile("goals met", std::to_string(met) + " of " + std::to_string(goals));
  out += tile(runs == 1 ? "run" : "runs", std::to_string(runs));
  if (seconds > 0) out += tile("measured for", duration_text(seconds));
  const nlohmann::json& machine = files.front().machine;
  out += tile("cores", text_at(machine, "cores", "unknown")) + tile("Parley", text_at(machine, "parley", "unknown"));
  return out + "</dl>\n";
}

std::string navigation(const std::vector<RunFile>& files) {
  std::string out = "<nav aria-label=\"Measurements\"><ul>\n";
  for (size_t i = 0; i < files.size(); ++i) {
    out += "<li><a href=\"#" + section_id(files, i) + "\">" + escape(heading_of(files, i)) + "</a></li>\n";
  }
  return out + "<li><a href=\"#machine\">machine</a></li></ul></nav>\n";
}

std::string plots_of(const RunFile& file, Ids& ids) {
  std::string out = svg(parts_chart(file), ids.next());
  for (const LineChart& chart : percentile_charts(file)) out += svg(chart, ids.next());
  for (const LineChart& chart : time_charts(file)) out += svg(chart, ids.next());
  return out.empty() ? out : "<div class=\"grid\">\n" + out + "</div>\n";
}

std::string tables_of(const RunFile& file) {
  std::string out;
  for (size_t i = 0; i < file.runs.size(); ++i) {
    std::string of_run;
    for (const auto& table : file.runs[i]["tables"]) {
      const auto rows = table.is_object() ? table.find("rows") : table.end();
      if (rows == table.end() || !rows->is_array()) continue;
      std::vector<std::vector<std::string>> cells;
      for (const auto& row : *rows) {
        cells.emplace_back();
        for (const auto& cell : row) cells.back().push_back(cell.is_string() ? cell.get<std::string>() : cell.dump());
      }
      of_run += html_table(text_at(table, "title"), cells);
    }
    if (file.runs.size() == 1 || of_run.empty()) {
      out += of_run;
    } else {
      out += "<details><summary>Tables of run " + std::to_string(i + 1) + "</summary>\n" + of_run + "</details>\n";
    }
  }
  return out;
}

std::string notes_of(const RunFile& file) {
  std::set<std::string> said;  // runs repeat what they have to say
  std::string out;
  for (const nlohmann::json& run : file.runs) {
    for (const auto& note : run["notes"]) {
      if (note.is_string() && said.insert(note.get<std::string>()).second) out += element("li", note.get<std::string>()) + "\n";
    }
  }
  return out.empty() ? out : "<ul class=\"notes\">\n" + out + "</ul>\n";
}

std::string section_of(const std::vector<RunFile>& files, size_t index, Ids& ids) {
  const RunFile& file = files[index];
  const std::string runs = file.runs.size() == 1 ? "1 run" : std::to_string(file.runs.size()) + " runs, goals by their medians";
  return "<section id=\"" + section_id(files, index) + "\"><h2>" + escape(heading_of(files, index)) + "</h2>\n" +
         element("p", file.started + ", " + duration_text(file.seconds) + ", " + runs + ", seed " + std::to_string(file.seed), "soft") +
         "\n<code class=\"command\">" + escape(file.title()) + "</code>\n" + plots_of(file, ids) + loss_cells(file) +
         goals_table(goals_of(file)) + tables_of(file) + notes_of(file) + "</section>\n";
}

void add_facts(const nlohmann::json& facts, const std::string& prefix, size_t column, std::vector<std::vector<std::string>>& rows) {
  for (const auto& [key, value] : facts.items()) {
    if (value.is_object()) {
      add_facts(value, "", column, rows);
      continue;
    }
    const std::string name = prefix + key;
    auto row = std::ranges::find_if(rows, [&](const auto& each) { return each[0] == name; });
    if (row == rows.end()) row = rows.insert(rows.end(), {name});
    row->resize(column + 1, "–");
    (*row)[column] = text_at(facts, key);
  }
}

// A column for each machine that differs from the others.
std::string machines(const std::vector<RunFile>& files) {
  std::vector<nlohmann::json> distinct;
  std::vector<std::vector<std::string>> rows{{""}};
  for (const RunFile& file : files) {
    if (std::ranges::find(distinct, file.machine) != distinct.end()) continue;
    distinct.push_back(file.machine);
    rows[0].push_back(file.command);
    add_facts(file.machine, "", distinct.size(), rows);
  }
  for (auto& row : rows) row.resize(distinct.size() + 1, "–");
  if (distinct.size() == 1) rows[0][1] = "all measurements";
  return "<section id=\"machine\"><h2>Machine</h2>\n" + html_table("Hardware and versions", rows) + "</section>\n";
}

}  // namespace

std::string html_page(const std::vector<RunFile>& files, const PageOptions& options) {
  Ids ids;
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
      element("title", options.title) + "\n<style>" + page_style() + "</style>\n</head>\n<body><div class=\"wrap\">\n";
  out += "<a class=\"skip\" href=\"#content\">To the measurements</a>\n<header><div class=\"brand\">" + std::string(kMark) +
         "Parley</div>\n" + element("h1", options.title) + "\n" + element("p", machine_line(files.front().machine), "soft") + "\n" +
         tiles_of(files) + navigation(files) + "</header>\n<main id=\"content\">\n";
  if (const std::string cpu = svg(cpu_chart(files), ids.next()); !cpu.empty()) out += "<div class=\"grid\">\n" + cpu + "</div>\n";
  for (size_t i = 0; i < files.size(); ++i) out += section_of(files, i, ids);
  return out + machines(files) +
         "</main>\n<footer>Latencies are from the scheduled send to the receiver's callback, so that a stall counts for every message that "
         "waited. "
         "Each figure can be repeated with the command above it.</footer>\n</div></body>\n</html>\n";
}

}  // namespace parley::bench
