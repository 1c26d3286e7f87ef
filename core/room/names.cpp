// SPDX-License-Identifier: Apache-2.0
#include "core/room/names.h"

#include <cstring>

#include "core/base/check.h"

namespace parley::room {

namespace {

size_t put(std::string_view text, MutableBytes out) {
  CHECK(text.size() <= kMaxNameBytes, "names are validated before they come here");
  out[0] = static_cast<uint8_t>(text.size());
  if (!text.empty()) std::memcpy(out.data() + 1, text.data(), text.size());
  return 1 + text.size();
}

std::string_view take(ByteView& rest) {
  CHECK(!rest.empty() && rest.size() > rest[0], "encode_names() made this payload");
  const std::string_view text = as_text(rest.subspan(1, rest[0]));
  rest = rest.subspan(1 + text.size());
  return text;
}

}  // namespace

ByteView encode_names(const Names& names, MutableBytes out) {
  CHECK(out.size() >= kMaxNamesBytes, "room for the longest names");
  size_t used = put(names.room, out);
  used += put(names.user, out.subspan(used));
  used += put(names.name, out.subspan(used));
  return out.first(used);
}

Names decode_names(ByteView payload) {
  Names names;
  names.room = take(payload);
  names.user = take(payload);
  names.name = take(payload);
  CHECK(payload.empty(), "encode_names() made this payload");
  return names;
}

}  // namespace parley::room
