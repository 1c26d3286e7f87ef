// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/users.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "core/base/text.h"
#include "tools/parleyctl/admin_client.h"
#include "tools/parleyctl/time_text.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kAskEvery{100};

int failed(const Error& error) {
  std::cerr << "parleyctl: " << printable(error.text) << '\n';
  return 1;
}

// Of an order, whether it is all done.
Result<bool> is_done(const std::filesystem::path& data_dir, const std::string& user, uint64_t order) {
  const auto answer = ask_server(data_dir, {{"ask", "erasures"}, {"order", order}});
  if (!answer) return std::unexpected(answer.error());
  if (const std::string why = answer->value("error", ""); !why.empty()) return fail(ErrorCode::kStorageFailed, why);
  const json& under_way = answer->at("under_way");
  const bool listed = std::ranges::any_of(under_way, [&user](const json& each) { return each.value("user", "") == user; });
  return answer->value("stored", false) && !listed;
}

// As `export` has them: the server tells a time by a number.
std::string text_of(json line) {
  if (const auto time = line.find("time_us"); time != line.end() && time->is_number_integer()) {
    line["time"] = time_text(WallTime(Micros(time->get<int64_t>())));
    line.erase("time_us");
  }
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

int export_user(const std::filesystem::path& data_dir, const std::string& user) {
  uint64_t from = 1;
  for (bool done = false; !done;) {
    const auto answer = ask_server(data_dir, {{"ask", "export-user"}, {"user", user}, {"from", from}});
    if (!answer) return failed(answer.error());
    for (const json& line : answer->at("lines")) std::cout << text_of(line) << '\n';
    if (!std::cout.flush()) return 1;
    from = answer->value("next", uint64_t{0});
    done = answer->value("done", true);
  }
  return 0;
}

int erase_user(const std::filesystem::path& data_dir, const std::string& user, bool as_json) {
  const auto order = ask_server(data_dir, {{"ask", "erase-user"}, {"user", user}});
  if (!order) return failed(order.error());
  for (;;) {
    const auto done = is_done(data_dir, user, order->value("order", uint64_t{0}));
    if (!done) return failed({done.error().code, "the order is taken, but: " + done.error().text});
    if (*done) break;
    std::this_thread::sleep_for(kAskEvery);
  }
  std::cout << (as_json ? json{{"ok", true}, {"erased", user}}.dump() : printable(user) + " is erased") << '\n';
  return 0;
}

}  // namespace parley::parleyctl
