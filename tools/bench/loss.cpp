// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/loss.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <thread>

#include "core/base/check.h"
#include "tools/bench/loss_bound.h"
#include "tools/bench/loss_world.h"

namespace parley::bench {
namespace {

struct Row {
  const char* name;  // loss/round trip of each of the two clients
  double loss, burst;
  Millis rtt;
  double p99, p999;  // goals, × the loss-free delivery time
  bool step = false;
};

constexpr std::array<Row, 9> kRows = {{
    {"0%/20ms", 0, 0, Millis(20), 1.10, 1.25},
    {"1%/100ms", 0.01, 0, Millis(100), 1.30, 1.5},
    {"5%/100ms", 0.05, 0, Millis(100), 1.30, 1.6},
    {"10%/100ms", 0.10, 0, Millis(100), 1.25, 1.6},
    {"20%/100ms", 0.20, 0, Millis(100), 1.5, 2.2},
    {"10%/20ms", 0.10, 0, Millis(20), 1.8, 2.6},
    {"10%/200ms", 0.10, 0, Millis(200), 1.15, 1.35},
    {"bursts/100ms", 0, 0.10, Millis(100), 3.0, 4.4},       // 10 % of the time, outages of 50 ms on average
    {"step/100ms", 0.10, 0, Millis(100), 1.25, 1.6, true},  // 0 % → 10 %: messages 31 to 80 after it
}};
constexpr double kMostBytesAtNone = 1.15, kMostBytesAtTen = 4.5;  // downlink, × plain ENet without loss

constexpr uint64_t kForBase = 200, kToLearn = 50;  // messages without loss; untimed ones with it
constexpr uint64_t kClean = 1150, kAfterStep = 30, kTimedAfterStep = 50;
constexpr uint64_t kMostWatched = 100'000;  // messages whose nonces are all remembered
constexpr Micros kOutage = Millis(50), kReorderDelay = Millis(20);

struct Outcome {
  LossPhase phase;
  double base_ns = 0;  // median delivery of the same build over the same path without loss
  uint64_t disconnects = 0, nonce_violations = 0;
  bool nonces_watched = false;

  double ratio(double percent) const { return static_cast<double>(phase.delivery.percentile(percent)) / base_ns; }
  double down_bytes() const { return static_cast<double>(phase.down_bytes) / static_cast<double>(phase.sent); }
  double up_bytes() const { return static_cast<double>(phase.up_bytes) / static_cast<double>(phase.sent); }
};

// Everything that is measured of a row; each is a run of its own.
struct RowResult {
  const Row* row;
  Outcome plain, ours;
  Histogram bound;
};

link::PathConditions clean_path(const Row& row) { return {.delay = row.rtt / 2}; }

link::PathConditions lossy_path(const Row& row, const LossOptions& options) {
  link::PathConditions path = clean_path(row);
  path.loss = row.loss;
  path.burst_loss = row.burst;
  path.burst_mean = kOutage;
  path.duplicate = options.duplicate;
  path.reorder = options.reorder;
  path.reorder_delay = kReorderDelay;
  return path;
}

void add(LossPhase& sum, const LossPhase& phase) {
  sum.delivery.merge(phase.delivery);
  sum.sent += phase.sent;
  sum.lost += phase.lost;
  sum.doubled += phase.doubled;
  sum.down_bytes += phase.down_bytes;
  sum.up_bytes += phase.up_bytes;
  sum.time += phase.time;
}

LossPhase chat_after_steps(LossWorld& world, const Row& row, const LossOptions& options) {
  LossPhase sum;
  while (sum.sent < options.messages) {
    world.set_conditions(clean_path(row));
    world.chat(kClean);
    world.set_conditions(lossy_path(row, options));
    world.chat(kAfterStep);
    add(sum, world.chat(kTimedAfterStep));
  }
  return sum;
}

Outcome run_world(const Row& row, const LossOptions& options, const identity::ServerKeys& keys, bool link_reliability) {
  const uint64_t steps = row.step ? options.messages / kTimedAfterStep + 1 : 0;
  const uint64_t all = kForBase + kToLearn + options.messages + steps * (kClean + kAfterStep + kTimedAfterStep);
  Outcome out;
  out.nonces_watched = all <= kMostWatched;
  LossWorld world(keys, clean_path(row), {options.seed, link_reliability, all, out.nonces_watched});
  out.base_ns = static_cast<double>(world.chat(kForBase).delivery.percentile(50));
  if (row.step) {
    out.phase = chat_after_steps(world, row, options);
  } else {
    world.set_conditions(lossy_path(row, options));
    world.chat(kToLearn);
    out.phase = world.chat(options.messages);
  }
  out.disconnects = world.disconnects();
  out.nonce_violations = world.nonce_violations();
  return out;
}

// Several at a time; says on a terminal how far it is.
void run_all(const std::vector<std::function<void()>>& runs, int threads) {
  std::atomic<size_t> next = 0, done = 0;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const auto work = [&] {
    for (size_t i = next++; i < runs.size(); i = next++) {
      runs[i]();
      if (const size_t finished = ++done; terminal) std::fprintf(stderr, "\r%zu of %zu runs ", finished, runs.size());
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < threads; ++i) helpers.emplace_back(work);
    work();
  }
  if (terminal) std::fprintf(stderr, "\r\033[K");
}

identity::ServerKeys make_keys() {
  std::string pattern = std::filesystem::temp_directory_path() / "parley-loss-keys-XXXXXX";
  CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
  SeededRandom random(1);  // nothing secret here, and the same each time
  auto keys = identity::load_or_make_keys(pattern, random);
  std::filesystem::remove_all(pattern);
  CHECK(keys.has_value(), keys ? "" : keys.error().text.c_str());
  return std::move(*keys);
}

std::string pair_of(double p99, double p999) { return figure(p99) + "  " + figure(p999); }

std::vector<std::string> text_row(const RowResult& result, const Outcome& reference, bool alone) {
  const Row& row = *result.row;
  std::vector<std::string> cells{row.name, pair_of(row.p99, row.p999), pair_of(result.ours.ratio(99), result.ours.ratio(99.9))};
  if (!alone) {
    const auto bound = [&](double percent) { return static_cast<double>(result.bound.percentile(percent)) / result.ours.base_ns; };
    cells.push_back(pair_of(bound(99), bound(99.9)));
    cells.push_back(pair_of(result.plain.ratio(99), result.plain.ratio(99.9)));
  }
  cells.push_back(figure(result.ours.down_bytes() / reference.down_bytes()));
  cells.push_back(figure(result.ours.up_bytes() / reference.up_bytes()));
  cells.push_back(std::to_string(result.ours.phase.lost));
  cells.push_back(std::to_string(result.ours.phase.doubled));
  cells.push_back(std::to_string(result.ours.disconnects));
  if (!alone) cells.push_back(std::to_string(result.plain.disconnects));
  return cells;
}

nlohmann::json as_json(const Outcome& outcome) {
  return {{"base_us", outcome.base_ns * 1e-3},
          {"p50", outcome.ratio(50)},
          {"p99", outcome.ratio(99)},
          {"p99.9", outcome.ratio(99.9)},
          {"max", outcome.ratio(100)},
          {"messages", outcome.phase.sent},
          {"lost", outcome.phase.lost},
          {"doubled", outcome.phase.doubled},
          {"disconnects", outcome.disconnects},
          {"down_bytes_a_message", outcome.down_bytes()},
          {"up_bytes_a_message", outcome.up_bytes()},
          {"simulated_hours", std::chrono::duration<double, std::ratio<3600>>(outcome.phase.time).count()},
          {"curve_ns", outcome.phase.delivery.curve()}};
}

void add_goals(const std::vector<RowResult>& results, const Outcome& reference, Report& report) {
  uint64_t lost = 0, doubled = 0, disconnects = 0, nonces = 0;
  bool some_watched = false;
  for (const RowResult& result : results) {
    const Row& row = *result.row;
    const Outcome& ours = result.ours;
    report.goal({std::string(row.name) + ": p99, × loss-free", ours.ratio(99), Bound::kAtMost, row.p99, ""});
    report.goal({std::string(row.name) + ": p99.9, × loss-free", ours.ratio(99.9), Bound::kAtMost, row.p999, ""});
    const double bytes = ours.down_bytes() / reference.down_bytes();
    const std::string what = std::string(row.name) + ": bytes down, × plain ENet without loss";
    if (row.loss == 0 && row.burst == 0) report.goal({what, bytes, Bound::kAtMost, kMostBytesAtNone, ""});
    if (row.loss == 0.10) report.goal({what, bytes, Bound::kAtMost, kMostBytesAtTen, ""});
    lost += ours.phase.lost;
    doubled += ours.phase.doubled;
    disconnects += ours.disconnects;
    nonces += ours.nonce_violations;
    some_watched = some_watched || ours.nonces_watched;
    if (!ours.nonces_watched) report.note(std::string(row.name) + ": too many datagrams to remember; its nonces weren't watched.");
  }
  report.goal({"messages lost", static_cast<double>(lost), Bound::kAtMost, 0, ""});
  report.goal({"messages doubled", static_cast<double>(doubled), Bound::kAtMost, 0, ""});
  report.goal({"disconnects", static_cast<double>(disconnects), Bound::kAtMost, 0, ""});
  if (some_watched) report.goal({"nonces used twice", static_cast<double>(nonces), Bound::kAtMost, 0, ""});
}

void add_table(const std::vector<RowResult>& results, const Outcome& reference, bool alone, Report& report) {
  std::vector<std::vector<std::string>> table{{"loss/RTT a client", "goal", "Parley"}};
  if (!alone) table[0].insert(table[0].end(), {"bound", "plain ENet"});
  table[0].insert(table[0].end(), {"bytes down", "up", "lost", "doubled", "disconnects"});
  if (!alone) table[0].push_back("of plain ENet");
  for (const RowResult& result : results) {
    table.push_back(text_row(result, reference, alone));
    nlohmann::json& json = report.results()[result.row->name];
    json["parley"] = as_json(result.ours);
    report.histogram(std::string(result.row->name) + ", Parley", result.ours.phase.delivery);
    if (alone) continue;
    json["plain_enet"] = as_json(result.plain);
    report.histogram(std::string(result.row->name) + ", plain ENet", result.plain.phase.delivery);
    report.histogram(std::string(result.row->name) + ", the bound", result.bound);
    json["bound"] = {{"p99", static_cast<double>(result.bound.percentile(99)) / result.ours.base_ns},
                     {"p99.9", static_cast<double>(result.bound.percentile(99.9)) / result.ours.base_ns}};
  }
  report.table("p99 and p99.9 of sender → server → receiver, × the loss-free delivery time; bytes × plain ENet without loss",
               std::move(table));
}

}  // namespace

std::vector<std::string> loss_row_names() {
  std::vector<std::string> names;
  names.reserve(kRows.size());
  for (const Row& row : kRows) names.push_back(row.name);
  return names;
}

bool run_loss(const LossOptions& options, Report& report) {
  const identity::ServerKeys keys = make_keys();
  std::vector<RowResult> results;
  for (const Row& row : kRows) {
    const bool wanted = options.rows.empty() || std::find(options.rows.begin(), options.rows.end(), row.name) != options.rows.end();
    if (wanted) results.push_back({&row, {}, {}, {}});
  }
  Outcome reference;
  LossOptions quiet = options;  // what the bytes are compared with
  quiet.messages = std::min<uint64_t>(options.messages, 2000);
  quiet.duplicate = quiet.reorder = 0;
  std::vector<std::function<void()>> runs{[&] { reference = run_world(kRows[0], quiet, keys, false); }};
  for (RowResult& result : results) {
    const Row& row = *result.row;
    runs.push_back([&] { result.ours = run_world(row, options, keys, true); });
    if (options.alone) continue;
    runs.push_back([&] { result.plain = run_world(row, options, keys, false); });
    runs.push_back([&] { result.bound = loss_bound(lossy_path(row, options), options.messages, options.seed); });
  }
  run_all(runs, options.threads);
  add_table(results, reference, options.alone, report);
  add_goals(results, reference, report);
  return true;
}

}  // namespace parley::bench
