// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/html.h"

#include <algorithm>
#include <cctype>

namespace parley::bench {
namespace {

// Figures, perhaps several with units and signs; words aren't.
bool is_numeric(const std::string& cell) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  return std::ranges::any_of(cell, digit) && std::ranges::count_if(cell, letter) <= 2;
}

std::string row_of(const std::vector<std::string>& cells, bool head) {
  std::string out = "<tr>";
  for (size_t i = 0; i < cells.size(); ++i) {
    if (head) {
      out += "<th scope=\"col\">" + escape(cells[i]) + "</th>";
    } else if (i == 0) {
      out += "<th scope=\"row\">" + escape(cells[i]) + "</th>";
    } else {
      out += element("td", cells[i], is_numeric(cells[i]) ? "n" : "");
    }
  }
  return out + "</tr>\n";
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string element(std::string_view tag, std::string_view text, std::string_view css_class) {
  std::string out = "<" + std::string(tag);
  if (!css_class.empty()) out += " class=\"" + escape(css_class) + "\"";
  return out + ">" + escape(text) + "</" + std::string(tag) + ">";
}

std::string html_table(const std::string& caption, const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return {};
  std::string out = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escape(caption) + "\"><table>\n<caption>" +
                    escape(caption) + "</caption>\n<thead>" + row_of(rows.front(), true) + "</thead>\n<tbody>\n";
  for (size_t i = 1; i < rows.size(); ++i) out += row_of(rows[i], false);
  return out + "</tbody></table></div>\n";
}

std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (good) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!good && !out.empty() && out.back() != '-') out += '-';
  }
  return out.empty() ? "x" : out;
}

}  // namespace parley::bench
