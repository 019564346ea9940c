#!/bin/bash
# Memory that large replies were made of is given back when they are sent.
# (findings: D8)
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

start --quiet --readers 8
stop
extension=$(dirname "$SCIMD")/scim
sqlite3 "$db" ".load $extension" "INSERT INTO scim (method, target, body)
  WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
  SELECT 'POST', '/Users', json_object('userName', 'user' || i,
         'displayName', hex(randomblob(2000))) FROM n"
start --quiet --readers 8
# pages: sixteen clients at once, each asks for a page of four megabytes.
pages() {
  local i clients=
  for i in $(seq 16); do
    curl -s -m 60 -o /dev/null -w '%{http_code}\n' -H "$bearer" \
      "$url/Users?count=1000" >"$dir/page.$i" &
    clients="$clients $!"
  done
  wait $clients
}
pages
is "large pages are read, or put off for others" \
  "$(cat "$dir"/page.* | grep -vcE '^(200|503)$')" 0
is "and some are read" \
  "$(cat "$dir"/page.* | grep -c 200 | sed 's/^[1-9][0-9]*$/some/')" some
# A sanitizer keeps all that was freed.
if [ -z "${SANITIZED:-}${VALGRIND:-}" ] && [ -d "/proc/$server" ]; then
  for i in 1 2 3; do pages; done
  code -H "$bearer" "$url/Users?count=1000" >/dev/null
  rest=$(awk '/^VmRSS/ { print $2 }' "/proc/$server/status")
  is "what they were made of is given back: under 88 MB ($rest kB)" \
    "$([ "$rest" -lt 88000 ] && echo yes)" yes
fi
stop

finish
