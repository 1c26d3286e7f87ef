// SPDX-License-Identifier: Apache-2.0
// Named by what the attacker tries.
#include <gtest/gtest.h>

#include <utility>

#include "core/base/limits.h"
#include "tests/core/identity/jwt.h"

namespace parley::identity {
namespace {

class TicketAttack : public testing::Test, protected JwtBench {
 protected:
  const std::string good_claims_ = R"({"sub":"a","exp":2000000000,"aud":"main","grants":[{"room":"*","can":["join"]}]})";
};

TEST_F(TicketAttack, FlipsAnyOneBit) {
  const std::string good = mint(ticket_for("anna"));
  ASSERT_TRUE(verify(good));
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(verify(bad)) << "character " << bit / 8 << ", bit " << bit % 8;
  }
}

// The last character of base64url has bits to spare; where a decoder ignores them, one ticket has several texts.
TEST_F(TicketAttack, WritesTheLastCharacterOfAPartDifferently) {
  const std::string good = mint(ticket_for("anna"));
  const size_t first = good.find('.');
  for (const size_t i : {first - 1, good.rfind('.') - 1, good.size() - 1}) {
    for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/")) {
      std::string bad = good;
      if (std::exchange(bad[i], c) == c) continue;
      ASSERT_FALSE(verify(bad)) << "character " << i << " as " << c;
    }
  }
}

TEST_F(TicketAttack, CutsItAnywhereOrAppends) {
  const std::string good = mint(ticket_for("anna"));
  for (size_t length = 0; length < good.size(); ++length) ASSERT_FALSE(verify(good.substr(0, length))) << length;
  for (const char* tail : {"A", "=", ".", " ", "\n", ".A"}) ASSERT_FALSE(verify(good + tail));
}

TEST_F(TicketAttack, SaysThereIsNoAlgorithm) {
  const std::string header = R"({"alg":"none","kid":"k1"})";
  EXPECT_EQ(code_of(verify(sign(good_claims_, header))), ErrorCode::kTicketForged);
  const std::string bare = to_base64url(as_bytes(header)) + "." + to_base64url(as_bytes(good_claims_)) + ".";
  EXPECT_EQ(code_of(verify(bare)), ErrorCode::kTicketForged);
  for (const char* other : {R"({"alg":"None","kid":"k1"})", R"({"alg":"ES256","kid":"k1"})", R"({"alg":"eddsa","kid":"k1"})",
                            R"({"alg":1,"kid":"k1"})", R"({"kid":"k1"})"})
    EXPECT_EQ(code_of(verify(sign(good_claims_, other))), ErrorCode::kTicketForged) << other;
}

TEST_F(TicketAttack, SignsWithHs256AndThePublicKey) {
  const std::string text = to_base64url(as_bytes(R"({"alg":"HS256","kid":"k1"})")) + "." + to_base64url(as_bytes(good_claims_));
  std::array<uint8_t, crypto_auth_hmacsha256_BYTES> mac;
  crypto_auth_hmacsha256(mac.data(), as_bytes(text).data(), text.size(), signer_.public_key().key.data());
  EXPECT_EQ(code_of(verify(text + "." + to_base64url(mac))), ErrorCode::kTicketForged);
}

TEST_F(TicketAttack, SignsWithAnotherKeyUnderTheRightName) {
  SeededRandom random(99);
  const Signer stranger = Signer::make(random, "k1");
  EXPECT_EQ(code_of(verify(*stranger.mint(ticket_for("anna"), kNow))), ErrorCode::kTicketForged);
}

TEST_F(TicketAttack, NamesAnUnknownKey) {
  EXPECT_EQ(code_of(verify(sign(good_claims_, R"({"alg":"EdDSA","kid":"k2"})"))), ErrorCode::kTicketForged);
  EXPECT_EQ(code_of(verify(sign(good_claims_, R"({"alg":"EdDSA","kid":""})"))), ErrorCode::kTicketForged);
  EXPECT_EQ(code_of(verify(sign(good_claims_, R"({"alg":"EdDSA"})"))), ErrorCode::kTicketMalformed);
}

TEST_F(TicketAttack, BringsItsOwnKeyInTheHeader) {
  const std::string header =
      R"({"alg":"EdDSA","kid":"own","jwk":{"kty":"OKP","crv":"Ed25519","x":")" + to_base64url(signer_.public_key().key) + R"("}})";
  EXPECT_EQ(code_of(verify(sign(good_claims_, header))), ErrorCode::kTicketForged);
}

TEST_F(TicketAttack, DemandsAnExtension) {
  EXPECT_EQ(code_of(verify(sign(good_claims_, R"({"alg":"EdDSA","kid":"k1","crit":["b64"],"b64":false})"))), ErrorCode::kTicketMalformed);
}

TEST_F(TicketAttack, SignsWithAZeroKeyThatASloppyVerifierAccepts) {
  keys_.add({"zero", {}});  // a point of low order: with it, R = S = 0 would verify for some messages in a library that doesn't check
  std::string text = to_base64url(as_bytes(R"({"alg":"EdDSA","kid":"zero"})")) + "." + to_base64url(as_bytes(good_claims_));
  for (uint8_t first = 0; first < 2; ++first) {
    std::array<uint8_t, 64> signature{};
    signature[0] = first;
    EXPECT_EQ(code_of(verify(text + "." + to_base64url(signature))), ErrorCode::kTicketForged);
  }
}

TEST_F(TicketAttack, SendsOneByteTooMuch) {
  const std::string claims = R"({"sub":"a","exp":2000000000,"aud":"main","grants":[],"pad":")";
  std::string fits, above;
  for (size_t pad = 0; above.empty(); ++pad) {
    std::string jwt = sign(claims + std::string(pad, 'x') + "\"}");
    (jwt.size() <= kMaxTicketBytes ? fits : above) = std::move(jwt);
  }
  EXPECT_GE(fits.size(), kMaxTicketBytes - 1);
  EXPECT_TRUE(verify(fits));
  const auto refused = verify(above);
  EXPECT_EQ(code_of(refused), ErrorCode::kTicketMalformed);
  EXPECT_NE(refused.error().text.find("700 bytes"), std::string::npos);
}

TEST_F(TicketAttack, SendsRandomBytes) {
  SeededRandom random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random.below(300), '\0');
    random.fill({reinterpret_cast<uint8_t*>(text.data()), text.size()});
    ASSERT_FALSE(verify(text));
  }
}

TEST_F(TicketAttack, SendsRandomJsonUnderTheRightKey) {  // a broken backend, so behind the signature
  SeededRandom random(12);
  static constexpr std::string_view kPieces[] = {"{",       "}",       "[",           "]",           ",",       ":",
                                                 "\"sub\"", "\"exp\"", "\"aud\"",     "\"grants\"",  "\"cnf\"", "1e999",
                                                 "-0",      "null",    "\"\\ud800\"", "\"\\u0000\"", "\xff"};
  for (int i = 0; i < 3000; ++i) {
    std::string json = "{\"sub\":\"a\",";
    for (size_t n = random.below(20); n > 0; --n) json += kPieces[random.below(std::size(kPieces))];
    ASSERT_FALSE(verify(sign(json)));
  }
}

// RFC 8037, appendix A: the key of A.1 and A.2, and the signature of A.4.
TEST(Rfc8037, SignatureOfAppendixAHolds) {
  std::array<uint8_t, 32> seed, expected_public;
  ASSERT_TRUE(from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", seed));
  ASSERT_TRUE(from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", expected_public));
  const auto signer = Signer::from_seed(seed, "");
  ASSERT_TRUE(signer);
  EXPECT_EQ(signer->public_key().key, expected_public);
  const std::string_view text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  std::array<uint8_t, 64> signature;
  ASSERT_TRUE(from_base64url("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg", signature));
  EXPECT_EQ(crypto_sign_verify_detached(signature.data(), as_bytes(text).data(), text.size(), signer->public_key().key.data()), 0);
  // Its payload is no JSON and it has no kid, so as a ticket it is refused; but in that order: well-formed parts, then the missing kid.
  KeySet keys;
  keys.add(signer->public_key());
  EXPECT_EQ(code_of(verify_ticket(std::string(text) + "." + to_base64url(signature), keys, "main", {})), ErrorCode::kTicketMalformed);
}

}  // namespace
}  // namespace parley::identity
