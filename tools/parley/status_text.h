// SPDX-License-Identifier: Apache-2.0
// The status line: who you are and whether the server is there, or why not and when it is tried again.
// Pure; any thread.
#pragma once

#include <string>

#include "core/base/time.h"
#include "tools/parley/chat_model.h"

namespace parley::terminal {

std::string status_text(const ChatModel& model, uint32_t rtt_us, MonoTime now);

}  // namespace parley::terminal
