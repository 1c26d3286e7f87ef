// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/mounts.h"

#include <unistd.h>

#include "tests/e2e/server.h"

namespace parley::e2e {

Command with_mount(const std::string& mount, const std::filesystem::path& folder, const std::vector<std::string>& program_line) {
  Command command{{"/usr/bin/unshare", "--mount"}};
  if (geteuid() != 0) command.argv.push_back("--map-root-user");
  command.argv.insert(command.argv.end(), {"/bin/sh", "-c", mount + " && exec \"$@\"", folder.string()});
  command.argv.insert(command.argv.end(), program_line.begin(), program_line.end());
  return command;
}

bool can_have_private_mounts() {
  TemporaryFolder folder;
  return run(with_mount("mount -t tmpfs tmpfs \"$0\"", folder.path(), {"/bin/true"})).exit_code == 0;
}

}  // namespace parley::e2e
