// SPDX-License-Identifier: Apache-2.0
// parleyctl export-user and erase-user: one user's data, from a running server. One thread; both may take a while, as the server looks
// through its whole log.
#pragma once

#include <filesystem>
#include <string>

namespace parley::parleyctl {

// A JSON object a line to standard output. The exit code.
int export_user(const std::filesystem::path& data_dir, const std::string& user);
// Orders it and waits until it is done; ended before that, the server does it all the same. The exit code.
int erase_user(const std::filesystem::path& data_dir, const std::string& user, bool as_json);

}  // namespace parley::parleyctl
