// SPDX-License-Identifier: Apache-2.0
#include "net/server/searches.h"

#include <algorithm>

#include "net/server/pages.h"
#include "net/server/policy.h"

namespace parley::server {
namespace {

constexpr int kAnswersPerCycle = 16;

}  // namespace

std::optional<Refusal> Searches::refuse(Session& session, const Seat* seat) const {
  if (seat == nullptr) return refuse_not_member();
  if (state_.world.searcher == nullptr)
    return Refusal{ErrorCode::kNotFound, "this server keeps no search index; its operator can start it without --no-search", 0};
  if (auto refused = refuse_rate(session.requests, state_.now.mono)) return refused;
  const bool slow = state_.transport->queued_bytes(session.id) > kCatchUpQueueBytes;
  if (slow || session.searches_asked >= kMaxSearchesAsked) return refuse_busy();
  return std::nullopt;
}

void Searches::request(Session& session, const wire::SearchRequest& request) {
  const Seat* seat = session.seat(RoomId(request.room_id()));
  if (const auto refused = refuse(session, seat)) return state_.refuse_request(session.id, request.request(), *refused);
  search::SearchRequest asked;
  asked.session = session.id;
  asked.request = request.request();
  asked.room = seat->room;
  // One byte beyond the limit is enough to be refused for it.
  asked.text = std::string_view(request.query()->data(), std::min<size_t>(request.query()->size(), kMaxQueryBytes + 1));
  asked.before = Sequence(request.before());
  asked.floor = seat->floor;
  asked.limit = request.limit();
  if (!state_.world.searcher->ask(state_.io, std::move(asked))) {
    return state_.refuse_request(session.id, request.request(), refuse_busy());
  }
  ++session.searches_asked;
}

int Searches::take() {
  if (state_.world.searcher == nullptr) return 0;
  int taken = 0;
  for (; taken < kAnswersPerCycle; ++taken) {
    const auto answer = state_.world.searcher->take(state_.io);
    if (!answer) break;
    on_answer(*answer);
  }
  return taken;
}

void Searches::on_answer(const search::SearchAnswer& answer) {
  const search::SearchRequest& asked = answer.request;
  Session* session = state_.sessions.find(asked.session);
  if (session == nullptr) return;
  --session->searches_asked;
  const Seat* seat = session->seat(asked.room);
  if (seat == nullptr) return state_.refuse_request(session->id, asked.request, refuse_not_member());
  if (!answer.page) {
    const Error& why = answer.page.error();
    if (why.code == ErrorCode::kInvalidArgument || why.code == ErrorCode::kNotUtf8)
      return state_.refuse_request(session->id, asked.request, {why.code, why.text, 0});
    ++state_.counters.search_errors;
    return state_.refuse_request(session->id, asked.request, {why.code, why.text, 1000});
  }
  state_.encode.begin_entries();
  for (const history::StoredEntry& entry : answer.page->entries) {
    // It may have left and come back with less right meanwhile.
    if (entry.sequence >= seat->floor) state_.encode.add_entry(entry.sequence, entry.bytes);
  }
  ++state_.counters.searches;
  state_.post_to_room(session->id, seat->room,
                      state_.encode.finish_results({asked.request, seat->room, answer.page->rest, answer.page->incomplete}));
}

}  // namespace parley::server
