// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/mqtt.h"

#include <cstdint>

namespace parley::bench {

namespace {

// Control packet types, in the upper half of the first byte (2.2.1).
enum Packet : uint8_t { kConnect = 1, kConnack = 2, kPublish = 3, kSubscribe = 8, kSuback = 9 };
constexpr std::string_view kVersionTopic = "$SYS/broker/version";
constexpr size_t kMostLengthBytes = 4;

void put_u16(std::string& out, size_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xFF);
}

void put_text(std::string& out, std::string_view text) {
  put_u16(out, text.size());
  out += text;
}

// Type, flags, and the remaining length in 7-bit groups (2.2.3).
void put_head(std::string& out, Packet type, uint8_t flags, size_t length) {
  out += static_cast<char>(type << 4 | flags);
  do {
    const auto group = static_cast<uint8_t>(length & 0x7F);
    length >>= 7;
    out += static_cast<char>(length > 0 ? group | 0x80 : group);
  } while (length > 0);
}

void put_subscribe(std::string& out, size_t id, std::string_view topic) {
  put_head(out, kSubscribe, 2, 2 + 2 + topic.size() + 1);
  put_u16(out, id);
  put_text(out, topic);
  out += '\0';  // QoS 0
}

size_t u16(std::string_view bytes) { return static_cast<size_t>(static_cast<uint8_t>(bytes[0])) << 8 | static_cast<uint8_t>(bytes[1]); }

// The bytes before the body, 0 while they aren't whole; `length` is the body's.
size_t read_head(std::string_view bytes, size_t& length) {
  length = 0;
  for (size_t i = 0; i < kMostLengthBytes && i + 1 < bytes.size(); ++i) {
    const auto group = static_cast<uint8_t>(bytes[i + 1]);
    length |= static_cast<size_t>(group & 0x7F) << (7 * i);
    if ((group & 0x80) == 0) return i + 2;
  }
  return 0;
}

}  // namespace

ForeignCommand Mqtt::server(int port, const std::string& config_path) const {
  return {"mosquitto",
          {"-c", config_path},
          "listener " + std::to_string(port) +
              " 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\nmax_connections -1\npersistence false\n"
              "sys_interval 1\nlog_type error\n"};
}

void Mqtt::hello(int client, std::string_view room, std::string& out) const {
  const std::string id = "bench-" + std::to_string(client);
  put_head(out, kConnect, 0, 10 + 2 + id.size());
  put_text(out, "MQTT");
  out += "\x04\x02";  // level 4, a clean session
  put_u16(out, 0);    // no keep-alive
  put_text(out, id);
  if (client == 0) put_subscribe(out, 2, kVersionTopic);
  put_subscribe(out, 1, room);
}

void Mqtt::publish(int, std::string_view room, std::string_view text, std::string& out) const {
  put_head(out, kPublish, 0, 2 + room.size() + text.size());
  put_text(out, room);
  out += text;
}

size_t Mqtt::read(std::string_view bytes, std::string_view, Incoming& in) {
  in.kind = Incoming::Kind::kOther;
  size_t length = 0;
  const size_t head = read_head(bytes, length);
  if (head == 0 || bytes.size() < head + length) return 0;
  const auto first = static_cast<uint8_t>(bytes[0]);
  const std::string_view body = bytes.substr(head, length);
  if (first >> 4 == kPublish) read_publish(body, first >> 1 & 3, in);
  if (first >> 4 == kSuback && length >= 3 && u16(body) == 1) in.kind = Incoming::Kind::kJoined;
  const bool refused = (first >> 4 == kConnack && length >= 2 && body[1] != 0) ||
                       (first >> 4 == kSuback && length >= 3 && static_cast<uint8_t>(body[2]) == 0x80);
  if (refused) {
    in.kind = Incoming::Kind::kRefused;
    in.text = "the broker refused the connection or the subscription";
  }
  return head + length;
}

void Mqtt::read_publish(std::string_view body, int quality, Incoming& in) {
  if (body.size() < 2 || body.size() < 2 + u16(body)) return;
  const std::string_view topic = body.substr(2, u16(body));
  const size_t id = quality > 0 ? 2 : 0;
  if (body.size() < 2 + topic.size() + id) return;
  const std::string_view text = body.substr(2 + topic.size() + id);
  if (topic == kVersionTopic) {
    version_ = text;
    return;
  }
  in.kind = Incoming::Kind::kMessage;
  in.text = text;
}

}  // namespace parley::bench
