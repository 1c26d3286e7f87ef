// SPDX-License-Identifier: Apache-2.0
#include "core/history/rewrite.h"

#include <algorithm>
#include <vector>

#include "core/history/crc32c.h"

namespace parley::history {

void rewrite_body(WriteTransaction& txn, const Tables& tables, const std::pair<LogPosition, LogHeader>& was, ByteView body) {
  const auto& [position, before] = was;
  LogHeader header = before;
  header.body_bytes = static_cast<uint32_t>(body.size());
  header.body_check = crc32c(body);
  header.large = body.size() > kMaxInlineBody;
  const Key8 key = number_key(position.value);
  std::vector<uint8_t> record(kLogHeaderBytes + (header.large ? 0 : body.size()));
  encode_log_header(header, position, record.data());
  if (!header.large) std::copy(body.begin(), body.end(), record.begin() + kLogHeaderBytes);
  txn.put(tables.log, key, record);
  if (header.large) {
    txn.put(tables.large, key, body);
  } else if (before.large) {
    txn.remove(tables.large, key);
  }
}

}  // namespace parley::history
