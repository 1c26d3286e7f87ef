// SPDX-License-Identifier: Apache-2.0
// What simulated worlds share: a directory of their own, in memory where the system has that, and the keys of the server, made once: what a
// world costs should be the world. One thread makes the keys first; then any.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/identity/server_keys.h"

namespace parley::sim {

// Gone with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    const std::filesystem::path base = std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string pattern = base / "parley-sim-XXXXXX";
    CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
    path_ = pattern;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const identity::ServerKeys& keys() {
  static const identity::ServerKeys made = [] {
    const TemporaryDirectory directory;
    SeededRandom random(1);
    auto keys = identity::load_or_make_keys(directory.path(), random);
    CHECK(keys.has_value(), "keys can be made");
    return std::move(*keys);
  }();
  return made;
}

}  // namespace parley::sim
