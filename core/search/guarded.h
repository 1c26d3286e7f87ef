// SPDX-License-Identifier: Apache-2.0
// Where Xapian's exceptions end: a call of it runs in guarded(), and comes back as a Result. Error codes say what the caller does about it:
// kStoreDamaged and kStoreVersion: drop the shard and build it anew; kBusy: the snapshot is too old, reopen; kStoreLocked: another process
// has it; else kStorageFailed: try again later. Stateless; any thread.
#pragma once

#include <xapian.h>

#include <string_view>
#include <type_traits>

#include "core/base/error.h"

namespace parley::search {

Error error_of(const Xapian::Error& error, std::string_view doing);

template <class Call>
auto guarded(std::string_view doing, Call&& call) -> Result<std::invoke_result_t<Call>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      call();
      return {};
    } else {
      return call();
    }
  } catch (const Xapian::Error& error) {
    return std::unexpected(error_of(error, doing));
  }
}

}  // namespace parley::search
