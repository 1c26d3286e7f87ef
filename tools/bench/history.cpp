// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/history.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <optional>

#include "core/history/records.h"
#include "tools/bench/drivers/crowd.h"
#include "tools/bench/history_kill.h"
#include "tools/bench/history_path.h"
#include "tools/bench/measure/bare_log.h"
#include "tools/bench/measure/process.h"
#include "tools/bench/measure/temporary_folder.h"

namespace parley::bench {
namespace {

using history::Store;

constexpr double kGoalPerSecond = 400'000, kGoalOfBareLog = 0.4, kGoalBytes = 1536, kGoalReceipts = 3, kGoalPageMicros = 150,
                 kGoalStart = 1;
constexpr double kGoalGrowthMib = 24;  // from the first round to the last, whatever they wrote: nothing grows with the store
constexpr uint64_t kBareRecords = 400'000;
constexpr size_t kBareBatches[] = {4096, 16'384, 65'536};
constexpr Micros kReceiptEvery{1000};
constexpr size_t kPageEntries = 50;

double seconds_since(int64_t start_ns) { return static_cast<double>(Crowd::now_ns() - start_ns) * 1e-9; }
double micros(int64_t ns) { return static_cast<double>(ns) * 1e-3; }
double mib(uint64_t bytes) { return static_cast<double>(bytes) / (1024 * 1024); }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

bool complain(const Error& error) {
  std::fprintf(stderr, "parley-bench: %s\n", error.text.c_str());
  return false;
}

Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& folder) { return Store::open({.directory = folder / "store"}); }

// A round of durable writes.
struct Written {
  double per_s = 0, cpu_us = 0, per_commit = 0, to_storage = 0, to_files = 0, private_mib = 0;
};

Result<Written> write_round(Store& store, HistoryTraffic& traffic, uint64_t messages, uint64_t new_rooms) {
  HistoryPath path(store);
  if (auto made = path.make_rooms(new_rooms); !made) return std::unexpected(made.error());
  const WrittenBytes written = written_bytes(getpid());
  const history::WriterCounters counted = path.counters();
  const double cpu = path.writer_cpu_s();
  const int64_t start = Crowd::now_ns();
  bus::BusPosition end = 0;
  for (uint64_t i = 0; i < messages; ++i) {
    auto published = path.publish(traffic.next(SystemClock().now().wall));
    if (!published) return std::unexpected(published.error());
    end = *published;
  }
  if (auto durable = path.wait_durable(end); !durable) return std::unexpected(durable.error());
  const double seconds = seconds_since(start);
  const WrittenBytes after = written_bytes(getpid());
  const auto count = static_cast<double>(messages);
  return Written{.per_s = count / seconds,
                 .cpu_us = (path.writer_cpu_s() - cpu) * 1e6 / count,
                 .per_commit = count / static_cast<double>(path.counters().commits - counted.commits),
                 .to_storage = static_cast<double>(after.to_storage - written.to_storage) / count,
                 .to_files = static_cast<double>(after.to_files - written.to_files) / count,
                 .private_mib = mib(anonymous_bytes(getpid()))};
}

// LMDB alone, in commits of several sizes.
struct SizedLog {
  size_t batch = 0;
  BareLog log;
};

std::vector<SizedLog> bare_logs(const std::filesystem::path& below, const HistoryTraffic& traffic) {
  std::vector<SizedLog> out;
  for (const size_t batch : kBareBatches) {
    const TemporaryFolder folder(below);
    out.push_back({batch, measure_bare_log({folder.path(), traffic.bodies(), history::kLogHeaderBytes, kBareRecords, batch})});
  }
  return out;
}

double best_of(const std::vector<SizedLog>& logs) {
  return std::ranges::max(logs, {}, [](const SizedLog& each) { return each.log.records_per_s; }).log.records_per_s;
}

class Bench {
 public:
  Bench(const HistoryOptions& options, Report& report)
      : options_(options),
        report_(report),
        folder_(options.directory.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(options.directory)),
        traffic_({options.rooms, options.producers, 0, options.seed}),
        random_(options.seed) {}

  Result<void> run() {
    if (auto done = writes(); !done) return done;
    if (auto done = receipts(); !done) return done;
    if (auto done = starts(); !done) return done;
    return pages();
  }

 private:
  Result<void> writes();
  void report_writes(const std::vector<Written>& rounds, const std::vector<std::vector<SizedLog>>& logs);
  Result<void> receipts();
  Result<void> starts();
  Result<void> pages();

  const HistoryOptions& options_;
  Report& report_;
  TemporaryFolder folder_;
  HistoryTraffic traffic_;
  SeededRandom random_;
};

Result<void> Bench::writes() {
  std::vector<Written> rounds;
  std::vector<std::vector<SizedLog>> logs;
  for (int round = 0; round < options_.rounds; ++round) {
    logs.push_back(bare_logs(folder_.path(), traffic_));
    auto store = open_store(folder_.path());
    if (!store) return std::unexpected(store.error());
    const uint64_t messages = options_.messages / static_cast<uint64_t>(options_.rounds);
    auto written = write_round(**store, traffic_, messages, round == 0 ? options_.rooms : 0);
    if (!written) return std::unexpected(written.error());
    rounds.push_back(*written);
  }
  report_writes(rounds, logs);
  return {};
}

void Bench::report_writes(const std::vector<Written>& rounds, const std::vector<std::vector<SizedLog>>& logs) {
  std::vector<std::vector<std::string>> rows = {
      {"", "messages/s", "of LMDB alone", "CPU µs", "in a commit", "bytes written", "to the file", "private MiB"}};
  std::vector<double> rates, shares, bytes;
  for (size_t i = 0; i < rounds.size(); ++i) {
    const Written& ours = rounds[i];
    const double bare = best_of(logs[i]);
    rates.push_back(ours.per_s);
    shares.push_back(ours.per_s / bare);
    bytes.push_back(ours.to_storage);
    const std::string name = "round " + std::to_string(i + 1);
    nlohmann::json alone;
    for (const auto& [batch, log] : logs[i]) {
      rows.push_back(
          {name + ", LMDB alone", figure(log.records_per_s), "", figure(log.cpu_us), std::to_string(batch), figure(log.written), "", ""});
      alone.push_back({{"batch", batch}, {"records_per_s", log.records_per_s}, {"cpu_us", log.cpu_us}});
    }
    rows.push_back({name, figure(ours.per_s), figure(shares.back()), figure(ours.cpu_us), figure(ours.per_commit), figure(ours.to_storage),
                    figure(ours.to_files), figure(ours.private_mib)});
    report_.results()["writes"].push_back({{"messages_per_s", ours.per_s},
                                           {"lmdb_alone", alone},
                                           {"cpu_us", ours.cpu_us},
                                           {"messages_per_commit", ours.per_commit},
                                           {"bytes_to_storage", ours.to_storage},
                                           {"bytes_to_file", ours.to_files},
                                           {"private_mib", ours.private_mib}});
  }
  report_.table("Durable writes: bus, writer, store", rows);
  report_.note(
      "LMDB alone: records of the same bytes appended to one table, in commits of several sizes; the best one counts. CPU of the writing "
      "thread");
  report_.goal({"durable writes, median of the rounds", median(rates), Bound::kAtLeast, kGoalPerSecond, "messages/s"});
  report_.goal({"durable writes beside LMDB alone, median", median(shares), Bound::kAtLeast, kGoalOfBareLog, "×"});
  report_.goal({"written for a message, median", median(bytes), Bound::kAtMost, kGoalBytes, "bytes"});
  report_.goal({"memory beside the map, growth since the first round", rounds.back().private_mib - rounds.front().private_mib,
                Bound::kAtMost, kGoalGrowthMib, "MiB"});
}

// Sends on time whatever happened before; a receipt's time is from when its message should have been sent.
Result<void> Bench::receipts() {
  auto store = open_store(folder_.path());
  if (!store) return std::unexpected(store.error());
  HistoryPath path(**store);
  struct Waiting {
    bus::BusPosition end = 0;
    int64_t due_ns = 0;
  };
  std::deque<Waiting> waiting;
  Histogram took;
  const int64_t every_ns = std::chrono::nanoseconds(kReceiptEvery).count();
  int64_t due = Crowd::now_ns() + every_ns;
  const int64_t last = due + std::chrono::nanoseconds(Seconds(options_.seconds)).count();
  while (due < last || !waiting.empty()) {
    for (; due < last && due <= Crowd::now_ns(); due += every_ns) {
      auto end = path.publish(traffic_.next(SystemClock().now().wall));
      if (!end) return std::unexpected(end.error());
      path.wake_writer();
      waiting.push_back({*end, due});
    }
    const bus::BusPosition durable = path.durable_through();
    for (; !waiting.empty() && waiting.front().end <= durable; waiting.pop_front()) took.record(Crowd::now_ns() - waiting.front().due_ns);
    const int64_t left = due < last ? due - Crowd::now_ns() : every_ns;
    if (left > 0) path.wait(durable, std::chrono::ceil<Micros>(std::chrono::nanoseconds(left)));
  }
  const auto messages = static_cast<double>(took.count());
  const double per_commit = messages / static_cast<double>(path.counters().commits), cpu = path.writer_cpu_s() / messages * 1e6;
  const Histogram& commits = path.stop();
  const double receipt_p99 = micros(took.percentile(99)), commit_p99 = micros(commits.percentile(99));
  report_.table("Receipts at 1,000 messages/s, µs",
                {{"", "p50", "p99", "most", "in a commit", "CPU µs a message"},
                 {"commit", figure(micros(commits.percentile(50))), figure(commit_p99), figure(micros(commits.max())), figure(per_commit),
                  figure(cpu)},
                 {"durable receipt", figure(micros(took.percentile(50))), figure(receipt_p99), figure(micros(took.max())), "", ""}});
  report_.results()["receipts"] = {{"p50_us", micros(took.percentile(50))},
                                   {"p99_us", receipt_p99},
                                   {"commit_p50_us", micros(commits.percentile(50))},
                                   {"commit_p99_us", commit_p99},
                                   {"messages_per_commit", per_commit},
                                   {"cpu_us", cpu}};
  report_.goal({"receipts, p99 beside the commit's p99", receipt_p99 / commit_p99, Bound::kAtMost, kGoalReceipts, "×"});
  return {};
}

Result<void> Bench::starts() {
  const auto timed = [&](double& seconds) -> Result<history::StoreStatus> {
    const int64_t start = Crowd::now_ns();
    auto store = open_store(folder_.path());
    seconds = seconds_since(start);
    if (!store) return std::unexpected(store.error());
    return (*store)->status();
  };
  double clean = 0, killed = 0;
  if (auto store = timed(clean); !store) return std::unexpected(store.error());
  auto unsaved = write_until_killed(folder_.path() / "store", options_.rooms, options_.producers);
  if (!unsaved) return std::unexpected(unsaved.error());
  auto status = timed(killed);
  if (!status) return std::unexpected(status.error());
  report_.table(
      "A start, with " + std::to_string(status->entries) + " messages and " + figure(mib(status->bytes_used)) + " MiB in the store",
      {{"", "s"}, {"after a clean close", figure(clean)}, {"after a kill", figure(killed)}});
  report_.note("After a kill: " + std::to_string(*unsaved) + " messages and more behind the last checkpoint, each of another producer");
  report_.results()["start"] = {{"clean_s", clean}, {"killed_s", killed}, {"messages", status->entries}, {"bytes", status->bytes_used}};
  report_.goal({"start after a clean close", clean, Bound::kAtMost, kGoalStart, "s"});
  report_.goal({"start after a kill", killed, Bound::kAtMost, kGoalStart, "s"});
  return {};
}

Result<void> Bench::pages() {
  auto store = open_store(folder_.path());
  if (!store) return std::unexpected(store.error());
  const uint64_t of_a_room = std::max<uint64_t>(options_.messages / options_.rooms, kPageEntries);
  Histogram took, faults;
  for (int i = 0; i < options_.pages; ++i) {
    const RoomId room(1 + random_.below(options_.rooms));
    const Sequence before(kPageEntries + random_.below(of_a_room));
    const uint64_t mapped = thread_page_faults();
    const int64_t start = Crowd::now_ns();
    auto page = (*store)->read_page({.room = room, .from = before, .limit = kPageEntries});
    took.record(Crowd::now_ns() - start);
    faults.record(static_cast<int64_t>(thread_page_faults() - mapped));
    if (!page) return std::unexpected(page.error());
  }
  const double p50 = micros(took.percentile(50)), p99 = micros(took.percentile(99)), most = micros(took.max());
  const auto faults_p50 = faults.percentile(50), faults_p99 = faults.percentile(99);
  const double private_mib = mib(anonymous_bytes(getpid()));
  report_.table("A page of 50 at a random place, µs", {{"pages", "p50", "p99", "most", "page faults p50", "p99", "private MiB"},
                                                       {std::to_string(options_.pages), figure(p50), figure(p99), figure(most),
                                                        std::to_string(faults_p50), std::to_string(faults_p99), figure(private_mib)}});
  report_.note("The store was just opened: a part of its map that nobody read yet costs a page fault, so the slowest are the first ones");
  report_.results()["page"] = {{"p50_us", p50},
                               {"p99_us", p99},
                               {"max_us", most},
                               {"faults_p50", faults_p50},
                               {"faults_p99", faults_p99},
                               {"private_mib", private_mib}};
  report_.goal({"a page of 50, p99", p99, Bound::kAtMost, kGoalPageMicros, "µs"});
  return {};
}

}  // namespace

bool run_history(const HistoryOptions& options, Report& report) {
  Bench bench(options, report);
  const auto done = bench.run();
  return done || complain(done.error());
}

}  // namespace parley::bench
