// SPDX-License-Identifier: Apache-2.0
#include "core/room/signal.h"

#include <cstring>

#include "core/base/check.h"

namespace parley::room {

namespace {

constexpr size_t kFixedBytes = 2 + 4 * 4;

template <class T>
void put(T value, uint8_t*& at) {
  std::memcpy(at, &value, sizeof value);
  at += sizeof value;
}

template <class T>
T take(const uint8_t*& at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  at += sizeof value;
  return value;
}

void put_text(std::string_view text, uint8_t*& at) {
  CHECK(text.size() <= kMaxNameBytes, "names are validated before they come here");
  *at++ = static_cast<uint8_t>(text.size());
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  at += text.size();
}

std::string_view take_text(ByteView& rest) {
  CHECK(!rest.empty() && rest.size() > rest[0], "encode_signal() made this payload");
  const std::string_view text = as_text(rest.subspan(1, rest[0]));
  rest = rest.subspan(1 + text.size());
  return text;
}

}  // namespace

ByteView encode_signal(const Signal& signal, MutableBytes out) {
  CHECK(out.size() >= kMaxSignalBytes, "room for the longest names");
  uint8_t* at = out.data();
  put(static_cast<uint8_t>(signal.kind), at);
  put(static_cast<uint8_t>(signal.on), at);
  put(signal.x, at);
  put(signal.y, at);
  put(signal.z, at);
  put(signal.tag, at);
  put_text(signal.user, at);
  put_text(signal.name, at);
  return out.first(static_cast<size_t>(at - out.data()));
}

Signal decode_signal(ByteView payload) {
  CHECK(payload.size() > kFixedBytes, "encode_signal() made this payload");
  const uint8_t* at = payload.data();
  Signal signal;
  signal.kind = static_cast<SignalKind>(take<uint8_t>(at));
  signal.on = take<uint8_t>(at) != 0;
  signal.x = take<float>(at);
  signal.y = take<float>(at);
  signal.z = take<float>(at);
  signal.tag = take<uint32_t>(at);
  ByteView names = payload.subspan(kFixedBytes);
  signal.user = take_text(names);
  signal.name = take_text(names);
  CHECK(names.empty(), "encode_signal() made this payload");
  return signal;
}

}  // namespace parley::room
