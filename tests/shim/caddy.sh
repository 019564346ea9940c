#!/bin/bash
# The line of shim/README.md for Caddy, as Debian has it (apt-get install caddy),
# in front of scimd. By plain HTTP, on a port without a name: for a name Caddy
# would ask for a certificate, or make one and put its root where the whole
# machine trusts it. (issue 9, A.8)
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

line=$(grep -o '`caddy reverse-proxy [^`]*`' shim/README.md | tr -d '`')
is "the README has a line" "$(wc -l <<<"$line") ${line%% *}" "1 caddy"
if ! command -v caddy >/dev/null; then
  echo "caddy is not installed: the README's line for it is not run here"
  finish
  exit
fi

free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
front=http://127.0.0.1:$free
start --public-url "$front/scim/v2" --quiet
line=${line/--from scim.example.com /--from :$free }
line=${line/--to 127.0.0.1:8080/--to $address}
is "which is run here with other addresses" "$line" \
  "caddy reverse-proxy --from :$free --to $address"
[[ $line == "caddy reverse-proxy --from :$free "* ]] || { finish; exit; }
HOME=$dir XDG_DATA_HOME=$dir XDG_CONFIG_HOME=$dir $line 2>"$dir/caddy.log" &
proxy=$!
until_is 200 code "$front/healthz" >/dev/null
behind=$front/scim/v2
is "a user is made" "$(curl -s -m 20 -D - -o /dev/null -H "$bearer" -H "$json" \
  -d "$(user ann)" "$behind/Users" | tr -d '\r' | awk '
  NR == 1 { print $2 } tolower($1) == "location:" { print $2 }' |
  sed 's|/[^/]*$||' | xargs)" "201 $behind/Users"
is "and found" "$(curl -s -m 20 -H "$bearer" \
  "$behind/Users?filter=userName+eq+%22ann%22" | quick_jq .totalResults)" 1
is "a body in chunks" "$(code -H "$bearer" -H "$json" -H 'Expect:' \
  -H 'Transfer-Encoding: chunked' -d "$(user chunks)" "$behind/Users")" 201
{ user large | sed 's/}$/,"x":"/'; head -c 3000000 /dev/zero | tr '\0' x
  printf '"}'; } >"$dir/large"
is "one of megabytes that asks first" "$(code -H "$bearer" -H "$json" \
  -H 'Expect: 100-continue' --data-binary "@$dir/large" "$behind/Users")" 201
is "without a token nothing" "$(code -H "$json" -d "$(user bob)" \
  "$behind/Users")" 401
is "a hundred by one connection, and one after an idle second" "$(
  curl -s -o /dev/null -w '%{http_code}\n' -H "$bearer" \
    "$behind/Users?x=[1-100]" | sort | uniq -c | xargs
  sleep 1.2
  code -H "$bearer" "$behind/Users")" "100 200
200"
kill "$proxy"
wait "$proxy"

finish
