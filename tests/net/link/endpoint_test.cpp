// SPDX-License-Identifier: Apache-2.0
#include "net/link/endpoint.h"

#include <gtest/gtest.h>

namespace parley::link {
namespace {

TEST(Endpoint, PrintsWhatItParsed) {
  for (const char* text : {"1.2.3.4:7777", "0.0.0.0:0", "[::1]:7777", "[2001:db8::1]:65535", "[fe80::1%2]:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(to_string(*endpoint), text);
  }
}

TEST(Endpoint, KeepsAnIpv4AddressInItsMappedForm) {
  const Endpoint endpoint = *parse_endpoint("192.0.2.1:1");
  EXPECT_TRUE(endpoint.is_v4());
  EXPECT_EQ(endpoint, *parse_endpoint("[::ffff:192.0.2.1]:1"));
  EXPECT_FALSE(parse_endpoint("[::1]:1")->is_v4());
}

TEST(Endpoint, RefusesWhatIsNotNumericOrHasNoPort) {
  for (const char* text : {"", ":", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3:1", "1.2.3.4.5:1", "localhost:1", "::1:1",
                           "[::1]", "[::1:1", "[fe80::1%eth0]:1", "[fe80::1%]:1", "1.2.3.4:1 "}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace parley::link
