// SPDX-License-Identifier: Apache-2.0
#include "net/server/admin_answers.h"

#include <nlohmann/json.hpp>

#include "net/server/admin_json.h"
#include "net/server/admin_operations.h"
#include "net/server/admin_users.h"
#include "net/server/mint.h"
#include "net/server/version.h"

namespace parley::server {
namespace {

using nlohmann::json;

const char* storage_name(history::StorageState state) {
  switch (state) {
    case history::StorageState::kWorking:
      return "working";
    case history::StorageState::kFull:
      return "full";
    case history::StorageState::kFailed:
      return "failed";
  }
  return "failed";
}

double seconds(Micros span) { return static_cast<double>(span.count()) / 1e6; }

json counters_of(const std::vector<IoSnapshot>& ios) {
  json sum = json::object();
  const auto add = [&sum](const char* name, uint64_t value) { sum[name] = sum.value(name, uint64_t{0}) + value; };
  for (const IoSnapshot& io : ios) {
    const IoCounters& c = io.counters;
    add("hellos_accepted", c.hellos_accepted), add("hellos_refused", c.hellos_refused);
    add("messages_in", c.messages_in), add("dropped_malformed", c.dropped_malformed);
    add("skipped_unknown_kind", c.skipped_unknown_kind), add("closed_malformed", c.closed_malformed);
    add("closed_replaced", c.closed_replaced), add("closed_expired", c.closed_expired);
    add("sends_accepted", c.sends_accepted), add("sends_repeated", c.sends_repeated);
    add("sends_refused", c.sends_refused), add("sends_skipped", c.sends_skipped);
    add("signals_accepted", c.signals_accepted), add("signals_dropped", c.signals_dropped), add("signal_deliveries", c.signal_deliveries);
    add("joins_accepted", c.joins_accepted), add("requests_refused", c.requests_refused);
    add("records", c.records), add("deliveries", c.deliveries);
    add("searches", c.searches), add("search_errors", c.search_errors);
    add("pages", c.pages), add("page_errors", c.page_errors), add("lagging", c.lagging);
    const transport::TransportCounters& t = io.transport;
    add("datagrams_in", t.datagrams_in), add("datagrams_out", t.datagrams_out);
    add("bytes_in", t.bytes_in), add("bytes_out", t.bytes_out);
    add("dropped_short", t.dropped_short), add("dropped_kind", t.dropped_kind);
    add("dropped_version", t.dropped_version), add("dropped_mac1", t.dropped_mac1);
    add("dropped_unknown_index", t.dropped_unknown_index), add("dropped_full", t.dropped_full);
    add("dropped_busy", t.dropped_busy), add("dropped_rate", t.dropped_rate);
    add("dropped_forged", t.dropped_forged), add("dropped_replayed", t.dropped_replayed);
    add("dropped_handshake", t.dropped_handshake);
    add("handshakes_ok", t.handshakes_ok), add("handshakes_refused", t.handshakes_refused);
    add("cookies_sent", t.cookies_sent), add("rekeys", t.rekeys);
    add("path_challenges", t.path_challenges), add("path_changes", t.path_changes);
  }
  return sum;
}

json search_of(const std::optional<search::IndexStatus>& status) {
  if (!status) return {{"state", "off"}};
  const bool complete = status->indexed + kMaxUnindexedScan >= status->entries;  // the searcher reads through what is missing
  return {{"state", !status->error.empty() ? "failed"
                    : complete             ? "ready"
                                           : "building"},
          {"error", status->error},
          {"entries", status->entries},
          {"indexed", status->indexed},
          {"commits", status->commits},
          {"rebuilt_shards", status->rebuilt}};
}

json status(Server& server) {
  const ServerStatus status = server.status();
  const std::vector<IoSnapshot> ios = server.ask(IoQuestion::kCounters);
  uint64_t sessions = 0;
  for (const IoSnapshot& io : ios) sessions += io.transport.sessions;
  return {{"ok", true},
          {"version", version()},
          {"address", status.address},
          {"up_s", seconds(status.up)},
          {"epoch", status.epoch},
          {"io_threads", server.config().io_threads},
          {"sessions", sessions},
          {"rooms", ios.empty() ? 0 : ios.front().room_count},
          {"storage",
           {{"state", storage_name(status.storage)},
            {"error", status.storage_error},
            {"entries", status.store.entries},
            {"bytes_used", status.store.bytes_used},
            {"bytes_limit", status.store.bytes_limit},
            {"damaged_records", status.store.damaged_records},
            {"bytes_free", status.store.bytes_free},
            {"removed", status.writer.removed},
            {"retention_error", status.retention_error},
            {"commits", status.writer.commits},
            {"failed_commits", status.writer.failed_commits}}},
          {"search", search_of(status.search)},
          {"counters", counters_of(ios)}};
}

// Every I/O thread knows all rooms; the first one's answer is as good as any.
json rooms(Server& server) {
  json list = json::array();
  const std::vector<IoSnapshot> ios = server.ask(IoQuestion::kRooms);
  if (ios.empty()) return refused(ErrorCode::kTimeout, "the I/O threads didn't answer within two seconds; try again");
  for (const RoomRow& row : ios.front().rooms) {
    list.push_back({{"id", row.id}, {"name", row.name}, {"entries", row.head}, {"members", row.members}});
  }
  return {{"ok", true}, {"rooms", std::move(list)}};
}

json sessions(Server& server, MonoTime now) {
  json list = json::array();
  for (const IoSnapshot& io : server.ask(IoQuestion::kSessions)) {
    for (const SessionRow& row : io.sessions) {
      json each = {{"user", row.user},
                   {"name", row.name},
                   {"from", row.from},
                   {"io", io.io},
                   {"producer", row.producer},
                   {"rooms", row.rooms},
                   {"connected_s", seconds(now - row.since)},
                   {"rtt_us", row.stats.rtt_us},
                   {"loss_up_ppm", row.stats.loss_in_ppm},  // up: from the client to here
                   {"loss_down_ppm", row.stats.loss_out_ppm},
                   {"copies_sent", row.stats.copies_sent},
                   {"resends_sent", row.stats.resends_sent},
                   {"datagrams_sent", row.stats.datagrams_sent},
                   {"datagrams_received", row.stats.datagrams_received},
                   {"bytes_sent", row.stats.bytes_sent},
                   {"bytes_received", row.stats.bytes_received},
                   {"queued_bytes", row.stats.queued_bytes}};
      if (row.expires != kNever) each["expires_in_s"] = seconds(row.expires - now);
      list.push_back(std::move(each));
    }
  }
  return {{"ok", true}, {"sessions", std::move(list)}};
}

std::vector<std::string> strings(const json& request, const char* key) {
  std::vector<std::string> out;
  if (!request.contains(key) || !request[key].is_array()) return out;
  for (const json& each : request[key]) {
    if (each.is_string()) out.push_back(each.get<std::string>());
  }
  return out;
}

json ticket(Server& server, const json& request, WallTime now) {
  TicketWish wish;
  wish.user = string_of(request, "user");
  wish.name = string_of(request, "name");
  wish.rooms = strings(request, "rooms");
  wish.rights = strings(request, "rights");
  wish.audience = server.config().audience;
  if (request.contains("valid_s") && request["valid_s"].is_number_integer()) {
    constexpr int64_t kTenYears = int64_t{10} * 366 * 24 * 3600;
    wish.valid = Seconds(std::clamp<int64_t>(request["valid_s"].get<int64_t>(), 0, kTenYears));
  }
  auto minted = mint_ticket(server.signer(), wish, now);
  if (!minted) return refused(minted.error().code, minted.error().text);
  return {{"ok", true}, {"ticket", *minted}, {"address", server.address()}};
}

}  // namespace

std::string AdminAnswers::answer(std::string_view line) {
  const json request = json::parse(line, nullptr, false);
  const Now now = clock_.now();
  json answer;
  if (!request.is_object()) {
    answer = refused(ErrorCode::kInvalidArgument, "a request is a JSON object in one line, like {\"ask\":\"status\"}");
  } else if (const std::string what = string_of(request, "ask"); what == "status") {
    answer = status(server_);
  } else if (what == "rooms") {
    answer = rooms(server_);
  } else if (what == "sessions") {
    answer = sessions(server_, now.mono);
  } else if (what == "ticket") {
    answer = ticket(server_, request, now.wall);
  } else if (what == "export-user") {
    answer = export_user(server_, request);
  } else if (what == "erase-user") {
    answer = erase_user(server_, request);
  } else if (what == "erasures") {
    answer = erasures(server_, request);
  } else if (auto done = answer_operation(server_, what, request)) {
    answer = std::move(*done);
  } else {
    answer = refused(ErrorCode::kInvalidArgument,
                     "ask for status, rooms, sessions, ticket, say, backup, backup-status, export-user, erase-user or erasures");
  }
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace parley::server
