// SPDX-License-Identifier: Apache-2.0
// The page of `parley-bench report`: one HTML file without anything from elsewhere, no script, that reads on a phone, in the dark and on
// paper. Goals, plots, the loss table, then each file's own tables and how to repeat it. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/show/run_file.h"

namespace parley::bench {

struct PageOptions {
  std::string title = "Parley, measured";
};

std::string html_page(const std::vector<RunFile>& files, const PageOptions& options);
// What stands in its <style>.
const char* page_style();

}  // namespace parley::bench
