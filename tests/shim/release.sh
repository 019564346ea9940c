#!/bin/bash
# The breaker over HTTP: the header of what is held, and scimd release.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

start
for name in a b; do
  create "$name" >/dev/null
done
sqlite3 "$db" "UPDATE scim_tenant SET settings =
  '{\"breaker\":{\"deactivations\":1}}' WHERE name = 'default'"
id() { sqlite3 "$db" "SELECT id FROM scim_user WHERE user_name = '$1'"; }
b=$url/Users/$(id b)
is "as many as the limit go" \
  "$(code -H "$bearer" -X DELETE "$url/Users/$(id a)")" 204
is_error "one more is held" 503 -H "$bearer" -X DELETE "$b"
is "the reply says when to try again" \
  "$(wait=$(field retry-after -H "$bearer" -X DELETE "$b")
    [ "$wait" -gt 3500 ] && [ "$wait" -le 3600 ] && echo "in an hour")" \
  "in an hour"
is "the connection stays" "$(field connection -H "$bearer" -X DELETE "$b")" \
  keep-alive
is "it is in the metrics" "$(curl -s "$root/metrics" | grep -c '503')" 1
until=$("$SCIMD" release --db "$db" default 2>"$dir/err")
is "scimd release says until when" \
  "$(grep -cE '^20[0-9-]+T[0-9:.]+Z$' <<<"$until")" 1
is "and complains of nothing" "$(cat "$dir/err")" ""
is "the server lets it through at once" "$(code -H "$bearer" -X DELETE "$b")" \
  204
is "a tenant that is not there is a 1, and is named" \
  "$("$SCIMD" release --db "$db" nobody 2>&1; echo $?)" \
  "scimd: there is no tenant 'nobody'
1"
is "so is a database that is not there" \
  "$("$SCIMD" release --db "$dir/no.db" default >/dev/null 2>&1; echo $?)" 1

finish
