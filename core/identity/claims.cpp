// SPDX-License-Identifier: Apache-2.0
#include "core/identity/claims.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/display_name.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/identity/base64url.h"
#include "core/identity/json.h"

namespace parley::identity {
namespace {

constexpr std::array<std::pair<std::string_view, Right>, 4> kRightNames{
    {{"join", Right::kJoin}, {"send", Right::kSend}, {"history", Right::kHistory}, {"moderate", Right::kModerate}}};
constexpr double kMaxUnixSeconds = 253402300799.0;  // the end of 9999: later dates are mistakes, e.g. milliseconds

std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorCode::kTicketMalformed,
              "the ticket " + std::string(why) + ": the game's backend (or parleyctl ticket) must make a new one");
}

Result<WallTime> time_of(const Json& claims, const char* name) {
  const auto seconds = find_number(claims, name);
  if (!seconds || *seconds < 0 || *seconds > kMaxUnixSeconds)
    return malformed("has no usable \"" + std::string(name) + "\" (seconds since 1970)");
  return WallTime(Micros(static_cast<int64_t>(*seconds * 1e6)));
}

uint8_t rights_of(const Json& words) {
  uint8_t rights = 0;
  for (const Json& word : words)
    for (const auto& [name, right] : kRightNames)
      if (word == name) rights |= static_cast<uint8_t>(right);
  return rights;
}

Result<std::vector<Grant>> grants_of(const Json& claims) {
  const Json* list = find_array(claims, "grants");
  if (list == nullptr) return malformed("has no \"grants\"");
  if (list->size() > kMaxGrants) return malformed("has more than " + std::to_string(kMaxGrants) + " grants");
  std::vector<Grant> out;
  for (const Json& item : *list) {
    if (!item.is_object()) return malformed("has a grant that isn't an object");
    const std::string* room = find_string(item, "room");
    const Json* can = find_array(item, "can");
    if (room == nullptr || can == nullptr) return malformed("has a grant without \"room\" or \"can\"");
    out.push_back({*room, rights_of(*can)});
  }
  return out;
}

Result<std::vector<std::string>> audiences_of(const Json& claims) {
  if (const std::string* one = find_string(claims, "aud")) return std::vector{*one};
  const Json* list = find_array(claims, "aud");
  std::vector<std::string> out;
  if (list == nullptr) return malformed("has no \"aud\"");
  for (const Json& item : *list)
    if (const auto* name = item.get_ptr<const std::string*>()) out.push_back(*name);
  return out;
}

Result<std::optional<std::array<uint8_t, 32>>> device_key_of(const Json& claims) {
  if (!claims.contains("cnf")) return std::nullopt;
  const Json* cnf = find_object(claims, "cnf");
  const std::string* text = cnf != nullptr ? find_string(*cnf, "x25519") : nullptr;
  std::array<uint8_t, 32> key;
  if (text == nullptr || !from_base64url(*text, key)) return malformed("is bound (\"cnf\") to something other than an x25519 key");
  return key;
}

Result<void> validate_pattern(std::string_view pattern) {
  if (pattern.ends_with('*')) pattern.remove_suffix(1);
  if (pattern.empty()) return {};
  return validate_name(pattern, "room pattern of a grant");
}

}  // namespace

Result<std::string> parse_header(std::string_view json) {
  const auto header = parse_json_object(json, kMaxTicketBytes);
  if (!header) return malformed("has a header that isn't a JSON object");
  const std::string* algorithm = find_string(*header, "alg");
  if (algorithm == nullptr || *algorithm != "EdDSA")
    return fail(ErrorCode::kTicketForged,
                "the ticket isn't signed with EdDSA, the only algorithm that counts: the game's backend must sign with Ed25519");
  if (header->contains("crit")) return malformed("demands an extension (\"crit\") that this server doesn't have");
  const std::string* id = find_string(*header, "kid");
  if (id == nullptr) return malformed("has no \"kid\"");
  return *id;
}

std::string header_json(std::string_view key_id) { return nlohmann::ordered_json{{"alg", "EdDSA"}, {"kid", key_id}}.dump(); }

Result<Claims> parse_claims(std::string_view json) {
  const auto parsed = parse_json_object(json, kMaxTicketBytes);
  if (!parsed) return malformed("has claims that aren't a JSON object");
  const std::string* user = find_string(*parsed, "sub");
  if (user == nullptr) return malformed("has no \"sub\" (the user)");
  const std::string* name = find_string(*parsed, "name");
  auto expires = time_of(*parsed, "exp");
  if (!expires) return std::unexpected(expires.error());
  auto not_before = parsed->contains("nbf") ? time_of(*parsed, "nbf") : WallTime{};
  if (!not_before) return std::unexpected(not_before.error());
  auto audiences = audiences_of(*parsed);
  if (!audiences) return std::unexpected(audiences.error());
  auto grants = grants_of(*parsed);
  if (!grants) return std::unexpected(grants.error());
  auto device = device_key_of(*parsed);
  if (!device) return std::unexpected(device.error());
  Claims out{{*user, name != nullptr ? *name : *user, {}, *expires, std::move(*grants), *device}, std::move(*audiences), *not_before};
  if (const auto valid = validate_ticket(out.ticket); !valid) return malformed("has a bad name, " + valid.error().text);
  return out;
}

std::string claims_json(const Ticket& ticket, WallTime issued) {
  const auto seconds = [](WallTime time) { return std::chrono::duration_cast<Seconds>(time.time_since_epoch()).count(); };
  nlohmann::ordered_json claims{{"sub", ticket.user}};
  if (!ticket.name.empty() && ticket.name != ticket.user) claims["name"] = ticket.name;
  claims["iat"] = seconds(issued);
  claims["exp"] = seconds(ticket.expires);
  claims["aud"] = ticket.audience;
  claims["grants"] = nlohmann::ordered_json::array();
  for (const Grant& grant : ticket.grants) {
    nlohmann::ordered_json can = nlohmann::ordered_json::array();
    for (const auto& [name, right] : kRightNames)
      if (grant.rights & static_cast<uint8_t>(right)) can.push_back(name);
    claims["grants"].push_back({{"room", grant.pattern}, {"can", std::move(can)}});
  }
  if (ticket.device_key) claims["cnf"] = {{"x25519", to_base64url(*ticket.device_key)}};
  return claims.dump();
}

Result<void> validate_ticket(const Ticket& ticket) {
  if (auto valid = validate_name(ticket.user, "user name"); !valid) return valid;
  if (auto valid = validate_display_name(ticket.name); !ticket.name.empty() && !valid) return valid;
  if (ticket.grants.size() > kMaxGrants)
    return fail(ErrorCode::kInvalidArgument, "the ticket has " + std::to_string(ticket.grants.size()) + " grants; the limit is " +
                                                 std::to_string(kMaxGrants) + ": use patterns that end in *");
  for (const Grant& grant : ticket.grants)
    if (auto valid = validate_pattern(grant.pattern); !valid) return valid;
  return {};
}

}  // namespace parley::identity
