#!/bin/bash
# No secret is in what scimd sends to the nodes of a cluster, wherever in a
# request it stands (tests/service/blot.py): neither a password nor what only the
# definitions say is never stored. What has such a name and is stored, is.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
. tests/shim/rqlite.inc

cluster 1
"$SCIMD" init "${place[@]}" || exit 1
token=$("$SCIMD" token add "${place[@]}" --label test)
start
blot() { "$python" tests/service/blot.py "$@"; }

# A server that runs learns of it by itself.
is "a user is made, whose pin is nothing that there is" "$(code -H "$bearer" \
  -H "$json" -d '{"userName":"a","urn:acme:1.0:Person":{"pin":"1"}}' "$url/Users")" 201
while IFS= read -r definition; do send "$definition"; done < <(blot --definitions) |
  grep -v null
pin() {
  code -X PUT -H "$bearer" -H "$json" -d '{"userName":"a","urn:acme:1.0:Person":{
    "pin":"1234567890123","account":{"pin":"kept"}}}' \
    "$url/Users/$(rows "SELECT id FROM scim_user WHERE user_name = 'a'")" >/dev/null
  tail -n 1 <<<"$(grep -a 'db/request.*kept' "$cluster/journal")" |
    grep -c '\*\*\*\*\*\*\*\*\*\*\*\*\*'
}
is "a second after it is defined to be never stored it is not sent" \
  "$(until_is 1 pin)" 1
is "but what has its name and is stored" \
  "$(rows "SELECT doc ->> '$.\"urn:acme:1.0:Person\".account.pin' FROM scim_resource
    WHERE id IN (SELECT id FROM scim_user)")" kept
: >"$cluster/journal"
statuses=$(blot --send "$url" 300 7 <<<"$token")
is "requests of chance are answered" \
  "$(grep -c '201: [0-9].*400: \|400: [0-9].*201: ' <<<"$statuses")" 1
is "none of their secrets was sent, as text or as bytes" \
  "$(grep -aic -e geheim -e 67656865696d "$cluster/journal") $(
    grep -ac 'db/request' "$cluster/journal" | sed 's/^[0-9][0-9]*$/some/')" "0 some"
is "nor is one in the database, or the server's log" "$(rows .dump |
  grep -c geheim) $(grep -c geheim "$dir/log")" "0 0"
stop

finish
