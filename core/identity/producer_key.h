// SPDX-License-Identifier: Apache-2.0
// Binds a producer id to the user who brings it. A client chooses its producer id itself and other members see it in entries; if
// exactly-once were counted on the bare id, anybody could take another's numbers (the owner's next sends would count as repeated) or push
// its session out. So the server counts on this key: a keyed hash (SipHash-2-4) of user and id, under a secret made from the link's private
// key, hence the same after a restart. Two users never share a key but by a chance of 2^-64. After construction: const, any thread.
#pragma once

#include <string_view>

#include "core/base/ids.h"
#include "core/base/secret.h"

namespace parley::identity {

class ProducerKeys {
 public:
  explicit ProducerKeys(const Secret<32>& link_private);
  // Never 0.
  ProducerId key_of(std::string_view user, ProducerId producer) const;

 private:
  Secret<16> key_;
};

}  // namespace parley::identity
