#!/bin/bash
# Group commit: nothing acknowledged is lost, and a busy database is a 503.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

rows() { sqlite3 "$db" "SELECT count(*) FROM scim_resource WHERE $1"; }

# ---- many at once

start --busy-timeout 300
for client in 1 2 3 4 5 6 7 8; do
  for i in $(seq 25); do create "many-$client-$i"; echo; done \
    >"$dir/many.$client" &
  clients="${clients:-} $!"
done
wait $clients
is "8 clients create 200 users" "$(cat "$dir"/many.* | grep -c '^201$')" 200
is "and all are stored" "$(rows "doc ->> 'userName' LIKE 'many-%'")" 200
for client in 1 2 3 4 5 6 7 8; do
  create twin >"$dir/twin.$client" &
  twins="${twins:-} $!"
done
wait $twins
is "of 8 equal users at once one is created" \
  "$(cat "$dir"/twin.* | sed 's/\(...\)/\1\n/g' | sort | uniq -c |
    awk '{ print $1 "x" $2 }' | tr '\n' ' ')" "1x201 7x409 "

# ---- another process writes

hold 'BEGIN IMMEDIATE; SELECT 1;'
is_error "while another holds the lock a write is a 503" 503 -H "$bearer" \
  -H "$json" -d "$(user locked)" "$url/Users"
is "that says when to come again, in whole seconds" \
  "$(field Retry-After -H "$bearer" -H "$json" -d "$(user locked)" \
    "$url/Users" | grep -c '^[0-9][0-9]*$')" 1
is "reads go on meanwhile" "$(code -H "$bearer" "$url/Users")" 200
search() { code -H "$bearer" -H "$json" -d '{"count":1}' "$url/$1"; }
for path in .search .search/ Users/.search Users/.search/ Users//.search/?x=/ \
  Users/.search?/ Users/.search// %2Esearch Users/%2esearch; do
  is "so does the search POST /$path" "$(search "$path")" 200
done
for path in Users/.search/x Users/.searches Users.search Users/%2F.search; do
  is "POST /$path is no search for the extension, so it waits" \
    "$(search "$path")" 503
done
let_go
is "when the lock is gone writes go on" "$(create locked)" 201
is "and what looked like a search is refused" \
  "$(search Users/.searches) $(search Users/%2F.search)" "405 405"
stop
is "an ended server exits with 0" "$ended" 0

# ---- the end

start
# A slow client is half through its body when the end comes: it is finished.
body=$(user late)
exec 9<>"/dev/tcp/${address%:*}/${address#*:}"
printf 'POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\n%s\r\n%s\r\n\r\n%s' \
  "$bearer" "Content-Length: ${#body}" "${body:0:20}" >&9
for client in 1 2 3 4; do
  for i in $(seq 1000); do
    status=$(create "end-$client-$i")
    echo "$status"
    [ "$status" = 201 ] || break
  done >"$dir/end.$client" &
  enders="${enders:-} $!"
done
until_is yes eval 'cat "$dir"/end.* | grep -q "^201$" && echo yes' >/dev/null
kill -TERM "$server"
nap 0.2
printf '%s' "${body:20}" >&9
late=$(head -n 1 <&9 | cut -d ' ' -f 2)
exec 9>&-
wait "$server"
ended=$?
server=
wait $enders
is "SIGTERM under load exits with 0" "$ended" 0
is "the write-ahead log is folded in" \
  "$(ls "$dir" | grep -c 'scim.db-')" 0
is "a request at work is seen to its end" "$late" 201
is "what was acknowledged is stored" \
  "$([ "$(rows "doc ->> 'userName' LIKE 'end-%'")" -ge \
    "$(cat "$dir"/end.* | grep -c '^201$')" ] && echo yes)" yes
is "and was not nothing" \
  "$([ "$(cat "$dir"/end.* | grep -c '^201$')" -gt 0 ] && echo yes)" yes
is "the file is whole" "$(sqlite3 "$db" 'PRAGMA integrity_check')" ok
start
kill -INT "$server"
wait "$server"
is "SIGINT ends it as well" "$?" 0
server=
# Whoever runs this may have it ignored, which Bash cannot take back.
if env --default-signal=HUP true 2>/dev/null; then
  hangs_up=$dir/hangs_up usual=$SCIMD
  printf '#!/bin/sh\nexec env --default-signal=HUP "%s" "$@"\n' "$SCIMD" \
    >"$hangs_up"
  chmod +x "$hangs_up"
  SCIMD=$hangs_up start
  SCIMD=$usual
  kill -HUP "$server"
  wait "$server"
  is "so does SIGHUP, in order" \
    "$? $(grep -c '"event":"stopped"' "$dir/log")" "0 1"
  server=
fi
trap '' HUP
start
kill -HUP "$server"
is "but not under nohup" "$(code -H "$bearer" "$url/Users?count=0")" 200
trap - HUP
stop

# ---- killed

start
for i in 1 2 3 4 5; do create "killed-$i"; done >/dev/null
kill -KILL "$server"
wait "$server" 2>/dev/null
server=
is "after SIGKILL what was acknowledged is there" \
  "$(rows "doc ->> 'userName' LIKE 'killed-%'")" 5

finish
