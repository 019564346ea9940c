#!/bin/bash
# Socket activation: a socket that listens before scimd does. (issue 9, A.8)
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
if [ "$(uname)" != Linux ]; then
  echo "there is no socket activation but on Linux"
  finish
  exit
fi

# activated <variables> [option ...]: a process that listens becomes scimd, with
# its socket as descriptor 3; its port is in "$dir/port". A client comes before.
cat >"$dir/activate.py" <<'END'
import os, socket, sys
six = "IPV6" in sys.argv[2].split()
listener = socket.socket(socket.AF_INET6 if six else socket.AF_INET)
listener.bind(("::1" if six else "127.0.0.1", 0))
listener.listen(8)
port = listener.getsockname()[1]
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
early = socket.create_connection(listener.getsockname()[:2])
early.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
if os.fork() == 0:
    for mine in {3, listener.fileno()}:  # or it would wait for ever
        os.close(mine)
    try:
        reply = early.makefile("rb").read()
        open(sys.argv[1] + "/early", "wb").write(reply[9:12])
    except OSError:
        pass
    os._exit(0)
early.close()
open(sys.argv[1] + "/port", "w").write(str(port))
for word in sys.argv[2].split():
    name, _, value = word.partition("=")
    os.environ[name] = value or str(os.getpid())
os.execv(sys.argv[3], sys.argv[3:])
END
activated() {
  : >"$dir/log"
  rm -f "$dir/early"
  python3 "$dir/activate.py" "$dir" "$1" "$SCIMD" serve --db "$db" "${@:2}" \
    2>"$dir/log" &
  server=$!
  await eval 'grep -q "\"event\":\"listening\"" "$dir/log" ||
    ! kill -0 "$server" 2>/dev/null'
}

activated "LISTEN_FDS=1 LISTEN_PID="
root=http://127.0.0.1:$(cat "$dir/port")
is "the socket that was given is served" "$(code "$root/healthz")" 200
is "the log has its port" "$(
  sed -n 's/.*"event":"listening".*"port":\([0-9]*\).*/\1/p' "$dir/log")" \
  "$(cat "$dir/port")"
await test -s "$dir/early"
is "who came before scimd was there is served" "$(cat "$dir/early")" 200
token=$("$SCIMD" token add --db "$db" --label test)
url=$root/scim/v2 bearer="Authorization: Bearer $token"
is "a user is made" "$(create ann)" 201
stop
is "it ends as it should" "$ended" 0

# As systemd makes it of a port alone.
activated "LISTEN_FDS=1 LISTEN_PID= IPV6"
wait "$server"
is "a socket of IPv6 is refused, and why is told" \
  "$? $(sed -n 's/^scimd: \(.*\);.*/\1/p' "$dir/log")" \
  "1 the socket that was passed on is not an IPv4 socket"
server=

free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
for variables in "LISTEN_FDS=1 LISTEN_PID=1" "LISTEN_FDS=2 LISTEN_PID=" \
  "LISTEN_PID="; do
  activated "$variables" --listen "127.0.0.1:$free"
  is "what is not for this process, or not one, is not taken: $variables" \
    "$(code "http://127.0.0.1:$free/healthz")" 200
  stop
done

finish
