// SPDX-License-Identifier: Apache-2.0
// A 32-byte secret in a file of its own: one line of base64url, mode 0600, made atomically (temporary file, fsync, rename, fsync of the
// directory), so that a crash leaves either no key or the whole of it. At start only, main thread.
#pragma once

#include <filesystem>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/secret.h"

namespace parley::identity {

// Makes it (0700) with its parents if it is missing. Errors: kPermission (can't be made; others may write to it and so exchange the keys).
Result<void> ensure_key_directory(const std::filesystem::path& directory);

// The secret in the file; if there is none, a random one that is in the file from then on. Of two processes that make it at the same time,
// both get the one that came first. Errors: kPermission (unreadable, or readable by group or others), kStoreDamaged, kStorageFull,
// kStorageFailed.
Result<Secret<32>> load_or_make_secret(const std::filesystem::path& path, Random& random);

}  // namespace parley::identity
