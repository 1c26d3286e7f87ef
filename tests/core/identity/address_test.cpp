// SPDX-License-Identifier: Apache-2.0
#include "core/identity/address.h"

#include <gtest/gtest.h>

#include "core/identity/base64url.h"

namespace parley::identity {
namespace {

const std::string kKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

TEST(Address, SurvivesARoundTrip) {
  for (const char* place :
       {"chat.example.org:7777", "127.0.0.1:1", "[::1]:65535", "[fe80::1%eth0]:7777", "my_host-2:80", "[::ffff:1.2.3.4]:9"}) {
    const std::string text = "parley://" + std::string(place) + "#" + kKey;
    const auto parsed = parse_address(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().text;
    EXPECT_EQ(to_string(*parsed), text);
  }
}

TEST(Address, HasItsParts) {
  const auto parsed = parse_address("parley://[::1]:7777#" + kKey);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->host, "::1");
  EXPECT_EQ(parsed->port, 7777);
  for (uint8_t i = 0; i < 32; ++i) EXPECT_EQ(parsed->key[i], i);
}

TEST(Address, RefusesWhatIsNoneAndShowsHowOneLooks) {
  for (const std::string& text : {std::string(),
                                  std::string("parley://"),
                                  "http://a:1#" + kKey,
                                  "a:1#" + kKey,
                                  std::string("parley://a:1"),
                                  "parley://a:0#" + kKey,
                                  "parley://a:65536#" + kKey,
                                  "parley://a:-1#" + kKey,
                                  "parley://a:1x#" + kKey,
                                  "parley://a#" + kKey,
                                  "parley://:1#" + kKey,
                                  "parley://::1:7777#" + kKey,
                                  "parley://[::1]#" + kKey,
                                  "parley://[]:1#" + kKey,
                                  "parley://[a]:1#" + kKey,
                                  "parley://a b:1#" + kKey,
                                  "parley://a/b:1#" + kKey,
                                  "parley://-a:1#" + kKey,
                                  "parley://a:1#" + kKey + "A",
                                  "parley://a:1#" + kKey.substr(1),
                                  "parley://a:1#" + kKey + "=",
                                  "parley://" + std::string(254, 'a') + ":1#" + kKey,
                                  "parley://a\x1b[2J:1#" + kKey,
                                  "parley://[fe80::1%]:1#" + kKey}) {
    const auto parsed = parse_address(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(parsed.error().text.find("parley://host:port#key"), std::string::npos);
  }
}

TEST(Base64Url, HasOneTextForEachByteString) {
  EXPECT_EQ(to_base64url(as_bytes("\xfb\xff")), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64url(""), "");
  for (const char* text : {"-_9", "-_8=", "+/8", "-_ 8", "-_8\n", "A", "AB CD"}) EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(Base64Url, TakesNoByteForALetterThatIsNone) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool letter = byte < 128 && (std::isalnum(byte) || c == '-' || c == '_');
    EXPECT_EQ(from_base64url(std::string{c, 'A', 'A', 'A'}).has_value(), letter) << byte;
  }
}

TEST(Base64Url, OfAFixedSizeTakesThatSizeOnly) {
  std::array<uint8_t, 2> two{};
  EXPECT_TRUE(from_base64url("-_8", two));
  EXPECT_FALSE(from_base64url("-_-_", two));
  EXPECT_FALSE(from_base64url("-w", two));
  EXPECT_EQ(two[0], 0);  // wiped
}

TEST(Address, RefusesEveryPointOfLowOrderAsAKey) {
  const auto filled = [](uint8_t first, uint8_t middle, uint8_t last) {
    std::array<uint8_t, 32> point;
    point.fill(middle);
    point.front() = first;
    point.back() = last;
    return point;
  };
  // 0, 1, and p - 1, p, p + 1 with p = 2^255 - 19; the bit above 255 is ignored.
  for (const auto& point : {filled(0, 0, 0), filled(1, 0, 0), filled(0xec, 0xff, 0x7f), filled(0xed, 0xff, 0x7f), filled(0xee, 0xff, 0x7f),
                            filled(0, 0, 0x80), filled(1, 0, 0x80), filled(0xed, 0xff, 0xff)}) {
    const auto parsed = parse_address("parley://h:1#" + to_base64url(point));
    ASSERT_FALSE(parsed) << to_base64url(point);
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace parley::identity
