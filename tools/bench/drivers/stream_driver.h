// SPDX-License-Identifier: Apache-2.0
// A driver for any StreamProtocol: one non-blocking TCP connection a client, all in one epoll set, so that one thread holds thousands.
// What is published goes out with the next poll(), all of a client's in one write. One thread.
#pragma once

#include <netinet/in.h>

#include "tools/bench/drivers/stream_protocol.h"

namespace parley::bench {

class StreamDriver final : public Driver {
 public:
  explicit StreamDriver(std::unique_ptr<StreamProtocol> protocol) : protocol_(std::move(protocol)) {}
  ~StreamDriver() override;

  const char* name() const override { return protocol_->name(); }
  Promises promises() const override { return protocol_->promises(); }
  std::string version() const override { return protocol_->version(); }
  Result<void> start(const DriverOptions& options, int clients, int rooms, Deliver deliver) override;
  Result<void> join(int client) override;
  int joined() const override { return joined_; }
  bool publish(int client, std::string_view text) override;
  void poll(int wait_ms) override;
  uint64_t faults() const override { return faults_; }
  pid_t server_pid() const override { return pid_; }

 private:
  struct Connection {
    int fd = -1;
    bool joined = false;
    bool to_flush = false;  // stands in flush_
    std::string in, out;
  };
  std::string room_of(int client) const { return "room-" + std::to_string(client % rooms_); }
  void want_flush(int client);
  void flush();
  void read(int client);
  void read_frames(int client);
  void handle(int client, const Incoming& in);
  void lose(int client, std::string_view why);

  std::unique_ptr<StreamProtocol> protocol_;
  std::unique_ptr<ForeignServer> server_;
  pid_t pid_ = -1;
  sockaddr_in address_{};
  int epoll_ = -1;
  int rooms_ = 1;
  Deliver deliver_;
  std::vector<Connection> connections_;
  std::vector<int> flush_;
  std::vector<char> buffer_;
  int joined_ = 0;
  uint64_t faults_ = 0;
};

}  // namespace parley::bench
