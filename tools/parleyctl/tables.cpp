// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/tables.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "core/base/text.h"

namespace parley::parleyctl {
namespace {

using nlohmann::json;
using Row = std::vector<std::string>;

// Columns a terminal shows, near enough for padding: one a code point. Names of other widths shift the rest of their line, no more.
size_t columns(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string layout(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string out;
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - columns(row[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string text_of(const json& value, const char* key) { return printable(value.value(key, std::string())); }
std::string count_of(const json& value, const char* key) { return std::to_string(value.value(key, uint64_t{0})); }

std::string span(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  char out[48];
  if (whole >= 86'400) {
    std::snprintf(out, sizeof out, "%lldd %lldh", whole / 86'400, whole % 86'400 / 3600);
  } else if (whole >= 3600) {
    std::snprintf(out, sizeof out, "%lldh %lldm", whole / 3600, whole % 3600 / 60);
  } else if (whole >= 60) {
    std::snprintf(out, sizeof out, "%lldm %llds", whole / 60, whole % 60);
  } else {
    std::snprintf(out, sizeof out, "%llds", whole);
  }
  return out;
}

std::string joined(const json& list) {
  std::string out;
  for (const json& each : list) out += (out.empty() ? "" : ", ") + printable(each.get<std::string>());
  return out.empty() ? "-" : out;
}

// "120 records removed, 3.0 MiB free for new ones", with what went wrong.
std::string retention_line(const json& storage) {
  std::string out =
      count_of(storage, "removed") + " records removed, " + bytes_text(storage.value("bytes_free", uint64_t{0})) + " to be used again";
  if (const std::string why = text_of(storage, "retention_error"); !why.empty()) out += "; " + why;
  return out;
}

// "ready: 120 of 120 entries", "failed: why".
std::string search_line(const json& search) {
  std::string out = text_of(search, "state");
  if (const std::string why = text_of(search, "error"); !why.empty()) return out + ": " + why;
  if (search.contains("entries")) out += ": " + count_of(search, "indexed") + " of " + count_of(search, "entries") + " entries indexed";
  return out;
}

}  // namespace

std::string bytes_text(uint64_t count) {
  char out[48];
  if (count < 1024 * 1024) {
    std::snprintf(out, sizeof out, "%.1f KiB", static_cast<double>(count) / 1024);
  } else {
    std::snprintf(out, sizeof out, "%.1f MiB", static_cast<double>(count) / (1024 * 1024));
  }
  return out;
}

std::string status_table(const json& answer) {
  const json& storage = answer.at("storage");
  const json& counters = answer.at("counters");
  std::string state = text_of(storage, "state");
  if (const std::string why = text_of(storage, "error"); !why.empty()) state += ": " + why;
  std::vector<Row> rows = {
      {"version", text_of(answer, "version")},
      {"address", text_of(answer, "address")},
      {"up", span(answer.value("up_s", 0.0))},
      {"epoch", count_of(answer, "epoch")},
      {"I/O threads", count_of(answer, "io_threads")},
      {"sessions", count_of(answer, "sessions")},
      {"rooms", count_of(answer, "rooms")},
      {"storage", state},
      {"entries", count_of(storage, "entries") + " in " + bytes_text(storage.value("bytes_used", uint64_t{0}))},
      {"damaged records", count_of(storage, "damaged_records")},
      {"retention", retention_line(storage)},
      {"search", search_line(answer.value("search", json::object()))},
  };
  for (const auto& [name, value] : counters.items()) rows.push_back({"  " + name, std::to_string(value.get<uint64_t>())});
  return layout(rows);
}

std::string share(uint32_t ppm) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", ppm / 1e4);
  return text;
}

std::string rooms_table(const json& answer) {
  std::vector<Row> rows = {{"ENTRIES", "MEMBERS", "ROOM"}};
  for (const json& each : answer.at("rooms")) rows.push_back({count_of(each, "entries"), count_of(each, "members"), text_of(each, "name")});
  return layout(rows);
}

std::string sessions_table(const json& answer) {
  std::vector<Row> rows = {{"FROM", "CONNECTED", "RTT", "LOSS UP", "LOSS DOWN", "REPEATED", "SENT", "RECEIVED", "USER", "ROOMS"}};
  for (const json& each : answer.at("sessions")) {
    char rtt[32];
    std::snprintf(rtt, sizeof rtt, "%.1f ms", static_cast<double>(each.value("rtt_us", 0u)) / 1000);
    const uint64_t repeated = each.value("copies_sent", uint64_t{0}) + each.value("resends_sent", uint64_t{0});
    rows.push_back({text_of(each, "from"), span(each.value("connected_s", 0.0)), rtt, share(each.value("loss_up_ppm", 0u)),
                    share(each.value("loss_down_ppm", 0u)), std::to_string(repeated), bytes_text(each.value("bytes_sent", uint64_t{0})),
                    bytes_text(each.value("bytes_received", uint64_t{0})), text_of(each, "user"), joined(each.at("rooms"))});
  }
  return layout(rows);
}

}  // namespace parley::parleyctl
