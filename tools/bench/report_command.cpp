// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <fstream>

#include "tools/bench/commands.h"
#include "tools/bench/show/page.h"

namespace parley::bench {
namespace {

struct ReportOptions {
  std::vector<std::string> files;
  std::string output;
  PageOptions page;
};

int say(const std::string& text) {
  std::fprintf(stderr, "parley-bench: %s\n", text.c_str());
  return 2;
}

int write_page(const ReportOptions& options) {
  std::vector<RunFile> files;
  for (const std::string& path : options.files) {
    auto file = read_run_file(path);
    if (!file) return say(file.error().text);
    files.push_back(std::move(*file));
  }
  std::ofstream out(options.output, std::ios::binary);
  out << html_page(files, options.page);
  out.close();
  return out ? 0 : say(options.output + " can't be written; is there a directory of that name, and room on the disk?");
}

}  // namespace

void add_report(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command =
      app.add_subcommand("report", "one HTML page with plots, of what other commands wrote with --json; opens without a network");
  command->add_option("files", options->files, "of parley-bench … --json")->required();
  command->add_option("-o,--output", options->output, "the page")->required();
  command->add_option("--title", options->page.title, "its heading")->capture_default_str();
  roof.do_when_chosen(command, [options] { return write_page(*options); });
}

}  // namespace parley::bench
