#!/bin/bash
# Framing: keep-alive, one write a reply, chunks, large and broken bodies.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start --max-body 100000 --threads 8

# ---- keep-alive

many() {
  for i in $(seq "$1"); do printf -- '-o /dev/null %s ' "$url/Users?i=$i"; done
}
is "40 requests share one connection" \
  "$(curl -s -H "$bearer" -w '%{num_connects}\n' $(many 40) |
    awk '{ n += /^1$/ } END { print n }')" 1
begin=$(date +%s%3N)
curl -s -H "$bearer" $(many 40)
spent=$(($(date +%s%3N) - begin))
is "a reply is one write: 40 take no 44 ms each" \
  "$([ $spent -lt 1200 ] && echo yes || echo "$spent ms")" yes
is "HTTP/1.1 is kept alive" \
  "$(field Connection -H "$bearer" "$url/Users")" keep-alive
is "a client that wants to close is obeyed" \
  "$(field Connection -H "$bearer" -H 'Connection: close' "$url/Users")" close
is "also one that says so in a second field, or behind something else" \
  "$(field Connection -H "$bearer" -H 'Connection: keep-alive' \
    -H 'CONNECTION: close' "$url/Users") $(field Connection -H "$bearer" \
    -H 'Connection: x, close' "$url/Users")" "close close"
is "HTTP/1.0 is closed" "$(field Connection -0 -H "$bearer" "$url/Users")" close
is "two requests in one packet get two replies" \
  "$(speak "GET /scim/v2/Users HTTP/1.1\r\nHost: h\r\n$bearer\r\n\r\n$(
  )GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" |
    grep -o 'HTTP/1.1 200' | grep -c '')" 2

# Eight idle clients would hold all of the eight threads.
for i in $(seq 11 18); do
  eval "exec $i<>/dev/tcp/${address%:*}/${address#*:}"
  printf 'GET /scim/v2/Users HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n' \
    "$bearer" >&"$i"
done
begin=$(date +%s%3N)
is "a ninth client is served" "$(code "$root/healthz")" 200
spent=$(($(date +%s%3N) - begin))
is "and soon" "$([ $spent -lt 3000 ] && echo yes || echo "$spent ms")" yes
for i in $(seq 11 18); do eval "exec $i>&-"; done

# ---- bodies

is "a chunked body arrives whole" \
  "$(create chunked -H 'Transfer-Encoding: chunked')" 201
is "after chunks the client has to connect again: see http.c" \
  "$(curl -s -H "$bearer" -H "$json" -H 'Transfer-Encoding: chunked' \
    -d "$(user again)" -w '%{num_connects}\n' -o /dev/null "$url/Users" \
    -o /dev/null "$url/Users" | tr '\n' ' ')" "1 1 "
is_error "chunks that make no sense are a 400" 400 -H "$bearer" --http1.1 \
  -H 'Transfer-Encoding: gzip' -d x "$url/Users"
is "a body in two chunks is put together" \
  "$(speak "POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nConnection: close\r\n$(
  )Authorization: Bearer $token\r\nTransfer-Encoding: chunked\r\n\r\n$(
  )d\r\n{\"userName\":\"\r\n16\r\ntwo\",\"schemas\":[\"urn:i\r\n2d\r\n$(
  )etf:params:scim:schemas:core:2.0:User\"]      \r\n1\r\n}\r\n0\r\n\r\n" |
    head -n 1 | cut -d ' ' -f 2)" 201
head -c 300000 /dev/zero | tr '\0' ' ' >"$dir/large"
is_error "a body over --max-body is a 413" 413 -H "$bearer" -H "$json" \
  --data-binary "@$dir/large" "$url/Users"
is_error "also if it was sent without asking" 413 -H "$bearer" -H "$json" \
  -H 'Expect:' --data-binary "@$dir/large" "$url/Users"
is_error "also in chunks" 413 -H "$bearer" -H "$json" -H 'Expect:' \
  -H 'Transfer-Encoding: chunked' --data-binary "@$dir/large" "$url/Users"
is "a 413 closes the connection" \
  "$(field Connection -H "$bearer" -H "$json" --data-binary "@$dir/large" \
    "$url/Users")" close
is "a client that asks before it sends is invited" \
  "$(create expect -H 'Expect: 100-continue' --expect100-timeout 10 -m 3)" 201
is_error "an unread body outside of the base path harms nobody" 404 \
  --data-binary "@$dir/large" "$root/elsewhere"

# ---- what is not HTTP

is "garbage is answered with an Error" \
  "$(speak 'GARBAGE\r\n\r\n' | tail -n 1 | quick_jq -r .status)" 400
is "so is a bad length" \
  "$(speak 'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n' |
    tail -n 1 | quick_jq -r .status)" 400
is "a line break in a target splits no reply" \
  "$(field X-Evil -H "$bearer" "$url/Users/a%0d%0aX-Evil:%20yes")" ""
is "after all that the server is well" "$(code "$root/healthz")" 200

finish
