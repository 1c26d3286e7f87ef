// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/ticket.h"

#include <charconv>

#include "core/base/text.h"
#include "core/identity/server_keys.h"
#include "net/server/mint.h"
#include "tools/parleyctl/admin_client.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;

// Only where a server ran before: keys that this program made wouldn't be anybody's.
Result<json> mint_offline(const std::filesystem::path& data_dir, const server::TicketWish& wish, const Error& no_server) {
  std::error_code error;
  if (!std::filesystem::exists(data_dir / "link.key", error)) return std::unexpected(no_server);
  SystemRandom random;
  SystemClock clock;
  const auto keys = identity::load_or_make_keys(data_dir, random);
  if (!keys) return std::unexpected(keys.error());
  auto ticket = server::mint_ticket(keys->signer, wish, clock.now().wall);
  if (!ticket) return std::unexpected(ticket.error());
  return json{{"ok", true}, {"ticket", *ticket}};
}

}  // namespace

Result<Seconds> parse_span(const std::string& text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  const int64_t seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86'400 : 0;
  if (error != std::errc{} || seconds == 0 || count <= 0 || count > 3660 * 86'400 / seconds) {
    return fail(ErrorCode::kInvalidArgument, "\"" + printable(text) + "\" is no span of time; write it like 90s, 15m, 24h or 30d");
  }
  return Seconds(count * seconds);
}

Result<json> make_ticket(const std::filesystem::path& data_dir, const TicketOptions& options) {
  const auto valid = parse_span(options.valid);
  if (!valid) return std::unexpected(valid.error());
  auto answer = ask_server(data_dir, {{"ask", "ticket"},
                                      {"user", options.user},
                                      {"name", options.name},
                                      {"rooms", options.rooms},
                                      {"rights", options.rights},
                                      {"valid_s", valid->count()}});
  if (answer || answer.error().code != ErrorCode::kNotFound) return answer;
  return mint_offline(data_dir, {options.user, options.name, options.rooms, options.rights, options.audience, *valid}, answer.error());
}

}  // namespace parley::parleyctl
