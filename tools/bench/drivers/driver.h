// SPDX-License-Identifier: Apache-2.0
// What the load generator needs of a system under test, so that one generator measures them all: a server process of its own (or one that
// runs already), clients that each join one room, and messages whose text the generator made (load/stamp.h). One file a driver; to add one,
// write it, and name it in drivers.cpp.
// One thread: everything happens inside of the calls, deliveries inside of poll().
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace parley::bench {

struct DriverOptions {
  int server_cpu = -1;                    // pins the server that is started; -1: anywhere
  std::string address;                    // HOST:PORT of a server that runs already; empty: start one. Not for parley and enet
  pid_t pid = -1;                         // that server's process, for its CPU and memory; -1: those aren't known
  std::vector<std::string> server_flags;  // further ones for the server that is started
};

// What a system promises, for the table that compares.
struct Promises {
  bool sealed = false;   // encrypted and authenticated
  bool ordered = false;  // one order for all members of a room
  bool stored = false;   // in a history, once
  bool echoes = true;    // a sender gets his own message, too
};

class Driver {
 public:
  // Called for each message that reached a client. The text lives during the call.
  using Deliver = std::function<void(int client, std::string_view text)>;

  virtual ~Driver() = default;
  virtual const char* name() const = 0;
  virtual Promises promises() const = 0;
  // Of the server, once the first client has joined; "" if it doesn't say.
  virtual std::string version() const = 0;

  // Starts the server, or remembers the address of the one that runs; for so many clients, client i in room i mod `rooms`.
  virtual Result<void> start(const DriverOptions& options, int clients, int rooms, Deliver deliver) = 0;
  // Begins to bring client i into its room; each client once, in ascending order.
  virtual Result<void> join(int client) = 0;
  // How many are in their rooms by now.
  virtual int joined() const = 0;
  // False when the client can't take a message now (its window is full): poll, then try again. It goes out with the next poll() at the
  // latest.
  virtual bool publish(int client, std::string_view text) = 0;
  // Sends what is due, reads what arrived, and waits at most `wait_ms` when there was nothing.
  virtual void poll(int wait_ms) = 0;
  // Connections that ended, and messages that the system itself called lost, doubled or out of order; all 0 in a good run.
  virtual uint64_t faults() const = 0;
  // Time spent in the client library's calls that brought something, so far: what a game would spend in its frames. Without what we do with
  // it. -1 where the driver is the client itself.
  virtual int64_t library_ns() const { return -1; }
  virtual pid_t server_pid() const = 0;
};

// In the order of their tables: parley, enet, mqtt, nats, redis, irc.
const std::vector<std::string>& driver_names();
// The name is one of driver_names().
std::unique_ptr<Driver> make_driver(const std::string& name);
// Whether its server can be started here; `why_not` then says what to install.
bool can_start(const std::string& name, std::string& why_not);

}  // namespace parley::bench
