// SPDX-License-Identifier: Apache-2.0
// The framing of the protocols that parley-bench speaks to other servers: what is written, byte for byte, and what is read, however the
// bytes are cut. That real servers understand it is shown in commands_test.cpp.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tools/bench/drivers/irc.h"
#include "tools/bench/drivers/mqtt.h"
#include "tools/bench/drivers/nats.h"
#include "tools/bench/drivers/redis.h"

namespace parley::bench {
namespace {

using namespace std::string_literals;
using Kind = Incoming::Kind;

struct Frame {
  size_t bytes = 0;
  Kind kind = Kind::kOther;
  std::string text, answer;
};

Frame read(StreamProtocol& protocol, std::string_view bytes) {
  Incoming in;
  Frame frame;
  frame.bytes = protocol.read(bytes, "room-1", in);
  frame.kind = in.kind;
  frame.text = std::string(in.text);
  frame.answer = in.answer;
  return frame;
}

std::string published(const StreamProtocol& protocol, std::string_view text) {
  std::string out;
  protocol.publish(7, "room-1", text, out);
  return out;
}

std::string said_first(const StreamProtocol& protocol, int client) {
  std::string out;
  protocol.hello(client, "room-1", out);
  return out;
}

TEST(Mqtt, WritesAPublish) { EXPECT_EQ(published(Mqtt(), "hi"), "\x30\x0A\x00\x06room-1hi"s); }

TEST(Mqtt, WritesALongLengthInGroupsOfSevenBits) {
  EXPECT_EQ(published(Mqtt(), std::string(200, 'x')).substr(0, 3), "\x30\xD0\x01"s);  // 208 = 0x50 + 1 * 128
}

TEST(Mqtt, ConnectsAndSubscribes) {
  EXPECT_EQ(said_first(Mqtt(), 3),
            "\x10\x13\x00\x04MQTT\x04\x02\x00\x00\x00\x07"
            "bench-3"
            "\x82\x0B\x00\x01\x00\x06room-1\x00"s);
}

TEST(Mqtt, TheFirstClientAsksForTheVersion) {
  EXPECT_NE(said_first(Mqtt(), 0).find("$SYS/broker/version"), std::string::npos);
  Mqtt mqtt;
  EXPECT_EQ(read(mqtt, "\x30\x18\x00\x13$SYS/broker/version9.9"s).kind, Kind::kOther);
  EXPECT_EQ(mqtt.version(), "9.9");
}

TEST(Mqtt, ReadsAPublish) {
  Mqtt mqtt;
  const Frame frame = read(mqtt, "\x30\x0A\x00\x06room-1hi\xD0"s);
  EXPECT_EQ(frame.bytes, 12u);
  EXPECT_EQ(frame.kind, Kind::kMessage);
  EXPECT_EQ(frame.text, "hi");
}

TEST(Mqtt, AJoinIsTheAckOfTheRoomsSubscription) {
  Mqtt mqtt;
  EXPECT_EQ(read(mqtt, "\x90\x03\x00\x01\x00"s).kind, Kind::kJoined);
  EXPECT_EQ(read(mqtt, "\x90\x03\x00\x02\x00"s).kind, Kind::kOther);  // that of the version
  EXPECT_EQ(read(mqtt, "\x90\x03\x00\x01\x80"s).kind, Kind::kRefused);
  EXPECT_EQ(read(mqtt, "\x20\x02\x00\x05"s).kind, Kind::kRefused);
  EXPECT_EQ(read(mqtt, "\x20\x02\x00\x00"s).kind, Kind::kOther);
}

TEST(Mqtt, APublishThatLiesAboutItsTopicIsNone) {
  Mqtt mqtt;
  EXPECT_EQ(read(mqtt, "\x30\x04\x00\x63ro"s).kind, Kind::kOther);
  EXPECT_EQ(read(mqtt, "\x30\x01\x00"s).kind, Kind::kOther);
}

TEST(Nats, WritesAPublish) { EXPECT_EQ(published(Nats(), "hi"), "PUB room-1 2\r\nhi\r\n"); }

TEST(Nats, JoinsWithThePongThatFollowsItsSubscription) {
  Nats nats;
  EXPECT_TRUE(said_first(nats, 3).ends_with("SUB room-1 1\r\nPING\r\n"));
  EXPECT_EQ(read(nats, "PONG\r\n").kind, Kind::kJoined);
}

TEST(Nats, ReadsAMessageWithLineEndsInIt) {
  Nats nats;
  const Frame frame = read(nats, "MSG room-1 1 4\r\na\r\nb\r\nPING");
  EXPECT_EQ(frame.bytes, 22u);
  EXPECT_EQ(frame.kind, Kind::kMessage);
  EXPECT_EQ(frame.text, "a\r\nb");
}

TEST(Nats, AnswersAPing) {
  Nats nats;
  EXPECT_EQ(read(nats, "PING\r\n").answer, "PONG\r\n");
}

TEST(Nats, TellsVersionAndErrors) {
  Nats nats;
  read(nats, "INFO {\"server_id\":\"X\",\"version\":\"2.9.10\",\"proto\":1}\r\n");
  EXPECT_EQ(nats.version(), "nats-server 2.9.10");
  EXPECT_EQ(read(nats, "-ERR 'Slow Consumer'\r\n").kind, Kind::kRefused);
}

TEST(Redis, WritesAPublish) { EXPECT_EQ(published(Redis(), "hi"), "*3\r\n$7\r\nPUBLISH\r\n$6\r\nroom-1\r\n$2\r\nhi\r\n"); }

TEST(Redis, ReadsAPush) {
  Redis redis;
  const Frame frame = read(redis, ">3\r\n$7\r\nmessage\r\n$6\r\nroom-1\r\n$4\r\na\r\nb\r\n:1\r\n");
  EXPECT_EQ(frame.bytes, 39u);
  EXPECT_EQ(frame.kind, Kind::kMessage);
  EXPECT_EQ(frame.text, "a\r\nb");
}

TEST(Redis, JoinsWithTheSubscription) {
  Redis redis;
  EXPECT_EQ(read(redis, ">3\r\n$9\r\nsubscribe\r\n$6\r\nroom-1\r\n:1\r\n").kind, Kind::kJoined);
  EXPECT_EQ(read(redis, ":20\r\n").kind, Kind::kOther);  // how many a PUBLISH reached
  EXPECT_EQ(read(redis, "-ERR unknown\r\n").kind, Kind::kRefused);
}

TEST(Redis, TellsTheVersionInItsAnswerToHello) {
  Redis redis;
  const std::string hello = "%3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$7\r\nmodules\r\n*0\r\n";
  EXPECT_EQ(read(redis, hello).bytes, hello.size());
  EXPECT_EQ(redis.version(), "redis-server 7.0.15");
}

TEST(Redis, NestingHasABound) {
  Redis redis;
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "*1\r\n";
  EXPECT_EQ(read(redis, deep + ":1\r\n").bytes, 0u);
}

TEST(Irc, WritesAPublish) { EXPECT_EQ(published(Irc(), "hi there"), "PRIVMSG #room-1 :hi there\r\n"); }

TEST(Irc, JoinsOnceItIsWelcome) {
  Irc irc;
  EXPECT_EQ(said_first(irc, 3), "NICK b3\r\nUSER b3 0 * :b3\r\n");
  EXPECT_EQ(read(irc, ":bench.local 001 b3 :Welcome\r\n").answer, "JOIN #room-1\r\n");
  EXPECT_EQ(read(irc, ":bench.local 366 b3 #room-1 :End of NAMES list\r\n").kind, Kind::kJoined);
}

TEST(Irc, ReadsAMessageWithColonsInIt) {
  Irc irc;
  const Frame frame = read(irc, ":b7!~b7@host PRIVMSG #room-1 :a :b\r\n");
  EXPECT_EQ(frame.kind, Kind::kMessage);
  EXPECT_EQ(frame.text, "a :b");
}

TEST(Irc, AnswersAPingAndTellsErrors) {
  Irc irc;
  EXPECT_EQ(read(irc, "PING :bench.local\r\n").answer, "PONG :bench.local\r\n");
  EXPECT_EQ(read(irc, ":bench.local 433 * b3 :Nickname already in use\r\n").kind, Kind::kRefused);
  EXPECT_EQ(read(irc, ":bench.local 422 b3 :MOTD file is missing\r\n").kind, Kind::kOther);
  EXPECT_EQ(read(irc, "ERROR :Excess Flood\r\n").kind, Kind::kRefused);
}

TEST(Irc, TellsItsVersion) {
  Irc irc;
  read(irc, ":bench.local 004 b3 bench.local ngircd-26.1 abc def\r\n");
  EXPECT_EQ(irc.version(), "ngircd-26.1");
}

// A frame that isn't whole is left alone, and nothing beyond the bytes is read (AddressSanitizer sees to that: the copies are exact).
TEST(StreamProtocols, WaitForTheWholeFrame) {
  std::vector<std::pair<std::unique_ptr<StreamProtocol>, std::string>> frames;
  frames.emplace_back(std::make_unique<Mqtt>(), "\x30\x0A\x00\x06room-1hi"s);
  frames.emplace_back(std::make_unique<Nats>(), "MSG room-1 1 2\r\nhi\r\n");
  frames.emplace_back(std::make_unique<Redis>(), ">3\r\n$7\r\nmessage\r\n$6\r\nroom-1\r\n$2\r\nhi\r\n");
  frames.emplace_back(std::make_unique<Irc>(), ":b7!~b7@host PRIVMSG #room-1 :hi\r\n");
  for (const auto& [protocol, whole] : frames) {
    for (size_t size = 0; size < whole.size(); ++size) {
      const std::vector<char> part(whole.begin(), whole.begin() + static_cast<long>(size));
      EXPECT_EQ(read(*protocol, {part.data(), part.size()}).bytes, 0u) << protocol->name() << ", " << size << " bytes";
    }
    EXPECT_EQ(read(*protocol, whole).text, "hi") << protocol->name();
  }
}

}  // namespace
}  // namespace parley::bench
