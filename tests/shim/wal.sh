#!/bin/bash
# The write-ahead log is bounded under readers without pause, and is cut when a
# reader of another process that held it is gone (D12).
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

limit=134217728 # 32,000 pages, and what the file is cut to
is_held() { metric scimd_wal_held_total | sed 's/^[1-9].*/yes/'; }
is_told() { grep -c "$1" "$dir/log" | sed 's/[1-9].*/yes/'; }

# person <letter>: a user with a certificate of 2 MB, some 500 pages.
person() {
  printf '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],'
  printf '"userName":"big","x509Certificates":[{"value":"'
  head -c 2000000 /dev/zero | tr '\0' "$1"
  printf '"}]}'
}
person A >"$dir/A"
person B >"$dir/B"

# change <times>: replaces the user by another and back; prints how many of the
# replies were not 200.
change() {
  local i
  for i in $(seq "$1"); do
    [ "$i" = 1 ] || echo next
    printf 'request = "PUT"\nurl = "%s"\nheader = "%s"\nheader = "%s"\n' \
      "$url/Users/$id" "$bearer" "$json"
    printf 'data-binary = "@%s"\n' "$dir/$([ $((i % 2)) = 0 ] && echo A || echo B)"
    printf 'output = "/dev/null"\nwrite-out = "%%{http_code}\\n"\n'
  done >"$dir/changes"
  curl -s -K "$dir/changes" | grep -vc '^200$'
}

# read_on: reads without pause, until the file "enough" is there.
read_on() {
  while [ ! -e "$dir/enough" ]; do
    curl -s -H "$bearer" -o "$dir/read.$1" \
      "$url/Users/$small?i=[1-500]"
  done
}

start --quiet
id=$(curl -s -H "$bearer" -H "$json" --data-binary "@$dir/A" "$url/Users" |
  quick_jq -r .id)
small=$(curl -s -H "$bearer" -H "$json" -d '{"userName":"small"}' "$url/Users" |
  quick_jq -r .id)

# ---- readers without pause

readers=
for i in 1 2 3 4; do
  read_on "$i" &
  readers="$readers $!"
done
fill 120
is "D12: 150 MB are written while four clients read without pause" \
  "$(change 10)" 0
touch "$dir/enough"
wait $readers
# By the writer; or, in a moment of quiet, by SQLite, which only the size tells.
is "the log is begun anew meanwhile" \
  "$(($(metric scimd_wal_restarts_total) > 0 || $(wal) < limit * 5 / 4))" 1
is "and has a bound" \
  "$(($(wal) < 2 * limit))" 1
is "copies are made beside, of 8,000 pages at a time" \
  "$(($(metric scimd_checkpoints_total) > 0)) $(
    metric scimd_checkpoint_failures_total)" "1 0"

# ---- a reader that does not go

hold 'BEGIN; SELECT count(*) FROM scim_resource;'
fill 290
is "a reader of another process keeps its snapshot: writes go on" \
  "$(change 2)" 0
is "the log grows" "$(($(wal) > 2 * limit))" 1
is "which /metrics tells" "$(($(metric scimd_wal_bytes) > 2 * limit))" 1
is "and that the writer waited in vain" "$(until_is yes is_held)" yes
is "and the log of events" "$(until_is yes is_told '"wal"')" yes
let_go
is "when it is gone the file is cut, though nobody writes" \
  "$(until_is yes is_small)" yes
is "of which the log of events tells as well" \
  "$(until_is yes is_told 'begun anew')" yes
is "nothing is lost" \
  "$(curl -s -H "$bearer" "$url/Users/$id" | quick_jq -r '.x509Certificates[0].value |
    length, .[:3]' | tr '\n' ' ')" "2000000 AAA "
is "the file is whole" "$(sqlite3 "$db" 'PRAGMA integrity_check')" ok
stop
is "an ended server exits with 0" "$ended" 0
is "and leaves no log" "$(ls "$dir" | grep -c 'scim.db-')" 0

finish
