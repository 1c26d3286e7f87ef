// SPDX-License-Identifier: Apache-2.0
// Carries out orders to erase users (erasure.h), a step between the writer's commits: an order comes from the main thread, is stored in the
// next commit, then the log is looked through, the search index is told to forget, and the order is done. Who is online is told by news,
// for each room in which something of the user went; they wait in a queue for each I/O thread, and while one is full no step is made.
//
// order() and status() on any thread, take() on the I/O thread `io`, the rest on the writer's.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/bus/wakeup.h"
#include "core/history/store.h"

namespace parley::history {

// The search index, for who erases. Any thread.
class IndexForgetter {
 public:
  virtual ~IndexForgetter() = default;
  // What the user said is looked at again in the store, and what is gone there goes from the index.
  virtual void forget(std::string user) = 0;
  virtual bool has_forgotten(const std::string& user) const = 0;
};

// What the user said in the room up to there is gone.
struct ErasedNews {
  RoomId room;
  std::string user;
  Sequence through;
};

struct ErasureStatus {
  uint64_t stored = 0;  // orders of this process that are on disk
  std::vector<Erasure> under_way;
  std::string error;  // why the last step failed; empty: it didn't
};

class Erasures {
 public:
  // An I/O thread for each wake-up. `index` may be set later, before the first step; none: there is no index.
  Erasures(Store& store, const std::vector<bus::Wakeup*>& ios);
  ~Erasures();
  void set_index(IndexForgetter* index) { index_ = index; }

  // The order's number; it is on disk once status().stored has reached it. Error: kBusy (kMaxErasures are under way).
  Result<uint64_t> order(std::string user);
  ErasureStatus status() const;
  std::optional<ErasedNews> take(size_t io);

  // Users whose orders go into the next commit; stored() when that is done. They stay the same until then.
  const std::vector<std::string>& take_orders();
  void stored();
  // One step. True if it changed the store.
  bool do_work(Now now);
  MonoTime next_deadline() const { return idle_ ? kNever : next_; }

 private:
  struct Lane;

  bool hand_out_news();
  bool look_through(const Erasure& erasure, Now now);
  bool clear_index(const Erasure& erasure, Now now);
  void failed(const Error& error, Now now);
  void publish(const std::string& error);

  Store& store_;
  IndexForgetter* index_ = nullptr;
  std::vector<std::unique_ptr<Lane>> lanes_;

  // Writer thread.
  std::vector<std::string> taken_;
  std::vector<ErasedNews> news_;      // not handed out yet
  std::set<std::string> forgetting_;  // the index was asked to
  bool idle_ = false;
  MonoTime next_{};

  mutable std::mutex mutex_;
  std::vector<std::string> orders_;  // guarded by mutex_
  uint64_t ordered_ = 0;             // likewise
  ErasureStatus status_;             // likewise
};

}  // namespace parley::history
