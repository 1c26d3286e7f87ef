// SPDX-License-Identifier: Apache-2.0
// Pieces of an HTML page as strings. Whatever comes from a file or a person goes through escape() on its way in; nothing else does it.
// Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::bench {

// For text and for attribute values in double quotes.
std::string escape(std::string_view text);
// <tag class="…">escaped text</tag>; without a class when it is empty.
std::string element(std::string_view tag, std::string_view text, std::string_view css_class = {});
// The first row is the head, the first column names the rows; numbers stand to the right. In a box that scrolls sideways where it is too
// wide.
std::string html_table(const std::string& caption, const std::vector<std::vector<std::string>>& rows);
// "a1b2-c": what an id may hold, from any text.
std::string slug(std::string_view text);

}  // namespace parley::bench
