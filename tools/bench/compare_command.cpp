// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "tools/bench/commands.h"
#include "tools/bench/measure/rank_shift.h"
#include "tools/bench/show/compare.h"

namespace parley::bench {
namespace {

struct Options {
  std::string before, after;
  CompareOptions compare;
  Output output;
  bool all = false;
};

std::vector<std::string> row_of(const Compared& each) {
  const std::string interval = change_text(each.is_ratio, each.low) + " to " + change_text(each.is_ratio, each.high);
  return {each.name, figure(each.before), figure(each.after), change_text(each.is_ratio, each.estimate), interval, name_of(each.verdict)};
}

void add_tables(const std::vector<Compared>& compared, const Options& options, Report& report) {
  const std::string interval = figure(options.compare.confidence * 100) + " % interval";
  std::vector<std::vector<std::string>> rows{{"", "before", "after", "change", interval, ""}};
  nlohmann::json& figures = report.results()["figures"] = nlohmann::json::array();
  for (const Compared& each : compared) {
    if (each.verdict != Verdict::kSame || options.all) rows.push_back(row_of(each));
    figures.push_back({{"name", each.name},
                       {"verdict", key_of(each.verdict)},
                       {"before", each.before},
                       {"after", each.after},
                       {each.is_ratio ? "ratio" : "difference", each.estimate},
                       {"low", each.low},
                       {"high", each.high}});
  }
  if (rows.size() > 1) report.table("Medians of all runs, and how far the one lies from the other", std::move(rows));
}

size_t count(const std::vector<Compared>& compared, Verdict verdict) {
  return static_cast<size_t>(std::ranges::count(compared, verdict, &Compared::verdict));
}

void add_notes(const RunFile& before, const RunFile& after, const std::vector<Compared>& compared, const Options& options, Report& report) {
  const size_t same = count(compared, Verdict::kSame), too_few = count(compared, Verdict::kTooFewRuns);
  report.note(std::to_string(compared.size()) + " figures in both files, of " + std::to_string(before.runs.size()) + " and " +
              std::to_string(after.runs.size()) + " runs; " + std::to_string(same) + " are the same within the noise" +
              (options.all || same == 0 ? "." : " (--all shows them)."));
  if (too_few > 0) {
    report.note("An interval of this confidence needs " + std::to_string(least_runs(options.compare.confidence)) +
                " runs in each file: measure with --runs.");
  } else {
    report.note("If nothing had changed, about " + figure((1 - options.compare.confidence) * static_cast<double>(compared.size())) +
                " of them would look as if they had. Interval: Hodges-Lehmann, by the Wilcoxon-Mann-Whitney test.");
  }
  if (before.machine != after.machine)
    report.note("Not the same machine or versions: before " + machine_line(before.machine) + "; after " + machine_line(after.machine) +
                ".");
  if (before.arguments != after.arguments) report.note("Not the same flags: before " + before.title() + "; after " + after.title() + ".");
  if (count(compared, Verdict::kReferenceChanged) > 0)
    report.note("What isn't Parley changed too, so the machine itself did: measure both again, in turns.");
}

int compare_files(const Options& options, const std::vector<std::string>& arguments) {
  const auto before = read_run_file(options.before), after = read_run_file(options.after);
  for (const auto* file : {&before, &after}) {
    if (file->has_value()) continue;
    std::fprintf(stderr, "parley-bench: %s\n", file->error().text.c_str());
    return 2;
  }
  if (before->command != after->command) {
    std::fprintf(stderr, "parley-bench: %s is of '%s', %s of '%s'; compare two files of one command\n", options.before.c_str(),
                 before->command.c_str(), options.after.c_str(), after->command.c_str());
    return 2;
  }
  Report report("compare", arguments, 0);
  const std::vector<Compared> compared = compare(*before, *after, options.compare);
  add_tables(compared, options, report);
  add_notes(*before, *after, compared, options, report);
  const size_t worse = count(compared, Verdict::kWorse);
  const std::string first =
      worse == 0 ? "" : ", first " + compared.front().name + " " + change_text(compared.front().is_ratio, compared.front().estimate);
  report.goal({"figures that got worse" + first, static_cast<double>(worse), Bound::kAtMost, 0, ""});
  return report.finish(options.output);
}

}  // namespace

void add_compare(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("compare", "what got better or worse between two files of --json, beyond the noise of their runs");
  command->add_option("before", options->before, "of parley-bench COMMAND --json --runs 5")->required();
  command->add_option("after", options->after, "of the same command")->required();
  command->add_option("--confidence", options->compare.confidence, "of the intervals")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str();
  command->add_option("--threshold", options->compare.threshold, "smaller changes aren't worth a word")
      ->check(CLI::Range(0.0, 10.0))
      ->capture_default_str();
  command->add_flag("--all", options->all, "shows what stayed the same, too");
  command->add_flag("--json", options->output.json, "one JSON object instead of text");
  command->add_flag("--check", options->output.check, "exit with 1 when something got worse; the last line names it");
  roof.do_when_chosen(command, [options, &roof] { return compare_files(*options, roof.arguments()); });
}

}  // namespace parley::bench
