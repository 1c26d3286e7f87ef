// SPDX-License-Identifier: Apache-2.0
// The page is read by a small strict reader of its own: every element closed, every attribute quoted. Browsers forgive; this doesn't.
#include "tools/bench/show/page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

#include "tests/tools/bench/sample_runs.h"
#include "tools/bench/show/html.h"
#include "tools/bench/show/loss_cells.h"

namespace parley::bench {
namespace {

RunFile sample_file(const std::string& command = "sample") {
  SeededRandom random(1);
  Report report(command, {"--flag", "<b>&\"'"}, 1);
  sample::measure(report, 300'000, 5, random);
  return sample::read_back(report);
}

// What is wrong with it; empty: well-formed.
std::string fault_of(const std::string& page) {
  static const std::set<std::string> kVoid = {"meta", "link", "br", "img"};
  static const std::regex kTag(R"(<(/?)([a-z0-9]+)((?: [a-zA-Z0-9-]+="[^"<>]*")*)(/?)>)");
  std::vector<std::string> open;
  const size_t doctype = page.find('\n');
  size_t at = page.find('<', doctype);
  while (at != std::string::npos) {
    std::smatch match;
    const size_t end = page.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    const std::string tag = page.substr(at, end + 1 - at);
    if (!std::regex_match(tag, match, kTag)) return "not a tag: " + tag;
    const std::string name = match[2];
    if (match[1] == "/") {
      if (open.empty() || open.back() != name) return "closed but not open: " + tag;
      open.pop_back();
    } else if (match[4] != "/" && !kVoid.contains(name)) {
      open.push_back(name);
    }
    at = page.find('<', end);
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

std::vector<std::string> all_matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) out.push_back((*it)[1]);
  return out;
}

TEST(Page, ReaderSeesFaults) {
  EXPECT_EQ(fault_of("<!doctype html>\n<p>a</p>"), "");
  EXPECT_NE(fault_of("<!doctype html>\n<p>a"), "");
  EXPECT_NE(fault_of("<!doctype html>\n<p>a</b>"), "");
  EXPECT_NE(fault_of("<!doctype html>\n<p class=x>a</p>"), "");
  EXPECT_NE(fault_of("<!doctype html>\n<p title=\"a<b\">a</p>"), "");
}

TEST(Page, IsWellFormed) { EXPECT_EQ(fault_of(html_page({sample_file(), sample_file("other")}, {})), ""); }

TEST(Page, NeedsNothingFromElsewhere) {
  const std::string page = html_page({sample_file()}, {});
  for (const char* word : {"http://", "https://", "//cdn", "@import", "<script", "<link", "<img", "<iframe", "url("})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
}

TEST(Page, EscapesWhatFilesSay) {
  SeededRandom random(1);
  Report report("<script>alert(1)</script>", {"\"><i>"}, 1);
  Histogram histogram;
  histogram.record(5);
  report.histogram("<img src=x onerror=y>", histogram);
  report.table("<i>title", {{"<i>head"}, {"<i>cell"}});
  report.note("<i>note");
  report.goal({"<i>goal", 1, Bound::kAtMost, 2, "<i>unit"});
  report.results() = {{"<i>", {{"cpu_us_per_delivery", 1}}}};
  const std::string page = html_page({sample::read_back(report, "<i>path")}, {.title = "<i>page"});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(page.find("<i>"), std::string::npos);
  EXPECT_EQ(fault_of(page), "");
}

TEST(Page, NamesEachPlotForThoseWhoHearIt) {
  const std::string page = html_page({sample_file()}, {});
  const auto labelled = all_matches(page, R"rx(<svg role="img"[^>]*aria-labelledby="([^"]*)")rx");
  ASSERT_EQ(labelled.size(), 3u) << "CPU bars, percentiles, over time";
  for (const std::string& ids : labelled) {
    const size_t space = ids.find(' ');
    EXPECT_NE(page.find("<title id=\"" + ids.substr(0, space) + "\">"), std::string::npos);
    EXPECT_NE(page.find("<desc id=\"" + ids.substr(space + 1) + "\">"), std::string::npos);
  }
}

TEST(Page, GivesEachIdOnceAndLinksOnlyToThose) {
  const std::string page = html_page({sample_file(), sample_file(), sample_file("other")}, {});
  const auto ids = all_matches(page, R"rx( id="([^"]*)")rx");
  const std::set<std::string> distinct(ids.begin(), ids.end());
  EXPECT_EQ(distinct.size(), ids.size());
  for (const std::string& target : all_matches(page, R"rx(href="#([^"]*)")rx")) EXPECT_TRUE(distinct.contains(target)) << target;
}

TEST(Page, DrawsNoLineOfASingleInterval) {
  Report report("sample", {}, 1);
  TimeSeries series(0, 1);
  series.record(0, 5);
  report.series("short", series);
  EXPECT_EQ(html_page({sample::read_back(report)}, {}).find("over time"), std::string::npos);
}

TEST(Page, SaysWhichGoalsWereMissed) {
  Report report("sample", {}, 1);
  report.goal({"fast", 1, Bound::kAtMost, 2, "ms"});
  report.goal({"many", 1, Bound::kAtLeast, 2, ""});
  const std::string page = html_page({sample::read_back(report)}, {});
  EXPECT_NE(page.find("1 of 2"), std::string::npos);
  EXPECT_NE(page.find("✗ missed"), std::string::npos);
  EXPECT_NE(page.find("✓ met"), std::string::npos);
}

TEST(Page, ShowsAFileWithNothingInIt) { EXPECT_EQ(fault_of(html_page({sample::read_back(Report("empty", {}, 0))}, {})), ""); }

TEST(LossCells, ColourByHowMuchLaterItCame) {
  Report report("loss", {}, 1);
  report.goal({"10%/100ms: p99, × loss-free", 1.1, Bound::kAtMost, 1.25, ""});
  report.goal({"10%/100ms: p99.9, × loss-free", 1.9, Bound::kAtMost, 1.6, ""});
  report.results()["10%/100ms"] = {{"parley", {{"p99", 1.1}, {"p99.9", 1.9}, {"lost", 0}, {"doubled", 0}, {"disconnects", 0}}},
                                   {"plain_enet", {{"p99", 1.0}, {"p99.9", 40}}}};
  const std::string cells = loss_cells(sample::read_back(report));
  EXPECT_NE(cells.find("heat h0\">1.10 <span class=\"met\""), std::string::npos) << cells;
  EXPECT_NE(cells.find("heat h2\">1.90 <span class=\"missed\""), std::string::npos) << cells;
  EXPECT_NE(cells.find("heat h0\">1.00<"), std::string::npos) << cells;
  EXPECT_NE(cells.find("heat h6\">40.0<"), std::string::npos) << cells;
  EXPECT_NE(cells.find("–"), std::string::npos) << "no bound was measured";
}

TEST(LossCells, AreOfTheLossCommandOnly) { EXPECT_EQ(loss_cells(sample_file()), ""); }

}  // namespace
}  // namespace parley::bench
