// SPDX-License-Identifier: Apache-2.0
// A file that `parley-bench … --json` wrote, read back: who measured, and the runs (report.h says how the JSON looks). Nothing in it is
// believed: what isn't as it should be is an Error that names the file, or is left out. Values; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace parley::bench {

struct RunFile {
  std::string path{};
  std::string command{};
  std::vector<std::string> arguments{};
  std::string started{};
  double seconds = 0;
  uint64_t seed = 0;
  nlohmann::json machine = nlohmann::json::object();
  std::vector<nlohmann::json> runs{};  // each an object with "results", "histograms", "series", "tables", "goals", "notes"

  std::string title() const;  // "parley-bench latency --rounds 5"
};

// Errors: kNotFound, kInvalidArgument (no JSON, or not of parley-bench).
Result<RunFile> read_run_file(const std::string& path);
Result<RunFile> parse_run_file(const std::string& path, const nlohmann::json& json);

// What a report may lack.
std::string text_at(const nlohmann::json& object, std::string_view key, const std::string& otherwise = "");
double number_at(const nlohmann::json& object, std::string_view key, double otherwise = 0);

}  // namespace parley::bench
