// SPDX-License-Identifier: Apache-2.0
#include "net/link/key_ring.h"

#include <algorithm>

#include "core/base/check.h"

namespace parley::link {

KeyRing::KeyRing(Cipher cipher, NoiseKeys keys)
    : cipher_(cipher), chain_(std::move(keys.chain)), send_(cipher, std::move(keys.send)), receive_(cipher, std::move(keys.receive)) {}

bool KeyRing::open(uint8_t epoch, uint64_t counter, ByteView header, MutableBytes text, MonoTime now) {
  if (epoch == epoch_) {
    if (!receive_.open(counter, header, text)) return false;
    if (change_ && change_->stage == Stage::kSwitched && change_->previous_until == kNever) change_->previous_until = now + kPreviousLife;
    return true;
  }
  if (!change_) return false;
  if (epoch == previous_epoch() && change_->stage == Stage::kSwitched) {
    return now < change_->previous_until && change_->previous.open(counter, header, text);
  }
  if (epoch != next_epoch() || change_->stage != Stage::kAnswered) return false;
  if (!change_->receive.open(counter, header, text)) return false;
  turn(std::move(change_->send), std::move(change_->receive));
  change_->previous_until = now + kPreviousLife;
  return true;
}

void KeyRing::begin(Secret<32> ephemeral) {
  CHECK(can_begin(), "one change of keys at a time");
  change_ = std::make_unique<Change>();
  change_->own = public_key_of(ephemeral);
  change_->ephemeral = std::move(ephemeral);
}

std::optional<KeyRing::Offer> KeyRing::offer() const {
  if (!change_ || change_->stage != Stage::kOffered) return std::nullopt;
  return Offer{next_epoch(), change_->own};
}

bool KeyRing::finish(const Offer& theirs) {
  if (!change_ || change_->stage != Stage::kOffered || theirs.epoch != next_epoch()) return false;
  Secret<32> shared, send, receive;
  if (!agree(shared, change_->ephemeral, theirs.key)) return false;
  derive(shared, change_->own, theirs.key, send, receive);
  change_->ephemeral.wipe();
  turn(SealKey(cipher_, std::move(send)), SealKey(cipher_, std::move(receive)));
  return true;
}

std::optional<KeyRing::Offer> KeyRing::answer(const Offer& theirs, Random& random) {
  if (theirs.epoch != next_epoch()) return std::nullopt;
  if (change_) {
    const bool repeated = change_->stage == Stage::kAnswered && change_->theirs == theirs.key;
    return repeated ? std::optional(Offer{theirs.epoch, change_->own}) : std::nullopt;
  }
  Secret<32> ephemeral, shared, send, receive;
  random.fill(ephemeral.bytes());
  if (!agree(shared, ephemeral, theirs.key)) return std::nullopt;
  change_ = std::make_unique<Change>();
  change_->stage = Stage::kAnswered;
  change_->own = public_key_of(ephemeral);
  change_->theirs = theirs.key;
  derive(shared, theirs.key, change_->own, receive, send);
  change_->send = SealKey(cipher_, std::move(send));
  change_->receive = SealKey(cipher_, std::move(receive));
  return Offer{theirs.epoch, change_->own};
}

void KeyRing::derive(const Secret<32>& shared, const PublicKey& client, const PublicKey& server, Secret<32>& of_client,
                     Secret<32>& of_server) {
  Secret<96> input;
  std::copy_n(shared.data(), 32, input.data());
  std::copy_n(client.data(), 32, input.data() + 32);
  std::copy_n(server.data(), 32, input.data() + 64);
  ratchet(chain_, input.bytes(), of_client, of_server);
}

void KeyRing::turn(SealKey send, SealKey receive) {
  change_->stage = Stage::kSwitched;
  change_->previous = std::move(receive_);
  send_ = std::move(send);
  receive_ = std::move(receive);
  epoch_ = next_epoch();
}

void KeyRing::expire(MonoTime now) {
  if (change_ && now >= change_->previous_until) change_.reset();
}

}  // namespace parley::link
