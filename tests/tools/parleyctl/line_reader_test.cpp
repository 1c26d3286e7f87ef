// SPDX-License-Identifier: Apache-2.0
// Lines of a file in bounded memory: their numbers, the last one without an end, and those that are too long.
#include "tools/parleyctl/line_reader.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "core/base/limits.h"
#include "tools/parleyctl/progress.h"

namespace parley::parleyctl {
namespace {

class LineReaderTest : public ::testing::Test {
 protected:
  LineReaderTest() {
    std::string name = (std::filesystem::temp_directory_path() / "parley-lines-XXXXXX").string();
    directory_ = mkdtemp(name.data());
  }
  ~LineReaderTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  // "1:text", "2:too long", ...
  std::vector<std::string> lines_of(const std::string& bytes) {
    const auto path = directory_ / "lines";
    std::ofstream(path, std::ios::binary) << bytes;
    std::vector<std::string> out;
    const auto reader = LineReader::open(path.string());
    EXPECT_TRUE(reader);
    while (reader) {
      const auto line = (*reader)->next();
      EXPECT_TRUE(line);
      if (!line || !*line) break;
      out.push_back(std::to_string((*line)->number) + ":" + ((*line)->too_long ? "too long" : std::string((*line)->text)));
    }
    if (reader) {
      EXPECT_EQ((*reader)->bytes_read(), bytes.size());
      EXPECT_EQ((*reader)->size(), bytes.size());
    }
    return out;
  }
  std::filesystem::path directory_;
};

using Lines = std::vector<std::string>;

TEST_F(LineReaderTest, GivesEachLineWithItsNumber) {
  EXPECT_EQ(lines_of("one\n\nthree\n"), (Lines{"1:one", "2:", "3:three"}));
  EXPECT_EQ(lines_of("one\ntwo"), (Lines{"1:one", "2:two"}));
  EXPECT_EQ(lines_of(""), Lines{});
}

TEST_F(LineReaderTest, ATooLongLineIsPassedOverAndToldOf) {
  const std::string most(kMaxImportLineBytes, 'm');
  EXPECT_EQ(lines_of("one\n" + most + "\n" + most + "x\n" + std::string(10 * kMaxImportLineBytes, 'y') + "\nlast"),
            (Lines{"1:one", "2:" + most, "3:too long", "4:too long", "5:last"}));
  EXPECT_EQ(lines_of(std::string(5 * kMaxImportLineBytes, 'y')), Lines{"1:too long"});
}

TEST_F(LineReaderTest, ManyLinesOfAllLengthsComeWhole) {
  std::string bytes;
  Lines expected;
  for (size_t i = 0; i < 3000; ++i) {
    const std::string text(i * 37 % 2000, static_cast<char>('a' + i % 26));
    bytes += text + "\n";
    expected.push_back(std::to_string(i + 1) + ":" + text);
  }
  EXPECT_EQ(lines_of(bytes), expected);
}

TEST_F(LineReaderTest, AFileThatIsntThereIsAnError) {
  const auto reader = LineReader::open((directory_ / "nothing").string());
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kNotFound);
}

TEST(Progress, ShowsTheShareOrTheBytes) {
  EXPECT_EQ(progress_line("verify", 50, 100), "verify [" + std::string(20, '#') + std::string(20, '-') + "]  50 %");
  EXPECT_EQ(progress_line("verify", 300, 100), "verify [" + std::string(40, '#') + "] 100 %");
  EXPECT_EQ(progress_line("import", 1024 * 1024, 0), "import 1.0 MiB");
}

}  // namespace
}  // namespace parley::parleyctl
