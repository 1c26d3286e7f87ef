// SPDX-License-Identifier: Apache-2.0
#include "core/history/page_reader.h"

#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/bus/spsc_queue.h"

namespace parley::history {
namespace {

constexpr int kRoundsPerCall = 16;  // pages for each I/O thread before do_work returns

}  // namespace

struct PageReader::Lane {
  explicit Lane(bus::Wakeup* w) : wakeup(w) {}
  bus::Wakeup* wakeup;
  bus::SpscQueue<PageQuery> queries{kMaxPendingPages};
  bus::SpscQueue<PageAnswer> answers{kMaxPendingPages};
  size_t pending = 0;  // asked, not taken; the I/O thread's
};

PageReader::PageReader(const Store& store, const std::vector<bus::Wakeup*>& io_wakeups) : store_(store) {
  for (bus::Wakeup* io : io_wakeups) lanes_.push_back(std::make_unique<Lane>(io));
}

PageReader::~PageReader() = default;

bus::Wakeup& PageReader::wakeup() { return wakeup_; }

bool PageReader::ask(size_t io, const PageQuery& query) {
  CHECK(io < lanes_.size(), "an I/O thread asks under its own index");
  Lane& lane = *lanes_[io];
  if (lane.pending == kMaxPendingPages) return false;
  PageQuery copy = query;
  if (!lane.queries.push(std::move(copy))) return false;
  ++lane.pending;
  wakeup_.notify();
  return true;
}

std::optional<PageAnswer> PageReader::take(size_t io) {
  CHECK(io < lanes_.size(), "an I/O thread takes under its own index");
  Lane& lane = *lanes_[io];
  std::optional<PageAnswer> answer = lane.answers.pop();
  if (answer) --lane.pending;
  return answer;
}

int PageReader::do_work(Now) {
  int answered = 0;
  for (int round = 0; round < kRoundsPerCall; ++round) {
    const int before = answered;
    for (const auto& lane : lanes_) {
      const std::optional<PageQuery> query = lane->queries.pop();
      if (!query) continue;
      const bool placed = lane->answers.push(answer(*query));
      CHECK(placed, "ask() lets no more in than answers fit");
      lane->wakeup->notify();
      ++answered;
    }
    if (answered == before) break;
  }
  return answered;
}

PageAnswer PageReader::answer(const PageQuery& query) const {
  PageAnswer answer{query, Page{}, {}, {}, {}, {}};
  PageRequest page = query.page;
  page.user = query.user;
  const auto keep = [&answer](auto&& result, auto& place) {
    if (result) {
      place = std::move(*result);
    } else {
      answer.page = std::unexpected(result.error());
    }
  };
  switch (query.question) {
    case Question::kPage:
      answer.page = store_.read_page(page);
      return answer;
    case Question::kTarget:
      keep(store_.target({query.page.room, query.page.from, query.user, query.emoji}), answer.target);
      return answer;
    case Question::kRoomInfo:
      keep(store_.room_info({query.page.room, query.user, query.peer}), answer.info);
      return answer;
    case Question::kJoin:
      if (query.since) keep(store_.valid_through(query.page.room, query.since_epoch, query.since), answer.valid_through);
      keep(store_.joined_at(query.page.room, query.user), answer.joined_at);
      return answer;
  }
  return answer;
}

}  // namespace parley::history
