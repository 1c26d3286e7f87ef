// SPDX-License-Identifier: Apache-2.0
#include "net/server/admin_operations.h"

#include "core/base/direct_room.h"
#include "core/base/text.h"
#include "net/server/admin_json.h"

namespace parley::server {
namespace {

using nlohmann::json;

json refusal(const Error& error) { return refused(error.code, error.text); }

json say(Server& server, const json& request) {
  const std::string room = string_of(request, "room");
  const std::string text = string_of(request, "text");
  if (auto valid = validate_name(room, "room name"); !valid) return refusal(valid.error());
  if (is_direct_room(room) && !direct_pair(room))
    return refused(ErrorCode::kInvalidArgument,
                   "\"" + room + "\" looks like a direct room but is of no two users; names beginning with \"dm:\" are theirs");
  if (auto valid = validate_message(text); !valid) return refusal(valid.error());
  const auto said = server.say(room, text);
  if (!said) return refusal(said.error());
  return {{"ok", true}, {"room", room}, {"sequence", said->value}};
}

json backup(Server& server, const json& request) {
  const auto started = server.backup().start(string_of(request, "directory"));
  if (!started) return refusal(started.error());
  return {{"ok", true}, {"id", *started}};
}

const char* name_of(BackupState state) {
  switch (state) {
    case BackupState::kNone:
      return "none";
    case BackupState::kRunning:
      return "running";
    case BackupState::kDone:
      return "done";
    case BackupState::kFailed:
      return "failed";
  }
  return "none";
}

json backup_status(Server& server) {
  const BackupStatus& status = server.backup().status();
  json answer = {{"ok", true},
                 {"id", status.id},
                 {"state", name_of(status.state)},
                 {"directory", status.directory.string()},
                 {"bytes_done", status.bytes_done},
                 {"bytes_total", status.bytes_total}};
  if (status.state == BackupState::kFailed) answer["error"] = error_name(status.error.code), answer["text"] = status.error.text;
  return answer;
}

}  // namespace

std::optional<json> answer_operation(Server& server, const std::string& what, const json& request) {
  if (what == "say") return say(server, request);
  if (what == "backup") return backup(server, request);
  if (what == "backup-status") return backup_status(server);
  return std::nullopt;
}

}  // namespace parley::server
