// SPDX-License-Identifier: Apache-2.0
// Verification is a ladder, cheap steps first, and no claim is read before the signature held.
#include "core/identity/ticket.h"

#include <sodium.h>

#include <algorithm>

#include "core/base/limits.h"
#include "core/identity/base64url.h"
#include "core/identity/claims.h"

namespace parley::identity {
namespace {

struct Parts {
  std::string_view header, claims, signature;
  std::string_view signed_text;  // "header.claims" as it stands in the ticket
};

std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorCode::kTicketMalformed,
              "the ticket " + std::string(why) + ": pass the whole JWT as the game's backend or parleyctl ticket gave it");
}

std::unexpected<Error> forged(std::string_view why) {
  return fail(ErrorCode::kTicketForged, "the ticket " + std::string(why) + ": get one from this server's game, or from parleyctl ticket");
}

Result<Parts> split(std::string_view compact) {
  if (compact.empty()) return malformed("is empty");
  if (compact.size() > kMaxTicketBytes) return malformed("has more than " + std::to_string(kMaxTicketBytes) + " bytes");
  const size_t first = compact.find('.');
  const size_t last = compact.rfind('.');
  if (first == std::string_view::npos || first == last || compact.find('.', first + 1) != last)
    return malformed("doesn't have three parts");
  return Parts{compact.substr(0, first), compact.substr(first + 1, last - first - 1), compact.substr(last + 1), compact.substr(0, last)};
}

Result<void> check_signature(const Parts& parts, const KeySet& keys) {
  const auto header = from_base64url(parts.header);
  if (!header) return malformed("isn't base64url");
  const auto id = parse_header(*header);
  if (!id) return std::unexpected(id.error());
  const PublicKey* key = keys.find(*id);
  if (key == nullptr) return forged("names a key that this server doesn't know");
  std::array<uint8_t, crypto_sign_BYTES> signature;
  if (!from_base64url(parts.signature, signature)) return forged("has a signature that isn't 64 bytes of base64url");
  const ByteView text = as_bytes(parts.signed_text);
  if (crypto_sign_verify_detached(signature.data(), text.data(), text.size(), key->key.data()) != 0)
    return forged("has a signature that doesn't hold");
  return {};
}

// "90 s", "3 min", "5 h", "2 days": how long ago, for a person.
std::string duration_text(Micros duration) {
  const int64_t seconds = std::max<int64_t>(std::chrono::duration_cast<Seconds>(duration).count(), 0);
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86'400) + " days";
}

Result<void> check_time(const Claims& claims, WallTime now) {
  if (now >= claims.ticket.expires)
    return fail(ErrorCode::kTicketExpired, "the ticket expired " + duration_text(now - claims.ticket.expires) +
                                               " ago: get a new one from the game, or from parleyctl ticket (or set the clock right)");
  if (now < claims.not_before)
    return fail(ErrorCode::kTicketExpired, "the ticket is valid only in " + duration_text(claims.not_before - now) +
                                               ": wait, or set the clocks of server and backend right");
  return {};
}

}  // namespace

bool Ticket::allows(std::string_view room, Right right) const {
  const auto matches = [room](std::string_view pattern) {
    return pattern.ends_with('*') ? room.starts_with(pattern.substr(0, pattern.size() - 1)) : room == pattern;
  };
  return std::any_of(grants.begin(), grants.end(),
                     [&](const Grant& grant) { return (grant.rights & static_cast<uint8_t>(right)) != 0 && matches(grant.pattern); });
}

Result<Ticket> verify_ticket(std::string_view compact, const KeySet& keys, std::string_view audience, WallTime now) {
  const auto parts = split(compact);
  if (!parts) return std::unexpected(parts.error());
  if (const auto signature = check_signature(*parts, keys); !signature) return std::unexpected(signature.error());
  const auto json = from_base64url(parts->claims);
  if (!json) return malformed("isn't base64url");
  auto claims = parse_claims(*json);
  if (!claims) return std::unexpected(claims.error());
  if (std::find(claims->audiences.begin(), claims->audiences.end(), audience) == claims->audiences.end())
    return fail(ErrorCode::kTicketForeign, "the ticket is for another server (its \"aud\" isn't \"" + std::string(audience) +
                                               "\"): get one for this server, or set the server's audience to the ticket's");
  if (const auto time = check_time(*claims, now); !time) return std::unexpected(time.error());
  claims->ticket.audience = audience;
  return std::move(claims->ticket);
}

}  // namespace parley::identity
