#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# exports_test.sh LIBRARY NM: fails when libparley.so shows a symbol that isn't parley_* or one of ENet's platform functions, or hides those.
set -eu
shown=$("${2:-nm}" -D --defined-only --format=posix "$1" | cut -d' ' -f1)
strange=$(printf '%s\n' "$shown" | grep -vE '^(parley_[a-z_]+|enet_(initialize|deinitialize|time_[gs]et|host_random_seed|address_[a-z_]+|socket_[a-z_]+|socketset_select))$' || true)
if [ -n "$strange" ]; then
  echo "libparley.so must not show:" && printf '%s\n' "$strange"
  exit 1
fi
for needed in parley_poll parley_client_create enet_socket_send enet_socket_receive enet_time_get; do
  printf '%s\n' "$shown" | grep -qx "$needed" || { echo "libparley.so must show $needed"; exit 1; }
done
