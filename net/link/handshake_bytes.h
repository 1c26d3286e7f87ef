// SPDX-License-Identifier: Apache-2.0
// The parts of requests and cookies that aren't Noise: what shows, for the price of a hash, that a sender knows the server's public key
// (mac1), and that the sender of a cookie saw the request it answers. Formats: schema/WIRE.md. Pure; any thread.
#pragma once

#include <array>

#include "net/link/address_token.h"
#include "net/link/noise.h"
#include "net/link/wire_format.h"

namespace parley::link {

std::array<uint8_t, 32> mac1_key(const PublicKey& server_key);
void write_mac1(const std::array<uint8_t, 32>& key, MutableBytes request);
bool mac1_fits(const std::array<uint8_t, 32>& key, ByteView request);

// Noise's prologue: the protocol's name, the request's header and its token, so that nobody alters one of them unnoticed, and so that a
// request with a cookie can only have been made after the cookie.
std::array<uint8_t, 8 + wire::kHandshakeHeaderBytes + wire::kTokenBytes> prologue_of(ByteView request);
AddressToken token_of(ByteView request);

// `out` has kCookieBytes. It goes to the client's receiver index of the request with that mac1.
struct CookieFor {
  uint32_t client_index = 0;
  ByteView mac1;  // of the request
};
void write_cookie(const std::array<uint8_t, 32>& key, const CookieFor& request, const AddressToken& token, MutableBytes out);
// Does it answer this request?
bool cookie_fits(const std::array<uint8_t, 32>& key, ByteView request, ByteView cookie);

}  // namespace parley::link
