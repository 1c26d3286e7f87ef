// SPDX-License-Identifier: Apache-2.0
#include "core/identity/key_set.h"

#include <algorithm>
#include <utility>

#include "core/base/limits.h"
#include "core/identity/base64url.h"
#include "core/identity/json.h"

namespace parley::identity {
namespace {

std::unexpected<Error> damaged(std::string_view why) {
  return fail(ErrorCode::kStoreDamaged,
              "the key set " + std::string(why) + R"(: it looks like {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"…"}]})");
}

bool is(const Json& key, const char* name, std::string_view value) {
  const std::string* text = find_string(key, name);
  return text != nullptr && *text == value;
}

bool signs_with_ed25519(const Json& key) {
  return key.is_object() && is(key, "kty", "OKP") && is(key, "crv", "Ed25519") && (!key.contains("use") || is(key, "use", "sig"));
}

Result<PublicKey> public_key_of(const Json& key) {
  if (key.contains("d")) return damaged("holds a private key (\"d\"); remove it from this server");
  const std::string* id = find_string(key, "kid");
  const std::string* x = find_string(key, "x");
  if (id == nullptr || id->empty()) return damaged("has a key without \"kid\"");
  PublicKey out{*id, {}};
  if (x == nullptr || !from_base64url(*x, out.key)) return damaged("has a key whose \"x\" isn't 32 bytes of base64url");
  return out;
}

}  // namespace

void KeySet::add(PublicKey key) {
  const auto same = std::find_if(keys_.begin(), keys_.end(), [&](const PublicKey& k) { return k.id == key.id; });
  if (same != keys_.end()) {
    *same = std::move(key);
  } else {
    keys_.push_back(std::move(key));
  }
}

const PublicKey* KeySet::find(std::string_view id) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [id](const PublicKey& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

Result<KeySet> parse_key_set(std::string_view json) {
  const auto parsed = parse_json_object(json, kMaxKeySetBytes);
  const Json* list = parsed ? find_array(*parsed, "keys") : nullptr;
  if (list == nullptr) return damaged("isn't a JWK set");
  if (list->size() > kMaxTicketKeys) return damaged("has more than " + std::to_string(kMaxTicketKeys) + " keys");
  KeySet out;
  for (const Json& item : *list) {
    if (!signs_with_ed25519(item)) continue;
    auto key = public_key_of(item);
    if (!key) return std::unexpected(key.error());
    if (out.find(key->id) != nullptr) return damaged("has two keys of one \"kid\"");
    out.add(std::move(*key));
  }
  return out;
}

}  // namespace parley::identity
