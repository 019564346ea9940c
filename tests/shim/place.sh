#!/bin/bash
# A database file that is moved, deleted or replaced under the service (findings:
# D13): nothing is acknowledged that is in no file, and somebody is told.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start
other=$dir/elsewhere.db

# become <status> <curl options>: asks until the reply has this status, which
# those that read come to know within a second; prints the last one.
become() { until_is "$1" code "${@:2}"; }

is "all is well at first" \
  "$(create ann) $(code "$root/healthz") $(code -H "$bearer" "$url/Users")" \
  "201 200 200"

# ---- moved, and back

mv "$db" "$other"
is_error "a write is refused at once when the file is gone" 503 \
  -H "$bearer" -H "$json" -d "$(user bob)" "$url/Users"
is "it may be tried again" \
  "$(field Retry-After -H "$bearer" -H "$json" -d "$(user bob)" \
    "$url/Users")" 2
is "nobody is told that all is well" "$(code "$root/healthz")" 503
is "nor shown what may no longer be so" \
  "$(become 503 -H "$bearer" "$url/Users")" 503
is "the log says it, once" \
  "$(until_is 1 logged \
    '"event":"database".*was moved, deleted or replaced')" 1
mv "$other" "$db"
is "when the file is back the service goes on" \
  "$(create cleo) $(code "$root/healthz") $(become 200 -H "$bearer" \
    "$url/Users")" "201 200 200"
is "the log says that as well" "$(until_is 1 logged 'is back')" 1
is "what was acknowledged is there, and what was refused is not" \
  "$(curl -s -H "$bearer" "$url/Users" |
    quick_jq -r '[.Resources[].userName] | sort | join(" ")')" "ann cleo"

# ---- replaced by another, which may be a copy

sqlite3 "$db" "VACUUM INTO '$other'"
mv "$other" "$db"
is "another file of the same name is not the one that was opened" \
  "$(create dora) $(code "$root/healthz")" "503 503"
stop
is "the service can be ended" "$ended" 0
rm -f "$db-wal" "$db-shm"
start
is "and started with the other file" \
  "$(create dora) $(curl -s -H "$bearer" "$url/Users" |
    quick_jq -r '[.Resources[].userName] | sort | join(" ")')" "201 ann cleo dora"

# ---- the log, in which is what has not been copied into the file yet

mv "$db-wal" "$other"
is "without its log nothing is written either" \
  "$(create eva) $(code "$root/healthz") $(become 503 -H "$bearer" \
    "$url/Users") $(logged 'db-wal was moved, deleted or replaced')" \
  "503 503 503 1"
mv "$other" "$db-wal"
is "and it is when that is back" \
  "$(create eva) $(code "$root/healthz") $(become 200 -H "$bearer" \
    "$url/Users")" "201 200 200"
mv "$db-shm" "$other"
is "nor without the memory that all processes share" "$(create ewan)" 503
mv "$other" "$db-shm"
is "as long as that is not back" "$(create fay)" 201
rm "$db-wal"
is "one that was deleted is noticed too" "$(create evan)" 503
stop
start
is "a stop has copied what was in it" \
  "$(curl -s -H "$bearer" "$url/Users" |
    quick_jq -r '[.Resources[].userName] | sort | join(" ")')" "ann cleo dora eva fay"

# ---- deleted

rm "$db"
is "a deleted file is noticed too" \
  "$(create emil) $(code "$root/healthz") $(become 503 -H "$bearer" \
    "$url/Users")" "503 503 503"
stop
is "and does not keep the service from ending" "$ended" 0

finish
