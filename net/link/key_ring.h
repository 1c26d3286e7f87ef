// SPDX-License-Identifier: Apache-2.0
// The keys of an open session, and how they change: an ephemeral Diffie-Hellman between the two ends, inside of sealed datagrams, mixed
// with a chaining key that both had from the handshake. So new keys are authentic because the old ones were, and secret from whoever learns
// the old ones later, or learns the devices' keys. Pure but for the memory of AES; owned by the session's thread.
//
//   client  offer() ─ rekey(epoch + 1, e_c) ─>  server  answer(): keys derived, used for receiving from now on
//   client  finish() <─ rekeyed(epoch + 1, e_s)         finish(): sends and receives under the new keys
//   client  any datagram of the new epoch ───>  server  opens it: from here on it sends under the new keys, too
//
// Either side opens datagrams of the previous epoch until kPreviousLife after the first of the new one; then that key is wiped. Counters go
// on over a change, so replay window, acks and resends don't notice it.
#pragma once

#include <memory>
#include <optional>

#include "core/base/random.h"
#include "core/base/time.h"
#include "net/link/noise.h"
#include "net/link/seal.h"

namespace parley::link {

class KeyRing {
 public:
  static constexpr Micros kPreviousLife = Seconds(10);
  static constexpr uint8_t kEpochs = 32;  // what five bits count; then from 0 again

  KeyRing() = default;
  KeyRing(Cipher cipher, NoiseKeys keys);

  uint8_t epoch() const { return epoch_; }  // of what is sent
  void seal(uint64_t counter, ByteView header, MutableBytes text) const { send_.seal(counter, header, text); }
  // False: no such epoch (now), or not authentic.
  [[nodiscard]] bool open(uint8_t epoch, uint64_t counter, ByteView header, MutableBytes text, MonoTime now);

  struct Offer {
    uint8_t epoch = 0;
    PublicKey key{};
  };
  // Client. begin() once, offer() as often as it must be said again, finish() with the server's word. False: it doesn't fit.
  bool can_begin() const { return change_ == nullptr; }
  void begin(Secret<32> ephemeral);
  std::optional<Offer> offer() const;
  [[nodiscard]] bool finish(const Offer& theirs);
  // Server. The answer to the client's offer, the same one to a repeated offer; nullopt: a broken one, or no change is due to be answered.
  std::optional<Offer> answer(const Offer& theirs, Random& random);

  // When the previous epoch's key is to be wiped by expire(); kNever if there is none.
  MonoTime due() const { return change_ ? change_->previous_until : kNever; }
  void expire(MonoTime now);

 private:
  enum class Stage : uint8_t { kOffered, kAnswered, kSwitched };
  struct Change {
    Stage stage = Stage::kOffered;
    Secret<32> ephemeral;  // client, until finished
    PublicKey own{}, theirs{};
    SealKey send, receive;  // server: the next ones
    SealKey previous;       // the last one to receive with
    MonoTime previous_until = kNever;
  };
  uint8_t next_epoch() const { return static_cast<uint8_t>((epoch_ + 1) % kEpochs); }
  uint8_t previous_epoch() const { return static_cast<uint8_t>((epoch_ + kEpochs - 1) % kEpochs); }
  void derive(const Secret<32>& shared, const PublicKey& client, const PublicKey& server, Secret<32>& of_client, Secret<32>& of_server);
  void turn(SealKey send, SealKey receive);

  Cipher cipher_ = Cipher::kChaCha20Poly1305;
  uint8_t epoch_ = 0;
  Secret<32> chain_;
  SealKey send_, receive_;
  std::unique_ptr<Change> change_;
};

}  // namespace parley::link
