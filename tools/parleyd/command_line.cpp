// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyd/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "net/server/version.h"
#include "tools/parleyd/config_file.h"

namespace parley::parleyd {
namespace {

Result<void> apply_flag(const Setting& setting, const std::string& text, DaemonConfig& config) {
  const auto value = parse_value(setting.get(config), text);
  if (!value) return fail(value.error().code, std::string("--") + setting.name + ": " + value.error().text);
  if (auto set = setting.set(config, *value); !set) {
    return fail(set.error().code, std::string("--") + setting.name + " " + set.error().text);
  }
  return {};
}

void add_flags(CLI::App& app, std::map<const Setting*, std::string>& given) {
  const DaemonConfig defaults = default_config();
  for (const Setting& setting : settings()) {
    const std::string name = std::string("--") + setting.name;
    std::string& text = given[&setting];
    if (std::holds_alternative<bool>(setting.get(defaults))) {
      app.add_flag_callback(
          name, [&text] { text = "true"; }, setting.help);
    } else {
      app.add_option(name, text, setting.help);
    }
  }
}

Result<DaemonConfig> effective(const CLI::App& app, const std::string& file, const std::map<const Setting*, std::string>& given) {
  DaemonConfig config = default_config();
  if (!file.empty()) {
    if (auto read = read_config_file(file, config); !read) return std::unexpected(read.error());
  }
  for (const auto& [setting, text] : given) {
    if (app.count(std::string("--") + setting->name) == 0) continue;
    if (auto applied = apply_flag(*setting, text, config); !applied) return std::unexpected(applied.error());
  }
  return config;
}

}  // namespace

CommandLine read_command_line(int argc, char** argv) {
  CLI::App app("parleyd: a chat server over sealed UDP. Prints its address, parley://host:port#key, when it takes clients.");
  std::string file;
  bool print = false;
  std::map<const Setting*, std::string> given;
  app.set_version_flag("--version", std::string("parleyd ") + server::version());
  app.add_option("--config", file, "TOML file with these settings; a flag wins over it");
  app.add_flag("--print-config", print, "print all settings as they would be in effect, as such a file, and end");
  add_flags(app, given);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return {{}, app.exit(wrong) == 0 ? 0 : 2};
  }
  auto config = effective(app, file, given);
  if (!config) {
    std::cerr << "parleyd: " << config.error().text << '\n';
    return {{}, 2};
  }
  if (print) {
    std::cout << print_config(*config) << std::flush;
    return {{}, 0};
  }
  return {std::move(*config), std::nullopt};
}

}  // namespace parley::parleyd
