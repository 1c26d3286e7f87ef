// SPDX-License-Identifier: Apache-2.0
// MQTT 3.1.1 with QoS 0 (mosquitto): a room is a topic. QoS 0 is the broker at its fastest; it keeps and repeats nothing.
// Format: MQTT Version 3.1.1, OASIS Standard, chapters 2 and 3.
#pragma once

#include "tools/bench/drivers/stream_protocol.h"

namespace parley::bench {

class Mqtt final : public StreamProtocol {
 public:
  const char* name() const override { return "mqtt"; }
  Promises promises() const override { return {.sealed = false, .ordered = true, .stored = false, .echoes = true}; }
  ForeignCommand server(int port, const std::string& config_path) const override;
  void hello(int client, std::string_view room, std::string& out) const override;
  void publish(int client, std::string_view room, std::string_view text, std::string& out) const override;
  size_t read(std::string_view bytes, std::string_view room, Incoming& in) override;

 private:
  void read_publish(std::string_view body, int quality, Incoming& in);
};

}  // namespace parley::bench
