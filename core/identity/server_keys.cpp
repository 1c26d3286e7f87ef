// SPDX-License-Identifier: Apache-2.0
#include "core/identity/server_keys.h"

#include <sodium.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <utility>

#include "core/base/limits.h"
#include "core/identity/address.h"
#include "core/identity/key_file.h"
#include "core/identity/key_set.h"

namespace parley::identity {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kPermission, "can't read " + path.string() + ": let the server's user read it");
  std::string text(kMaxKeySetBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

// It holds public keys only, so all may read it; but whoever writes it says whose tickets count.
Result<KeySet> load_key_set(const fs::path& path) {
  struct stat facts;
  if (::stat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT) return KeySet{};
    return fail(ErrorCode::kPermission, "can't look at " + path.string() + ": let the server's user read it");
  }
  if ((facts.st_mode & S_IWOTH) != 0)
    return fail(ErrorCode::kPermission, "everybody may write to " + path.string() + ": chmod o-w " + path.string());
  const auto text = read_text(path);
  if (!text) return std::unexpected(text.error());
  auto keys = parse_key_set(*text);
  if (!keys) return fail(keys.error().code, path.string() + ": " + keys.error().text);
  return keys;
}

}  // namespace

Result<ServerKeys> load_or_make_keys(const fs::path& directory, Random& random) {
  if (auto ready = ensure_key_directory(directory); !ready) return std::unexpected(ready.error());
  auto link = load_or_make_secret(directory / "link.key", random);
  if (!link) return std::unexpected(link.error());
  const auto seed = load_or_make_secret(directory / "ticket.key", random);
  if (!seed) return std::unexpected(seed.error());
  auto signer = Signer::from_seed(seed->bytes(), "");
  if (!signer) return std::unexpected(signer.error());
  auto keys = load_key_set(directory / "ticket-keys.json");
  if (!keys) return std::unexpected(keys.error());
  keys->add(signer->public_key());
  ServerKeys out{std::move(*link), {}, std::move(*signer), std::move(*keys)};
  crypto_scalarmult_base(out.link_public.data(), out.link_private.data());
  return out;
}

std::string address_of(std::string_view host, uint16_t port, const std::array<uint8_t, 32>& link_public) {
  return to_string(Address{std::string(host), port, link_public});
}

}  // namespace parley::identity
