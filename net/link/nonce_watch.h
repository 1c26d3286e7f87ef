// SPDX-License-Identifier: Apache-2.0
// Watches a wire for the mistake that breaks an AEAD: two different datagrams sealed under one key and nonce. The key is known from outside
// by who receives and its receiver index (key epochs share the counter, so a counter must not come twice in any of them), and by the answer
// that the keys come from: a server that was restarted may answer the same request again, with other keys, and speak under them at once.
// The same bytes again are a copy and fine. Remembers a hash of every datagram, so it is for simulations and tests. A receiver index that
// is handed out twice in one run would raise a false alarm: about one in 2^32 a pair. One thread.
#pragma once

#include <sodium.h>

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

#include "net/link/wire_format.h"

namespace parley::link {

class NonceWatch {
 public:
  // Every datagram that is sent. False: this nonce was used for another text.
  bool see(bool to_server, ByteView datagram) {
    if (datagram.size() < wire::kMinTransportBytes) return true;
    const auto kind = static_cast<wire::Kind>(datagram[0] & wire::kKindMask);
    if (kind == wire::Kind::kAnswer && !to_server) on_answer(datagram);
    if (kind != wire::Kind::kTransport) return true;
    const auto index = load_le<uint32_t>(&datagram[wire::kTransportIndexAt]);
    const auto counter = load_le<uint64_t>(&datagram[wire::kTransportCounterAt]);
    const auto [known, fresh] = seen_[{to_server, index}].try_emplace(counter, hash(datagram));
    if (!fresh && known->second == hash(datagram)) ++copies_;
    if (fresh || known->second == hash(datagram)) return true;
    ++violations_;
    return false;
  }
  uint64_t violations() const { return violations_; }
  uint64_t copies() const { return copies_; }

 private:
  void on_answer(ByteView datagram) {
    const auto index = load_le<uint32_t>(&datagram[wire::kHandshakeIndexAt]);
    const auto [known, fresh] = answers_.try_emplace(index, hash(datagram));
    if (fresh || known->second == hash(datagram)) return;
    known->second = hash(datagram);
    seen_.erase({false, index});
  }
  static uint64_t hash(ByteView bytes) {
    static constexpr uint8_t kKey[crypto_shorthash_KEYBYTES] = {};  // nobody attacks a test
    uint8_t out[crypto_shorthash_BYTES];
    crypto_shorthash(out, bytes.data(), bytes.size(), kKey);
    return load_le<uint64_t>(out);
  }
  std::map<std::pair<bool, uint32_t>, std::unordered_map<uint64_t, uint64_t>> seen_;
  std::unordered_map<uint32_t, uint64_t> answers_;  // the newest to each client's index
  uint64_t violations_ = 0, copies_ = 0;
};

}  // namespace parley::link
