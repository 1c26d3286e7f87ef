// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/transfer.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/history/lmdb_env.h"
#include "tools/parleyctl/entry_json.h"
#include "tools/parleyctl/line_reader.h"
#include "tools/parleyctl/progress.h"

namespace parley::parleyctl {
namespace {

void complain(const std::string& text) { std::fprintf(stderr, "parleyctl: %s\n", printable(text).c_str()); }

class Printer final : public history::ExportSink {
 public:
  bool on_entry(const history::ExportedEntry& entry) override {
    const std::string line = json_line(entry) + "\n";
    broken_ = broken_ || std::fwrite(line.data(), 1, line.size(), stdout) != line.size();  // nobody reads on, as with `| head`
    return !broken_;
  }
  void on_progress(uint64_t positions, uint64_t of) override { progress_.show(positions, of); }
  bool broken() const { return broken_; }

 private:
  Progress progress_{"export"};
  bool broken_ = false;
};

class Import {
 public:
  Import(history::Importer& importer, LineReader& lines, bool strict) : importer_(importer), lines_(lines), strict_(strict) {}

  // Error: what ended it.
  Result<void> run() {
    while (true) {
      const auto line = lines_.next();
      if (!line) return std::unexpected(line.error());
      if (!*line) return finish();
      if (auto taken = take(**line); !taken) {
        ++refused_;
        progress_.clear();
        complain("line " + std::to_string((*line)->number) + ": " + taken.error().text);
        if (strict_) return stop();
      }
      if (importer_.full()) {
        if (auto committed = importer_.commit(); !committed) return committed;
      }
      progress_.show(lines_.bytes_read(), lines_.size());
    }
  }
  uint64_t refused() const { return refused_; }

 private:
  Result<void> take(const LineReader::Line& line) {
    if (line.too_long) return fail(ErrorCode::kMessageTooLong, "it has more than " + std::to_string(kMaxImportLineBytes) + " bytes");
    if (line.text.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    auto parsed = parse_line(line.text);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    parsed->number = line.number;
    return importer_.add(std::move(*parsed));
  }
  Result<void> finish() {
    auto finished = importer_.finish();
    progress_.clear();
    return finished;
  }
  Result<void> stop() {
    if (auto committed = importer_.commit(); !committed) return committed;
    return fail(ErrorCode::kInvalidArgument, "stopped at the first bad line, as --strict says; put it right and repeat the command");
  }

  history::Importer& importer_;
  LineReader& lines_;
  const bool strict_;
  Progress progress_{"import"};
  uint64_t refused_ = 0;
};

int report(const Result<void>& done, const history::ImportReport& report, uint64_t refused, bool as_json) {
  if (!done) complain(done.error().text);
  if (report.refused > 0)
    complain(std::to_string(report.refused) +
             " lines that are right now were refused when this file was imported before; import them as a file of their own");
  const bool good = done.has_value() && refused == 0;
  if (as_json) {
    nlohmann::json answer = {{"ok", good}, {"stored", report.stored}, {"known", report.known}, {"refused", refused + report.refused}};
    if (!done) answer["error"] = error_name(done.error().code), answer["text"] = done.error().text;
    std::printf("%s\n", answer.dump(2).c_str());
  } else {
    const std::string line = std::to_string(report.stored) + " stored, " + std::to_string(report.known) + " were there already, " +
                             std::to_string(refused + report.refused) + " refused\n";
    std::fputs(line.c_str(), stdout);
  }
  return good ? 0 : 1;
}

}  // namespace

int run_export(const std::filesystem::path& data_dir, const std::vector<std::string>& rooms) {
  Printer printer;
  const auto exported = history::export_log(data_dir, rooms, printer);
  if (!exported) {
    complain(exported.error().text);
    return 1;
  }
  if (std::fflush(stdout) != 0 && !printer.broken()) {
    complain("can't write all of it; is the disk full?");
    return 1;
  }
  if (exported->unreadable == 0) return 0;
  complain(std::to_string(exported->unreadable) + " entries can't be read and were left out; parleyctl verify says which");
  return 1;
}

int run_import(const std::filesystem::path& data_dir, const ImportOptions& options) {
  auto lines = LineReader::open(options.file);
  if (!lines) {
    complain(lines.error().text);
    return 1;
  }
  history::StoreOptions store;
  store.directory = data_dir;
  std::error_code unknown;
  if (options.store_bytes != 0) {
    store.max_bytes = options.store_bytes;
  } else if (std::filesystem::exists(data_dir / history::kStoreFile, unknown)) {
    store.max_bytes = 0;  // as the server had it
  }
  const std::string name = !options.name.empty() ? options.name
                           : options.file == "-" ? "standard input"
                                                 : std::filesystem::path(options.file).filename().string();
  auto importer = history::Importer::open(store, name);
  if (!importer) {
    complain(importer.error().text);
    return 1;
  }
  Import import(**importer, **lines, options.strict);
  const auto done = import.run();
  return report(done, (*importer)->report(), import.refused(), options.as_json);
}

}  // namespace parley::parleyctl
