#!/bin/bash
# D6: heads that two servers could read in two ways are refused, each with one
# reply and the end of the connection: what follows them must never be a request.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start

next='GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'
kept="GET /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer $token\r\n"
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
  awk '{
    gsub(/\r/, "")
    gsub(/HTTP\/1\.1 /, "\n&")
    lines = split($0, line, "\n")
    for (i = 1; i <= lines; i++) {
      if (line[i] ~ /^HTTP\/1\.1 [0-9]+ /) found = substr(line[i], 10)
      else if (line[i] == "Connection: close") found = "close"
      else if (match(line[i], /"detail":"[^"]*"/))
        found = substr(line[i], RSTART + 10, RLENGTH - 11)
      else continue
      if (line[i] ~ /^HTTP/) sub(/ .*/, "", found)
      printf "%s%s", space, found
      space = " "
    }
  }'
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
for name in Content-Encoding Expect If-Match If-None-Match; do
  is "and a second $name" "$(ask "$name: a\r\n$name: b\r\n" '')" \
    "400 close The header field $name $twice"
done
for length in 2abc +2 -2 '2, 2' 0x2 '2 2' abc '' ' ' 2.0 '"2"'; do
  is "'Content-Length: $length' is refused" \
    "$(ask "Content-Length: $length\r\n" '{}')" \
    "400 close The header field Content-Length is not a number."
done
is "a length beside chunks is refused" \
  "$(ask 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n' "$chunks")" \
  "400 close The header fields Content-Length and Transfer-Encoding exclude $(
  )each other."
is "a length that no number holds is one of a body too large" \
  "$(ask 'Content-Length: 99999999999999999999999\r\n' '{}')" \
  "413 close the request body is larger than 16777216 bytes"
for coding in 'gzip, chunked' '"x", chunked' 'gzip,Chunked' 'identity, chunked'
do
  is "'Transfer-Encoding: $coding' is refused: a coding that is not known" \
    "$(ask "Transfer-Encoding: $coding\r\n" "$chunks")" \
    "501 close The only transfer coding known here is chunked."
done
for coding in identity gzip 'chunked, gzip' 'chunked, chunked' '"chunked"' \
  'chunked;q=1' 'chunked,' xchunked chunkedx '' ' '; do
  is "'Transfer-Encoding: $coding' is refused: where does the body end?" \
    "$(ask "Transfer-Encoding: $coding\r\n" "$chunks")" \
    "400 close The last transfer coding must be chunked, once."
done
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
a folded line|X: y\r\n z\r\nContent-Length: 2\r\n|{}
a name with a slash in it|Content/Length: 2\r\n|{}
one with a bracket|X(y): z\r\nContent-Length: 2\r\n|{}
CASES
# What civetweb itself refuses.
while IFS='|' read -r sentence lines detail; do
  is "$sentence is refused" "$(ask "$lines" '{}')" "400 close $detail"
done <<'CASES'
a CR alone in a value|X: y\rContent-Length: 2\r\n|Bad request
a CR alone behind a name|X\r: y\r\n|Bad request
a line without a colon|Content-Length\r\n|Bad request
a NUL in a value|X: y\0z\r\n|Malformed message
one before the colon|Content-Length\0: 2\r\n|Malformed message
a tab before a value, which could be borne,|X:\ty\r\n|Malformed message
a tab in a line of its own|X: y\r\n\tz\r\n|Malformed message
another control character|X: y\x0bz\r\n|Malformed message
CASES

# ---- the first line

while IFS='|' read -r sentence line; do
  is "$sentence is refused" \
    "$(speak "$line\r\nHost: h\r\n\r\n$next" | outcome)" "$malformed"
done <<'CASES'
a line that ends behind the method|GET \r\n/healthz HTTP/1.1
a line that ends behind the target|GET /healthz \r\nHTTP/1.1
the same with a query|GET /healthz?a \r\nHTTP/1.1
a second space behind the method|GET  /healthz HTTP/1.1
one behind the target|GET /healthz  HTTP/1.1
one behind a query|GET /healthz?a=b  HTTP/1.1
a CR alone behind the version|GET /healthz HTTP/1.1\rX: y
a space before the method| GET /healthz HTTP/1.1
an end of line that is LF alone, before it,|\nGET /healthz HTTP/1.1
CASES
is "one empty line before it is borne (RFC 9112 section 2.2)" \
  "$(speak "\r\n$kept\r\n\r\n$next" | outcome)" "200 200 close"
is "two are refused, and what is behind them is not run, let alone twice" \
  "$(speak "\r\n\r\n$next" | outcome)" "$malformed"
is "so are two that are LF alone" "$(speak "\n\n$next" | outcome)" "$malformed"
while IFS='|' read -r sentence head want; do
  is "$sentence is answered with $want, once" \
    "$(speak "$head\r\n\r\n$next" | outcome | cut -c1-9)" "$want close"
done <<'CASES'
the preface of HTTP/2|PRI * HTTP/2.0\r\n\r\nSM|400
HTTP/2.0|GET /healthz HTTP/2.0\r\nHost: h|505
HTTP/1.2|GET /healthz HTTP/1.2\r\nHost: h|505
a version with a letter|GET /healthz HTTP/1.1a\r\nHost: h|505
HTTP/0.9|GET /healthz|400
a version in small letters|GET /healthz http/1.1\r\nHost: h|400
a space behind the version|GET /healthz HTTP/1.1 \r\nHost: h|400
a tab behind the method|GET\t/healthz HTTP/1.1\r\nHost: h|400
a byte beyond ASCII in the target|GET /h\xc3\xa9 HTTP/1.1\r\nHost: h|400
a method that is not known|PURGE /healthz HTTP/1.1\r\nHost: h|405
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

# ---- large heads: 431, and no reset before it is read

large() { head -c "$1" /dev/zero | tr '\0' a; }
for size in 66000 140000 1000000; do
  is "a head of $size bytes is 431" \
    "$(speak "GET /healthz HTTP/1.1\r\nHost: h\r\nX: $(
      )$(large $size)\r\n\r\n$next" | outcome | cut -c1-9)" "431 close"
done
is "the name in a URL is no smaller matter" \
  "$(speak "GET /$(large 200000) HTTP/1.1\r\nHost: h\r\n\r\n" | outcome |
    cut -c1-9)" "431 close"
is "a head of 60000 bytes is read" \
  "$(speak "${kept}X: $(large 60000)\r\n\r\n$next" | outcome)" "200 200 close"

# ---- chunks: whatever they say, nothing behind them is a request

while IFS='|' read -r sentence body want; do
  is "$sentence: $want" \
    "$(ask 'Transfer-Encoding: chunked\r\n' "$body")" "400 close $want"
done <<'CASES'
plain chunks|1\r\n{\r\n1\r\n}\r\n0\r\n\r\n|'userName' is required
zeros before a size|0002\r\n{}\r\n000\r\n\r\n|'userName' is required
a trailer|2\r\n{}\r\n0\r\nX: y\r\n\r\n|'userName' is required
a CR alone in a size, which civetweb reads over|2\ra\r\n{}\r\n0\r\n\r\n|'userName' is required
a plus|+2\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
a minus|-2\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
0x|0x2\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
a space before a size| 2\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
one behind it|2 \r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
a tab behind it|2\t\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
a letter|g\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
no size|\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
an extension|2;a=b\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
LF alone|2\n{}\n0\n\n|The body did not arrive whole.
no end behind the bytes|2\r\n{}0\r\n\r\n|The body did not arrive whole.
two bytes more than the size|2\r\n{} \r\n0\r\n\r\n|The body did not arrive whole.
a size beyond 64 bits|10000000000000002\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
the largest there is|ffffffffffffffff\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
a line of 70 zeros|0000000000000000000000000000000000000000000000000000000000000000000002\r\n{}\r\n0\r\n\r\n|The body did not arrive whole.
CASES
# It is more than the rest of the connection: all of that is read as a chunk.
is "a size that would be negative" \
  "$(python3 - "$address" "$token" <<'CODE' | outcome
import socket, sys
host, port = sys.argv[1].split(':')
s = socket.create_connection((host, int(port)))
s.sendall(('POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer '
           + sys.argv[2] + '\r\nTransfer-Encoding: chunked\r\n\r\n'
           '8000000000000002\r\n{}\r\n0\r\n\r\n'
           'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n').encode())
s.shutdown(socket.SHUT_WR)
while True:
    data = s.recv(65536)
    if not data:
        break
    sys.stdout.write(data.decode())
CODE
)" "400 close The body did not arrive whole."
is "chunks that nobody reads are no request either" \
  "$(speak "GET /healthz HTTP/1.1\r\nHost: h\r\n$(
    )Transfer-Encoding: chunked\r\n\r\n$next$next" | outcome)" "200 close"

# ---- what is expected, and in which coding

is "an expectation that is not known is 417" \
  "$(ask 'Expect: 200-ok\r\nContent-Length: 2\r\n' '{}')" \
  "417 close The only expectation known here is 100-continue."
is "so are two in one" \
  "$(ask 'Expect: 100-continue, x\r\nContent-Length: 2\r\n' '{}')" \
  "417 close The only expectation known here is 100-continue."
is "of HTTP/1.0 it counts for nothing (RFC 9110 section 10.1.1)" \
  "$(speak 'GET /healthz HTTP/1.0\r\nExpect: x\r\n\r\n' | outcome)" "200 close"
for line in 'Expect: 100-continue' 'expect:  100-Continue  '; do
  is "'$line' is known, and answered" \
    "$(ask "$line\r\nContent-Length: 2\r\n" '{}')" \
    "100 400 'userName' is required 200 close"
done
is "by HTTP/1.0 it is neither refused nor answered" \
  "$(speak "POST /scim/v2/Users HTTP/1.0\r\nAuthorization: Bearer $token\r\n$(
    )Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}" | outcome)" \
  "400 close 'userName' is required"
for coding in gzip deflate 'gzip, identity' br; do
  is "a body in $coding is 415, before it is read" \
    "$(ask "Content-Encoding: $coding\r\nContent-Length: 2\r\n" '{}')" \
    "415 close A body must not be compressed."
done
is "which says what is taken (RFC 9110 section 15.5.16)" \
  "$(field Accept-Encoding -H "$bearer" -H "$json" -H 'Content-Encoding: gzip' \
    -d "$(user gzip)" "$url/Users")" identity
is "identity is none" \
  "$(ask 'Content-Encoding: identity\r\nContent-Length: 2\r\n' '{}')" \
  "400 'userName' is required 200 close"

# ---- what remains allowed

is "64 fields are read, and the connection goes on" \
  "$(ask "$(fields 61)Content-Length: 2\r\n" '{}')" \
  "400 'userName' is required 200 close"
is "spaces around a value are no part of it" \
  "$(ask 'Content-Length:   2  \r\nX:\r\n' '{}')" \
  "400 'userName' is required 200 close"
is "spaces behind a token too" \
  "$(speak "GET /scim/v2/Users HTTP/1.0\r\nAuthorization: Bearer $token  $(
  )\r\n\r\n" | outcome)" "200 close"
is "chunked may be written in capitals" \
  "$(ask 'Transfer-Encoding: CHUNKED\r\n' "$chunks")" \
  "400 close 'userName' is required"
is "HTTP/1.0 without any field is served" \
  "$(speak 'GET /healthz HTTP/1.0\r\n\r\n' | outcome)" "200 close"
# Of such a head civetweb leaves no end of a line to be seen.
for end in '\r\r\n\r\n' '\r\r\n\n' '\n \r\n\r\n'; do
  is "and is the last of its connection, however it ends: $end" \
    "$(speak "GET /healthz HTTP/1.0$end$next" | outcome)" "200 close"
done
is "nor is read of it what stands behind such ends and is no field" \
  "$(speak "POST /scim/v2/Users HTTP/1.0\r\r\n\r: \r\nAuthorization: Bearer $(
  )$token\r\n\r\n$next" | outcome)" "401 close a bearer token is needed"
is "nothing was created" \
  "$(sqlite3 "$db" 'SELECT count(*) FROM scim_resource')" 0
stop

# ---- what others left behind
#
# civetweb keeps a request that it did not come to in a thread's buffer, and
# would find it behind the empty lines of a stranger.

start --threads 1
size=$(printf "$next" | wc -c)
speak "$next$kept\r\n" >/dev/null
is "nobody is answered what another asked for" \
  "$(speak "\r\n\r\n$(printf '%*s' $((size - 4)) '')" | outcome)" "$malformed"

finish
