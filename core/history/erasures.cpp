// SPDX-License-Identifier: Apache-2.0
#include "core/history/erasures.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/bus/spsc_queue.h"

namespace parley::history {

struct Erasures::Lane {
  explicit Lane(bus::Wakeup* w) : wakeup(w) {}
  bus::Wakeup* wakeup;
  bus::SpscQueue<ErasedNews> news{kMaxErasedNews};
};

Erasures::Erasures(Store& store, const std::vector<bus::Wakeup*>& ios) : store_(store) {
  for (bus::Wakeup* io : ios) lanes_.push_back(std::make_unique<Lane>(io));
  status_.under_way = store_.erasures();
  idle_ = status_.under_way.empty();
}

Erasures::~Erasures() = default;

Result<uint64_t> Erasures::order(std::string user) {
  const std::lock_guard lock(mutex_);
  if (status_.under_way.size() + orders_.size() >= kMaxErasures)
    return fail(ErrorCode::kBusy, std::to_string(kMaxErasures) + " users are being erased; try again when some of them are done");
  orders_.push_back(std::move(user));
  return ++ordered_;
}

ErasureStatus Erasures::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::optional<ErasedNews> Erasures::take(size_t io) {
  CHECK(io < lanes_.size(), "an I/O thread takes under its own index");
  return lanes_[io]->news.pop();
}

const std::vector<std::string>& Erasures::take_orders() {
  if (taken_.empty()) {
    const std::lock_guard lock(mutex_);
    std::swap(taken_, orders_);
  }
  return taken_;
}

void Erasures::stored() {
  if (taken_.empty()) return;
  idle_ = false;
  for (const std::string& user : taken_) forgetting_.erase(user);
  {
    const std::lock_guard lock(mutex_);
    status_.stored += taken_.size();
    status_.under_way = store_.erasures();
  }
  taken_.clear();
}

bool Erasures::do_work(Now now) {
  if (idle_ || now.mono < next_) return false;
  next_ = now.mono + kRetentionPace;
  if (!hand_out_news()) return false;
  const std::vector<Erasure> all = store_.erasures();
  idle_ = all.empty();
  if (idle_) return false;
  const auto unsearched = std::ranges::find(all, false, &Erasure::searched);
  return unsearched != all.end() ? look_through(*unsearched, now) : clear_index(all.front(), now);
}

// To all I/O threads; false while one of them has no room.
bool Erasures::hand_out_news() {
  size_t out = 0;
  for (; out < news_.size(); ++out) {
    const bool room = std::ranges::all_of(lanes_, [](const auto& lane) { return lane->news.size() < kMaxErasedNews; });
    if (!room) break;
    for (const auto& lane : lanes_) lane->news.push(ErasedNews(news_[out]));
  }
  if (out > 0) {
    for (const auto& lane : lanes_) lane->wakeup->notify();
  }
  news_.erase(news_.begin(), news_.begin() + static_cast<ptrdiff_t>(out));
  return news_.empty();
}

bool Erasures::look_through(const Erasure& erasure, Now now) {
  const auto some = store_.erase_some(erasure.user);
  if (!some) {
    failed(some.error(), now);
    return false;
  }
  for (const ErasedRoom& each : some->rooms) news_.push_back({each.room, erasure.user, each.through});
  hand_out_news();
  if (some->rooms.empty()) next_ = now.mono;  // it only read
  publish({});
  return !some->rooms.empty() || some->done;
}

bool Erasures::clear_index(const Erasure& erasure, Now now) {
  if (index_ != nullptr && forgetting_.insert(erasure.user).second) index_->forget(erasure.user);
  if (index_ != nullptr && !index_->has_forgotten(erasure.user)) {
    next_ = now.mono + kRetentionEvery;
    return false;
  }
  if (const auto finished = store_.finish_erasure(erasure.user); !finished) {
    failed(finished.error(), now);
    return false;
  }
  forgetting_.erase(erasure.user);
  publish({});
  return true;
}

void Erasures::failed(const Error& error, Now now) {
  next_ = now.mono + kRetentionEvery;
  publish(error.text);
}

void Erasures::publish(const std::string& error) {
  const std::lock_guard lock(mutex_);
  status_.under_way = store_.erasures();
  status_.error = error;
}

}  // namespace parley::history
