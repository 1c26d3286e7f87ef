// SPDX-License-Identifier: Apache-2.0
// NATS core (nats-server): a room is a subject. Nothing is kept; who is too slow is disconnected.
// Format: the client protocol of docs.nats.io, text lines and payloads with their length.
#pragma once

#include "tools/bench/drivers/stream_protocol.h"

namespace parley::bench {

class Nats final : public StreamProtocol {
 public:
  const char* name() const override { return "nats"; }
  // Messages of one publisher arrive in order; those of several may cross.
  Promises promises() const override { return {.sealed = false, .ordered = false, .stored = false, .echoes = true}; }
  ForeignCommand server(int port, const std::string& config_path) const override;
  void hello(int client, std::string_view room, std::string& out) const override;
  void publish(int client, std::string_view room, std::string_view text, std::string& out) const override;
  size_t read(std::string_view bytes, std::string_view room, Incoming& in) override;

 private:
  void read_info(std::string_view json);
};

}  // namespace parley::bench
