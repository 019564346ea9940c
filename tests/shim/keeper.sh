#!/bin/bash
# The connection that keeps the newest snapshot: it does while somebody reads,
# and lets go when nobody does. That it never keeps the write-ahead log from
# being begun anew is in wal.sh, where many read.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start
create ann >/dev/null

# reading: asks without an end, in the background, several times while the
# keeper waits for a reader; enough sets `reader`'s end.
reading() {
  while :; do
    code -H "$bearer" "$url/Users?count=1" >/dev/null
    nap 0.02
  done &
  reader=$!
}
enough() {
  kill "$reader"
  wait "$reader" 2>/dev/null
}

# snapshots: the locks of the process that hold a snapshot. They are bytes 123
# to 127 of the file of shared memory (https://www.sqlite.org/walformat.html,
# section 2.3.1).
snapshots() {
  local inode
  inode=$(stat -c %i "$db-shm")
  awk -v pid="$server" -v inode=":$inode" '$5 == pid && $4 == "READ" &&
    substr($6, length($6) - length(inode) + 1) == inode &&
    $7 >= 123 && $8 <= 127' /proc/locks | wc -l
}

if [ -r /proc/locks ]; then
  is "while nobody reads nothing is held" "$(until_is 0 snapshots)" 0
  reading
  # A request of curl's takes milliseconds, and SQLite's part of it a hundredth
  # of that: what is seen ten times in a row is the keeper's.
  held=0
  for i in $(seq 1000); do
    if [ "$(snapshots)" = 0 ]; then held=0; else held=$((held + 1)); fi
    [ "$held" = 10 ] && break
  done
  is "while somebody does a snapshot is" "$held" 10
  enough
  is "and when he has ended it is let go" "$(until_is 0 snapshots)" 0
fi

# A write in between is seen at once: what is kept is nobody's to read.
reading
for i in $(seq 20); do
  create "user$i"
  printf ' '
  curl -s -H "$bearer" "$url/Users?count=1" | quick_jq .totalResults
done >"$dir/seen"
is "a reader sees what was acknowledged just before" "$(cat "$dir/seen")" \
  "$(for i in $(seq 20); do echo "201 $((i + 1))"; done)"

enough
stop
is "it ends as it should, and leaves no log" \
  "$ended $(ls "$db-wal" 2>/dev/null)" "0 "

finish
