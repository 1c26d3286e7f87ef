// SPDX-License-Identifier: Apache-2.0
// Programs that see a file system of their own making: a small disk, a read-only folder. Needs a private mount namespace, which root has
// and others may have (user namespaces); where there is none, a test says so and is skipped. Nothing outside of the program changes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/process.h"

namespace parley::e2e {

bool can_have_private_mounts();

// Runs `mount` (for the shell; "$0" is the folder) and then, in its place and under its pid, the program.
Command with_mount(const std::string& mount, const std::filesystem::path& folder, const std::vector<std::string>& program_line);

}  // namespace parley::e2e
