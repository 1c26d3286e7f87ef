// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/stages/stages.h"

#include <algorithm>
#include <cstdio>

namespace parley::bench {
namespace {

constexpr const char* kNetwork = "network";

bool is_whole(const Trace& trace, MessageRow row) {
  return std::ranges::all_of(stages(), [&](const Stage& stage) {
    const int64_t from = trace.at(stage.from, row), to = trace.at(stage.to, row);
    return from != 0 && to >= from;
  });
}

StageTimes::Row& part_of(std::vector<StageTimes::Row>& parts, const std::string& name) {
  const auto known = std::ranges::find(parts, name, &StageTimes::Row::name);
  return known != parts.end() ? *known : parts.emplace_back(StageTimes::Row{.name = name});
}

// A part's time of a message is the sum over its stages, so each is gathered before it is recorded.
void add_message(const Trace& trace, MessageRow row, StageTimes& times) {
  std::vector<int64_t> of_part(times.parts.size(), 0);
  for (size_t i = 0; i < stages().size(); ++i) {
    const Stage& stage = stages()[i];
    const int64_t spent = trace.at(stage.to, row) - trace.at(stage.from, row);
    times.stages[i].ns.record(spent);
    of_part[static_cast<size_t>(&part_of(times.parts, stage.part) - times.parts.data())] += spent;
  }
  for (size_t i = 0; i < of_part.size(); ++i) times.parts[i].ns.record(of_part[i]);
  times.whole.record(trace.at(Point::kReceived, row) - trace.at(Point::kDue, row));
  if (trace.at(Point::kDurable, row) != 0) times.durable.record(trace.at(Point::kDurable, row) - trace.at(Point::kDue, row));
  ++times.used;
}

double us(double ns) { return ns * 1e-3; }
double us_at(const Histogram& histogram, double percent) { return us(static_cast<double>(histogram.percentile(percent))); }

std::vector<std::string> row_of(const std::string& name, const Histogram& ns, double share) {
  return {name, figure(us_at(ns, 50)), figure(us_at(ns, 99)), figure(us(ns.mean())), figure(share * 100)};
}

nlohmann::json json_of(const std::vector<StageTimes::Row>& rows) {
  nlohmann::json out = nlohmann::json::array();
  for (const StageTimes::Row& row : rows) {
    out.push_back({{"name", row.name},
                   {"p50_us", us_at(row.ns, 50)},
                   {"p99_us", us_at(row.ns, 99)},
                   {"mean_us", us(row.ns.mean())},
                   {"share", row.share}});
  }
  return out;
}

std::vector<std::vector<std::string>> table_of(const char* head, const std::vector<StageTimes::Row>& rows, const Histogram& whole) {
  std::vector<std::vector<std::string>> table{{head, "p50 µs", "p99 µs", "mean µs", "share %"}};
  for (const StageTimes::Row& row : rows) table.push_back(row_of(row.name, row.ns, row.share));
  table.push_back(row_of("whole way", whole, 1));
  return table;
}

TimeSeries over_time(const Trace& trace, const StagesOptions& options) {
  TimeSeries series(trace.at(Point::kDue, 0), options.seconds);
  for (MessageRow row = 0; row < trace.messages(); ++row) {
    if (trace.at(Point::kReceived, row) != 0)
      series.record(trace.at(Point::kDue, row), trace.at(Point::kReceived, row) - trace.at(Point::kDue, row));
  }
  return series;
}

void fill_report(const Trace& trace, const StagesOptions& options, size_t received, Report& report) {
  const StageTimes times = stage_times(trace, trace.messages() / 20);
  report.table("Where a message's time goes, by part", table_of("part", times.parts, times.whole));
  report.table("On its way", table_of("stage", times.stages, times.whole));
  report.histogram("scheduled send to callback", times.whole);
  report.histogram("scheduled send to durable receipt", times.durable);
  report.series("Scheduled send to callback", over_time(trace, options));
  report.results() = {
      {"parts", json_of(times.parts)},
      {"stages", json_of(times.stages)},
      {"whole", {{"p50_us", us_at(times.whole, 50)}, {"p99_us", us_at(times.whole, 99)}, {"mean_us", us(times.whole.mean())}}},
      {"durable", {{"p50_us", us_at(times.durable, 50)}, {"p99_us", us_at(times.durable, 99)}}},
      {"messages", trace.messages()},
      {"traced", times.used},
      {"received", received}};
  report.note(
      "The network is the kernel's part with both system calls, and the waking of the thread that waits. The durable receipt came after " +
      figure(us_at(times.durable, 50)) + " µs (p50), " + figure(us_at(times.durable, 99)) + " µs (p99).");
  report.note(std::to_string(times.used) + " messages traced; the first twentieth is left out, and " + std::to_string(times.left_out) +
              " whose datagram was resent or merged on the way.");
  report.goal({"messages that didn't arrive", static_cast<double>(trace.messages() - received), Bound::kAtMost, 0, ""});
  report.goal({"messages without a whole trace", static_cast<double>(times.left_out) / static_cast<double>(trace.messages()) * 100,
               Bound::kAtMost, 5, "%"});
}

}  // namespace

const std::vector<Stage>& stages() {
  static const std::vector<Stage> all = {
      {"client queue", "sender", Point::kDue, Point::kSenderGave},
      {"ENet", "sender out", Point::kSenderGave, Point::kSenderEnetOut},
      {"link", "sender out", Point::kSenderEnetOut, Point::kSenderLeaves},
      {kNetwork, "up", Point::kSenderLeaves, Point::kServerArrived},
      {"link", "server in", Point::kServerArrived, Point::kServerOpened},
      {"ENet", "server in", Point::kServerOpened, Point::kServerGot},
      {"policy", "server", Point::kServerGot, Point::kServerPublished},
      {"bus", "server", Point::kServerPublished, Point::kServerApplied},
      {"fan-out", "server", Point::kServerApplied, Point::kServerGave},
      {"ENet", "server out", Point::kServerGave, Point::kServerEnetOut},
      {"link", "server out", Point::kServerEnetOut, Point::kServerLeaves},
      {kNetwork, "down", Point::kServerLeaves, Point::kReceiverArrived},
      {"link", "receiver in", Point::kReceiverArrived, Point::kReceiverOpened},
      {"ENet", "receiver in", Point::kReceiverOpened, Point::kReceiverGot},
      {"receiving", "receiver", Point::kReceiverGot, Point::kReceived},
  };
  return all;
}

StageTimes stage_times(const Trace& trace, size_t warm_up) {
  StageTimes times;
  for (const Stage& stage : stages()) {
    times.stages.push_back({.name = std::string(stage.part) + ", " + stage.where});
    part_of(times.parts, stage.part);
  }
  for (MessageRow row = static_cast<MessageRow>(warm_up); row < trace.messages(); ++row) {
    if (is_whole(trace, row)) {
      add_message(trace, row, times);
    } else {
      ++times.left_out;
    }
  }
  if (times.used == 0) return times;
  for (auto* rows : {&times.stages, &times.parts}) {
    for (StageTimes::Row& row : *rows) row.share = row.ns.mean() / times.whole.mean();
  }
  return times;
}

bool run_stages(const StagesOptions& options, Report& report) {
  Trace trace(static_cast<size_t>(options.rate) * static_cast<size_t>(options.seconds));
  StagesWorld world(options, trace);
  if (auto gathered = world.gather(); !gathered) {
    std::fprintf(stderr, "parley-bench: %s\n", gathered.error().text.c_str());
    return false;
  }
  world.chat();
  world.stop();
  if (world.refused() > 0) report.note(std::to_string(world.refused()) + " sends were refused: the rate is more than this machine takes.");
  fill_report(trace, options, world.received(), report);
  return true;
}

}  // namespace parley::bench
