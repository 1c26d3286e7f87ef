// SPDX-License-Identifier: Apache-2.0
// From the host of a parley:// address to an endpoint. Numeric hosts are only parsed; a name asks the system's resolver, which may block
// for seconds: the one call of the library that does, and only parley_connect makes it. Stateless; any thread.
#pragma once

#include "core/base/error.h"
#include "core/identity/address.h"
#include "net/link/endpoint.h"

namespace parley::client {

// ipv4_only: the socket can't reach anything else. Error: kNotFound, with the resolver's words.
Result<link::Endpoint> resolve(const identity::Address& address, bool ipv4_only);

}  // namespace parley::client
