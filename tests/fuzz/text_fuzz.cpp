// SPDX-License-Identifier: Apache-2.0
// Text from strangers: what validation lets pass is UTF-8 within the limits, and what printable() makes of anything can't steer a terminal.
#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/text.h"

namespace {

bool has_control(std::string_view text, bool newline_allowed) {
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte == '\n' && newline_allowed) continue;
    if (byte < 0x20 || byte == 0x7f) return true;
  }
  // C1 controls, U+0080 to U+009F, are C2 80 to C2 9F.
  for (size_t at = text.find('\xc2'); at != std::string_view::npos; at = text.find('\xc2', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text = parley::as_text({data, size});
  if (parley::validate_message(text)) {
    CHECK(size >= 1 && size <= parley::kMaxMessageBytes, "a message's length is bounded");
    CHECK(parley::is_utf8(text), "a message is UTF-8");
  }
  if (parley::validate_name(text, "name")) {
    CHECK(size >= 1 && size <= parley::kMaxNameBytes, "a name's length is bounded");
    CHECK(parley::is_utf8(text) && !has_control(text, false), "a name has no control characters");
  }
  for (bool keep_newlines : {false, true}) {
    std::string shown = parley::printable(text, keep_newlines);
    CHECK(parley::is_utf8(shown), "a terminal gets UTF-8");
    CHECK(!has_control(shown, keep_newlines), "a terminal gets no control characters");
  }
  return 0;
}
