// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/upkeep.h"

#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "core/base/text.h"
#include "core/history/compact.h"
#include "core/history/verify.h"
#include "tools/parleyctl/progress.h"
#include "tools/parleyctl/tables.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;

constexpr size_t kMaxShown = 1000;  // findings; further ones are counted

int failed(const Error& error, bool as_json) {
  std::fprintf(stderr, "parleyctl: %s\n", printable(error.text).c_str());
  if (as_json) std::printf("%s\n", json{{"ok", false}, {"error", error_name(error.code)}, {"text", error.text}}.dump().c_str());
  return 1;
}

std::string dump(const json& answer) { return answer.dump(2, ' ', false, json::error_handler_t::replace); }

class Findings final : public history::VerifyWatcher {
 public:
  explicit Findings(bool as_json) : as_json_(as_json) {}
  void on_finding(const history::Finding& finding) override {
    if (++shown_ > kMaxShown) return;
    if (as_json_) {
      list_.push_back({{"table", finding.table}, {"where", finding.where}, {"problem", finding.problem}, {"cure", finding.cure}});
      return;
    }
    progress_.clear();
    std::printf("%s: %s: %s; %s\n", finding.table, printable(finding.where).c_str(), printable(finding.problem).c_str(), finding.cure);
  }
  void on_progress(uint64_t records, uint64_t of) override { progress_.show(records, of); }
  void end() { progress_.clear(); }
  const json& list() const { return list_; }

 private:
  const bool as_json_;
  size_t shown_ = 0;
  json list_ = json::array();
  Progress progress_{"verify"};
};

void show(const history::VerifyReport& report) {
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  if (report.findings > kMaxShown) std::printf("... and %llu more\n", number(report.findings - kMaxShown));
  std::printf("%llu entries in %llu rooms, %llu producers, %llu records: ", number(report.entries), number(report.rooms),
              number(report.producers), number(report.records));
  if (report.findings == 0) {
    std::printf("all sound%s\n", report.beside_others ? ", as of when it began; a server may go on writing" : "");
  } else {
    std::printf("%llu findings\n", number(report.findings));
  }
}

// Shows how far a file has grown while another thread writes it.
class GrowingFile final : public history::CompactWatcher {
 public:
  ~GrowingFile() override {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  void on_start(const std::filesystem::path& copy, uint64_t bytes) override {
    thread_ = std::thread([this, copy, bytes] {
      Progress progress("compact");
      std::unique_lock lock(mutex_);
      while (!changed_.wait_for(lock, std::chrono::milliseconds(100), [this] { return ended_; })) {
        std::error_code unknown;
        const auto size = std::filesystem::file_size(copy, unknown);
        progress.show(unknown ? 0 : size, bytes);
      }
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;  // guarded by mutex_
  std::thread thread_;
};

extern "C" void on_damaged_page(int) {
  constexpr std::string_view kLine =
      "parleyctl: the file is damaged in such a way that it can't be read on: a page of it isn't what it was; restore a backup\n";
  const ssize_t written = write(STDERR_FILENO, kLine.data(), kLine.size());
  _exit(written > 0 ? 1 : 3);
}

}  // namespace

void explain_damaged_pages() {
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT}) signal(number, on_damaged_page);
}

int run_verify(const std::filesystem::path& directory, bool as_json) {
  explain_damaged_pages();
  Findings findings(as_json);
  const auto report = history::verify_store(directory, findings);
  findings.end();
  if (!report) return failed(report.error(), as_json);
  if (as_json) {
    std::printf("%s\n", dump({{"ok", report->findings == 0},
                              {"findings", findings.list()},
                              {"findings_count", report->findings},
                              {"beside_a_server", report->beside_others},
                              {"entries", report->entries},
                              {"rooms", report->rooms},
                              {"producers", report->producers},
                              {"records", report->records}})
                            .c_str());
  } else {
    show(*report);
  }
  return report->findings == 0 ? 0 : 1;
}

int run_compact(const std::filesystem::path& data_dir, bool as_json) {
  explain_damaged_pages();
  Result<history::CompactReport> report;
  {
    GrowingFile watcher;
    report = history::compact_store(data_dir, watcher);
  }
  if (!report && report.error().code == ErrorCode::kStoreLocked)
    report.error().text =
        "a server has this store open, and a file that is open can't be exchanged; stop the server, compact, start it again";
  if (!report) return failed(report.error(), as_json);
  if (as_json) {
    std::printf("%s\n", dump({{"ok", true}, {"bytes_before", report->bytes_before}, {"bytes_after", report->bytes_after}}).c_str());
  } else {
    std::printf("%s before, %s now\n", bytes_text(report->bytes_before).c_str(), bytes_text(report->bytes_after).c_str());
  }
  return 0;
}

}  // namespace parley::parleyctl
