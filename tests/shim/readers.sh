#!/bin/bash
# The connections that read: how many there are, and what a request may cost
# them. A stand-in for the extension (stub.inc) has reads without an end, and
# replies of any size. (findings: D7, D8)
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
. tests/shim/crowd.inc
${CC:-cc} -shared -fPIC -x c -o "$dir/scim.so" tests/shim/stub.inc || exit 1
token=none
start --extension "$dir/scim.so" --threads 64 --readers 2 --read-budget 700

# connections: how often the process has the database open.
connections() {
  find "/proc/$server/fd" -lname "$db" 2>/dev/null | wc -l
}

# all <number> <curl options>: as many requests at once; the statuses, sorted.
all() {
  local number=$1 i
  shift
  for i in $(seq "$number"); do
    code "$@" >"$dir/status.$i" &
  done
  for i in $(seq "$number"); do
    wait -n 2>/dev/null
  done
  for i in $(seq "$number"); do
    cat "$dir/status.$i"
    echo
  done | sort | uniq -c | awk '{ print $1 "x" $2 }' | tr '\n' ' '
}

# ---- how many there are

is "a read finds its reader" "$(code "$url/echo")" 204
if [ -d "/proc/$server/fd" ]; then
  # Two that read, the writer, that of the checkpoints, and the keeper, which
  # opens the file when it is needed first.
  until_is 5 connections >/dev/null
  all 60 "$url/echo" >"$dir/many"
  is "sixty clients are served" "$(cat "$dir/many")" "60x204 "
  is "by as many connections as before" "$(connections)" 5
fi

# D18: to load the extension sets variables that all connections share, so none
# does that any more when requests run.
mv "$dir/scim.so" "$dir/away.so"
all 60 "$url/echo" >"$dir/many"
is "nobody needs the extension's file once it serves" "$(cat "$dir/many")$(
  code -X POST "$url/keep?away")" "60x204 204"
mv "$dir/away.so" "$dir/scim.so"

# ---- what they keep

cache() { curl -s -m 20 "$@" "$url/pragma?cache_size"; }
is "two readers share 32 MiB of cache, and the writer has 8" \
  "$(cache) $(cache -d x)" "-16384 -8192"
is "none maps the file, which top would show as often as there are readers" \
  "$(curl -s -m 20 "$url/pragma?mmap_size")" 0

# ---- a read without an end

is_error "a read that takes too long is ended" 503 "$url/forever"
is "and may be asked again" "$(field Retry-After "$url/forever")" 2
is_error "a search that does asked for too much" 400 "$url/forever?filter=x"
is "it is told so by its type (RFC 7644 section 3.12)" \
  "$(curl -s "$url/forever?filter=x" | quick_jq -r .scimType)" tooMany
is "with how to ask for less" \
  "$(curl -s "$url/forever?filter=x" | quick_jq -r .detail |
    grep -c 'longer than 700 ms.*index.*count.*cursor')" 1
is_error "also as a POST" 400 -d '{}' "$url/forever/.search"
is "a HEAD has no body" "$(code -I "$url/forever")" 503
is "the log says so" \
  "$(grep -c '"event":"budget","message":"GET: ended after 700 ms' \
    "$dir/log")" 6
is "no error of SQLite is logged for it" \
  "$(grep -c '"event":"database"' "$dir/log")" 0

# ---- many of them

all 40 "$url/forever?filter=x" >"$dir/forever" &
waiter=$!
for i in $(seq 20); do code "$url/echo"; done >"$dir/short"
is "short requests go on while forty without an end run" \
  "$(cat "$dir/short")" "$(printf '204%.0s' $(seq 20))"
wait "$waiter"
is "each of the forty has an answer" \
  "$(tr ' ' '\n' <"$dir/forever" | sed 's/x/ /' |
    awk 'NF { n += $1; if ($2 != 400 && $2 != 503) bad = 1 }
      END { print n, bad + 0 }')" "40 0"
is "and all is well afterwards" "$(all 10 "$url/echo")" "10x204 "

# ---- writes have no such end

is "a write may take its time" "$(STUB_MARK=$dir/mark code -X POST \
  "$url/keep?x")" 204

# ---- large replies

is "a large reply comes whole" \
  "$(curl -s "$url/large?30000000" | wc -c)" 30000002
full="Too many large replies are being sent at the moment."
for i in $(seq 100); do
  # It may itself be the one that finds no room: then it is sent again.
  exec 8<>"/dev/tcp/${address%:*}/${address#*:}"
  printf 'GET /scim/v2/large?30000000 HTTP/1.1\r\nHost: x\r\n\r\n' >&8
  for j in $(seq 5); do
    reply=$(curl -s -m 20 "$url/large?30000000" | head -c 300)
    [[ $reply == *"$full"* ]] && break 2
    nap 0.05
  done
  exec 8>&-
done
is "while one is not read, there is no room for as large a one" \
  "$(quick_jq -r '.status + " " + .detail' <<<"$reply" 2>/dev/null)" "503 $full"
is "a smaller one has room" "$(code "$url/large?3000000")" 200
is "and a small one always" "$(code "$url/echo")" 204
exec 8>&-
is "when its client has gone there is room again" \
  "$(until_is 200 code "$url/large?30000000")" 200

# What was large is not kept. A sanitizer keeps all that was freed.
if [ -z "${SANITIZED:-}${VALGRIND:-}" ] && [ -d "/proc/$server" ]; then
  all 8 "$url/large?9000000" >/dev/null
  rest=$(awk '/^VmRSS/ { print $2 }' "/proc/$server/status")
  is "memory is given back: under 60 MB ($rest kB)" \
    "$([ "$rest" -lt 60000 ] && echo yes)" yes
fi

# ---- tenants

# flood <number>: as many searches of tenant a, without an end. dry: their
# clients hang up, which ends them.
flood() {
  clients=
  for i in $(seq "$1"); do
    curl -s -m 60 -w '%{http_code}' -o /dev/null -H "$a" \
      "$url/forever?filter=x" >"$dir/flood.$i" &
    clients="$clients $!"
  done
}
dry() {
  kill $clients
  wait $clients
} 2>/dev/null

# A tenant is who has this header; it is known after the first request.
a="Authorization: Bearer a" b="Authorization: Bearer b"
stop
# No search ends by itself from here on, and none is too slow on a busy machine:
# what goes on does so because others give way.
start --extension "$dir/scim.so" --threads 64 --readers 4 --read-budget 60000
code -H "$a" "$url/echo" >/dev/null
code -H "$b" "$url/echo" >/dev/null
flood 40
is "while one tenant has forty searches without an end, those of another go on" \
  "$(for i in 1 2 3 4; do code -H "$b" "$url/long?filter=x"; done)" \
  204204204204
dry

# Whoever has an answer was refused.
stop
start --extension "$dir/scim.so" --threads 8 --readers 4 --read-budget 60000
code -H "$a" "$url/echo" >/dev/null
code -H "$b" "$url/echo" >/dev/null
rm "$dir"/flood.*
flood 12
for i in $(seq 400); do
  [ "$(cat "$dir"/flood.*)" = "$(printf '503%.0s' $(seq 6))" ] && break
  nap 0.05
done
is "with half of eight threads waiting, who comes is refused at once" \
  "$(cat "$dir"/flood.*)" "$(printf '503%.0s' $(seq 6))"
is "and told when to come again" \
  "$(field Retry-After -H "$a" "$url/forever?filter=x")" 2
is "so are those of another tenant not" \
  "$(code -H "$b" "$url/long?filter=x")" 204
is "short requests go on" "$(code -H "$a" "$url/echo")" 204
# Two that run, three that wait (the other tenant has taken a place), four who
# are waited for, and this one.
token=a crowd token-body=4 again seconds=60
is "with another half waiting for bodies there are threads for others" \
  "$standing $(until_metric scimd_open_connections 10)" "standing 10"
kill "$crowd_process"
disperse >/dev/null
dry
for i in $(seq 100); do
  status=$(code -H "$a" "$url/long?filter=x")
  [ "$status" = 204 ] && break
  nap 0.05
done
is "when their clients have gone there are places again" "$status" 204

# ---- one thread

stop
start --extension "$dir/scim.so" --threads 1 --read-budget 300
all 3 "$url/forever?filter=x" >"$dir/forever" &
waiter=$!
is "with one thread a write comes through behind reads without an end" \
  "$(code -X POST "$url/keep?x") $(code "$root/healthz")" "204 200"
wait "$waiter"
is "and these have their answers" "$(cat "$dir/forever")" "3x400 "

# ---- the options

stop
is "it ends as it should" "$ended" 0
start --extension "$dir/scim.so" --readers 40
is "each of many readers has 1 MiB of cache" "$(cache)" -1024
stop
is "the fewest readers are two" \
  "$("$SCIMD" serve --db "$db" --readers 1 2>&1)" \
  "scimd: --readers needs a number from 2 to 1024"
is "a budget is a time in milliseconds" \
  "$("$SCIMD" serve --db "$db" --read-budget 2s 2>&1)" \
  "scimd: --read-budget needs a number from 50 to 3600000"

finish
