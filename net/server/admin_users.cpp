// SPDX-License-Identifier: Apache-2.0
#include "net/server/admin_users.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/history/entry_bytes.h"
#include "core/identity/base64url.h"

namespace parley::server {
namespace {

using nlohmann::json;

json refused(const Error& error) { return {{"ok", false}, {"error", error_name(error.code)}, {"text", error.text}}; }

uint64_t number_of(const json& request, const char* key) {
  return request.contains(key) && request[key].is_number_unsigned() ? request[key].get<uint64_t>() : 0;
}

Result<std::string> user_of(const json& request) {
  if (!request.contains("user") || !request["user"].is_string())
    return fail(ErrorCode::kInvalidArgument, "which user? {\"ask\":…,\"user\":\"id\"}");
  auto user = request["user"].get<std::string>();
  if (auto valid = validate_name(user, "user name"); !valid) return std::unexpected(std::move(valid.error()));
  return user;
}

json strings_of(const std::vector<std::string>& texts) { return json(texts); }

void put_content(json& out, const entry::ContentUnion& content) {
  if (const auto* text = content.AsText()) {
    out.update({{"kind", "message"}, {"text", text->text}});
    if (text->reply_to != 0) out["reply_to"] = text->reply_to;
    if (!text->mentions.empty()) out["mentions"] = strings_of(text->mentions);
  } else if (const auto* emote = content.AsEmote()) {
    out.update({{"kind", "emote"}, {"text", emote->text}});
    if (emote->reply_to != 0) out["reply_to"] = emote->reply_to;
    if (!emote->mentions.empty()) out["mentions"] = strings_of(emote->mentions);
  } else if (const auto* edit = content.AsEdit()) {
    out.update({{"kind", "edit"}, {"target", edit->target}, {"text", edit->text}});
  } else if (const auto* removal = content.AsDelete()) {
    out.update({{"kind", "delete"}, {"target", removal->target}, {"reason", removal->reason}});
  } else if (const auto* reaction = content.AsReaction()) {
    out.update({{"kind", "reaction"}, {"target", reaction->target}, {"emoji", reaction->emoji}, {"removed", reaction->removed}});
  } else if (const auto* pin = content.AsPin()) {
    out.update({{"kind", "pin"}, {"target", pin->target}, {"removed", pin->removed}});
  } else if (const auto* topic = content.AsTopic()) {
    out.update({{"kind", "topic"}, {"text", topic->text}});
  } else if (const auto* custom = content.AsCustom()) {
    out.update({{"kind", "custom"}, {"custom_type", custom->type}, {"data", identity::to_base64url(custom->payload)}});
  } else if (const auto* gone = content.AsGone()) {
    out.update({{"kind", "deleted"}, {"by", gone->by}, {"reason", gone->reason}});
  } else {
    out["kind"] = "other";
  }
}

json line_of(const history::Store& store, const history::LogEntry& stored, const entry::Entry& said) {
  entry::EntryT fields;
  said.UnPackTo(&fields);
  json out = {{"type", "entry"},
              {"room", store.room_name(stored.room)},
              {"sequence", stored.sequence.value},
              {"user", fields.author},
              {"name", fields.name},
              {"time_us", fields.wall_us},
              {"number", fields.number},
              {"producer", fields.producer}};
  if (fields.edited != 0) out["edited"] = fields.edited;
  put_content(out, fields.content);
  return out;
}

Result<void> add_marks(const history::Store& store, const std::string& user, json& lines) {
  const auto marks = store.marks_of(user);
  if (!marks) return std::unexpected(marks.error());
  for (const history::UserMark& mark : *marks) {
    json line = {{"type", "mark"}, {"room", store.room_name(mark.room)}, {"user", user}};
    if (mark.read) line["read"] = mark.read.value;
    if (mark.joined_at) line["sees_from"] = mark.joined_at.value;
    lines.push_back(std::move(line));
  }
  return {};
}

}  // namespace

json export_user(const Server& server, const json& request) {
  const auto user = user_of(request);
  if (!user) return refused(user.error());
  const history::Store& store = server.store();
  json lines = json::array();
  const LogPosition from(std::max<uint64_t>(1, number_of(request, "from")));
  if (from == LogPosition(1)) {
    if (const auto added = add_marks(store, *user, lines); !added) return refused(added.error());
  }
  const auto range = store.log_range();
  if (!range) return refused(range.error());
  const auto scan = store.read_log({std::max(from, range->begin), range->end, RoomId(), kMaxExportLooks});
  if (!scan) return refused(scan.error());
  for (const history::LogEntry& stored : scan->entries) {
    const entry::Entry* said = history::read_entry(stored.bytes);
    if (said != nullptr && said->author()->string_view() == *user) lines.push_back(line_of(store, stored, *said));
  }
  const bool done = scan->next >= range->end;
  return {{"ok", true}, {"lines", std::move(lines)}, {"next", scan->next.value}, {"done", done}};
}

json erase_user(Server& server, const json& request) {
  const auto user = user_of(request);
  if (!user) return refused(user.error());
  const auto order = server.erase_user(*user);
  if (!order) return refused(order.error());
  return {{"ok", true}, {"order", *order}};
}

json erasures(Server& server, const json& request) {
  const history::ErasureStatus status = server.erasures();
  json under_way = json::array();
  for (const history::Erasure& each : status.under_way) {
    under_way.push_back({{"user", each.user}, {"searched", each.searched}, {"looked_at", each.looked_at}, {"of", each.of}});
  }
  return {
      {"ok", true}, {"stored", status.stored >= number_of(request, "order")}, {"under_way", std::move(under_way)}, {"error", status.error}};
}

}  // namespace parley::server
