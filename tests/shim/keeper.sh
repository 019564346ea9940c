#!/bin/bash
# The connection that keeps the newest snapshot: it does while somebody reads,
# lets go when nobody does, and never keeps the write-ahead log from being begun
# anew.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start
create ann >/dev/null

# reading: asks without an end, in the background; enough sets `reader`'s end.
reading() {
  while :; do code -H "$bearer" "$url/Users?count=1" >/dev/null; done &
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

# await <number>: until there are so many; prints how many there are.
await() {
  local i found
  for i in $(seq 400); do
    found=$(snapshots)
    [ "$found" = "$1" ] && break
    sleep 0.02
  done
  echo "$found"
}

if [ -r /proc/locks ]; then
  is "while nobody reads nothing is held" "$(await 0)" 0
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
  is "and when he has ended it is let go" "$(await 0)" 0
fi

# A write in between is seen at once: what is kept is nobody's to read.
reading
for i in $(seq 20); do
  create "user$i"
  printf ' '
  curl -s -H "$bearer" "$url/Users?count=1" | jq .totalResults
done >"$dir/seen"
is "a reader sees what was acknowledged just before" "$(cat "$dir/seen")" \
  "$(for i in $(seq 20); do echo "201 $((i + 1))"; done)"

# bulk <number>: a request of 300 users.
bulk() {
  jq -nc --arg n "$1" '{schemas:
      ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [range(300) | {method: "POST", path: "/Users",
      bulkId: tostring, data: {userName: "b\($n).\(.)",
      title: ("x" * 5000)}}]}'
}
for i in $(seq 56); do
  bulk "$i" | code -H "$bearer" -H "$json" --data-binary @- "$url/Bulk"
done >"$dir/bulks"
is "much is written meanwhile" "$(cat "$dir/bulks")" \
  "$(printf '200%.0s' $(seq 56))"
enough
is "the log, of 240 MB by then, has been begun anew" \
  "$([ "$(stat -c %s "$db-wal")" -lt 200000000 ] && echo yes)" yes
stop
is "it ends as it should, and leaves no log" \
  "$ended $(ls "$db-wal" 2>/dev/null)" "0 "

finish
