// SPDX-License-Identifier: Apache-2.0
// parleyd's settings as one table: each row is a flag (--name), a key of the TOML file (name = …) and a line of --print-config, so the
// three can't drift apart. Main thread, at start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "net/server/config.h"

namespace parley::parleyd {

struct DaemonConfig {
  server::ServerConfig server;
  std::string log_level = "info";
  std::filesystem::path address_file;  // empty: none
};

// The defaults of parleyd on this machine: an I/O thread for each core but one.
DaemonConfig default_config();

using Texts = std::vector<std::string>;
using Value = std::variant<std::string, int64_t, double, bool, Texts>;

struct Setting {
  const char* name;
  const char* help;
  std::function<Value(const DaemonConfig&)> get;
  // The value has the alternative that get() returns. The error's text doesn't name the setting; the caller does.
  std::function<Result<void>(DaemonConfig&, const Value&)> set;
};

const std::vector<Setting>& settings();
const Setting* find_setting(std::string_view name);
// A flag's text as a value of the same kind as `like`; several texts have ';' between them.
Result<Value> parse_value(const Value& like, const std::string& text);

}  // namespace parley::parleyd
