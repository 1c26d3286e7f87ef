// SPDX-License-Identifier: Apache-2.0
// Tickets from strangers: no bytes but those that a known key signed are ever accepted, and what such a key signed is checked all the same.
// The input is taken once as a whole ticket, once as the claims of a well-signed one.
#include <string>

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/identity/claims.h"
#include "core/identity/ticket.h"

namespace {

using namespace parley;

const identity::KeySet& keys() {
  static const identity::KeySet set = [] {
    SeededRandom random(1);
    identity::KeySet made;
    made.add(identity::Signer::make(random, "fuzz").public_key());
    return made;
  }();
  return set;
}

void check_claims(std::string_view json) {
  Result<identity::Claims> claims = identity::parse_claims(json);
  if (!claims) return;
  CHECK(validate_name(claims->ticket.user, "user name").has_value(), "a user name from a ticket is a valid name");
  (void)claims->ticket.allows("lobby", identity::Right::kJoin);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text = as_text({data, size});
  CHECK(!identity::verify_ticket(text, keys(), "parley", WallTime{}).has_value(), "nobody but the signer can make a ticket");
  (void)identity::parse_header(text);
  check_claims(text);
  return 0;
}
