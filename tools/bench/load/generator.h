// SPDX-License-Identifier: Apache-2.0
// The load: brings clients into rooms through a Driver, sends by a schedule (open loop: a message is due when it is due, whatever happened
// to the ones before), or as fast as a window allows, checks every delivery, and times it from its *scheduled* send to the receiving
// callback. One thread, which doesn't sleep while it chats: give it a core of its own.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tools/bench/drivers/driver.h"
#include "tools/bench/load/delivery_check.h"
#include "tools/bench/measure/histogram.h"

namespace parley::bench {

struct LoadPlan {
  int clients = 2;
  int rooms = 1;
  int rate = 0;     // messages/s over all rooms; 0: as fast as the window allows
  int window = 64;  // with rate 0: messages that not everybody has yet
  int message_bytes = 64;
  int joins_in_flight = 100;
};

// What a stretch of chat brought, its last deliveries waited for.
struct Phase {
  double seconds = 0;
  uint64_t sent = 0, delivered = 0;
  uint64_t delayed_sends = 0;                      // due, and refused at first by a full window of the client
  double server_cpu_s = 0, server_core = 0;        // 0 if the server's process isn't known; core: share of one, busy
  std::map<std::string, double> server_threads_s;  // the server's, by the name of the thread
  double generator_core = 0;
  double library_s = 0;  // of that, in the client library; 0: not known
  Histogram latency;

  double cpu_us_per_delivery() const { return delivered == 0 ? 0 : server_cpu_s * 1e6 / static_cast<double>(delivered); }
  double library_us_per_delivery() const { return delivered == 0 ? 0 : library_s * 1e6 / static_cast<double>(delivered); }
  double deliveries_per_s() const { return seconds == 0 ? 0 : static_cast<double>(delivered) / seconds; }
};

struct Joining {
  double seconds = 0, server_cpu_s = 0;
};

class Generator {
 public:
  // Called about five times a second: what is going on, which share of it is done, and the phase so far.
  using Watch = std::function<void(const char* what, double share, const Phase& phase)>;
  Generator(std::unique_ptr<Driver> driver, const LoadPlan& plan, Watch watch = {});

  // Starts the server, or takes the one that runs. Once.
  Result<void> start(const DriverOptions& options);
  // Brings everybody into their rooms, which may take so long. Once.
  Result<Joining> join_all(std::chrono::seconds limit);
  // Polls without sending.
  void settle(double seconds);
  // Chats for so long, then waits for what is still on its way, at most 10 s.
  Phase chat(double seconds);

  const DeliveryCheck& check() const { return check_; }
  const Driver& driver() const { return *driver_; }
  // What the server's process has allocated (anonymous_bytes), 0 if it isn't known.
  uint64_t server_memory() const;

 private:
  void receive(int client, std::string_view text);
  bool say(int64_t due_ns);
  void chat_by_schedule(int64_t start_ns, double seconds);
  void chat_by_window(int64_t start_ns, double seconds);
  void wait_for_rest();
  void tick(const char* what, double share);

  std::unique_ptr<Driver> driver_;
  LoadPlan plan_;
  Watch watch_;
  DeliveryCheck check_;
  Phase phase_;
  uint64_t turn_ = 0;  // messages so far: whose turn it is
  int64_t next_tick_ns_ = 0;
};

// Raises this process's limit of open files as far as it may, for its sockets and those of the servers that it starts.
void allow_many_sockets();
int64_t steady_ns();

}  // namespace parley::bench
