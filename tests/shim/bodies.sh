#!/bin/bash
# The memory that bodies take together is bounded, and given back (D8).
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# open_body <size> <bytes>: by descriptor 9, a user whose body has this size,
# and of it so many bytes. The rest of it is in $rest.
open_body() {
  local body
  body=$(user "open-$1" | sed 's/}$/,"x":"/')
  body=$body$(head -c $(($1 - ${#body} - 2)) /dev/zero | tr '\0' x)'"}'
  exec 9<>"/dev/tcp/${address%:*}/${address#*:}"
  printf 'POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\n%s\r\n%s\r\n%s\r\n\r\n%s' \
    "$bearer" "$json" "Content-Length: $1" "${body:0:$2}" >&9
  rest=${body:$2}
}

# large <size> [curl options]: the body of a user of about this size.
large() {
  user "large-$1" | sed 's/}$/,"x":"/'
  head -c "$1" /dev/zero | tr '\0' x
  printf '"}'
}

start --max-body 1000000 --body-memory 1000000 --quiet
large 300000 >"$dir/large"
large 60000 >"$dir/small"

# ---- no room

open_body 800000 400000
is "D8: a body has its room from when it begins" \
  "$(until_metric scimd_body_bytes 800000)" 800000
is_error "another for which there is none is refused" 503 -H "$bearer" \
  -H "$json" -H 'Expect:' --data-binary "@$dir/large" "$url/Users"
is "and told when to come again" \
  "$(field Retry-After -H "$bearer" -H "$json" -H 'Expect:' \
    --data-binary "@$dir/large" "$url/Users")" 2
is "before it is sent" \
  "$(curl -s -m 20 -i -H "$bearer" -H "$json" -H 'Expect: 100-continue' \
    --expect100-timeout 10 --data-binary "@$dir/large" "$url/Users" |
    grep '^HTTP' | tr -d '\r')" "HTTP/1.1 503 Service Unavailable"
is_error "so is one of unknown length, when it has become too large" 503 \
  -H "$bearer" -H "$json" -H 'Expect:' -H 'Transfer-Encoding: chunked' \
  --data-binary "@$dir/large" "$url/Users"
is "what was refused holds nothing" "$(until_metric scimd_body_bytes 800000)" 800000
is "small bodies always find room" \
  "$(code -H "$bearer" -H "$json" --data-binary "@$dir/small" "$url/Users")" 201
is "in chunks too" \
  "$(code -H "$bearer" -H "$json" -H 'Transfer-Encoding: chunked' \
    --data-binary "$(user chunks)" "$url/Users")" 201
is "without a token nobody gets that far" \
  "$(code -H 'Authorization: Bearer no' -H "$json" -H 'Expect:' \
    --data-binary "@$dir/large" "$url/Users")" 401
printf '%s' "$rest" >&9
is "the first one is served when it is whole" \
  "$(head -n 1 <&9 | cut -d ' ' -f 2)" 201
exec 9>&-
is "and its room is free again" "$(until_metric scimd_body_bytes 0)" 0
is "for the other" \
  "$(code -H "$bearer" -H "$json" --data-binary "@$dir/large" "$url/Users")" 201
is "in chunks as well" \
  "$(code -X PUT -H "$bearer" -H "$json" -H 'Transfer-Encoding: chunked' \
    --data-binary "@$dir/large" "$url/Users/$(sqlite3 "$db" "SELECT id
      FROM scim_resource WHERE doc ->> 'userName' = 'large-300000'")")" 200
open_body 700000 100
is "a client" "$(until_metric scimd_body_bytes 700000)" 700000
exec 9>&-
is "that goes away leaves nothing behind" \
  "$(until_metric scimd_body_bytes 0)" 0
stop
is "--body-memory cannot be less than one body" \
  "$("$SCIMD" serve --db "$db" --max-body 2000 --body-memory 1999 2>&1)" \
  "scimd: --body-memory is less than --max-body"

# ---- given back

# under <megabytes>: does the server hold less memory of its own?
under() {
  local size
  size=$(awk '/^RssAnon/ { print int($2 / 1024) }' "/proc/$server/status")
  [ "$size" -lt "$1" ] && echo yes || echo "$size MB"
}

# send_all <header>: so many bodies of 16 MiB, four at a time; prints the
# statuses. Twenty are twice what the server may hold afterwards.
chance 50
[ "$cases" -ge 20 ] || cases=20
send_all() {
  local i
  for i in $(seq "$cases"); do
    [ "$i" = 1 ] || echo next
    printf 'url = "%s"\nheader = "%s"\nheader = "%s"\nheader = "Expect:"\n' \
      "$url/Users" "$1" "$json"
    printf 'data-binary = "@%s"\noutput = "/dev/null"\n' "$dir/huge"
    echo 'write-out = "%{http_code}\n"'
  done >"$dir/sendings"
  curl -s --no-progress-meter -Z --parallel-max 4 -K "$dir/sendings" | sort | uniq -c |
    awk '{ print $1 "x" $2 }'
}
head -c 16777216 /dev/zero | tr '\0' '[' >"$dir/huge"
start --quiet
is "$cases bodies of 16 MiB without a token" \
  "$(send_all 'Authorization: Bearer no')" "${cases}x401"
[ -n "${SANITIZED:-}${VALGRIND:-}" ] ||
  is "leave the server below 150 MB" "$(under 150)" yes
is "$cases bodies of 16 MiB with one, with too many values" \
  "$(send_all "$bearer")" "${cases}x413"
[ -n "${SANITIZED:-}${VALGRIND:-}" ] ||
  is "leave it below 150 MB as well" "$(under 150)" yes
is "and it is well" "$(code "$root/healthz")" 200

# ---- what is wrong with a large body is found before the writer has it

# bad <size> <text>: so many bytes, and what does not go with them.
bad() {
  printf '{"userName":"bad","x":"'
  head -c "$1" /dev/zero | tr '\0' x
  printf '"%s' "$2"
}
# send <file>: the status, and what is wrong.
send() {
  curl -s -m 20 -H "$bearer" -H "$json" -H 'Expect:' \
    --data-binary "@$1" "$url/Users" | quick_jq -r '.status + " " + .detail'
}
stop
start --quiet
logged() {
  sqlite3 "$db" "SELECT count(*) FROM scim_log WHERE status = $1"
}
before=$(logged 400)
for size in 100 70000; do
  bad "$size" ',}' >"$dir/bad"
  is "of $size bytes, one that is no JSON is refused" "$(send "$dir/bad")" \
    "400 the request body is not valid JSON: expected a member name at byte $((size + 25))"
  { printf '['; bad "$size" '}]'; } >"$dir/bad"
  is "of $size bytes, one that is no object" "$(send "$dir/bad")" \
    "400 the request body must be a JSON object"
done
is "each is logged" "$(($(logged 400) - before))" 4
bad 70000 ',}' >"$dir/bad"
is "its media type is told first" "$(code -H "$bearer" \
  -H 'Content-Type: text/xml' -H 'Expect:' --data-binary "@$dir/bad" \
  "$url/Users")" 415
is "and that there is nothing at the place" "$(code -H "$bearer" -H "$json" \
  -H 'Expect:' --data-binary "@$dir/bad" "$url/nowhere")" 404
stop

# The stand-in answers with the body that it gets, or with 204.
${CC:-cc} -shared -fPIC -x c -o "$dir/scim.so" tests/shim/stub.inc || exit 1
db=$dir/stub.db token=none
start --extension "$dir/scim.so" --quiet
reply='{"status":200,"headers":{},"body":"'
for size in 100 70000; do
  { printf '%s' "$reply"; head -c "$size" /dev/zero | tr '\0' x; printf '"}'
  } >"$dir/good"
  { printf faulty; cat "$dir/good"; } >"$dir/faulty"
  is "the writer is given a good body of $size bytes" "$(code -H 'Expect:' \
    --data-binary "@$dir/good" "$url/echo")" 200
done
is "and not one of 70,000 with a fault" "$(code -H 'Expect:' \
  --data-binary "@$dir/faulty" "$url/echo")" 204

finish
