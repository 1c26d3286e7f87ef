// SPDX-License-Identifier: Apache-2.0
// IRC (ngircd): a room is a channel. A sender doesn't get his own messages, and a server lets a client say a few lines a second.
// Format: RFC 2812.
#pragma once

#include "tools/bench/drivers/stream_protocol.h"

namespace parley::bench {

class Irc final : public StreamProtocol {
 public:
  const char* name() const override { return "irc"; }
  Promises promises() const override { return {.sealed = false, .ordered = true, .stored = false, .echoes = false}; }
  ForeignCommand server(int port, const std::string& config_path) const override;
  void hello(int client, std::string_view room, std::string& out) const override;
  void publish(int client, std::string_view room, std::string_view text, std::string& out) const override;
  size_t read(std::string_view bytes, std::string_view room, Incoming& in) override;

 private:
  void read_numeric(std::string_view number, std::string_view rest, std::string_view room, Incoming& in);
};

}  // namespace parley::bench
