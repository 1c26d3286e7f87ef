// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyd/settings.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <thread>

#include "core/base/text.h"

namespace parley::parleyd {
namespace {

std::unexpected<Error> wrong(std::string text) { return fail(ErrorCode::kInvalidArgument, std::move(text)); }

// A whole number within [low, high] in a field of any integer type.
template <class Access>
Setting number(const char* name, const char* help, Access access, std::pair<int64_t, int64_t> range) {
  return {name, help, [access](const DaemonConfig& c) { return Value(static_cast<int64_t>(access(const_cast<DaemonConfig&>(c)))); },
          [access, range](DaemonConfig& c, const Value& value) -> Result<void> {
            const int64_t given = std::get<int64_t>(value);
            if (given < range.first || given > range.second) {
              return wrong("must be between " + std::to_string(range.first) + " and " + std::to_string(range.second));
            }
            auto& field = access(c);
            field = static_cast<std::remove_reference_t<decltype(field)>>(given);
            return {};
          }};
}

template <class Access>
Setting rate(const char* name, const char* help, Access access) {
  return {name, help, [access](const DaemonConfig& c) { return Value(access(const_cast<DaemonConfig&>(c))); },
          [access](DaemonConfig& c, const Value& value) -> Result<void> {
            const double given = std::get<double>(value);
            if (!(given >= 0 && given <= 1e6)) return wrong("must be between 0 and 1000000");
            access(c) = given;
            return {};
          }};
}

template <class Access>
Setting text(const char* name, const char* help, Access access) {
  return {name, help, [access](const DaemonConfig& c) { return Value(std::string(access(const_cast<DaemonConfig&>(c)))); },
          [access](DaemonConfig& c, const Value& value) -> Result<void> {
            access(c) = std::get<std::string>(value);
            return {};
          }};
}

Setting one_of(const char* name, const char* help, std::string DaemonConfig::*field, std::vector<std::string> words) {
  return {name, help, [field](const DaemonConfig& c) { return Value(c.*field); },
          [field, words = std::move(words)](DaemonConfig& c, const Value& value) -> Result<void> {
            const auto& given = std::get<std::string>(value);
            if (std::ranges::find(words, given) == words.end()) {
              std::string known;
              for (const std::string& word : words) known += (known.empty() ? "" : ", ") + word;
              return wrong("must be one of " + known);
            }
            c.*field = given;
            return {};
          }};
}

constexpr std::pair<const char*, bus::IdleMode> kIdleWords[] = {
    {"block", bus::IdleMode::kBlock}, {"spin-then-block", bus::IdleMode::kSpinThenBlock}, {"spin", bus::IdleMode::kSpin}};

Setting idle() {
  return {"idle", "what an I/O thread without work does: block, spin-then-block, or spin (takes a core, answers soonest)",
          [](const DaemonConfig& c) {
            return Value(std::string(std::ranges::find(kIdleWords, c.server.idle, [](const auto& each) { return each.second; })->first));
          },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            for (const auto& [word, mode] : kIdleWords) {
              if (std::get<std::string>(value) != word) continue;
              c.server.idle = mode;
              return {};
            }
            return wrong("must be one of block, spin-then-block, spin");
          }};
}

Setting data_dir() {
  return {"data-dir", "where the store, the keys and the admin socket are; made if missing",
          [](const DaemonConfig& c) { return Value(c.server.data_dir.string()); },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            if (std::get<std::string>(value).empty()) return wrong("must not be empty");
            c.server.data_dir = std::get<std::string>(value);
            return {};
          }};
}

Setting address_file() {
  return {"address-file", "a file that gets the server's address as soon as it takes clients; for scripts",
          [](const DaemonConfig& c) { return Value(c.address_file.string()); },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            c.address_file = std::get<std::string>(value);
            return {};
          }};
}

Setting no_search() {
  return {"no-search", "keep no index of all words: searches are refused", [](const DaemonConfig& c) { return Value(!c.server.search); },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            c.server.search = !std::get<bool>(value);
            return {};
          }};
}

Setting fast() {
  return {"fast", "sync less: a power cut (not a crash of the server) may take back the last commit, durable receipts included",
          [](const DaemonConfig& c) { return Value(c.server.fast); },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            c.server.fast = std::get<bool>(value);
            return {};
          }};
}

Setting keep() {
  return {"keep",
          "how long history is kept: forever, or bounds with commas between: 90d, 1000entries, 64MiB, empty:60s (once nobody is there)",
          [](const DaemonConfig& c) { return Value(room::to_text(c.server.rooms.otherwise.keep)); },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            const auto keep = room::parse_keep(std::get<std::string>(value));
            if (!keep) return wrong("can't be so: " + keep.error().text);
            c.server.rooms.otherwise.keep = *keep;
            return {};
          }};
}

Setting late_joiners() {
  return {"late-joiners",
          "what of the history somebody sees who comes later: all, since-joining (from his first time there on), or nothing",
          [](const DaemonConfig& c) { return Value(std::string(room::to_text(c.server.rooms.otherwise.late_joiners))); },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            const auto late = room::parse_late_joiners(std::get<std::string>(value));
            if (!late) return wrong("can't be so: " + late.error().text);
            c.server.rooms.otherwise.late_joiners = *late;
            return {};
          }};
}

Setting room_rules() {
  return {"rooms", "rules for some rooms, like \"match-* keep=empty:60s late-joiners=nothing\"; the first that fits a name counts",
          [](const DaemonConfig& c) {
            Texts rules;
            for (const room::RoomRule& rule : c.server.rooms.rules) rules.push_back(room::to_text(rule));
            return Value(std::move(rules));
          },
          [](DaemonConfig& c, const Value& value) -> Result<void> {
            std::vector<room::RoomRule> rules;
            for (const std::string& each : std::get<Texts>(value)) {
              auto rule = room::parse_rule(each);
              if (!rule) return wrong("can't be so: " + rule.error().text);
              rules.push_back(std::move(*rule));
            }
            if (rules.size() > kMaxRoomRules) return wrong("has more than " + std::to_string(kMaxRoomRules) + " rules");
            c.server.rooms.rules = std::move(rules);
            return {};
          }};
}

std::vector<Setting> make_settings() {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  return {
      data_dir(),
      text(
          "host", "numeric address to listen on; 0.0.0.0 is every IPv4 one, :: also every IPv6 one",
          [](DaemonConfig & c) -> auto& { return c.server.host; }),
      number("port", "UDP port; 0 takes any free one", [](DaemonConfig & c) -> auto& { return c.server.port; }, {0, 65535}),
      text(
          "public-host", "host in the printed address; empty: the one listened on",
          [](DaemonConfig & c) -> auto& { return c.server.public_host; }),
      address_file(),
      number("io-threads", "threads that share the port", [](DaemonConfig & c) -> auto& { return c.server.io_threads; },
             {1, static_cast<int64_t>(kMaxIoThreads)}),
      idle(),
      number("max-sessions", "of the whole server; more are refused: server_full",
             [](DaemonConfig & c) -> auto& { return c.server.max_sessions; }, {1, static_cast<int64_t>(kMaxSessionsPerIo * kMaxIoThreads)}),
      number("max-rooms-per-session", "more joins are refused: too_many_rooms",
             [](DaemonConfig & c) -> auto& { return c.server.max_rooms_per_session; }, {1, static_cast<int64_t>(kMaxRoomsPerSession)}),
      rate(
          "sends-per-second", "messages a session may send, in the long run; 0: no limit",
          [](DaemonConfig & c) -> auto& { return c.server.sends.per_second; }),
      rate(
          "sends-burst", "messages a session may send at once", [](DaemonConfig & c) -> auto& { return c.server.sends.burst; }),
      rate(
          "requests-per-second", "joins, searches and who a session may ask, in the long run; 0: no limit",
          [](DaemonConfig & c) -> auto& { return c.server.requests.per_second; }),
      rate(
          "requests-burst", "joins, searches and who a session may ask at once",
          [](DaemonConfig & c) -> auto& { return c.server.requests.burst; }),
      text(
          "audience", "tickets must be made for this audience (aud)", [](DaemonConfig & c) -> auto& { return c.server.audience; }),
      number("store-max-bytes", "size at which the store takes no more messages",
             [](DaemonConfig & c) -> auto& { return c.server.store_max_bytes; }, {1 << 20, kMost}),
      keep(),
      late_joiners(),
      room_rules(),
      fast(),
      no_search(),
      one_of("log-level", "debug, info, warn or error", &DaemonConfig::log_level, {"debug", "info", "warn", "error"}),
  };
}

template <class Number>
Result<Value> parse_number(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return wrong("\"" + printable(text) + "\" is no number that fits here");
  return Value(number);
}

}  // namespace

DaemonConfig default_config() {
  DaemonConfig config;
  const size_t cores = std::max(2u, std::thread::hardware_concurrency());
  config.server.io_threads = std::min(cores - 1, kMaxIoThreads);
  return config;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = make_settings();
  return all;
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& each : settings()) {
    if (name == each.name) return &each;
  }
  return nullptr;
}

Result<Value> parse_value(const Value& like, const std::string& text) {
  if (std::holds_alternative<std::string>(like)) return Value(text);
  if (std::holds_alternative<Texts>(like)) {
    Texts texts;
    for (size_t from = 0; from < text.size();) {
      const size_t end = std::min(text.find(';', from), text.size());
      const size_t first = text.find_first_not_of(' ', from);
      if (first < end) texts.push_back(text.substr(first, end - first));
      from = end + 1;
    }
    return Value(std::move(texts));
  }
  if (std::holds_alternative<int64_t>(like)) return parse_number<int64_t>(text);
  if (std::holds_alternative<double>(like)) return parse_number<double>(text);
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  return wrong("must be true or false");
}

}  // namespace parley::parleyd
