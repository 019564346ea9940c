#!/bin/bash
# scimd in front of a cluster of rqlite that is none (rqlite_stub.py): which of
# its nodes are asked, how long they have, and what clients are told when there
# is none to ask.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
. tests/shim/rqlite.inc

cluster 3
# So long waits a write that nobody can do, and a read.
up --busy-timeout 2500 --read-budget 1000
is "a user is made" "$(create few1)" 201

# ---- a leader that has lost the extension

# The others have it, and do what stands in the log; it does not.
tell "leader=2&node=2&lacks=1" >/dev/null
is "nothing can be written by way of anybody" "$(until_is "1 1 0" up_nodes) $(
  create lacking)" "1 1 0 503"
is "the client may come again, and the log tells why" "$(field Retry-After \
  -H "$bearer" -H "$json" -d "$(user lacking2)" "$url/Users" |
  grep -c '^[0-9]*$') $(logged 'the node that leads has no extension' |
  sed 's/^[1-9][0-9]*$/some/')" "1 some"
is "nor read, but at level none: the others ask the leader" \
  "$(code -H "$bearer" "$(at few1)")" 503
tell "leader=1" >/dev/null
is "when another leads it is done, and once" \
  "$(create lacking3) $(there lacking3)" "201 1 1 0"
is "what was not answered was done by those who could" "$(there lacking)" "1 1 0"
tell "node=2&lacks=0" >/dev/null

# What a node says that is somebody else's is no answer.
for kind in few many odd; do
  tell "read=$kind&count=9" >/dev/null
  is "rows that nobody asked for bring nothing down ($kind)" "$(
    for page in "$url/Users" "$root/healthz" "$root/metrics" "$(at few1)"; do
      code -H "$bearer" "$page" >/dev/null
    done
    tell "read=none&count=0" >/dev/null
    until_is 200 code "$root/healthz")" 200
done

# ---- the limits of reads

stop
up
search="$url/Users?filter=title+co+%22x%22"
tell "read=timeout&where=Users?filter" >/dev/null
is "a search that a node has given up is too much" "$(curl -s -m 20 \
  -H "$bearer" "$search" | quick_jq -r '.status + " " + .scimType')" "400 tooMany"
tell "read=timeout&where=Users/" >/dev/null
is "anything else may be asked again" "$(field Retry-After -H "$bearer" \
  "$(at few1)" | grep -c '^[0-9]')" 1
is "it was told for how long it may" \
  "$(grep -c '/db/query?level=weak&db_timeout=2000ms&timeout=2000ms .*title+co' \
    "$cluster/journal")" 1
for i in 1 2 3 4 5; do
  [ "$(tell count=most)" -lt 32 ] || break
  tell "read=late&count=40&where=Users/" >/dev/null
  for i in $(seq 40); do code -H "$bearer" "$(at few1)" >/dev/null & done
  wait $(jobs -p | grep -v -e "$stub" -e "$server")
done
tell "read=none&count=0" >/dev/null
is "of forty reads 32 are at nodes at a time" "$(tell count=most)" 32
stop
tell "most=0" >/dev/null
up --readers 2
tell "read=late&count=8&where=Users/" >/dev/null
who=$(at few1)
for i in 1 2 3 4 5 6; do code -H "$bearer" "$who" >"$dir/place$i" & done
wait $(jobs -p | grep -v -e "$stub" -e "$server")
is "of six reads two are at nodes at a time, and each is answered" \
  "$(cat "$dir"/place*) $(tell count=most)" "200200200200200200 2"
tell "read=none&count=0" >/dev/null

# ---- the end of patience

stop
up --busy-timeout 700 --read-budget 50
tell "fault=before&count=99" >/dev/null
is_error "when the time is over it is a 503" 503 -H "$bearer" -H "$json" \
  -d "$(user never)" "$url/Users"
is "and may be asked again in a second or two" "$(field Retry-After \
  -H "$bearer" -H "$json" -d "$(user never)" "$url/Users" | grep -c '^[12]$')" 1
tell "fault=none&count=0" >/dev/null
is "nothing was done, and it can be" "$(there never) $(create never)" \
  "0 0 0 201"
tell "fault=after&count=99" >/dev/null
is "or all of it was, which nobody could know" \
  "$(create perhaps) $(there perhaps)" "503 1 1 1"
tell "fault=none&count=0" >/dev/null
tell "leader=-1" >/dev/null
is "without a leader nothing can be written" "$(create leaderless)" 503
is "nor read" "$(code -H "$bearer" "$(at never)")" 503
is "nor is it well" "$(code "$root/healthz")" 503
tell "leader=0" >/dev/null
is "and then it can" "$(until_is 200 code "$root/healthz")$(
  create leaderless)" 200201
stop

# ---- reads

# asked: how many reads of users went to each node since the last time.
asked() {
  sed -n "$((${lines:-0} + 1)),\$p" "$cluster/journal" |
    grep '/db/query?level='"$1"'.*"GET","/Users/' | cut -d' ' -f1 | sort |
    uniq -c | awk '{ print $1 "x" $2 }' | xargs
}
mark() { lines=$(wc -l <"$cluster/journal"); }
read_some() { # <number> <url>: the statuses
  local i
  for i in $(seq "$1"); do code -H "$bearer" "$2"; echo; done | sort -u | xargs
}
for level in weak linearizable none; do
  up --read-level "$level"
  who=$(at never)
  mark
  is "--read-level $level: reads are answered" "$(read_some 9 "$who")" 200
  want=9x0
  [ "$level" = none ] && want="3x0 3x1 3x2"
  is "by these nodes, at that level" "$(asked "$level")" "$want"
  [ "$level" = none ] || stop
done
tell "node=1&lags=1" >/dev/null
create newest >/dev/null
who=$(at newest)
is "a node that is behind is left out" "$(until_is "1 0 1" up_nodes)$(
  unfit behind)" "1 0 11"
is "so what was written is read" "$(read_some 9 "$who")" 200
tell "node=1&lags=0" >/dev/null
is "until it is there" "$(until_is "1 1 1" up_nodes)" "1 1 1"
tell "node=2&lacks=1" >/dev/null
is "so is one that has lost the extension" "$(until_is "1 1 0" up_nodes)$(
  unfit extension)" "1 1 01"
is "and nobody notices" "$(read_some 9 "$who")" 200
tell "node=1&frozen=1" >/dev/null
is "so is one that says nothing" "$(until_is "1 0 0" up_nodes) $(
  read_some 3 "$who")" "1 0 0 200"
tell "node=1&frozen=0" >/dev/null
tell "read=cut" >/dev/null
is "a read that is cut off is asked again" "$(read_some 3 "$who")" 200
tell "read=locked" >/dev/null
is "so is one for which a node has a lock at the moment" \
  "$(read_some 3 "$who")" 200
tell "closed=1" >/dev/null
is "those that are not there any more are left out" \
  "$(until_is "0 0 0" up_nodes)" "0 0 0"
is "without any nothing is well" \
  "$(code "$root/healthz")$(code -H "$bearer" "$who")" 503503
is "the log tells all of this" "$(quick_jq -r 'select(.event == "rqlite") | .message' \
  "$dir/log" | sed "s|${nodes[0]}|0|; s|${nodes[1]}|1|; s|${nodes[2]}|2|" |
  grep '^1 is ' | head -n 3)" \
  "1 is left out: it has not got what the leader has
1 is fit
1 is left out: it does not answer in time"
stop

finish
