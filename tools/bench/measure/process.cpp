// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace parley::bench {

namespace {

double threads_run_time_s(const std::string& base) {
  uint64_t total_ns = 0;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(base + "/task", gone)) {
    std::ifstream in(task.path() / "schedstat");
    uint64_t ns = 0;
    if (in >> ns) total_ns += ns;
  }
  return static_cast<double>(total_ns) * 1e-9;
}

uint64_t kib_field(pid_t process, const char* file, const std::string& name) {
  std::ifstream in("/proc/" + std::to_string(process) + "/" + file);
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with(name)) return std::stoull(line.substr(name.size()));
  }
  return 0;
}

}  // namespace

CpuTime cpu_time(pid_t process) {
  const std::string base = "/proc/" + std::to_string(process);
  std::ifstream in(base + "/stat");
  std::string line;
  if (!std::getline(in, line)) return {};
  std::istringstream fields(line.substr(line.rfind(')') + 2));  // comm may hold spaces and parentheses
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  const double hz = static_cast<double>(sysconf(_SC_CLK_TCK));
  CpuTime out{user / hz, system / hz};
  const double exact = threads_run_time_s(base);
  if (exact <= 0) return out;
  const double user_share = out.total_s() > 0 ? out.user_s / out.total_s() : 1;  // less than a tick: nobody knows the split
  return {exact * user_share, exact * (1 - user_share)};
}

std::map<std::string, double> thread_times_s(pid_t process) {
  std::map<std::string, double> times;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
    std::ifstream name_in(task.path() / "comm"), time_in(task.path() / "schedstat");
    std::string name;
    uint64_t ns = 0;
    if (std::getline(name_in, name) && time_in >> ns) times[name] += static_cast<double>(ns) * 1e-9;
  }
  return times;
}

uint64_t anonymous_bytes(pid_t process) { return kib_field(process, "status", "RssAnon:") * 1024; }

WrittenBytes written_bytes(pid_t process) {
  std::ifstream io("/proc/" + std::to_string(process) + "/io");
  WrittenBytes out;
  std::string key;
  uint64_t value = 0;
  while (io >> key >> value) {
    if (key == "wchar:") out.to_files = value;
    if (key == "write_bytes:") out.to_storage = value;
  }
  return out;
}

double thread_cpu_s() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

uint64_t thread_page_faults() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return static_cast<uint64_t>(usage.ru_minflt + usage.ru_majflt);
}

}  // namespace parley::bench
