// SPDX-License-Identifier: Apache-2.0
// Redis publish/subscribe (redis-server 6 or later): a room is a channel. In RESP3 a connection may publish while it is subscribed, and
// messages come as pushes. Nothing is kept. Format: the RESP protocol specification of redis.io.
#pragma once

#include "tools/bench/drivers/stream_protocol.h"

namespace parley::bench {

class Redis final : public StreamProtocol {
 public:
  const char* name() const override { return "redis"; }
  Promises promises() const override { return {.sealed = false, .ordered = true, .stored = false, .echoes = true}; }
  ForeignCommand server(int port, const std::string& config_path) const override;
  void hello(int client, std::string_view room, std::string& out) const override;
  void publish(int client, std::string_view room, std::string_view text, std::string& out) const override;
  size_t read(std::string_view bytes, std::string_view room, Incoming& in) override;
};

}  // namespace parley::bench
