// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/backup.h"

#include <chrono>
#include <thread>

#include "core/base/text.h"
#include "tools/parleyctl/admin_client.h"
#include "tools/parleyctl/progress.h"
#include "tools/parleyctl/tables.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kLookEvery{100};

}  // namespace

Result<json> make_backup(const std::filesystem::path& data_dir, const std::filesystem::path& directory) {
  std::filesystem::path whole = std::filesystem::absolute(directory).lexically_normal();  // the server's own directory is another
  if (!whole.has_filename()) whole = whole.parent_path();
  const auto started = ask_server(data_dir, {{"ask", "backup"}, {"directory", whole.string()}});
  if (!started) return std::unexpected(started.error());
  Progress progress("backup");
  while (true) {
    const auto status = ask_server(data_dir, {{"ask", "backup-status"}});
    if (!status) return std::unexpected(status.error());
    if (status->at("id") != started->at("id"))
      return fail(ErrorCode::kInternal, "another backup began meanwhile; look whether " + whole.string() + " is there");
    const std::string state = status->value("state", "");
    if (state == "failed") return fail(error_of(status->value("error", "")), status->value("text", "the backup failed without a reason"));
    if (state == "done") return json{{"ok", true}, {"directory", whole.string()}, {"bytes", status->value("bytes_done", uint64_t{0})}};
    progress.show(status->value("bytes_done", uint64_t{0}), status->value("bytes_total", uint64_t{0}));
    std::this_thread::sleep_for(kLookEvery);
  }
}

std::string backup_line(const json& answer) {
  return bytes_text(answer.value("bytes", uint64_t{0})) + " in " + printable(answer.value("directory", "")) +
         ", with the server's keys: keep it as safe as these\n";
}

std::string said_line(const json& answer) {
  return "said in " + printable(answer.value("room", "")) + " as #" + std::to_string(answer.value("sequence", uint64_t{0})) + "\n";
}

}  // namespace parley::parleyctl
