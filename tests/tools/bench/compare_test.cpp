// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/compare.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tools/bench/sample_runs.h"

namespace parley::bench {
namespace {

RunFile file_of(int runs, double mean_ns, double cpu_us, uint64_t seed) {
  SeededRandom random(seed);
  Report report("sample", {"--flag"}, seed);
  for (int i = 0; i < runs; ++i) {
    if (i > 0) report.next_run();
    sample::measure(report, mean_ns, cpu_us, random);
  }
  return sample::read_back(report);
}

const Compared* find(const std::vector<Compared>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &Compared::name);
  return found == all.end() ? nullptr : &*found;
}

size_t judged(const std::vector<Compared>& all) {
  return static_cast<size_t>(
      std::ranges::count_if(all, [](const Compared& each) { return each.verdict == Verdict::kWorse || each.verdict == Verdict::kBetter; }));
}

// 400 figures that are the same but for their noise of up to 5 % to either side.
RunFile noise(uint64_t seed) {
  SeededRandom random(seed);
  Report report("sample", {}, seed);
  for (int run = 0; run < 5; ++run) {
    if (run > 0) report.next_run();
    for (int i = 0; i < 400; ++i) report.results()["f" + std::to_string(i) + "_us"] = 100 * (0.95 + 0.1 * random.unit());
  }
  return sample::read_back(report);
}

TEST(Compare, RaisesNoMoreFalseAlarmsThanItsConfidenceAllows) {
  const auto all = compare(noise(1), noise(2), {.confidence = 0.99, .threshold = 0});
  ASSERT_EQ(all.size(), 400u);
  EXPECT_LE(judged(all), 10u) << "four are to be expected; ten are three standard deviations more";
  EXPECT_EQ(judged(compare(noise(1), noise(1), {})), 0u);
}

TEST(Compare, FindsATenthMoreCpuAndCallsItWorse) {
  const auto all = compare(file_of(5, 300'000, 5, 1), file_of(5, 300'000, 5.5, 2), {});
  const Compared* cpu = find(all, "cpu_us_per_delivery");
  ASSERT_NE(cpu, nullptr);
  EXPECT_EQ(cpu->verdict, Verdict::kWorse);
  EXPECT_NEAR(cpu->estimate, 1.1, 0.03);
  EXPECT_EQ(all.front().verdict, Verdict::kWorse) << "worse ones stand first";
}

TEST(Compare, CallsLessLatencyBetterUnderEachOfItsNames) {
  const auto all = compare(file_of(5, 300'000, 5, 1), file_of(5, 150'000, 5, 2), {});
  for (const char* name : {"Parley, p50 ns", "Parley, p99 ns", "goal: p99"}) {
    const Compared* each = find(all, name);
    ASSERT_NE(each, nullptr) << name;
    EXPECT_EQ(each->verdict, Verdict::kBetter) << name;
  }
}

TEST(Compare, SaysThatSingleRunsAreTooFew) {
  const auto all = compare(file_of(1, 300'000, 5, 1), file_of(1, 900'000, 9, 2), {});
  EXPECT_EQ(judged(all), 0u);
  EXPECT_EQ(find(all, "cpu_us_per_delivery")->verdict, Verdict::kTooFewRuns);
}

TEST(Compare, LeavesOutWhatIsSmallerThanTheThreshold) {
  const CompareOptions strict{.confidence = 0.99, .threshold = 0.5};
  EXPECT_EQ(find(compare(file_of(5, 300'000, 5, 1), file_of(5, 300'000, 5.5, 2), strict), "cpu_us_per_delivery")->verdict, Verdict::kSame);
}

TEST(Compare, TakesDifferencesWhereAZeroIsAmongTheValues) {
  const auto with_losses = [](uint64_t lost) {
    Report report("sample", {}, 1);
    for (int i = 0; i < 5; ++i) {
      if (i > 0) report.next_run();
      report.results()["lost"] = lost;
    }
    return sample::read_back(report);
  };
  const auto all = compare(with_losses(0), with_losses(3), {});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_FALSE(all[0].is_ratio);
  EXPECT_EQ(all[0].verdict, Verdict::kWorse);
  EXPECT_EQ(change_text(all[0].is_ratio, all[0].estimate), "+3.00");
}

TEST(Directions, AreReadFromNames) {
  EXPECT_EQ(direction_of("10%/100ms.parley.p99"), Better::kLower);
  EXPECT_EQ(direction_of("10%/100ms.plain_enet.p99"), Better::kReference);
  EXPECT_EQ(direction_of("10%/100ms, plain ENet, p99 ns"), Better::kReference);
  EXPECT_EQ(direction_of("arena.enet.p99_ms"), Better::kReference);
  EXPECT_EQ(direction_of("parts.ENet.p50_us"), Better::kLower) << "the ENet inside of Parley is ours";
  EXPECT_EQ(direction_of("UDP relay, blocking.p50_us"), Better::kReference);
  EXPECT_EQ(direction_of("refused_millions_per_s.noise"), Better::kHigher);
  EXPECT_EQ(direction_of("joins_per_s"), Better::kHigher);
  EXPECT_EQ(direction_of("cpu_us_per_send"), Better::kLower);
  EXPECT_EQ(direction_of("sessions"), Better::kUnknown);
}

TEST(RunFiles, AreRefusedWithTheirNameWhenTheyAreNotOurs) {
  for (const char* text : {"[]", "{}", R"({"command": "x"})", R"({"command": 5, "results": {}})", R"({"command": "x", "runs": []})"}) {
    const auto file = parse_run_file("odd.json", nlohmann::json::parse(text));
    ASSERT_FALSE(file.has_value()) << text;
    EXPECT_NE(file.error().text.find("odd.json"), std::string::npos);
  }
}

TEST(RunFiles, LeaveOutPartsOfTheWrongKind) {
  const auto file = parse_run_file("x", nlohmann::json::parse(R"({"command": "x", "results": 5, "goals": {"a": 1}, "machine": []})"));
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(figures_of(*file).empty());
}

}  // namespace
}  // namespace parley::bench
