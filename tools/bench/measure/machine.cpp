// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cmath>
#include <ctime>
#include <fstream>

#include "core/history/version.h"
#include "core/search/version.h"
#include "net/client/parley.h"
#include "net/link/versions.h"

namespace parley::bench {
namespace {

constexpr double kBytesPerGib = 1024.0 * 1024 * 1024;
constexpr const char* kUnknown = "unknown";

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return kUnknown;
}

// What decides whether the clock rises under load; virtual machines mostly don't say.
std::string governor() {
  std::ifstream in("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  std::string word;
  return in >> word ? word : kUnknown;
}

double memory_gib() {
  const double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return std::round(bytes / kBytesPerGib * 10) / 10;
}

const char* build() {
#ifdef NDEBUG
  return "release";
#else
  return "debug: its timings say nothing";
#endif
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return kUnknown;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace

nlohmann::json machine() {
  utsname name{};
  uname(&name);
  return {{"cpu", cpu_model()},
          {"cores", sysconf(_SC_NPROCESSORS_ONLN)},
          {"memory_gib", memory_gib()},
          {"kernel", name.release},
          {"governor", governor()},
          {"parley", parley_version()},
          {"build", build()},
          {"libraries",
           {{"enet", link::enet_version()},
            {"sodium", link::sodium_version()},
            {"lmdb", history::lmdb_version()},
            {"xapian", search::xapian_version()}}}};
}

std::string machine_line(const nlohmann::json& machine) {
  std::string line = text_of(machine, "cpu") + ", " + text_of(machine, "cores") + " cores, Linux " + text_of(machine, "kernel") +
                     ", Parley " + text_of(machine, "parley") + " (" + text_of(machine, "build") + ")";
  const auto libraries = machine.find("libraries");
  if (libraries == machine.end()) return line;
  for (const auto& [name, version] : libraries->items())
    line += ", " + name + " " + (version.is_string() ? version.get<std::string>() : "?");
  return line;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace parley::bench
