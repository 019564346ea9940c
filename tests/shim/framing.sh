#!/bin/bash
# Heads that two servers could read in two ways are refused, each with one reply
# and the end of the connection: what follows them must never be a request.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start

next='GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n'
chunks='2\r\n{}\r\n0\r\n\r\n'
fields() { for i in $(seq "$1"); do printf 'X-%s: y\\r\\n' "$i"; done; }

# ask <lines> <body>: the statuses, the fate of the connection, the last detail
# after a POST with these lines in its head, and another request behind it.
ask() {
  speak "POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer $(
    )$token\r\n$1\r\n$2$next" | outcome
}
outcome() {
  # A reply begins right behind the body of the one before.
  tr -d '\r' | sed 's/HTTP\/1.1 /\n&/g' | sed -nE 's/^HTTP\/1.1 ([0-9]+) .*/\1/p
    s/^Connection: (close)$/\1/p; s/.*"detail":"([^"]*)".*/\1/p' | xargs -d '\n'
}

twice='is there more than once.'
is "two different lengths are refused" \
  "$(ask 'Content-Length: 2\r\nContent-Length: 5\r\n' '{}')" \
  "400 close The header field Content-Length $twice"
is "so are two equal ones, in any case of letters" \
  "$(ask 'Content-Length: 2\r\ncontent-length: 2\r\n' '{}')" \
  "400 close The header field Content-Length $twice"
is "two transfer codings are refused" \
  "$(ask 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n' \
    "$chunks")" "400 close The header field Transfer-Encoding $twice"
is "so is a second Host" "$(ask 'Host: other\r\n' '')" \
  "400 close The header field Host $twice"
is "so is a second Authorization" "$(ask 'Authorization: Bearer x\r\n' '')" \
  "400 close The header field Authorization $twice"
is "so is a second Content-Type" \
  "$(ask 'Content-Type: text/plain\r\nContent-Type: application/json\r\n' '')" \
  "400 close The header field Content-Type $twice"
for length in 2abc +2 '2, 2' 0x2 '2 2'; do
  is "'Content-Length: $length' is refused" \
    "$(ask "Content-Length: $length\r\n" '{}')" \
    "400 close The header field Content-Length is not a number."
done
is "a length beside chunks is refused" \
  "$(ask 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n' "$chunks")" \
  "400 close The header fields Content-Length and Transfer-Encoding exclude $(
  )each other."
is "a coding other than chunked is refused" \
  "$(ask 'Transfer-Encoding: identity\r\n' '')" \
  "501 close The only transfer coding known here is chunked."
is "HTTP/1.0 has no chunks" \
  "$(speak "POST /scim/v2/Users HTTP/1.0\r\nHost: h\r\nConnection: $(
    )keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n$chunks$next" | outcome)" \
  "400 close HTTP/1.0 has no header field Transfer-Encoding."

malformed="400 close A line of the request's head is malformed."
while IFS='|' read -r sentence lines body; do
  is "$sentence is refused" "$(ask "$lines" "$body")" "$malformed"
done <<'CASES'
a space before a colon|Content-Length : 2\r\n|{}
one after Transfer-Encoding|Transfer-Encoding : chunked\r\n|2\r\n{}\r\n0\r\n\r\n
a line that begins with a space| X: y\r\nContent-Length: 2\r\n|{}
a line without a name|: y\r\nContent-Length: 2\r\n|{}
a name that is not ASCII|\xe9: y\r\nContent-Length: 2\r\n|{}
a line that ends in LF alone|X: y\nContent-Length: 2\r\n|{}
an empty line that does|X: y\n\r\nContent-Length: 2\r\n|{}
one that is a CR alone|X: y\r\n\rContent-Length: 2\r\n|{}
CASES
is "a first line that begins with a space is refused" \
  "$(speak "GET /healthz HTTP/1.1\r\n Host: h\r\n\r\n$next" | outcome)" \
  "$malformed"
is "so is a head with no field that can be read" \
  "$(speak "GET /healthz HTTP/1.1\r\n: h\r\nContent-Length: 2\r\n\r\n$next" |
    outcome)" "$malformed"

many='431 close The request has too many header fields.'
is "a field after the 64th is not dropped" \
  "$(ask "$(fields 70)Content-Length: 2\r\n" '{}')" "$many"
is "nor is the 65th" "$(ask "$(fields 63)" '')" "$many"

# ---- what remains allowed

is "64 fields are read, and the connection goes on" \
  "$(ask "$(fields 61)Content-Length: 2\r\n" '{}')" \
  "400 'userName' is required 200"
is "spaces around a value are no part of it" \
  "$(ask 'Content-Length:   2  \r\nX:\r\n' '{}')" \
  "400 'userName' is required 200"
is "chunked may be written in capitals" \
  "$(ask 'Transfer-Encoding: CHUNKED\r\n' "$chunks")" \
  "400 'userName' is required 200"
is "HTTP/1.0 without any field is served" \
  "$(speak 'GET /healthz HTTP/1.0\r\n\r\n' | outcome)" "200 close"
is "nothing was created" \
  "$(sqlite3 "$db" 'SELECT count(*) FROM scim_resource')" 0

finish
