// SPDX-License-Identifier: Apache-2.0
// The server's key files (0600) in its data directory, made at first start: `link.key` (X25519, what clients pin), `ticket.key` (Ed25519
// signer for parleyctl ticket), `ticket-keys.json` (public keys of backends that mint tickets, a JWK set, RFC 8037; optional).
// At start only, main thread.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/identity/ticket.h"

namespace parley::identity {

struct ServerKeys {
  Secret<32> link_private;  // X25519
  std::array<uint8_t, 32> link_public{};
  Signer signer;
  KeySet ticket_keys;  // the signer's own and those of ticket-keys.json
};

// Loads or makes them. Errors: kPermission (directory not writable, file readable by others), kStoreDamaged (a file of the wrong size or
// form).
Result<ServerKeys> load_or_make_keys(const std::filesystem::path& directory, Random& random);

// "parley://host:port#<link public key, base64url without padding>": what a client is given.
std::string address_of(std::string_view host, uint16_t port, const std::array<uint8_t, 32>& link_public);

}  // namespace parley::identity
