#!/bin/bash
# What the real extension never does: errors in the middle of a batch, a COMMIT
# that fails, replies that make no sense. A stand-in does it (stub.inc).
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
${CC:-cc} -shared -fPIC -x c -o "$dir/scim.so" tests/shim/stub.inc || exit 1
token=none
export STUB_MARK="$dir/mark"
start --extension "$dir/scim.so" --threads 32

# reply <text>: what the client gets if this is the extension's reply.
reply() { curl -s -i -m 20 --data-binary "$1" "$url/echo" | tr -d '\r'; }
rows() { sqlite3 "$db" "SELECT count(*) FROM note WHERE $1"; }

# ---- replies

is "a reply becomes a status, headers and a body" \
  "$(reply '{"status":201,"headers":{"ETag":"W/\"1\""},"body":{"a":1}}' |
    grep -v '^Date: ')" \
  'HTTP/1.1 201 Created
Connection: keep-alive
ETag: W/"1"
Content-Type: application/scim+json
Content-Length: 7

{"a":1}'
is "without a body there is no type" \
  "$(reply '{"status":200,"headers":{}}' | grep '^Content')" "Content-Length: 0"
is "a 204 has no length either" \
  "$(reply '{"status":204,"headers":{}}' | grep -c '^Content')" 0
is "a body may quote the word body" \
  "$(reply '{"status":200,"headers":{},"body":{"x":",\"body\":"}}' |
    tail -n 1)" \
  '{"x":",\"body\":"}'
is "escapes in headers are resolved" \
  "$(reply '{"status":200,"headers":{"A":"\u0041\/\\b","B":""},"body":1}' |
    grep '^[AB]:')" 'A: A/\b
B: '
is "only the shim's own framing is sent" \
  "$(reply '{"status":200,"headers":{"content-type":"text/html","Connection":'\
'"x","Content-Length":"9"},"body":1}' | grep -ciE 'text/html|: x|: 9')" 0
while read -r text; do
  is_error "not a reply: $text" 500 --data-binary "$text" "$url/echo"
done <<'TEXTS'
junk
{}
{"status":200}
{"status":2000,"headers":{}}
{"status":99,"headers":{}}
{"status":200,"headers":{"X":"a\r\nY: b"},"body":{}}
{"status":200,"headers":{"X":"a\u000aY: b"},"body":{}}
{"status":200,"headers":{"X: a\u000d":"b"},"body":{}}
{"status":200,"headers":{"X Y":"b"},"body":{}}
{"status":200,"headers":{"":"b"},"body":{}}
{"status":200,"headers":{"X":"b},"body":{}}
{"status":200,"headers":{"X":1},"body":{}}
{"status":200,"headers":{"X":"\u12"}}
{"status":200,"headers":{},"body":}
{"status":200,"headers":{},"other":{}}
TEXTS

# ---- errors

is_error "an SQL error is a 503: a trigger of the application, as a rule" 503 -X POST "$url/error"
is_error "a busy database is a 503" 503 -X POST "$url/busy"
is_error "for a read too" 503 "$url/busy"
is_error "a full disk is a 503" 503 -X POST "$url/full"
is "that says when to come again" \
  "$(field Retry-After -X POST "$url/full")" 2
is_error "a COMMIT that fails is a 503" 503 -X POST "$url/orphan"
is_error "a write in the guise of a GET is refused" 503 "$url/keep?get"
is "nothing of all that is stored" "$(rows 1)" 0

# begin <text> <file>: a slow write that has begun; its status comes later.
begin() {
  rm -f "$STUB_MARK"
  code -X POST "$url/slow?$1" >"$2" &
  await test -e "$STUB_MARK"
}

# A slow write holds the writer while the others gather into one batch.
together() {
  begin slow /dev/null
  local target
  for target in "$@"; do
    code -X POST "$url/$target" >"$dir/got.${target//[?\/]/-}" &
  done
  wait $(jobs -p | grep -vx "$server")
  (cd "$dir" && for i in got.*; do echo "${i#got.} $(cat "$i")"; done)
  rm -f "$dir"/got.*
}
is "an error in a batch is its own only" \
  "$(together keep?1 error?2 keep?3 | tr '\n' ' ')" \
  "error-2 503 keep-1 204 keep-3 204 "
is "a full disk in a batch is its own only" \
  "$(together keep?4 full?5 keep?6 full?7 keep?8 | tr '\n' ' ')" \
  "full-5 503 full-7 503 keep-4 204 keep-6 204 keep-8 204 "
is "all that was acknowledged is stored, once" \
  "$(sqlite3 "$db" "SELECT group_concat(text, ' ') FROM
    (SELECT text FROM note WHERE text <> 'slow' ORDER BY text)")" "1 3 4 6 8"
is "a COMMIT that fails refuses the whole batch" \
  "$(together keep?9 orphan?10 keep?11 | tr '\n' ' ')" \
  "keep-11 503 keep-9 503 orphan-10 503 "
is "and nothing of it is stored" "$(rows "text IN ('9', '10', '11')")" 0
is "they were batches indeed" \
  "$(curl -s "$root/metrics" |
    awk '/^scimd_batch_requests_bucket.le="1"/ { one = $2 }
         /^scimd_batch_requests_count/ { print ($2 > one ? "yes" : "no") }'
  )" yes
# of_size <most>: how many transactions had so many requests, or fewer.
of_size() { metric "scimd_batch_requests_bucket{le=\"$1\"}"; }
alone=$(of_size 1)
together keep?15 keep?16 keep?17 >/dev/null
is "one that has run for 50 ms takes nobody else in" \
  "$(until_is 1 eval 'echo $(($(of_size 1) > alone))')" 1
is "a commit waits a moment for those who came with the last one" \
  "$(together keep?12 keep?13 >/dev/null; code -X POST "$url/keep?14"
    curl -s "$root/metrics" |
      awk '/^scimd_commits_gathered_total/ { print ($2 > 0 ? " yes" : " no") }'
  )" "204 yes"
is "a request that all writes have waited for is told of, without its query" \
  "$(code -X POST "$url/slower?secret" && until_is 1 logged '"slow"' >/dev/null &&
    grep '"slow"' "$dir/log" |
    quick_jq -r .message | sed -n 's/ [0-9]* ms$/ N ms/p' | grep /slower)" \
  "204POST /slower kept all writes waiting for N ms"
is "failures of COMMIT are counted" \
  "$(curl -s "$root/metrics" |
    awk '/^scimd_commit_failures_total/ { print $2 }')" 2

# ---- a crowd

# All of them are there before the lock is gone.
stop
start --extension "$dir/scim.so" --threads 140 --queue 140 \
  --busy-timeout 120000 --quiet
hold 'BEGIN IMMEDIATE; SELECT 1;'
for i in $(seq 140); do
  [ "$i" = 1 ] || echo next
  printf 'url = "%s/keep?crowd"\nrequest = POST\noutput = /dev/null\n' "$url"
  echo 'write-out = "%{http_code}\n"'
done >"$dir/crowd.curl"
curl --no-progress-meter -Z --parallel-max 140 --parallel-immediate \
  -K "$dir/crowd.curl" >"$dir/crowd" &
crowd=$!
is "140 writes wait" "$(until_metric scimd_queue_length 140)" 140
let_go
wait "$crowd"
is "all of them are done" \
  "$(grep -c 204 "$dir/crowd") $(rows "text = 'crowd'")" "140 140"
is "by transactions of 128 at most" \
  "$(until_is 140.000000 metric scimd_batch_requests_sum) $(of_size 128)" \
  "140.000000 $(metric scimd_batch_requests_count)"

# ---- the end

begin last "$dir/last"
last=$!
stop
wait "$last"
is "a write at work when the end comes is answered" "$(cat "$dir/last")" 204
is "and stored" "$(rows "text = 'last'")" 1
is "and the server exits with 0" "$ended" 0

finish
