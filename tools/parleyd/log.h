// SPDX-License-Identifier: Apache-2.0
// parleyd's log: lines on standard error. For systemd (JOURNAL_STREAM is set) with its priority prefix <6> and without a time, which the
// journal adds; else with time and level. Nothing is logged per packet or per session; foreign text goes through printable() first.
// set_up_log() on the main thread at start; the spdlog calls from any.
#pragma once

#include <string>

namespace parley::parleyd {

// level: debug, info, warn or error.
void set_up_log(const std::string& level);

}  // namespace parley::parleyd
