// SPDX-License-Identifier: Apache-2.0
#include "core/history/verify_gone.h"

#include <algorithm>

#include "core/history/erasure.h"
#include "core/history/retained.h"

namespace parley::history {
namespace {

constexpr const char* kShownAsDamaged = "what retention took is shown as damaged; export, and import into a new store";
constexpr const char* kLoadsMore = "clients that come back after a crash load more than they need; nothing has to be done";
constexpr const char* kSeesAll = "he may see what was said before he joined; nothing else has to be done";
constexpr const char* kEraseAgain = "erase that user again";

}  // namespace

void GoneCheck::run() {
  const Tables& tables = state_.tables();
  const auto with = [this](void (GoneCheck::*check)(ByteView, ByteView)) {
    return [this, check](ByteView key, ByteView value) { (this->*check)(key, value); };
  };
  state_.for_each(tables.retained, with(&GoneCheck::check_retained));
  state_.for_each(tables.ends, with(&GoneCheck::check_end));
  state_.for_each(tables.joined, with(&GoneCheck::check_joined));
  state_.for_each(tables.erasures, with(&GoneCheck::check_erasure));
}

void GoneCheck::check_retained(ByteView key, ByteView value) {
  const RoomId id(number_of_key(key));
  const auto retained = decode_retained(id, value);
  if (!retained) return state_.find("retained", state_.name_of(id), "the record of what is left of it fails its check", kShownAsDamaged);
  const CheckedRoom* room = state_.room(id);
  if (room == nullptr || retained->first.value > std::max(room->last, room->recorded_head) + 1)
    state_.find("retained", state_.name_of(id), "more is said to have gone than there was", kShownAsDamaged);
}

void GoneCheck::check_end(ByteView key, ByteView value) {
  const RoomId id(number_of_key(key.first(std::min<size_t>(key.size(), 8))));
  const auto end = decode_number(key, value);
  const CheckedRoom* room = state_.room(id);
  if (!end) return state_.find("ends", state_.name_of(id), "the record of an epoch's end fails its check", kLoadsMore);
  if (room == nullptr || *end >= room->retained)
    state_.find("ends", state_.name_of(id), "an epoch is said to have ended in an entry that is still there", kLoadsMore);
}

void GoneCheck::check_joined(ByteView key, ByteView value) {
  constexpr size_t kRoomBytes = 8;
  const bool whole = key.size() > kRoomBytes && key[key.size() - kRoomBytes - 1] == 0;
  const std::string user = whole ? std::string(as_text(key.first(key.size() - kRoomBytes - 1))) : "somebody";
  if (!whole || !decode_number(key, value)) state_.find("joined", user, "the record of when he joined a room fails its check", kSeesAll);
}

void GoneCheck::check_erasure(ByteView key, ByteView value) {
  if (!decode_erasure(as_text(key), value))
    state_.find("erasures", "user " + std::string(as_text(key)), "the record of how far he is erased fails its check", kEraseAgain);
}

}  // namespace parley::history
