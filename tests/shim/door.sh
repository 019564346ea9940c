#!/bin/bash
# Connections: who has sent no head has no thread, and not for ever; of too many
# the one that was silent for longest goes. (Bodies and replies: guest.sh.)
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
if [ "$(uname -s)" != Linux ]; then
  echo "only Linux has a door"
  finish
  exit
fi

. tests/shim/crowd.inc

# ---- Silent and slow heads (findings D4)

# Two descriptors a connection, of which the smaller limit is the test's own.
many=300
[ "$(ulimit -n)" -ge 1000 ] || { many=100 && echo "# ulimit -n is small"; }
start --threads 8 --connections-per-address 1000000
crowd silent=$many head=$many
is "beside many who say nothing, or a byte at a time, others are served" \
  "$standing $(code -m 60 "$root/healthz") $(create first -m 60) $(
    code -m 60 -H "$bearer" "$url/Users")" "standing 200 201 200"
is "those have no thread" \
  "$([ "$(metric scimd_open_connections)" -le 8 ] &&
    [ "$(metric scimd_parked_connections)" -gt 8 ] && echo yes)" yes
is "they are closed: without a word, or with 408 if they had begun" \
  "$(disperse)" "silent: $many came, $many were closed, 0 are there, told $(
  )none $many
head: $many came, $many were closed, 0 are there, told 408 $many"
is "and counted" "$(until_is "$((2 * many))" closed overdue) $(
  until_metric scimd_parked_connections 0)" \
  "$((2 * many)) 0"

# ---- Heads in any number of pieces

# pieces <text> <size>: sends it in pieces of this size; prints what comes.
pieces() {
  "$python" - "${address##*:}" "$1" "$2" <<'PYTHON'
import socket, sys
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
text = sys.argv[2].encode().decode("unicode_escape").encode("latin-1")
size, reply = int(sys.argv[3]), b""
try:
    for at in range(0, len(text), size):
        client.send(text[at:at + size])
    while data := client.recv(65536):
        reply += data
except OSError:
    pass
print(reply[9:12].decode())
PYTHON
}
healthz='GET /healthz HTTP/1.1\r\nHost: h\r\n'
is "a head may come a byte at a time" "$(pieces "$healthz\r\n" 1)" 200
is "it may end in the middle of a piece" "$(pieces "$healthz\r\nGET" 7)" 200
is "what is no head is refused before its end" "$(pieces '\x16\x03\x01' 3)" 400
lines=$(logged '"method":"-"')
pieces "$healthz$(printf 'X: %0100000d' 0)" 20000 >/dev/null
until_is "$((lines + 1))" logged '"method":"-"' >/dev/null
is "so is a head that is too long" \
  "$(quick_jq -r 'select(.method == "-") | .status' "$dir/log" | tail -n 1 |
    grep -c '^4')" 1
is "two LF end a head as well, which is refused" \
  "$(pieces 'GET /healthz HTTP/1.1\nHost: h\n\n' 5)" 400
stop
is "the end of the service waits for no one who is silent" "$ended" 0

# ---- Too many

# come <statement ...>: a program with the connections of the test in its hands.
# come(n, from) makes some; said(socket) is what the server says, "" for its end;
# ask(socket) is the status of a request. hold(socket) asks for a thread, and
# held(sockets) is the one that has it next, taken from them: it brings as much
# of its body as gives it half a minute.
come() {
  "$python" - "${address##*:}" "$token" "$@" <<'PYTHON'
import select, socket, sys, time
port, token = int(sys.argv[1]), sys.argv[2]
def come(count, origin="127.0.0.1"):
    return [socket.create_connection(("127.0.0.1", port), 20, (origin, 0))
            for _ in range(count)]
def said(client):
    try:
        return client.recv(4096).decode()[9:12]
    except OSError as error:
        return type(error).__name__
def ask(client, path="/healthz"):
    try:
        client.send(f"GET {path} HTTP/1.1\r\nHost: h\r\n"
                    f"Authorization: Bearer {token}\r\n\r\n".encode())
    except OSError:
        pass
    return said(client)
def hold(client):
    client.send(f"POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\n"
                f"Authorization: Bearer {token}\r\nExpect: 100-continue\r\n"
                f"Content-Length: 600000\r\n\r\n".encode())
def begin(client):
    hold(client)
    return said(client)
def held(clients):
    client = select.select(clients, [], [], 20)[0][0]
    clients.remove(client)
    assert said(client) == "100"
    client.sendall(b" " * 500000)
    return client
for statement in sys.argv[3:]:
    exec(statement)
PYTHON
}

start --threads 4 --connections 12 --connections-per-address 8
is "at the limit of an address its oldest silent connection makes room" \
  "$(come 'a = come(8)' 'b = come(1)' \
    'print(said(a[0]) or "closed", *[ask(x) for x in a[1:] + b])')" \
  "closed 200 200 200 200 200 200 200 200"
is "and none of another address" \
  "$(come 'a = come(1, "127.0.0.2")' 'b = come(30)' 'print(ask(a[0]))')" 200
is "at the limit of all it is the oldest of all" \
  "$(come 'a = come(6, "127.0.0.2")' 'b = come(6)' 'c = come(1, "127.0.0.3")' \
    'print(said(a[0]) or "closed", *[ask(x) for x in a[1:] + b + c])')" \
  "closed$(printf ' 200%.0s' $(seq 12))"
is "which is counted" "$([ "$(closed evicted)" -ge 24 ] && echo yes) $(
  closed refused)" "yes 0"
stop
start --threads 4 --connections 2 --connections-per-address 2
is "where all are being served one more is refused" \
  "$(come 'a = come(2)' 'print(*[begin(x) for x in a])' \
    'print(said(come(1)[0]) or "closed")' | xargs)" "100 100 closed"
is "that is counted as well" "$(until_is 1 closed refused)" 1
stop

# ---- Turns

# One thread, and somebody who holds it; from one address forty requests, and
# then from another one a single one. Sixteen may be let in ahead of their turn.
start --threads 1
come 'a = come(1)' 'hold(a[0])' 'first = held(a)' 'many = come(40)' \
  'one = come(1, "127.0.0.2")' \
  'for x in many: x.send(b"GET /many HTTP/1.1\r\nHost: h\r\n\r\n")' \
  'time.sleep(0.3)' \
  'one[0].send(b"GET /one HTTP/1.1\r\nHost: h\r\n\r\n")' 'time.sleep(0.3)' \
  'first.close()' 'for x in one + many: said(x)'
until_is 41 logged '"path":"/\(one\|many\)"' >/dev/null
quick_jq -r .path "$dir/log" | grep -E '^/(one|many)$' >"$dir/order"
is "addresses have turns, so that one request does not wait for the many of $(
  )another address" \
  "$(grep -c . "$dir/order") $([ "$(grep -n one "$dir/order" |
    cut -d : -f 1)" -le 18 ] && echo yes)" "41 yes"
lines=$(wc -l <"$dir/log")
come 'a = come(1)' 'hold(a[0])' 'first = held(a)' 'many = come(30)' \
  'probes = come(2)' \
  'for x in many: x.send(b"GET /many HTTP/1.1\r\nHost: h\r\n\r\n")' \
  'time.sleep(0.3)' \
  'for x in probes: x.send(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")' \
  'time.sleep(0.3)' 'first.close()' 'for x in many + probes: said(x)'
until_is 32 eval "tail -n +$((lines + 1)) '$dir/log' |
  grep -cE '\"path\":\"/(healthz|many)\"'" >/dev/null
{ read -r first; read -r second; } < <(tail -n +$((lines + 1)) "$dir/log" |
  quick_jq -r .path | grep -E '^/(healthz|many)$' | grep -n healthz | cut -d : -f 1)
is "of one address who asks whether all is well goes first, one at a time" \
  "$([ "$first" -le 18 ] && echo yes) $second" "yes 32"
stop

# The thread and all who are let in ahead have somebody who holds them; three
# requests wait. Each time that one of those goes, another one has come to ask.
# A machine on which the door has not seen in 0.3 s what was sent tries again.
turns() {
  start --threads 1
  come 'a = come(17)' 'many = come(3)' 'probes = come(3)' \
    'hold(a[0])' 'first = held(a[:1])' 'rest = a[1:]' \
    'for x in rest: hold(x)' 'time.sleep(0.3)' \
    'for x in many: x.send(b"GET /many HTTP/1.1\r\nHost: h\r\n\r\n")' \
    'time.sleep(0.3)' \
    'for x in probes:
    x.send(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
    time.sleep(0.3), first.close()
    first = held(rest); time.sleep(0.3)' \
    'for x in rest + [first]: x.close()' 'for x in many + probes: said(x)'
  until_is 6 logged '"path":"/\(many\|healthz\)"' >/dev/null
  stop
  quick_jq -r .path "$dir/log" | grep -E '^/(healthz|many)$' | xargs
}
wanted="/many /healthz /many /healthz /many /healthz"
for try in 1 2 3; do
  turns >"$dir/turns"
  [ "$(cat "$dir/turns")" != "$wanted" ] || break
done
is "so those who ask again and again keep no other waiting" \
  "$(cat "$dir/turns")" "$wanted"

# ---- TLS

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
  -keyout "$dir/key" -out "$dir/crt" -subj /CN=localhost 2>/dev/null
cat "$dir/key" "$dir/crt" >"$dir/pem"
if "$SCIMD" serve --db "$db" --listen 127.0.0.1:0 --tls-cert /dev/null 2>&1 |
  grep -q 'cannot do TLS'; then
  echo "# this civetweb cannot do TLS"
else
  start --threads 8 --tls-cert "$dir/pem"
  crowd silent=40 hello=40 handshake=40
  is "handshakes that are slow, or not gone on with, keep no other address out" \
    "$standing$(for i in 1 2 3 4 5; do
      echo " $(code -k -m 60 --interface 127.0.0.2 "https://$address/healthz")"
    done | tr -d '\n')" "standing 200 200 200 200 200"
  is "and they are closed" "$(disperse | LC_ALL=C sed -n 's, are there.*, are there,p')" \
    "$(for kind in silent hello handshake; do
      echo "$kind: 40 came, 40 were closed, 0 are there"; done)"
  stop
fi

# ---- Descriptors

(ulimit -n 500 && exec "$SCIMD" serve --db "$db" --listen 127.0.0.1:0) \
  2>"$dir/few" &
few=$!
until_is 1 grep -c listening "$dir/few" >/dev/null
port=$(quick_jq -r 'select(.event == "listening") | .port' "$dir/few")
is "with few descriptors there are fewer connections, and it says so" \
  "$(quick_jq -r 'select(.event == "connections") | .message' "$dir/few") $(
    code "http://127.0.0.1:$port/healthz")" \
  "116 instead of 16384: ulimit -n is too low 200"
kill "$few"
wait "$few"
is "with so few that not each thread could serve one it does not start" \
  "$(ulimit -n 447
    "$SCIMD" serve --db "$db" --listen 127.0.0.1:0 2>&1 | sed 1q)" \
"scimd: ulimit -n is 447: with --threads 64 it must be 448 at least"

finish
