// SPDX-License-Identifier: Apache-2.0
// A folder below the temporary directory ($TMPDIR), or below a given one, that goes with all that is in it when its scope ends: also what
// a measurement that failed left there. One thread.
#pragma once

#include <cstdint>
#include <filesystem>

namespace parley::bench {

class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& below = std::filesystem::temp_directory_path());
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Empty when it couldn't be made.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace parley::bench
