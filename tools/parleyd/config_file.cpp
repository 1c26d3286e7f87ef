// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyd/config_file.h"

#include <toml++/toml.h>

#include <cctype>
#include <fstream>
#include <sstream>

#include "core/base/text.h"

namespace parley::parleyd {
namespace {

struct Place {
  const std::filesystem::path& path;
  uint32_t line;
};

std::unexpected<Error> wrong(const Place& place, const std::string& text) {
  return fail(ErrorCode::kInvalidArgument, printable(place.path.string()) + ":" + std::to_string(place.line) + ": " + text);
}

std::optional<Value> texts_of(const toml::node& node) {
  const toml::array* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  Texts texts;
  for (const toml::node& each : *list) {
    const auto text = each.value_exact<std::string>();
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return Value(std::move(texts));
}

// The node as a value of the same kind as `like`; nothing when its type is another. Whole numbers do for fractions.
std::optional<Value> value_of(const toml::node& node, const Value& like) {
  if (std::holds_alternative<std::string>(like)) {
    if (const auto text = node.value_exact<std::string>()) return Value(*text);
  } else if (std::holds_alternative<int64_t>(like)) {
    if (const auto number = node.value_exact<int64_t>()) return Value(*number);
  } else if (std::holds_alternative<double>(like)) {
    if (const auto number = node.value_exact<double>()) return Value(*number);
    if (const auto number = node.value_exact<int64_t>()) return Value(static_cast<double>(*number));
  } else if (std::holds_alternative<Texts>(like)) {
    return texts_of(node);
  } else if (const auto flag = node.value_exact<bool>()) {
    return Value(*flag);
  }
  return std::nullopt;
}

const char* kind_of(const Value& value) {
  constexpr const char* kKinds[] = {"a text in quotes", "a whole number", "a number", "true or false", "a list of texts in quotes"};
  return kKinds[value.index()];
}

Result<void> apply(const Place& place, std::string_view key, const toml::node& node, DaemonConfig& config) {
  const std::string name = printable(key);
  const Setting* setting = find_setting(key);
  if (setting == nullptr) return wrong(place, "there is no setting \"" + name + "\"; parleyd --print-config lists all");
  const Value like = setting->get(config);
  const auto value = value_of(node, like);
  if (!value) return wrong(place, name + " must be " + kind_of(like));
  if (auto set = setting->set(config, *value); !set) return wrong(place, name + " " + set.error().text);
  return {};
}

// All settings are plain `name = value` lines. Others are told here, since toml++ 3.3 fails an assertion of its own on some ("[[[").
Result<void> check_lines(const std::filesystem::path& path, const std::string& text) {
  std::istringstream lines(text);
  uint32_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    const char c = line[first];
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && std::string_view("_-\"']").find(c) == std::string_view::npos) {
      return wrong({path, number}, "a line must be `name = value`; there are no tables here");
    }
  }
  return {};
}

// With the parser's exceptions: without them version 3.3 goes on after some mistakes and fails an assertion of its own.
Result<toml::table> parse(const std::filesystem::path& path, const std::string& text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return wrong({path, error.source().begin.line}, std::string(error.description()));
  }
}

void put_texts(std::ostream& out, const Texts& texts) {
  out << '[';
  for (size_t i = 0; i < texts.size(); ++i) out << (i == 0 ? "" : ", ") << toml::value<std::string>(texts[i]);
  out << ']';
}

}  // namespace

Result<void> read_config_file(const std::filesystem::path& path, DaemonConfig& config) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail(ErrorCode::kPermission, "can't read the configuration " + printable(path.string()) + "; check its name and rights");
  if (auto checked = check_lines(path, text.str()); !checked) return checked;
  const auto table = parse(path, text.str());
  if (!table) return std::unexpected(table.error());
  for (const auto& [key, node] : *table) {
    if (auto applied = apply({path, key.source().begin.line}, key.str(), node, config); !applied) return applied;
  }
  return {};
}

std::string print_config(const DaemonConfig& config) {
  std::ostringstream out;
  for (const Setting& setting : settings()) {
    out << "# " << setting.help << "\n" << setting.name << " = ";
    const Value value = setting.get(config);
    if (const auto* text = std::get_if<std::string>(&value)) out << toml::value<std::string>(*text);
    if (const auto* number = std::get_if<int64_t>(&value)) out << *number;
    if (const auto* number = std::get_if<double>(&value)) out << toml::value<double>(*number);
    if (const auto* flag = std::get_if<bool>(&value)) out << (*flag ? "true" : "false");
    if (const auto* texts = std::get_if<Texts>(&value)) put_texts(out, *texts);
    out << "\n";
  }
  return out.str();
}

}  // namespace parley::parleyd
