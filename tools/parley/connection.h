// SPDX-License-Identifier: Apache-2.0
// The library's client and one session on it, closed when this goes. Used by the chat (as its Backend) and by send, tail and history. Main
// thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "net/client/parley.h"
#include "tools/parley/backend.h"

namespace parley::terminal {

struct ConnectionOptions {
  std::string address;
  std::string ticket;
  std::string room;  // joined at once; empty = none
  uint32_t history = 0;
  std::optional<parley_network> network;  // a bad one by choice
};

class Connection final : public Backend {
 public:
  static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // What happened since the last call; valid until the next one.
  std::span<const parley_event> poll();
  // Readable when poll() has something; it also has after timeout_ms().
  int fd() const { return parley_client_fd(client_); }
  int timeout_ms(int most_ms) const { return parley_timeout_ms(client_, most_ms); }

  Result<void> join(const std::string& room, uint32_t history) override;
  Result<void> join_since(const std::string& room, uint64_t since);
  Result<void> leave(const std::string& room) override;
  Result<uint64_t> send(const std::string& room, const Outgoing& message) override;
  void typing(const std::string& room) override;
  Result<void> act(const std::string& room, const Deed& deed) override;
  Result<uint32_t> page(const std::string& room, const PageWish& wish) override;
  Result<void> mark_read(const std::string& room, uint64_t sequence) override;
  std::optional<Unread> unread(const std::string& room) const override;
  Result<uint32_t> search(const std::string& room, const std::string& words, uint64_t before, uint32_t limit) override;
  uint64_t producer() const override { return parley_producer(session_); }
  uint32_t rtt_us() const override;

 private:
  Connection() = default;
  Result<void> result_of(int code) const;

  static constexpr int kEvents = 256;
  parley_client* client_ = nullptr;
  parley_session* session_ = nullptr;
  parley_event events_[kEvents];
};

}  // namespace parley::terminal
