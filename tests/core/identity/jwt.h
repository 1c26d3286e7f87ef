// SPDX-License-Identifier: Apache-2.0
// What the ticket tests share: a key, a clock, and tickets with any header and claims, signed correctly or not.
// A fixture derives from it. One thread.
#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <string>

#include "core/base/random.h"
#include "core/identity/base64url.h"
#include "core/identity/ticket.h"

namespace parley::identity {

template <class T>
ErrorCode code_of(const Result<T>& result) {
  return result ? ErrorCode::kNone : result.error().code;
}

class JwtBench {
 protected:
  static constexpr WallTime kNow{Seconds(1'800'000'000)};

  JwtBench() {
    SeededRandom random(5);
    random.fill(seed_);
    signer_ = std::move(*Signer::from_seed(seed_, "k1"));
    keys_.add(signer_.public_key());
  }

  static Ticket ticket_for(std::string user, std::vector<Grant> grants = {{"lobby", 7}}) {
    return {std::move(user), "", "main", kNow + Seconds(3600), std::move(grants), {}};
  }
  std::string mint(const Ticket& ticket) const {
    auto minted = signer_.mint(ticket, kNow);
    EXPECT_TRUE(minted) << minted.error().text;
    return minted.value_or("");
  }
  // Any claims under any header, signed with the right key.
  std::string sign(const std::string& claims, const std::string& header = R"({"alg":"EdDSA","kid":"k1"})") const {
    const std::string text = to_base64url(as_bytes(header)) + "." + to_base64url(as_bytes(claims));
    std::array<uint8_t, 32> public_key;
    std::array<uint8_t, 64> secret, signature;
    crypto_sign_seed_keypair(public_key.data(), secret.data(), seed_.data());
    crypto_sign_detached(signature.data(), nullptr, as_bytes(text).data(), text.size(), secret.data());
    return text + "." + to_base64url(signature);
  }
  Result<Ticket> verify(const std::string& jwt) const { return verify_ticket(jwt, keys_, "main", kNow); }

  std::array<uint8_t, 32> seed_{};
  SeededRandom unused_{1};
  Signer signer_ = Signer::make(unused_, "unused");
  KeySet keys_;
};

}  // namespace parley::identity
