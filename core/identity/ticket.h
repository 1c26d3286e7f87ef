// SPDX-License-Identifier: Apache-2.0
// Tickets: JWT (RFC 7519, compact) signed with Ed25519 (`alg` "EdDSA", RFC 8037), minted by the game's backend or by parleyctl.
// The algorithm is fixed in code: the header's `alg` is compared, never obeyed. Claims: sub, name, exp, iat, aud, grants, optional cnf.
//   grants: [{"room": PATTERN, "can": ["join","send","history","moderate"]}]; PATTERN: a room name, or a prefix followed by '*'. At most
//   kMaxGrants. cnf: {"x25519": device key, base64url}. All members: claims.h.
// verify() costs one Ed25519 verification (about 0.1 ms). Stateless but for the KeySet; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace parley::identity {

enum class Right : uint8_t { kJoin = 1, kSend = 2, kHistory = 4, kModerate = 8 };

struct Grant {
  std::string pattern;
  uint8_t rights = 0;  // Right bits
};

struct Ticket {
  std::string user;      // sub
  std::string name;      // display name; equals user when the claim is missing
  std::string audience;  // aud
  WallTime expires{};
  std::vector<Grant> grants;
  std::optional<std::array<uint8_t, 32>> device_key;  // cnf.x25519: the X25519 device key the ticket is bound to

  bool allows(std::string_view room, Right right) const;
};

struct PublicKey {
  std::string id;  // kid
  std::array<uint8_t, 32> key;
};

// The keys whose signatures count. Several, so that rotation kicks nobody.
class KeySet {
 public:
  // Takes the place of one with the same id.
  void add(PublicKey key);
  const PublicKey* find(std::string_view id) const;
  const std::vector<PublicKey>& all() const { return keys_; }

 private:
  std::vector<PublicKey> keys_;  // a handful: a linear search beats a map
};

// Errors: kTicketMalformed, kTicketForged (bad signature, unknown kid, other alg), kTicketExpired, kTicketForeign (aud). `now` is the wall
// clock.
Result<Ticket> verify_ticket(std::string_view compact, const KeySet& keys, std::string_view audience, WallTime now);

// A signing key, kept in a Secret, wiped on destruction. An empty id becomes the first 8 characters of the public key's base64url.
class Signer {
 public:
  static Signer make(Random& random, std::string id);
  // Errors: kInvalidArgument (not 32 bytes); the id is judged as a name.
  static Result<Signer> from_seed(ByteView seed, std::string id);
  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;
  ~Signer();
  PublicKey public_key() const;
  // The compact JWT. Errors: kNameTooLong etc. for a bad user name, kInvalidArgument when it would exceed kMaxTicketBytes.
  Result<std::string> mint(const Ticket& ticket, WallTime issued) const;

 private:
  Signer() = default;

  std::string id_;
  std::array<uint8_t, 32> public_{};
  Secret<64> secret_;  // libsodium's form: seed and public key
};

}  // namespace parley::identity
