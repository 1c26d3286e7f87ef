# SPDX-License-Identifier: Apache-2.0
# Starts and ends one parleyd on loopback for tools/run, and mints tickets for its clients. Sourced; expects $bin (the folder of the
# programs) and $data (the server's data directory). Ends only what it started.

server_pid=
PARLEY_ADDRESS=

# start_server [PORT]: returns when it accepts clients; PARLEY_ADDRESS is then set and exported. Port 0: any free one.
start_server() {
  local waited=0
  rm -f "$data/address"
  mkdir -p "$data" || return 1
  "$bin/parleyd" --data-dir "$data" --host 127.0.0.1 --port "${1:-0}" --address-file "$data/address" 2>>"$data/parleyd.log" >&2 &
  server_pid=$!
  until [ -s "$data/address" ]; do
    if ! kill -0 "$server_pid" 2>/dev/null || [ $((waited += 1)) -gt 300 ]; then
      tail -n 3 "$data/parleyd.log" >&2
      echo "The server didn't start; its log is $data/parleyd.log" >&2
      stop_server
      return 1
    fi
    sleep 0.1
  done
  PARLEY_ADDRESS=$(cat "$data/address")
  export PARLEY_ADDRESS
}

# stop_server: SIGTERM, which lets it commit and say goodbye. Its exit code.
stop_server() {
  local pid=$server_pid
  [ -n "$pid" ] || return 0
  server_pid=
  kill -TERM "$pid" 2>/dev/null
  wait "$pid"
}

# ticket_for USER ROOM-PATTERN
ticket_for() { "$bin/parleyctl" --data-dir "$data" ticket --user "$1" --room "$2"; }
