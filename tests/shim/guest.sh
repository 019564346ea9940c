#!/bin/bash
# How long a thread waits for a client: bodies, replies, idle connections.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
if [ "$(uname -s)" != Linux ]; then
  echo "only Linux has a door"
  finish
  exit
fi
. tests/shim/crowd.inc
start --threads 8

# Two of the four places for those who are let in, and of the four threads up to
# which a connection may be kept: a test has one, and that before it may linger.
crowd token-body=2

# ---- Who may keep his connection

is "who was let in keeps his connection" \
  "$(field Connection -H "$bearer" "$url/Users") $(
    field Connection -H "$bearer" "$url/Users/none") $(
    field Connection -H "$bearer" -H "$json" -d '{}' "$url/Users")" \
  "keep-alive keep-alive keep-alive"
is "who shows no token does not, whatever he asks for" \
  "$(for page in healthz metrics scim/v2/Users scim/v2/ServiceProviderConfig \
    elsewhere; do field Connection "$root/$page"; done | xargs)" \
  "close close close close close"
no='Authorization: Bearer no'
is "nor who shows a wrong one" \
  "$(for page in healthz metrics scim/v2/Users scim/v2/ServiceProviderConfig \
    scim/v2/Nothing scim/v2/Users/%zz 'scim/v2/Users?count=x' elsewhere; do
      field Connection -H "$no" "$root/$page"; done | xargs)" \
  "close close close close close close close close"
is "nor who asks for one" \
  "$(field Connection -H "$bearer" -d grant_type=x "$url/oauth/token")" close
# converse: what Python from the standard input hears on a connection of its own;
# a head that it has lacks the last line.
converse() {
  {
    cat <<'PYTHON'
import re, socket, sys, time
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
head = (f"GET /scim/v2/Users HTTP/1.1\r\nHost: h\r\n"
        f"Authorization: Bearer {sys.argv[2]}\r\n").encode()
status = lambda: client.recv(65536)[9:12].decode()
PYTHON
    cat
  } | python3 - "${address##*:}" "$token"
}
# The second head comes in two pieces, with more between them than an idle
# connection has.
is "a head that has begun has its five seconds on a kept connection too" \
  "$(converse <<'PYTHON'
client.sendall(head + b"\r\n")
print(status(), end=" ")
client.sendall(head)
time.sleep(1.5)
client.sendall(b"\r\n")
print(status())
PYTHON
  )" "200 200"
is "one that does not end is 408" "$(converse <<'PYTHON'
client.sendall(head + b"\r\n")
print(status(), end=" ")
client.sendall(head)
print(status(), len(client.recv(9)))
PYTHON
  )" "200 408 0"
is "so is one of which a part came with the request before" "$(
  converse <<'PYTHON'
client.sendall(head + b"\r\n" + head)
text = b"".join(iter(lambda: client.recv(65536), b"")).decode()
print(*re.findall(r"HTTP/1.1 (\d+)", text))
PYTHON
  )" "200 408"

is "and it has five seconds too, whatever was before it" "$(converse <<'PYTHON'
post = head.replace(b"GET", b"POST") + b"Content-Type: application/json\r\n"
for before in (head + b"\r\n", post + b"Content-Length: 2\r\n\r\n{}"):
    client.sendall(before + head)
    print(status(), end=" ")
    time.sleep(1.5)
    client.sendall(b"\r\n")
    print(status(), end=" ")
PYTHON
  )" "200 200 400 200 "

# ---- Bodies of strangers (findings D4, D8)

is "with a wrong token nobody is invited to send" \
  "$(speak "POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\n$no\r\nExpect: $(
    )100-continue\r\nContent-Length: 9\r\n\r\n" | tr -d '\r' |
    sed -n 's/^HTTP[^ ]* //p; s/^Connection: //p' | xargs)" \
  "401 Unauthorized close"
head -c 3000000 /dev/zero >"$dir/large"
is "who sends all the same has his reply" \
  "$(code -H "$no" -H 'Expect:' --data-binary "@$dir/large" "$url/Users")" 401

is "a slow body gets 408" "$(disperse)" \
  "token-body: 2 came, 2 were closed, 0 are there, told 408 2"

# ---- Slow bodies, and replies that nobody reads

# 140 users of 60 KB: more than the kernel's buffers hold.
jq -nc '{schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
  Operations: [range(140) | {method: "POST", path: "/Users", bulkId: "b\(.)",
    data: {schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "large\(.)", displayName: ("x" * 60000)}}]}' >"$dir/bulk"
is "there are 8 MB to ask for" "$(code -H "$bearer" -H "$json" \
  --data-binary "@$dir/bulk" "$url/Bulk")" 200
crowd body=100 token-body=60 deaf=3
is "beside many who send or read nothing others are served" \
  "$standing $(code -m 60 "$root/healthz") $(create other -m 60) $(
    code -m 60 -H "$bearer" "$url/Users?count=1")" "standing 200 201 200"
told=$(disperse)
is "strangers are refused at once, and all are closed" \
  "$(sed '/^token/s/, told.*//' <<<"$told")" \
  "body: 100 came, 100 were closed, 0 are there, told 401 100
token-body: 60 came, 60 were closed, 0 are there
deaf: 3 came, 3 were closed, 0 are there, told none 3"
number() { sed -nE "s/^token-body.* $1 ([0-9]+).*/\1/p; t; s/^token.*/0/p" \
  <<<"$told"; }
is "of many slow bodies most get 503, the rest 408" \
  "$(($(number 408) + $(number 503))) $(($(number 503) >= 50))" "60 1"
is "which is counted" "$(until_metric \
  'scimd_requests_total{method="POST",status="408"}' \
  "$((2 + $(number 408)))") $(until_metric \
  'scimd_requests_total{method="POST",status="503"}' "$(number 503)")" \
  "$((2 + $(number 408))) $(number 503)"
is "afterwards no thread is held" "$(until_metric scimd_open_connections 1)" 1
is "nothing of it was done" "$(sqlite3 "$db" \
  "SELECT count(*) FROM scim_user WHERE user_name NOT LIKE 'large%'")" 1

# ---- A slow line, and the end of the service (findings D17)

# Sends 20 KiB a second; says when that has gone well for longer than anybody
# may be silent, and at last what it is told.
"$python" - "${address##*:}" "$token" >"$dir/slow" <<'PYTHON' &
import socket, sys, time
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
client.send(f"POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
            f"chunked\r\nAuthorization: Bearer {sys.argv[2]}\r\n\r\n".encode())
client.settimeout(0.1)
begin, reply = time.monotonic(), b""
while not reply:
    try:
        client.send(b"800\r\n" + b" " * 2048 + b"\r\n")
        reply = client.recv(4096)
    except socket.timeout:
        if time.monotonic() - begin > 6:
            print("sending", flush=True)
print(reply[9:12].decode(), flush=True)
PYTHON
slow=$!
for i in $(seq 600); do
  grep -q . "$dir/slow" && break
  nap 0.05
done
is "a body at an honest pace is waited for" "$(head -n 1 "$dir/slow")" sending
stop
wait "$slow"
is "but not when the service ends: then it has five seconds" \
  "$(tail -n 1 "$dir/slow") $ended" "408 0"

finish
