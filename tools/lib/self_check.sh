# SPDX-License-Identifier: Apache-2.0
# The check of tools/run: two clients chat through a server of its own in a temporary directory, the server is restarted, and the history is
# compared with what was said. Sourced; expects server.sh. Everything it makes lies in $data, which the caller removes.

check_room=self-check
reader_pid=

# said_in FILE: the texts in a client's JSON lines, one a line. Such a text has no control character but tab, so \\ \" and \t are all that JSON
# escapes in it; a byte that can't be in it stands for a backslash meanwhile.
said_in() {
  local line text pattern='"text":[[:space:]]*"(([^"\\]|\\.)*)"'
  while IFS= read -r line; do
    [[ $line =~ $pattern ]] || continue
    text=${BASH_REMATCH[1]//'\\'/$'\1'}
    text=${text//'\"'/'"'}
    text=${text//'\t'/$'\t'}
    printf '%s\n' "${text//$'\1'/'\'}"
  done <"$1"
}

# The lines to say: standard input's, or the sample's when that has none. Empty lines can't be messages and are left out.
lines_to_say() {
  grep -v '^$' >"$data/said" || grep -v '^$' tools/lib/sample_chat.txt >"$data/said"
}

# Returns when the reader is in the room, so that it hears the first message live.
start_reader() {
  local waited=0
  PARLEY_TICKET=$(ticket_for bob "$check_room") "$bin/parley" tail "$check_room" --json >"$data/heard.json" 2>"$data/reader.log" &
  reader_pid=$!
  until "$bin/parleyctl" --data-dir "$data" sessions | grep -q "bob.*$check_room"; do
    if [ $((waited += 1)) -gt 300 ] || ! kill -0 "$reader_pid" 2>/dev/null; then
      echo "The reader didn't come in:"
      tail -n 5 "$data/reader.log"
      return 1
    fi
    sleep 0.1
  done
}

stop_reader() {
  [ -n "$reader_pid" ] || return 0
  kill -TERM "$reader_pid" 2>/dev/null
  wait "$reader_pid" 2>/dev/null
  reader_pid=
}

# Waits until the reader heard as many messages as were said; 30 s is far beyond what loopback needs.
wait_for_reader() {
  local expected=$1 waited=0
  until [ "$(grep -c '"text"' "$data/heard.json")" -ge "$expected" ]; do
    [ $((waited += 1)) -le 300 ] && kill -0 "$reader_pid" 2>/dev/null || return 1
    sleep 0.1
  done
}

# compare WHAT FILE: FILE holds exactly what was said, in that order.
compare() {
  if cmp -s "$data/said" "$2"; then
    echo "$1: all $(wc -l <"$data/said") messages, in order."
  else
    echo "$1 DIFFERS from what was said (left: said, right: $1):"
    diff "$data/said" "$2" | head -n 20
    return 1
  fi
}

chat_once() {
  start_reader || return 1
  PARLEY_TICKET=$(ticket_for alice "$check_room") "$bin/parley" send "$check_room" <"$data/said" >"$data/sender.log" 2>&1 || {
    echo "Sending failed:"
    tail -n 5 "$data/sender.log"
    return 1
  }
  wait_for_reader "$(wc -l <"$data/said")" || tail -n 5 "$data/reader.log"
  stop_reader
  said_in "$data/heard.json" >"$data/heard"
  compare "heard" "$data/heard"
}

history_after_restart() {
  stop_server || { echo "The server didn't end cleanly on SIGTERM; its log says:"; tail -n 5 "$data/parleyd.log"; return 1; }
  start_server || return 1
  PARLEY_TICKET=$(ticket_for bob "$check_room") "$bin/parley" history "$check_room" --json >"$data/history.json" 2>"$data/history.log" || {
    echo "Reading the history failed:"
    tail -n 5 "$data/history.log"
    return 1
  }
  said_in "$data/history.json" >"$data/history"
  compare "history after a restart" "$data/history"
}

self_check() {
  lines_to_say
  start_server && chat_once && history_after_restart
}
