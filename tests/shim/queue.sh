#!/bin/bash
# Those who wait for the writer while another process has the lock (D9): at
# most half of the threads, none longer than the busy timeout, and readers do
# not notice.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# write <who> <count>: so many users by as many connections at once; prints
# status, Retry-After and seconds, a line each.
write() {
  local i
  for i in $(seq "$2"); do
    [ "$i" = 1 ] || echo next
    printf 'url = "%s/Users"\nheader = "%s"\nheader = "%s"\ndata = "%s"\n' \
      "$url" "$bearer" "$json" "$(user "$1-$i" | sed 's/"/\\"/g')"
    printf 'output = "/dev/null"\nsilent\n'
    echo 'write-out = "%{http_code} %header{retry-after} %{time_total}\n"'
  done >"$dir/$1.curl"
  curl --no-progress-meter -Z --parallel-max "$2" --parallel-immediate -K "$dir/$1.curl"
}

# statuses <file>: how many of each.
statuses() { cut -d ' ' -f 1 "$1" | sort | uniq -c | awk '{ print $1 "x" $2 }' |
  tr '\n' ' '; }

# ---- more writers than threads

start --threads 64 --busy-timeout 120000 --quiet
create first >/dev/null
hold 'BEGIN IMMEDIATE; SELECT 1;'
write many 80 >"$dir/many" &
writers=$!
is "D9: of 80 writers those that are not half of 64 threads are refused" \
  "$(until_metric scimd_writes_refused_total 48)" 48
is "the others wait" "$(until_metric scimd_queue_length 32)" 32
is "reads go on" "$(code -H "$bearer" "$url/Users")" 200
is "and /healthz" "$(code "$root/healthz")" 200
is "one writer more is refused at once" "$(create more -m 60)" 503
is "and is told when to come again, by how long it has lasted" \
  "$(field Retry-After -H "$bearer" -H "$json" -d "$(user more)" \
    "$url/Users" | grep -cE '^[1-9][0-9]*$')" 1
let_go
wait "$writers"
is "when the lock is gone those who waited are served" \
  "$(statuses "$dir/many")" "32x201 48x503 "
is "each that was refused was told when to come again" \
  "$(grep -cE '^503 [1-9][0-9]? ' "$dir/many")" 48
is "what was acknowledged is stored, and nothing else" \
  "$(sqlite3 "$db" "SELECT count(*) FROM scim_resource
    WHERE doc ->> 'userName' LIKE 'many-%'")" 32
write again 80 >"$dir/again"
is "while the writer gets on, more than half may wait" \
  "$(($(grep -c '^201 ' "$dir/again") >= 32)) $(grep -vcE '^(201|503) ' \
    "$dir/again")" "1 0"
is "and what was acknowledged is stored" \
  "$(sqlite3 "$db" "SELECT count(*) FROM scim_resource
    WHERE doc ->> 'userName' LIKE 'again-%'")" \
  "$(grep -c '^201 ' "$dir/again")"
stop
is "an ended server exits with 0" "$ended" 0

# ---- patience

start --threads 16 --queue 3 --busy-timeout 3000 --quiet
hold 'BEGIN IMMEDIATE; SELECT 1;'
write few 6 >"$dir/few" &
writers=$!
is "--queue says how many may wait" \
  "$(until_metric scimd_writes_refused_total 3)" 3
wait "$writers"
is "those who waited in vain are refused" "$(statuses "$dir/few")" "6x503 "
is "all of them when the busy timeout is over: none waits for another's" \
  "$(sort -n -k 3 "$dir/few" | tail -n 3 |
    awk '{ print ($3 >= 3 && $3 < 8.9 ? "well" : $3) }' | tr '\n' ' ')" \
  "well well well "
is "and are told to come again after as long as they have waited" \
  "$(sort -n -k 3 "$dir/few" | tail -n 3 |
    awk '{ print ($2 >= 3 ? "well" : $2) }' | tr '\n' ' ')" "well well well "
let_go
is "when the lock is gone writes go on" "$(create late)" 201
is "those who were refused have changed nothing" \
  "$(sqlite3 "$db" "SELECT count(*) FROM scim_resource
    WHERE doc ->> 'userName' LIKE 'few-%'")" 0
stop

finish
