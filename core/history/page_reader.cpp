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
  PageAnswer answer{query, Page{}, Sequence(), {}, {}};
  const auto keep = [&answer](auto&& result, auto& place) {
    if (result) {
      place = std::move(*result);
    } else {
      answer.page = std::unexpected(result.error());
    }
  };
  switch (query.question) {
    case Question::kPage:
      return page_answer(query);
    case Question::kTarget:
      keep(store_.target({query.page.room, query.page.from, query.user, query.emoji}), answer.target);
      return answer;
    case Question::kRoomInfo:
      keep(store_.room_info({query.page.room, query.user, query.peer}), answer.info);
      return answer;
  }
  return answer;
}

PageAnswer PageReader::page_answer(const PageQuery& query) const {
  PageRequest request = query.page;
  request.user = query.user;
  Sequence valid_through;
  if (query.since) {
    const Result<Sequence> valid = store_.valid_through(request.room, query.since_epoch, query.since);
    if (!valid) return {query, std::unexpected(valid.error()), Sequence(), {}, {}};
    valid_through = *valid;
    request.reading = Reading::kForward;
    request.from = valid_through.next();
  }
  return {query, store_.read_page(request), valid_through, {}, {}};
}

}  // namespace parley::history
