// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyd/address_file.h"

#include <fstream>

namespace parley::parleyd {

Result<void> write_address_file(const std::filesystem::path& path, std::string_view address) {
  const std::filesystem::path beside = path.string() + ".new";
  std::ofstream out(beside, std::ios::trunc);
  out << address << '\n';
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(beside, path, error);
  if (!out || error) {
    return fail(ErrorCode::kPermission, "can't write the address file " + path.string() + "; choose another place or make it writable");
  }
  return {};
}

}  // namespace parley::parleyd
