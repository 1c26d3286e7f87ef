// SPDX-License-Identifier: Apache-2.0
// Run files for tests of what shows and compares them. Report itself makes them, so that the tests read what the commands write; the
// figures come from a seed. Values; any thread.
#pragma once

#include <cmath>
#include <string>

#include "core/base/random.h"
#include "tools/bench/measure/report.h"
#include "tools/bench/show/run_file.h"

namespace parley::bench::sample {

// As `report --json` writes and read_run_file reads.
inline RunFile read_back(const Report& report, const std::string& path = "a.json") {
  auto file = parse_run_file(path, nlohmann::json::parse(report.as_json().dump()));
  return file ? std::move(*file) : RunFile{};
}

// A run whose latencies are exponential around `mean_ns`.
inline void measure(Report& report, double mean_ns, double cpu_us, SeededRandom& random) {
  Histogram latency;
  TimeSeries series(0, 10);
  for (int i = 0; i < 2000; ++i) {
    const auto value = static_cast<int64_t>(-std::log(1 - random.unit()) * mean_ns);
    latency.record(value);
    series.record(int64_t{i} * 5'000'000, value);
  }
  report.histogram("Parley", latency);
  report.series("Parley", series);
  report.results() = {{"cpu_us_per_delivery", cpu_us * (0.98 + 0.04 * random.unit())}, {"bare_us", 3.1}, {"sessions", 100}};
  report.table("Chat", {{"", "sent"}, {"room", "2000"}});
  report.goal({"p99", static_cast<double>(latency.percentile(99)) * 1e-6, Bound::kAtMost, 2, "ms"});
}

}  // namespace parley::bench::sample
