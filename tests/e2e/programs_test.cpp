// SPDX-License-Identifier: Apache-2.0
// The programs as scripts use them: `parley` with pipes and `parleyctl`, their output and exit codes.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

using Json = nlohmann::json;

std::vector<Json> lines_as_json(const std::string& text) {
  std::vector<Json> all;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    all.push_back(Json::parse(text.substr(at, end - at), nullptr, false));
    EXPECT_FALSE(all.back().is_discarded()) << text.substr(at, end - at);
    at = end + 1;
  }
  return all;
}

std::vector<std::string> texts_in(const std::vector<Json>& lines) {
  std::vector<std::string> texts;
  for (const Json& line : lines) {
    if (line.contains("text")) texts.push_back(line["text"]);
  }
  return texts;
}

class Programs : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start()); }

  Command parley(const std::string& user, std::vector<std::string> arguments, std::string input = {}) {
    arguments.insert(arguments.begin(), program("parley"));
    return {arguments, {{"PARLEY_ADDRESS", server.address()}, {"PARLEY_TICKET", server.ticket(user)}}, std::move(input)};
  }
  Json control_json(const std::string& what) {
    Finished finished = server.control({what, "--json"});
    EXPECT_EQ(finished.exit_code, 0) << finished.log;
    return Json::parse(finished.output, nullptr, false);
  }

  Server server{{"--sends-per-second", "0"}};
};

TEST_F(Programs, SendTailAndHistoryTellTheSame) {
  Process tail(parley("bob", {"tail", "lobby", "--json"}));
  const std::string said = "Grüße\nصباح الخير\n\"quoted\" \\ and a\ttab\n";
  Finished sent = run(parley("ann", {"send", "lobby"}, said));
  EXPECT_EQ(sent.exit_code, 0) << sent.log;
  EXPECT_TRUE(tail.wait_for_output("tab")) << tail.log();
  tail.send_signal(SIGTERM);
  tail.wait_for_exit();
  Finished history = run(parley("eve", {"history", "lobby", "--json"}));
  EXPECT_EQ(history.exit_code, 0) << history.log;
  std::vector<std::string> expected = {"Grüße", "صباح الخير", "\"quoted\" \\ and a\ttab"};
  EXPECT_EQ(texts_in(lines_as_json(tail.output())), expected);
  EXPECT_EQ(texts_in(lines_as_json(history.output)), expected);
}

TEST_F(Programs, HistoryHoldsMoreThanAPage) {
  std::string said;
  for (int i = 1; i <= 450; ++i) said += "line " + std::to_string(i) + "\n";
  ASSERT_EQ(run(parley("ann", {"send", "lobby"}, said)).exit_code, 0);
  std::vector<std::string> texts = texts_in(lines_as_json(run(parley("bob", {"history", "lobby", "--json"})).output));
  ASSERT_EQ(texts.size(), 450u);
  EXPECT_EQ(texts.front(), "line 1");
  EXPECT_EQ(texts.back(), "line 450");
}

TEST_F(Programs, TailStartsAfterTheNumberItIsGiven) {
  ASSERT_EQ(run(parley("ann", {"send", "lobby"}, "one\ntwo\nthree\n")).exit_code, 0);
  Process tail(parley("bob", {"tail", "lobby", "--json", "--since", "1"}));
  EXPECT_TRUE(tail.wait_for_output("three")) << tail.log();
  EXPECT_EQ(texts_in(lines_as_json(tail.output())), (std::vector<std::string>{"two", "three"}));
}

TEST_F(Programs, SendWithAForgedTicketFailsAndSaysWhy) {
  Command command = parley("ann", {"send", "lobby"}, "hello\n");
  command.environment = {{"PARLEY_ADDRESS", server.address()}, {"PARLEY_TICKET", server.ticket("ann") + "AAAA"}};
  Finished sent = run(command);
  EXPECT_GT(sent.exit_code, 0);
  EXPECT_NE(sent.log.find("ticket"), std::string::npos) << sent.log;
}

TEST_F(Programs, SendOfATooLongLineFailsAndSendsTheOthers) {
  Finished sent = run(parley("ann", {"send", "lobby"}, "first\n" + std::string(5000, 'x') + "\nlast\n"));
  EXPECT_GT(sent.exit_code, 0);
  EXPECT_NE(sent.log.find("4096"), std::string::npos) << sent.log;
  Finished history = run(parley("bob", {"history", "lobby", "--json"}));
  EXPECT_EQ(texts_in(lines_as_json(history.output)), (std::vector<std::string>{"first", "last"}));
}

TEST_F(Programs, ControlShowsSessionsRoomsAndStatus) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  ASSERT_TRUE(ann.until_durable(ann.say("lobby", "hello")));
  EXPECT_NE(control_json("rooms").dump().find("lobby"), std::string::npos);
  EXPECT_NE(control_json("sessions").dump().find("ann"), std::string::npos);
  EXPECT_TRUE(control_json("status").is_object());
  EXPECT_EQ(server.control({"status"}).exit_code, 0);
}

TEST_F(Programs, ControlWithoutAServerSaysSo) {
  ASSERT_EQ(server.stop(), 0);
  Finished status = server.control({"status"});
  EXPECT_GT(status.exit_code, 0);
  EXPECT_EQ(std::ranges::count(status.log, '\n'), 1) << status.log;
}

}  // namespace
}  // namespace parley::e2e
