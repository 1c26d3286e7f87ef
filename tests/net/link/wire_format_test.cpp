// SPDX-License-Identifier: Apache-2.0
// Compares schema/WIRE.md, which people read, with wire_format.h, which the code obeys.
#include "net/link/wire_format.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace parley::link {
namespace {

// Cells of a Markdown table row, trimmed; empty for other lines.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  if (!line.starts_with("|")) return out;
  std::istringstream row(line.substr(1));
  for (std::string cell; std::getline(row, cell, '|');) {
    const size_t from = cell.find_first_not_of(' '), to = cell.find_last_not_of(' ');
    out.push_back(from == std::string::npos ? "" : cell.substr(from, to - from + 1));
  }
  return out;
}

struct Row {
  std::vector<std::string> cells;
  const std::string& constant() const { return cells.back(); }
};

std::vector<Row> rows_with_constants() {
  std::ifstream file(PARLEY_SOURCE_DIR "/schema/WIRE.md");
  std::vector<Row> out;
  for (std::string line; std::getline(file, line);) {
    Row row{cells_of(line)};
    if (row.cells.size() >= 4 && row.constant().starts_with("k")) out.push_back(row);
  }
  return out;
}

size_t number(const std::string& cell) { return static_cast<size_t>(std::stoul(cell)); }

TEST(WireFormat, TheDocumentsOffsetsAreTheCodes) {
  const std::map<std::string, size_t> offsets = {
      {"kVersionAt", wire::kVersionAt},
      {"kReservedAt", wire::kReservedAt},
      {"kHandshakeIndexAt", wire::kHandshakeIndexAt},
      {"kNoiseAt", wire::kNoiseAt},
      {"kTokenAt", wire::kTokenAt},
      {"kMac1At", wire::kMac1At},
      {"kRequestTimeAt", wire::kRequestTimeAt},
      {"kRequestCiphersAt", wire::kRequestCiphersAt},
      {"kRequestApplicationLengthAt", wire::kRequestApplicationLengthAt},
      {"kRequestEarlyLengthAt", wire::kRequestEarlyLengthAt},
      {"kRequestBodyAt", wire::kRequestBodyAt},
      {"kAnswerAcceptedAt", wire::kAnswerAcceptedAt},
      {"kAnswerCipherAt", wire::kAnswerCipherAt},
      {"kAnswerApplicationLengthAt", wire::kAnswerApplicationLengthAt},
      {"kAnswerEarlyLengthAt", wire::kAnswerEarlyLengthAt},
      {"kAnswerIndexAt", wire::kAnswerIndexAt},
      {"kAnswerTokenAt", wire::kAnswerTokenAt},
      {"kAnswerBodyAt", wire::kAnswerBodyAt},
      {"kCookieTokenAt", wire::kCookieTokenAt},
      {"kCookieMacAt", wire::kCookieMacAt},
      {"kTransportIndexAt", wire::kTransportIndexAt},
      {"kTransportCounterAt", wire::kTransportCounterAt},
      {"kTransportHeaderBytes", wire::kTransportHeaderBytes},
  };
  std::set<std::string> seen;
  for (const Row& row : rows_with_constants()) {
    const auto found = offsets.find(row.constant());
    if (found == offsets.end()) continue;
    EXPECT_EQ(number(row.cells[0]), found->second) << row.constant();
    seen.insert(row.constant());
  }
  for (const auto& [name, offset] : offsets) EXPECT_TRUE(seen.contains(name)) << name << " isn't in WIRE.md";
}

TEST(WireFormat, TheDocumentsKindsAndFramesAreTheCodes) {
  const std::map<std::string, size_t> values = {
      {"kRequest", static_cast<size_t>(wire::Kind::kRequest)},
      {"kAnswer", static_cast<size_t>(wire::Kind::kAnswer)},
      {"kCookie", static_cast<size_t>(wire::Kind::kCookie)},
      {"kTransport", static_cast<size_t>(wire::Kind::kTransport)},
      {"kData", static_cast<size_t>(wire::Frame::kData)},
      {"kKeepAlive", static_cast<size_t>(wire::Frame::kKeepAlive)},
      {"kClose", static_cast<size_t>(wire::Frame::kClose)},
      {"kAck", static_cast<size_t>(wire::Frame::kAck)},
      {"kRekey", static_cast<size_t>(wire::Frame::kRekey)},
      {"kRekeyed", static_cast<size_t>(wire::Frame::kRekeyed)},
      {"kPathChallenge", static_cast<size_t>(wire::Frame::kPathChallenge)},
      {"kPathAnswer", static_cast<size_t>(wire::Frame::kPathAnswer)},
      {"kPadding", static_cast<size_t>(wire::Frame::kPadding)},
      {"kEarly", static_cast<size_t>(wire::Frame::kEarly)},
      {"kDataOnce", static_cast<size_t>(wire::Frame::kDataOnce)},
  };
  std::map<std::string, Row> rows;
  for (const Row& row : rows_with_constants()) rows[row.constant()] = row;
  for (const auto& [name, value] : values) {
    ASSERT_TRUE(rows.contains(name)) << name << " isn't in WIRE.md";
    EXPECT_EQ(number(rows[name].cells[1]), value) << name;
  }
  EXPECT_EQ(rows["kRequest"].cells[2], std::to_string(wire::kRequestBytes));
  EXPECT_EQ(rows["kAnswer"].cells[2], std::to_string(wire::kMinAnswerBytes) + " to " + std::to_string(wire::kMaxAnswerBytes));
  EXPECT_EQ(rows["kCookie"].cells[2], std::to_string(wire::kCookieBytes));
  EXPECT_EQ(rows["kTransport"].cells[2], std::to_string(wire::kMinTransportBytes) + " to " + std::to_string(kMaxDatagramBytes));
}

TEST(WireFormat, TheRequestsPartsAreAsLongAsTheDocumentSays) {
  std::map<std::string, Row> rows;
  for (const Row& row : rows_with_constants()) rows.emplace(row.constant(), row);
  EXPECT_EQ(number(rows["kNoiseAt"].cells[1]), wire::kRequestNoiseBytes);
  EXPECT_EQ(number(rows["kTokenAt"].cells[1]), wire::kTokenBytes);
  EXPECT_EQ(number(rows["kMac1At"].cells[1]), wire::kMac1Bytes);
  EXPECT_EQ(wire::kRequestPayloadBytes, 1048u);
}

}  // namespace
}  // namespace parley::link
