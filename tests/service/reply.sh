#!/bin/bash
# What a reply looks like: its shape, the order of its parts, references, and
# what a 401 asks for.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

manager='"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":'
user boss
user ann "$manager{\"manager\":{\"value\":\"boss\"}},
  \"nickName\":\"\\\"\$ref\\\":\\\"Users/x\",
  \"photos\":[{\"value\":\"https://x/y\"}]"
apply POST /Groups '{"displayName":"g","members":[{"value":"ann"}]}' \
  '{"id":"g"}' >/dev/null
apply POST /Groups '{"displayName":"empty"}' '{"id":"empty"}' >/dev/null

# ---- The shape

is "status, headers and body come in this order" \
  "$(apply GET /Users/boss | jq -c 'keys_unsorted')" \
  '["status","headers","body"]'
is "the body is last, up to the closing brace" \
  "$(apply GET /Groups '' '{"now":"2026-01-01T00:00:00Z"}' |
    grep -c '^{"status":200,"headers":{},"body":{.*}}$')" 1
is "what has no body has no member body" \
  "$(ask 'has("body")' DELETE /Groups/empty)" false
apply POST /Groups '{"displayName":"empty"}' '{"id":"empty"}' >/dev/null

# An empty group (findings/clients.md C0).
members() { ask '.body.members' "$@"; }
is "a group without members shows that it has none (C0)" \
  "$(members GET /Groups/empty)" '[]'
is "in every reply that shows it whole" "$(
  members POST /Groups '{"displayName":"e"}' '{"id":"e"}'
  members PUT /Groups/e '{"displayName":"f"}'
  members PATCH /Groups/e '{"Operations":[{"op":"replace","path":"displayName",
    "value":"g"}]}'
  ask '.body.Resources[0].members' GET '/Groups?filter=id+eq+"e"'
  ask '.body.Resources[0].members' POST /Groups/.search \
    '{"filter":"id eq \"e\""}'
  ask '.body.Resources[0].members' GET '/?filter=id+eq+"e"')" '[]
[]
[]
[]
[]
[]'
is "where it is asked for by name" \
  "$(ask '.body | keys | join(" ")' GET '/Groups/e?attributes=members')" \
  "id members schemas"
is "and where something else is left out" \
  "$(members GET '/Groups/e?excludedAttributes=meta')" '[]'
is "not where it is excluded" \
  "$(ask '.body | has("members")' GET '/Groups/e?excludedAttributes=members')" \
  false
is "or not asked for" \
  "$(ask '.body | has("members")' GET '/Groups/e?attributes=displayName')" false
is "and no user has members" "$(ask '.body | has("members")' GET /Users/boss)" \
  false
is "who is the platform's is nobody to an IdP" "$(
  apply PATCH /Groups/e '{"Operations":[{"op":"add","path":"members",
    "value":[{"value":"ann"}]}]}' '{"source":"manual"}' >/dev/null
  members GET /Groups/e '' '{"source":"idp"}'
  members GET /Groups/e '' '{"source":"manual"}' | jq -r '.[].value')" '[]
ann'
is "to empty a group shows it" "$(members PATCH /Groups/e \
  '{"Operations":[{"op":"remove","path":"members"}]}' '{"source":"manual"}')" '[]'
is "a filter still finds none" "$(ask .body.totalResults GET \
  '/Groups?filter=members+pr')" 1
tenant '{"empty_members":"hide"}'
is "a tenant may want it left out" "$(
  ask '.body | has("members")' GET /Groups/e
  ask '.body | has("members")' GET '/Groups/e?attributes=members'
  ask '.body | has("members")' PUT /Groups/e '{"displayName":"g"}')" "false
false
false"
tenant '{}'
apply DELETE /Groups/e >/dev/null
is "nor groups who is in none" "$(ask '.body | has("groups")' GET /Users/boss)" \
  false
is "a header that is not set is not there" \
  "$(ask '.headers | keys' GET /Users/boss)" '["ETag","Location"]'
is "an error has none of what was nearly done" \
  "$(ask '.headers' GET /Users/boss '' '{"if_match":"W/\"9\""}')" '{}'

# ---- References

# refs TARGET [BASE]: every $ref and location of the reply.
refs() {
  ask '[.. | objects | .["$ref"]?, .location? | strings] | join(" ")' \
    GET "$1" '' "${2:+{\"base_url\":\"$2\"\}}"
}
is "without a base references are relative" "$(refs /Groups/g)" \
  "Users/ann /Groups/g"
is "with one they are absolute" "$(refs /Groups/g https://h/scim)" \
  "https://h/scim/Users/ann https://h/scim/Groups/g"
is "a slash at its end is not doubled" "$(refs /Groups/g https://h/scim//)" \
  "https://h/scim/Users/ann https://h/scim/Groups/g"
is "in a list as well" "$(refs '/Groups?filter=id+eq+"g"' https://h)" \
  "https://h/Users/ann https://h/Groups/g"
is "also where the reply is not what is stored" \
  "$(refs '/Groups/g?attributes=members.%24ref' https://h)" https://h/Users/ann
is "a reference that is stored too" \
  "$(refs "/Users/ann?attributes=manager" https://h | grep -o 'https.*boss')" \
  https://h/Users/boss
is "text that looks like one is left alone" \
  "$(ask .body.nickName GET /Users/ann '' '{"base_url":"https://h"}')" \
  '"$ref":"Users/x'
is "and a URL of another kind" \
  "$(ask '.body.photos[0].value' GET /Users/ann '' '{"base_url":"https://h"}')" \
  https://x/y

# ---- What a 401 asks for (RFC 6750 section 3)

challenge() {
  ask '.headers["WWW-Authenticate"]' GET /Users '' "{\"authorization\":$1}"
}
is "who sends no token is asked for one" "$(challenge '""')" \
  'Bearer realm="scim"'
is "also where the host says null" "$(challenge null)" 'Bearer realm="scim"'
is "who sends a wrong one is told so" "$(challenge '"Bearer x"')" \
  'Bearer realm="scim", error="invalid_token"'
is "what is no bearer token is none that is wrong (N1, RFC 6750 section 3.1)" \
  "$(for it in 'Basic x' Bear BearerX 'Digest Bearer x' x; do
    challenge "\"$it\""; done | uniq -c | xargs)" '5 Bearer realm=scim'
for header in Bearer 'Bearer ' 'bearer   ' 'Bearer Bearer' 'Bearer bearer '; do
  is "'$header' alone is no request (RFC 6750 section 3.1)" "$(
    ask '.status, .headers["WWW-Authenticate"], .body.status, .body.detail' \
      GET /Users '' "{\"authorization\":\"$header\"}")" \
    '400
Bearer realm="scim", error="invalid_request"
400
there is no token behind the word Bearer'
done
is "nor is a write, which leaves no row in the log" "$(
  rows="SELECT count(*) FROM scim_log"
  before=$(sql "$rows")
  ask .status DELETE /Users/boss '' '{"authorization":"Bearer"}'
  echo $(($(sql "$rows") - before)))" "400
0"
is "only a 401 has a challenge" \
  "$(ask '.headers["WWW-Authenticate"]' GET /x)" null

# ---- What is stored and is not of ours

sql "UPDATE scim_resource SET doc = '{ }' WHERE id = 'empty'"
is "an empty document is shown as one" \
  "$(ask '.status, (.body | keys)' GET /Groups/empty)" '200
["members","meta"]'
is "in a list as well" \
  "$(ask '.body.Resources[] | keys' GET '/Groups?filter=id+eq+"empty"')" \
  '["members","meta"]'
user odd
sql "UPDATE scim_resource SET doc = json_set(doc, '\$.meta', json('{\"x\":1}'),
       '\$.groups', json('[1]')) WHERE id = 'odd'"
is "what is computed takes the place of what somebody has stored" \
  "$(ask '.body.meta.resourceType, .body.groups' GET /Users/odd)
$(sql "SELECT count(*) FROM json_each(scim_apply('GET', '/Users/odd', NULL, NULL),
         '\$.body') WHERE key IN ('meta', 'groups')")" 'User
null
1'

finish
