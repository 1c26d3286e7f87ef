// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/run_file.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace parley::bench {
namespace {

struct Part {
  const char* key;
  bool object;  // else an array
};
constexpr std::array<Part, 6> kParts = {
    {{"results", true}, {"histograms", true}, {"series", true}, {"tables", false}, {"goals", false}, {"notes", false}}};

// With each part of the right kind, so that readers needn't ask.
nlohmann::json run_of(const nlohmann::json& json) {
  nlohmann::json run = nlohmann::json::object();
  for (const Part& part : kParts) {
    const auto found = json.find(part.key);
    const bool good = found != json.end() && (part.object ? found->is_object() : found->is_array());
    if (good) {
      run[part.key] = *found;
    } else {
      run[part.key] = part.object ? nlohmann::json::object() : nlohmann::json::array();
    }
  }
  run["seconds"] = number_at(json, "seconds");
  return run;
}

}  // namespace

std::string text_at(const nlohmann::json& object, std::string_view key, const std::string& otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return otherwise;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

double number_at(const nlohmann::json& object, std::string_view key, double otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

std::string RunFile::title() const {
  std::string out = "parley-bench " + command;
  for (const std::string& argument : arguments) out += " " + argument;
  return out;
}

Result<RunFile> read_run_file(const std::string& path) {
  std::ifstream in(path);
  if (!in) return fail(ErrorCode::kNotFound, path + " can't be read; is it there?");
  const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
  if (json.is_discarded())
    return fail(ErrorCode::kInvalidArgument, path + " is no JSON; make it with: parley-bench COMMAND --json > " + path);
  return parse_run_file(path, json);
}

Result<RunFile> parse_run_file(const std::string& path, const nlohmann::json& json) {
  const bool ours = json.is_object() && json.contains("command") && json["command"].is_string() &&
                    (json.contains("results") || (json.contains("runs") && json["runs"].is_array() && !json["runs"].empty()));
  if (!ours)
    return fail(ErrorCode::kInvalidArgument, path + " is not of parley-bench; make it with: parley-bench COMMAND --json > " + path);
  RunFile out;
  out.path = path;
  out.command = json["command"].get<std::string>();
  if (json.contains("arguments") && json["arguments"].is_array()) {
    for (const auto& each : json["arguments"]) out.arguments.push_back(each.is_string() ? each.get<std::string>() : each.dump());
  }
  out.started = text_at(json, "started", "unknown");
  out.seconds = number_at(json, "seconds");
  out.seed = static_cast<uint64_t>(std::max(number_at(json, "seed"), 0.0));
  if (json.contains("machine") && json["machine"].is_object()) out.machine = json["machine"];
  if (json.contains("runs")) {
    for (const auto& each : json["runs"]) out.runs.push_back(run_of(each));
  } else {
    out.runs.push_back(run_of(json));
  }
  return out;
}

}  // namespace parley::bench
