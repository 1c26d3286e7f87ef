// SPDX-License-Identifier: Apache-2.0
// What one protocol over TCP is to the generator: bytes to write, frames to read. Pure: no sockets, so a test can feed it bytes. The object
// is shared by all clients of a driver and keeps nothing of a single one.
#pragma once

#include <string>
#include <string_view>

#include "tools/bench/drivers/driver.h"
#include "tools/bench/drivers/foreign_server.h"

namespace parley::bench {

// What a frame from the server means to us.
struct Incoming {
  enum class Kind { kOther, kJoined, kMessage, kRefused };
  Kind kind = Kind::kOther;
  std::string_view text;  // kMessage: what was published; kRefused: the server's own words. Views the bytes that were read
  std::string answer;     // to be sent back on this connection
};

class StreamProtocol {
 public:
  virtual ~StreamProtocol() = default;
  virtual const char* name() const = 0;
  virtual Promises promises() const = 0;
  // How a server of its own is started on this port.
  virtual ForeignCommand server(int port, const std::string& config_path) const = 0;

  // Appends what client i says first, so that it ends up in the room.
  virtual void hello(int client, std::string_view room, std::string& out) const = 0;
  // Appends a message of that client to the room.
  virtual void publish(int client, std::string_view room, std::string_view text, std::string& out) const = 0;
  // Reads the frame at the front of `bytes` into `in`; returns its length, 0 while it isn't whole.
  virtual size_t read(std::string_view bytes, std::string_view room, Incoming& in) = 0;

  // What the server said of its version, in whatever frame that was.
  const std::string& version() const { return version_; }

 protected:
  // The next word of a line, which is cut off its front.
  static std::string_view next_word(std::string_view& line) {
    const size_t end = line.find(' ');
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    return word;
  }

  std::string version_;
};

}  // namespace parley::bench
