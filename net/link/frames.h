// SPDX-License-Identifier: Apache-2.0
// What a decrypted transport datagram is made of (schema/WIRE.md, "Frames"). The peer is authentic here, not trusted: a broken length fails
// the whole datagram. Unknown frames are skipped by their length. Pure; any thread.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "net/link/wire_format.h"

namespace parley::link {

struct Frames {
  bool keep_alive = false;
  bool wants_reply = false;  // of the keep-alive
  bool close = false;
  bool early = false;
  bool has_data = false;
  bool once = false;  // the data needn't be acked at once
  MutableBytes data;
  ByteView ack;  // bodies of the frames; empty if there is none
  ByteView rekey, rekeyed, path_challenge, path_answer, loss;
};

// Those of a fixed length. False: of another one.
inline bool take_fixed(Frames& frames, wire::Frame kind, ByteView body) {
  const auto take = [body](ByteView& into, size_t length) {
    into = body;
    return body.size() == length;
  };
  switch (kind) {
    case wire::Frame::kRekey:
      return take(frames.rekey, wire::kRekeyBytes);
    case wire::Frame::kRekeyed:
      return take(frames.rekeyed, wire::kRekeyBytes);
    case wire::Frame::kPathChallenge:
      return take(frames.path_challenge, wire::kPathBytes);
    case wire::Frame::kPathAnswer:
      return take(frames.path_answer, wire::kPathBytes);
    case wire::Frame::kLoss:
      return take(frames.loss, wire::kLossBytes);
    default:
      return true;
  }
}

inline std::optional<Frames> parse_frames(MutableBytes plain) {
  Frames frames;
  while (!plain.empty()) {
    const auto kind = static_cast<wire::Frame>(plain[0]);
    if (kind == wire::Frame::kData || kind == wire::Frame::kDataOnce) {
      frames.has_data = true;
      frames.once = kind == wire::Frame::kDataOnce;
      frames.data = plain.subspan(wire::kDataFrameBytes);
      return frames;
    }
    if (plain.size() < wire::kFrameHeaderBytes) return std::nullopt;
    const size_t length = plain[1];
    if (plain.size() < wire::kFrameHeaderBytes + length) return std::nullopt;
    const MutableBytes body = plain.subspan(wire::kFrameHeaderBytes, length);
    if (kind == wire::Frame::kKeepAlive) {
      if (body.size() != wire::kKeepAliveBytes) return std::nullopt;
      frames.keep_alive = true;
      frames.wants_reply = body[0] != 0;
    }
    if (kind == wire::Frame::kAck) {
      if (body.size() < wire::kAckBytes) return std::nullopt;  // longer: a later version's, whose first bytes are these
      frames.ack = body;
    }
    if (kind == wire::Frame::kClose) frames.close = true;
    if (kind == wire::Frame::kEarly) frames.early = true;
    if (!take_fixed(frames, kind, body)) return std::nullopt;
    plain = plain.subspan(wire::kFrameHeaderBytes + length);
  }
  return frames;
}

}  // namespace parley::link
