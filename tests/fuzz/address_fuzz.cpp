// SPDX-License-Identifier: Apache-2.0
// Addresses that people paste: what is understood means the same when it is written out and read again.
#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/identity/address.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto address = parley::identity::parse_address(parley::as_text({data, size}));
  if (!address) return 0;
  auto again = parley::identity::parse_address(parley::identity::to_string(*address));
  CHECK(again.has_value() && *again == *address, "writing and reading an address changes nothing");
  return 0;
}
