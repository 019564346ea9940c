#!/bin/bash
# --wal-limit: a snapshot that another process keeps makes the write-ahead log no
# longer than that; writes are refused, and taken again by themselves.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

limit=134217728 # 128M
health() { curl -s -m 20 "$root/healthz" | quick_jq -r "$1"; }
mine() { grep "$1" "$dir/log" | grep -c '"event":"wal"'; }

# made: users that were answered with 201, to be found again.
made=0
# make_user: one more user; prints the status.
make_user() {
  status=$(create "user$made")
  [ "$status" != 201 ] || made=$((made + 1))
}
# For await: the one that passes the limit is still taken.
is_reached() {
  make_user
  [ "$(metric scimd_wal_limit_reached)" = 1 ]
}
is_taken() {
  make_user
  [ "$status" = 201 ]
}
found() {
  curl -s -H "$bearer" "$url/Users?filter=userName+sw+%22user%22&count=0" |
    quick_jq .totalResults
}

# ---- What makes no sense

is "what is no size is refused" "$(for size in 4 4K 127M 4g G -1G 1G5 1.5G \
  2000000G 99999999999999999999G 00; do
  "$SCIMD" serve --db "$db" --wal-limit "$size" 2>&1
done | sort | uniq -c | sed 's/^ *//')" \
  "11 scimd: --wal-limit needs a size, as 512M or 4G, of 128M at least, or 0"
is "so is none" "$("$SCIMD" serve --db "$db" --wal-limit= 2>&1)" \
  "scimd: --wal-limit needs a value"

# ---- Nobody is refused for what a checkpoint takes away

start --quiet --wal-limit 128M
fill 140
make_user
is "a log that is long is begun anew, and nobody refused" \
  "$status $(until_is yes is_small) $(create bob)" "201 yes 201"
is "/metrics has the limit" \
  "$(metric scimd_wal_limit_bytes) $(metric scimd_wal_limit_reached)" \
  "$limit 0"

# ---- A snapshot that another process keeps

hold 'BEGIN; SELECT count(*) FROM scim_resource;'
fill 140
await is_reached
make_user
is "beyond the limit a write is refused" "$status" 503
# Linux says which process it is.
named=$other
if [ "$(uname)" = Linux ]; then
  is "/healthz names the process" \
    "$(health .writes | grep -oE 'process \(perhaps [0-9]+\)')" "process (perhaps $other)"
fi
size=$(wal)
is_error "with a SCIM error" 503 \
  -H "$bearer" -H "$json" -d "$(user cleo)" "$url/Users"
is "that says what is wrong, and what to do about it" \
  "$(curl -s -H "$bearer" -H "$json" -d "$(user cleo)" "$url/Users" |
    quick_jq -r .detail | sed -E "s/has [0-9]+ MB/has N MB/
      s/ \\(perhaps $named\\) keeps/ keeps/
      s/since [0-9-]*T[0-9:.]*Z/since TIME/")" \
  "Nothing is written now: the write-ahead log has N MB, its limit\
 (--wal-limit), and another process keeps a snapshot of the database, since\
 TIME at least. The operator finds and ends it (fuser -v names all that have\
 the file open); then the log is moved into the file, and writes are taken\
 again."
again=$(field Retry-After -H "$bearer" -H "$json" -d "$(user cleo)" "$url/Users")
is "and when to come again" \
  "$((again >= 1 && again <= 60 ? 1 : again))" 1
is "whatever it is that would write" "$(for method in PUT PATCH DELETE; do
  code -X $method -H "$bearer" -H "$json" -d "$(user cleo)" "$url/Users/x"
done)" 503503503
is "reads go on" "$(code -H "$bearer" "$url/Users") $(
  code -H "$bearer" -H "$json" -d '{"schemas":
    ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}' \
    "$url/Users/.search")" "200 200"
is "/healthz answers, and says it" \
  "$(code "$root/healthz") $(health '.status, (.writes | .[:22])' | xargs)" \
  "200 degraded Nothing is written now"
is "so does /metrics" "$(metric scimd_wal_limit_reached) $((
  $(metric scimd_writes_refused_total) >= 7))" "1 1"
is "and the log of events, once" "$(mine 'Nothing is written now')" 1
is "the log of writes grows no more" "$(wal)" "$size"
is "than by what had been taken" "$((size < limit * 5 / 4))" 1
let_go
await is_taken
is "when the reader has gone writes are taken again" "$status" 201
is "the file is cut, though nobody has asked for it" \
  "$(until_is yes is_small)" yes
is "all is well again" \
  "$(health '.status, .writes' | xargs) $(metric scimd_wal_limit_reached)" \
  "ok null 0"
is "the log of events says so, once" "$(mine 'Writes are taken again')" 1
is "nothing that was acknowledged is lost, and nothing refused is there" \
  "$(found)" "$made"

# ---- Readers of our own, without pause

read_on() {
  while [ ! -e "$dir/enough" ]; do
    curl -s -H "$bearer" -o "$dir/read.$1" "$url/Users?count=100"
  done
}
readers=
for i in 1 2 3; do
  read_on "$i" &
  readers="$readers $!"
done
fill 140
for i in 1 2 3; do make_user; done
touch "$dir/enough"
wait $readers
is "our own readers get nobody refused" "$(found) $(mine 'Nothing')" "$made 1"

# ---- A log that is long when the server starts, and what it would do itself

sqlite3 -cmd ".timeout ${patience}000" "$db" "UPDATE scim_log SET time = '2020-01-01T00:00:00.000Z'"
hold 'BEGIN; SELECT count(*) FROM scim_resource;'
fill 140
stop
is "an ended server exits with 0" "$ended" 0
size=$(wal)
start --quiet --wal-limit 128M --keep-log 400d
log() { sqlite3 "$db" 'SELECT count(*) > 1 FROM scim_log'; }
is "a server that finds such a log takes no write" "$(create dora) $(
  create dora) $(metric scimd_wal_limit_reached)" "503 503 1"
is "and prunes nothing" "$(log)" 1
is "the log is no longer than it was" "$(wal)" "$size"

# ---- Other commands

{
  echo userName
  seq -f 'row%g' 400
} >"$dir/rows.csv"
import() {
  "$SCIMD" import --db "$db" --type User --wal-limit 128M "$dir/rows.csv" 2>&1
}
rows() {
  sqlite3 "$db" "SELECT count(*) FROM scim_resource
    WHERE json_extract(doc, '$.userName') GLOB 'row*'"
}
is "an import ends" "$(import | grep -c 'scimd: Nothing is written now: ')" 1
before=$(rows)
is "behind its first transaction, which stays" \
  "$((before > 0 && before <= 128 ? 1 : before))" 1
is "a command of one transaction is done" \
  "$("$SCIMD" token add --db "$db" --label more | wc -l)" 1
let_go
await is_taken
is "all is well again when the reader has gone" "$status" 201
is "and the import goes on" "$(import | tail -n 1)$(rows)" \
  "created $((400 - before)), changed 0, same $before, deactivated 0, failed 0400"

# ---- No limit

stop
start --quiet --wal-limit 0
hold 'BEGIN; SELECT count(*) FROM scim_resource;'
fill 140
is "without a limit nobody is refused" "$(make_user; echo $status) $(
  create eva) $(metric scimd_wal_limit_bytes) $(
  metric scimd_wal_limit_reached)" "201 201 0 0"
let_go

finish
