// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/contest.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <sstream>

#include "tools/bench/measure/bare_udp.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

constexpr int kGeneratorCpu = 0, kServerCpu = 1;
constexpr int kBytesAround = 120;  // of a datagram with a message: what is around the text, about
constexpr int kBareRounds = 5;
constexpr double kSettleS = 1, kWarmUpS = 1;
constexpr std::chrono::seconds kJoinLimit{120};

double ms(const Histogram& latency, double percent) { return static_cast<double>(latency.percentile(percent)) * 1e-6; }

void add_run(Contender& contender, const Generator& generator, const Phase& phase) {
  contender.version = generator.driver().version();
  contender.promises = generator.driver().promises();
  contender.cpu_us.push_back(phase.cpu_us_per_delivery());
  contender.deliveries_per_s.push_back(phase.deliveries_per_s());
  contender.server_core.push_back(phase.server_core);
  contender.generator_core.push_back(phase.generator_core);
  contender.library_us.push_back(phase.library_us_per_delivery());
  contender.p50_ms.push_back(ms(phase.latency, 50));
  contender.p99_ms.push_back(ms(phase.latency, 99));
  contender.p999_ms.push_back(ms(phase.latency, 99.9));
  for (const auto& [name, seconds] : phase.server_threads_s) contender.threads_s[name] += seconds;
  contender.latency.merge(phase.latency);
  contender.sent += phase.sent;
  contender.delivered += phase.delivered;
  contender.delayed_sends += phase.delayed_sends;
  contender.missing += generator.check().missing();
  contender.doubled += generator.check().doubled();
  contender.out_of_order += generator.check().out_of_order();
  contender.faults += generator.driver().faults();
}

}  // namespace

DriverOptions driver_options(const ContestOptions& options) {
  DriverOptions driver;
  driver.server_cpu = options.anywhere ? -1 : kServerCpu;
  driver.address = options.address;
  driver.pid = options.server_pid;
  driver.server_flags = split_words(options.server_flags);
  return driver;
}

namespace {

Result<void> measure_once(const ContestOptions& options, Contender& contender, const Generator::Watch& watch) {
  Generator generator(make_driver(contender.name), options.plan, watch);
  if (auto started = generator.start(driver_options(options)); !started) return std::unexpected(started.error());
  if (auto joined = generator.join_all(kJoinLimit); !joined) return std::unexpected(joined.error());
  generator.settle(kSettleS);
  generator.chat(kWarmUpS);
  add_run(contender, generator, generator.chat(options.seconds));
  return {};
}

Live::Figures figures_of(const Phase& phase) {
  return {{"sent", std::to_string(phase.sent)},
          {"delivered", std::to_string(phase.delivered)},
          {"p50 ms", figure(ms(phase.latency, 50))},
          {"p99 ms", figure(ms(phase.latency, 99))},
          {"max ms", figure(ms(phase.latency, 100))}};
}

std::vector<std::string> row(const Contender& c, double bare_us) {
  const double cpu = median(c.cpu_us);
  return {c.name,
          figure(cpu),
          figure(cpu / bare_us),
          std::to_string(static_cast<long>(median(c.deliveries_per_s))),
          figure(median(c.server_core) * 100),
          figure(median(c.generator_core) * 100),
          figure(median(c.p50_ms)),
          figure(median(c.p99_ms)),
          figure(median(c.p999_ms)),
          figure(ms(c.latency, 100)),
          std::to_string(c.missing),
          std::to_string(c.doubled + c.out_of_order)};
}

// "io-0 7.92, history 1.71, indexer 0.94": what each thread spends on a delivery, the greatest first; "" if there is one only.
std::string threads_of(const Contender& c) {
  constexpr double kLeastShare = 0.01;
  std::vector<std::pair<double, std::string>> costs;
  double sum = 0;
  for (const auto& [name, seconds] : c.threads_s) {
    costs.emplace_back(seconds * 1e6 / static_cast<double>(std::max<uint64_t>(1, c.delivered)), name);
    sum += costs.back().first;
  }
  std::erase_if(costs, [sum](const auto& cost) { return cost.first < sum * kLeastShare; });
  std::ranges::sort(costs, std::greater());
  if (costs.size() < 2) return "";
  std::string out;
  for (const auto& [cost, name] : costs) out += (out.empty() ? "" : ", ") + name + " " + figure(cost);
  return out;
}

void add_table(const ContestOptions& options, const Contest& contest, Report& report) {
  std::vector<std::vector<std::string>> rows{{"", "CPU µs/delivery", "× bare", "deliveries/s", "server core %", "generator %", "p50 ms",
                                              "p99", "p99.9", "max", "missing", "out of order"}};
  for (const Contender& c : contest.contenders) rows.push_back(row(c, contest.bare_us));
  const LoadPlan& plan = options.plan;
  const std::string rate = plan.rate > 0 ? std::to_string(plan.rate) + " messages/s" : "a window of " + std::to_string(plan.window);
  report.table(std::to_string(plan.clients) + " clients, rooms: " + std::to_string(plan.rooms) + ", " + rate + "; " +
                   median_of(options.runs) + " of " + std::to_string(options.seconds) + " s",
               std::move(rows));
  report.note("A bare sendto and recv of such a datagram took " + figure(contest.bare_us) + " µs of CPU in this run.");
  for (const Contender& c : contest.contenders) {
    const Promises& p = c.promises;
    report.note(c.name + ": " + c.version + (p.sealed ? ", sealed" : ", not sealed") + (p.ordered ? ", ordered" : ", not ordered") +
                (p.stored ? ", stored" : ", not stored"));
    if (const double library = median(c.library_us); library > 0) {
      report.note("  its client library, µs/delivery: " + figure(library) + " (in parley_poll, all clients on one core)");
    }
    if (const std::string threads = threads_of(c); !threads.empty()) report.note("  its threads, CPU µs/delivery: " + threads);
  }
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<std::string> split_words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

std::string median_of(int runs) { return runs == 1 ? "one run" : "medians of " + std::to_string(runs) + " runs"; }

Result<Contest> run_contest(const ContestOptions& options, Live& live, int part, int parts) {
  allow_many_sockets();
  pin_to_cpu(options.anywhere ? -1 : kGeneratorCpu);
  Contest contest;
  for (const std::string& target : options.targets) contest.contenders.push_back({.name = target});
  std::vector<double> bare;
  const size_t bytes = static_cast<size_t>(options.plan.message_bytes) + kBytesAround;
  for (int i = 0; i < options.runs; ++i) {
    bare.push_back(bare_send_receive_us(bytes, kBareRounds));
    for (Contender& contender : contest.contenders) {
      const std::string what =
          options.name + ": " + contender.name + ", run " + std::to_string(i + 1) + " of " + std::to_string(options.runs);
      const auto watch = [&](const char* doing, double share, const Phase& phase) {
        const double done = std::string_view(doing) == "chatting" ? share : 0;
        live.show(what + ", " + doing, part, parts, done, figures_of(phase));
      };
      if (auto done = measure_once(options, contender, watch); !done) return std::unexpected(done.error());
      ++part;
    }
  }
  live.clear();
  contest.bare_us = median(bare);
  return contest;
}

const Contender* find_contender(const Contest& contest, const std::string& name) {
  const auto found = std::ranges::find(contest.contenders, name, &Contender::name);
  return found == contest.contenders.end() ? nullptr : &*found;
}

const Contender* cheapest_other(const Contest& contest) {
  const Contender* best = nullptr;
  for (const Contender& c : contest.contenders) {
    if (c.name == "parley" || median(c.cpu_us) == 0) continue;
    if (best == nullptr || median(c.cpu_us) < median(best->cpu_us)) best = &c;
  }
  return best;
}

nlohmann::json as_json(const Contest& contest) {
  nlohmann::json out;
  for (const Contender& c : contest.contenders) {
    out[c.name] = {
        {"version", c.version},
        {"sealed", c.promises.sealed},
        {"ordered", c.promises.ordered},
        {"stored", c.promises.stored},
        {"cpu_us_per_delivery", median(c.cpu_us)},
        {"deliveries_per_s", median(c.deliveries_per_s)},
        {"server_core", median(c.server_core)},
        {"generator_core", median(c.generator_core)},
        {"p50_ms", median(c.p50_ms)},
        {"p99_ms", median(c.p99_ms)},
        {"p99.9_ms", median(c.p999_ms)},
        {"max_ms", ms(c.latency, 100)},
        {"runs", {{"cpu_us_per_delivery", c.cpu_us}, {"deliveries_per_s", c.deliveries_per_s}, {"p50_ms", c.p50_ms}, {"p99_ms", c.p99_ms}}},
        {"sent", c.sent},
        {"delivered", c.delivered},
        {"delayed_sends", c.delayed_sends},
        {"missing", c.missing},
        {"doubled", c.doubled},
        {"out_of_order", c.out_of_order},
        {"faults", c.faults},
        {"curve_ns", c.latency.curve()}};
    if (const double library = median(c.library_us); library > 0) out[c.name]["library_us_per_delivery"] = library;
  }
  out["bare_us"] = contest.bare_us;
  return out;
}

void add_goals(const std::string& load, const Contest& contest, Report& report) {
  const Contender* ours = find_contender(contest, "parley");
  if (ours == nullptr) return;
  report.goal({load + ": deliveries missing", static_cast<double>(ours->missing), Bound::kAtMost, 0, ""});
  const auto wrong = static_cast<double>(ours->doubled + ours->out_of_order + ours->faults);
  report.goal({load + ": doubled, out of order, refused or disconnected", wrong, Bound::kAtMost, 0, ""});
  if (load == "arena") {
    report.goal({"arena: server CPU per delivery, × bare sendto + recv", median(ours->cpu_us) / contest.bare_us, Bound::kAtMost, 1.6, ""});
    report.goal({"arena: p99", median(ours->p99_ms), Bound::kAtMost, 2, "ms"});
    if (const Contender* best = cheapest_other(contest); best != nullptr) {
      const double ratio = median(ours->cpu_us) / median(best->cpu_us);
      report.goal({"arena: server CPU per delivery, × the best of the others (" + best->name + ")", ratio, Bound::kAtMost, 0.6, ""});
    }
  }
  const Contender* enet = find_contender(contest, "enet");
  if (load == "flood" && enet != nullptr) {
    const double ratio = median(ours->deliveries_per_s) / median(enet->deliveries_per_s);
    report.goal({"flood: deliveries/s, × the plain ENet relay", ratio, Bound::kAtLeast, 1.3, ""});
  }
}

bool run_load_command(const ContestOptions& options, Report& report) {
  Live live;
  auto contest = run_contest(options, live, 0, options.runs * static_cast<int>(options.targets.size()));
  if (!contest) {
    live.clear();
    std::fprintf(stderr, "parley-bench: %s\n", contest.error().text.c_str());
    return false;
  }
  add_table(options, *contest, report);
  report.results() = as_json(*contest);
  add_goals(options.name, *contest, report);
  return true;
}

}  // namespace parley::bench
