// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/identity/base64url.h"
#include "core/identity/claims.h"
#include "core/identity/ticket.h"

namespace parley::identity {

static_assert(crypto_sign_SEEDBYTES == 32 && crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_SECRETKEYBYTES == 64);

Signer Signer::make(Random& random, std::string id) {
  Secret<32> seed;
  random.fill(seed.bytes());
  auto signer = from_seed(seed.bytes(), std::move(id));
  CHECK(signer.has_value(), "a seed of 32 bytes makes a key, and callers pass a valid id");
  return std::move(*signer);
}

Result<Signer> Signer::from_seed(ByteView seed, std::string id) {
  if (seed.size() != crypto_sign_SEEDBYTES)
    return fail(ErrorCode::kInvalidArgument,
                "a ticket key has 32 bytes, not " + std::to_string(seed.size()) + ": restore it from a backup");
  Signer out;
  crypto_sign_seed_keypair(out.public_.data(), out.secret_.data(), seed.data());
  out.id_ = id.empty() ? to_base64url(out.public_).substr(0, 8) : std::move(id);
  if (auto valid = validate_name(out.id_, "key id"); !valid) return std::unexpected(valid.error());
  return out;
}

Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

PublicKey Signer::public_key() const { return {id_, public_}; }

Result<std::string> Signer::mint(const Ticket& ticket, WallTime issued) const {
  if (auto valid = validate_ticket(ticket); !valid) return std::unexpected(valid.error());
  if (ticket.audience.empty() || !is_utf8(ticket.audience))
    return fail(ErrorCode::kInvalidArgument, "the ticket has no usable audience: name the server it is for");
  if (ticket.expires <= issued)
    return fail(ErrorCode::kInvalidArgument, "the ticket would expire before it is issued: give it a life above zero");
  const std::string signed_text = to_base64url(as_bytes(header_json(id_))) + "." + to_base64url(as_bytes(claims_json(ticket, issued)));
  std::array<uint8_t, crypto_sign_BYTES> signature;
  const ByteView text = as_bytes(signed_text);
  crypto_sign_detached(signature.data(), nullptr, text.data(), text.size(), secret_.data());
  std::string compact = signed_text + "." + to_base64url(signature);
  if (compact.size() > kMaxTicketBytes)
    return fail(ErrorCode::kInvalidArgument, "the ticket would have " + std::to_string(compact.size()) + " bytes; the limit is " +
                                                 std::to_string(kMaxTicketBytes) + ": use fewer grants, or patterns that end in *");
  return compact;
}

}  // namespace parley::identity
