// SPDX-License-Identifier: Apache-2.0
#include "core/search/searcher.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/bus/spsc_queue.h"
#include "core/search/search_run.h"

namespace parley::search {
namespace {

constexpr int kRoundsPerCall = 4;  // searches for each I/O thread before do_work returns

}  // namespace

struct Searcher::Lane {
  explicit Lane(bus::Wakeup* w) : wakeup(w) {}
  bus::Wakeup* wakeup;
  bus::SpscQueue<SearchRequest> requests{kMaxPendingSearches};
  bus::SpscQueue<SearchAnswer> answers{kMaxPendingSearches};
  size_t pending = 0;  // asked, not taken; the I/O thread's
};

Searcher::Searcher(const history::Store& store, ShardLayout layout, IndexNews& news, const std::vector<bus::Wakeup*>& io_wakeups)
    : store_(store), shards_(std::make_unique<OpenShards>(std::move(layout), news)) {
  for (bus::Wakeup* io : io_wakeups) lanes_.push_back(std::make_unique<Lane>(io));
}

Searcher::~Searcher() = default;

bus::Wakeup& Searcher::wakeup() { return wakeup_; }

bool Searcher::ask(size_t io, SearchRequest request) {
  CHECK(io < lanes_.size(), "an I/O thread asks under its own index");
  Lane& lane = *lanes_[io];
  if (lane.pending == kMaxPendingSearches) return false;
  if (!lane.requests.push(std::move(request))) return false;
  ++lane.pending;
  wakeup_.notify();
  return true;
}

std::optional<SearchAnswer> Searcher::take(size_t io) {
  CHECK(io < lanes_.size(), "an I/O thread takes under its own index");
  Lane& lane = *lanes_[io];
  std::optional<SearchAnswer> answer = lane.answers.pop();
  if (answer) --lane.pending;
  return answer;
}

int Searcher::do_work(Now) {
  int answered = 0;
  for (int round = 0; round < kRoundsPerCall; ++round) {
    const int before = answered;
    for (const auto& lane : lanes_) {
      std::optional<SearchRequest> request = lane->requests.pop();
      if (!request) continue;
      Result<SearchPage> page = search(*request);
      const bool placed = lane->answers.push({std::move(*request), std::move(page)});
      CHECK(placed, "ask() lets no more in than answers fit");
      lane->wakeup->notify();
      ++answered;
    }
    if (answered == before) break;
  }
  return answered;
}

Result<SearchPage> Searcher::search(const SearchRequest& request) {
  auto query = parse_query(request.text);
  if (!query) return std::unexpected(std::move(query.error()));
  return SearchRun(store_, *shards_, request, *query).run();
}

}  // namespace parley::search
