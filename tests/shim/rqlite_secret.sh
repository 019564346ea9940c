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
# A read asks for them as well as a write does: here nobody writes.
leaks() { grep -aic -e geheim -e 67656865696d "$cluster/journal"; }
get() {
  code -H "$bearer" "$url/Users?filter=urn:acme:1.0:Person:pin%20eq%20%22geheim1%22"
}
search() { # prints how often it was sent
  : >"$cluster/journal"
  get >/dev/null
  leaks
}
is "a second after it is defined to be never stored no filter is sent with it" \
  "$(until_is 0 search)" 0
is "nor is it itself" "$(until_is 1 pin)" 1
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

# What an extension stores under the name of what the schema of the type does not.
send "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:acme:1.0:Former\",
  \"name\":\"Former\",\"attributes\":[{\"name\":\"password\"},
  {\"name\":\"code\",\"mutability\":\"writeOnly\"}]}')" |
  grep -v null
send "UPDATE scim_resource_type SET definition = json_set(definition,
  '\$.schemaExtensions[#]', json_object('schema', 'urn:acme:1.0:Former', 'required',
  json('false'))) WHERE name = 'User'" | grep -v null
both() {
  : >"$cluster/journal"
  code -H "$bearer" -H "$json" -d '{"userName":"both","password":"geheim",
    "urn:acme:1.0:Former":{"password":"geheim","code":"1234567890123"}}' \
    "$url/Users" >/dev/null
  grep -a 'db/request.*Former' "$cluster/journal" |
    grep -c '\*\*\*\*\*\*\*\*\*\*\*\*\*'
}
is "once that is known a user is sent" "$(until_is 1 both)" 1
is "with neither: it is nowhere taken for stored" \
  "$(grep -aic -e geheim -e 67656865696d "$cluster/journal")" 0
stop

# ---- a server that has just begun

post() {
  code -H "$bearer" -H "$json" -d '{"schemas":
    ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
    "filter":"urn:acme:1.0:Person:pin eq \"geheim1\""}' "$url/Users/.search"
}
for way in get post; do
  : >"$cluster/journal"
  start
  is "the first search of all is sent without its secret ($way)" "$("$way" |
    grep -c '^[0-9]') $(leaks) $(grep -ac 'json_group_object' "$cluster/journal")" \
    "1 0 1"
  stop
  # An answer to the question for the names that is none.
  : >"$cluster/journal"
  start
  tell "read=few&count=9&where=json_group_object" >/dev/null
  is "who is not told what is secret sends nothing ($way)" \
    "$("$way") $(leaks) $(grep -ac 'Person:pin' "$cluster/journal")" "503 0 0"
  tell "read=none&count=0" >/dev/null
  is "and goes on when he is ($way)" "$("$way" | grep -vc 503) $(leaks)" "1 0"
  stop
done

finish
