// SPDX-License-Identifier: Apache-2.0
// Each command of parley-bench that puts load on a server, run as a user does, with a load so small that any machine bears it. No figure is
// judged here but what must hold everywhere: nothing lost, nothing doubled, every row filled.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/process.h"
#include "tests/e2e/server.h"
#include "tools/bench/drivers/driver.h"

namespace parley::bench {
namespace {

// Its JSON; a failure of the test if it doesn't end well.
nlohmann::json run_bench(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), e2e::program("parley-bench"));
  arguments.emplace_back("--json");
  const e2e::Finished finished = e2e::run({.argv = arguments});
  EXPECT_EQ(finished.exit_code, 0) << finished.log;
  auto json = nlohmann::json::parse(finished.output, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << finished.output;
  return json;
}

// A tiny arena on one system under test.
class LoadOn : public testing::TestWithParam<std::string> {};

TEST_P(LoadOn, DeliversEverythingOnce) {
  std::string why_not;
  if (!can_start(GetParam(), why_not)) GTEST_SKIP() << why_not;
  const auto json = run_bench(
      {"arena", "--target", GetParam(), "--clients", "12", "--rooms", "3", "--rate", "20", "--seconds", "1", "--runs", "1", "--anywhere"});
  const auto& result = json["results"][GetParam()];
  const int receivers = result["version"].get<std::string>().find("ngircd") == std::string::npos ? 4 : 3;  // IRC echoes nothing
  EXPECT_EQ(result["sent"], 20);
  EXPECT_EQ(result["delivered"], 20 * receivers);
  for (const char* fault : {"missing", "doubled", "out_of_order", "faults"}) EXPECT_EQ(result[fault], 0) << fault;
  EXPECT_GT(result["cpu_us_per_delivery"], 0);
  EXPECT_GT(result["p50_ms"], 0);
  EXPECT_NE(result["version"], "");
}

INSTANTIATE_TEST_SUITE_P(Drivers, LoadOn, testing::ValuesIn(driver_names()), [](const auto& each) { return each.param; });

TEST(Bench, ARoomHasItsTable) {
  const auto json = run_bench({"room", "--clients", "5", "--seconds", "1", "--runs", "1", "--anywhere"});
  EXPECT_EQ(json["results"]["parley"]["missing"], 0);
  EXPECT_EQ(json["results"]["enet"]["missing"], 0);
  EXPECT_GT(json["results"]["bare_us"], 0);
}

TEST(Bench, AFloodKeepsToItsWindow) {
  const auto json = run_bench({"flood", "--clients", "5", "--seconds", "1", "--runs", "1", "--window", "4", "--anywhere"});
  for (const char* target : {"parley", "enet"}) {
    EXPECT_EQ(json["results"][target]["missing"], 0) << target;
    EXPECT_GT(json["results"][target]["deliveries_per_s"], 0) << target;
  }
}

TEST(Bench, IdleTellsMemoryOfEachSize) {
  const auto json = run_bench({"idle", "--sessions", "10", "40", "--seconds", "1", "--runs", "1", "--rate", "20", "--anywhere"});
  for (const char* size : {"10", "40"}) EXPECT_GT(json["results"][size]["cpu_us_per_delivery"], 0) << size;
}

TEST(Bench, AJoinTakesARoundTrip) {
  const auto json = run_bench({"join", "--sessions", "20", "--over-path", "2", "--path-rtt", "40", "--runs", "1", "--anywhere"});
  EXPECT_GT(json["results"]["joins_per_s"], 0);
  EXPECT_GE(json["results"]["joined_rtts"], 1);
  EXPECT_GE(json["results"]["first_message_rtts"], json["results"]["joined_rtts"]);
}

TEST(Bench, EverybodyComesBackFromAStorm) {
  const auto json =
      run_bench({"storm", "--members", "20", "--within-ms", "500", "--calm-seconds", "1", "--rate", "10", "--runs", "1", "--anywhere"});
  EXPECT_GT(json["results"]["presence_bytes_per_client"], 0);
  EXPECT_LT(json["results"]["back_s"], 30);
  EXPECT_GE(json["results"]["known_s"], json["results"]["back_s"]);
  EXPECT_LT(json["results"]["known_s"], 30) << "somebody doesn't know of everybody";
}

TEST(Bench, ASoakSurvivesAllFaults) {
  const auto json = run_bench({"soak", "--minutes", "0.13", "--turn-seconds", "1", "--clients", "8", "--rooms", "2", "--rate", "20"});
  EXPECT_GT(json["results"]["sent"], 0);
  EXPECT_EQ(json["results"]["kills"], 1);
  for (const auto& goal : json["goals"]) {
    EXPECT_TRUE(goal["met"].get<bool>()) << goal;
  }
}

TEST(Bench, SaysWhatIsWrongWithAnAddress) {
  const e2e::Finished finished = e2e::run({.argv = {e2e::program("parley-bench"), "room", "--address", "127.0.0.1:1"}});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.log.find("--address"), std::string::npos) << finished.log;
}

}  // namespace
}  // namespace parley::bench
