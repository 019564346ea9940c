#!/bin/bash
# PATCH (RFC 7644 section 3.5.2) as a request: what is answered, and members,
# which are not part of the document. What operations do is in patch.sh and in
# the tests of the model.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

patch() { # patch FILTER TARGET OPERATION … : the operations as JSON
  local filter=$1 target=$2
  shift 2
  ask "$filter" PATCH "$target" "{\"Operations\":[$(IFS=, && echo "$*")]}"
}
members='[.body.members[]?.value] | join(" ")'
for name in ann bob eve; do user $name; done
apply POST /Groups '{"displayName":"g","members":[{"value":"ann"}]}' \
  '{"id":"g"}' >/dev/null
add='{"op":"add","path":"members","value":[{"value":"bob",
  "display":"Bob"}]}'

is "a member that is added is shown" "$(patch "$members" /Groups/g "$add")" \
  "ann bob"
is "a member that is there already is no change" \
  "$(patch .headers.ETag /Groups/g "$add")" 'W/"2"'
is "a filter on what members are called needs all of them" \
  "$(patch "$members" /Groups/g \
    '{"op":"remove","path":"members[display eq \"Bob\"]"}')" ann
is "what one operation adds the next one finds" "$(patch "$members" /Groups/g \
  '{"op":"add","path":"members","value":[{"value":"eve"}]}' \
  '{"op":"remove","path":"members[value eq \"eve\"]"}' \
  '{"op":"replace","path":"displayName","value":"h"}')" ann
# Each filter after an add in the same request, and in the next one: who is left.
add_one() { # add_one MEMBER FILTER
  local one="{\"op\":\"add\",\"path\":\"members\",\"value\":[$1]}"
  local two="{\"op\":\"remove\",\"path\":\"members[$2]\"}"
  for name in once twice; do
    apply PUT "/Groups/$name" '{"displayName":"n","members":[{"value":"ann"},
      {"value":"guest","display":"G"}]}' >/dev/null
  done
  echo "$(patch "$members" /Groups/once "$one" "$two"), $(
    patch .status /Groups/twice "$one" >/dev/null
    patch "$members" /Groups/twice "$two")"
}
for name in once twice; do
  apply POST /Groups '{"displayName":"n"}' "{\"id\":\"$name\"}" >/dev/null
done
for one in '{"value":"bob"}' '{"value":"bob","type":"Group"}' \
  '{"value":"bob","$ref":null,"display":"B"}'; do
  is "a filter on the type finds $one" \
    "$(add_one "$one" 'type eq \"User\"')" "guest, guest"
  is "one on the type of others leaves it" \
    "$(add_one "$one" 'not (type eq \"User\")')" "ann bob, ann bob"
  is "one on \$ref finds it" \
    "$(add_one "$one" '$ref co \"Users/\"')" "guest, guest"
done
is "a stranger has the type that was sent" "$(add_one \
  '{"value":"late","type":"Group"}' 'type eq \"Group\"')" \
  "ann guest, ann guest"
is "or none" "$(add_one '{"value":"late"}' 'type pr')" "guest late, guest late"
is "a filter on names finds whom an operation has named" "$(add_one \
  '{"value":"bob","display":"B"}' 'display eq \"B\"')" "ann guest, ann guest"
# Who is not in the group is nobody of whom it could say something.
for path in '[value eq \"eve\"].display' '[value eq \"eve\"].type' \
  '[type eq \"Group\"].display' '[value eq \"eve\" and type eq \"User\"].$ref'; do
  for op in add replace; do
    is "$op members$path lets nobody in" "$(
      apply PUT /Groups/once '{"displayName":"n","members":[{"value":"ann"}]}' \
        >/dev/null
      patch '[.status, .body.scimType] | join(" ")' /Groups/once \
        "{\"op\":\"$op\",\"path\":\"members$path\",\"value\":\"User\"}"
      ask "$members" GET /Groups/once)" "400 noTarget
ann"
  done
done
turns=()
for ((i = 0; i < 600; i++)); do
  turns+=("{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"m$i\"}]}"
    '{"op":"remove","path":"members[display eq \"x\"]"}')
done
is "who comes and a filter on names, in turns, are within the budget" \
  "$(patch '[.status, (.body.members | length)] | join(" ")' /Groups/once \
    "${turns[@]}")" "200 601"
is "members and document change together" \
  "$(patch '[.body.displayName, .headers.ETag] | join(" ")' /Groups/g "$add" \
    '{"op":"replace","path":"displayName","value":"i"}')" 'i W/"5"'
is "or not at all" "$(patch '.status' /Groups/g \
  '{"op":"remove","path":"members"}' \
  '{"op":"replace","path":"displayName","value":7}'
  ask "[.body.displayName, ($members)] | join(\" \")" GET /Groups/g)" "400
i ann bob"
tenant '{"patch_reply":"204"}'
is "a tenant may want no body" "$(patch '[.status, has("body"), .headers.ETag] |
  join(" ")' /Users/ann '{"op":"replace","path":"title","value":"T"}')" \
  '204 false W/"2"'
is "the log has the status too" "$(sql "SELECT status, action FROM scim_log
  ORDER BY seq DESC LIMIT 1")" "204|update"

# findings/protocol.md M5, RFC 7644 section 3.5.2: who says what the reply is to
# show gets one.
title() {
  patch "[.status, (.body // {} | keys | join(\",\"))] | join(\" \")" "$1" \
    "{\"op\":\"replace\",\"path\":\"${2:-title}\",\"value\":\"$RANDOM\"}"
}
is "attributes get 200 and what they name (M5)" \
  "$(title '/Users/ann?attributes=title')" "200 id,schemas,title"
is "so do those that the type has not" \
  "$(title '/Users/ann?attributes=nope')" "200 id,schemas"
is "and excludedAttributes" \
  "$(title '/Users/ann?excludedAttributes=meta,groups')" \
  "200 active,id,schemas,title,userName"
is "empty ones are none" \
  "$(title '/Users/ann?attributes=&excludedAttributes=')" "204 "
is "the log says what was answered" "$(title '/Users/ann?attributes=title'
  sql "SELECT status FROM scim_log ORDER BY seq DESC LIMIT 1")" \
  "200 id,schemas,title
200"
is "a PATCH that changes nothing as well" "$(patch \
  '[.status, .body.userName] | join(" ")' '/Users/ann?attributes=userName' \
  '{"op":"replace","path":"userName","value":"ann"}')" "200 ann"
tenant '{"group_reply":1}'
is "a large group is not shown" "$(title /Groups/g displayName)" "204 "
is "what is asked for of it is (M5)" \
  "$(title '/Groups/g?attributes=displayName' displayName)" \
  "200 displayName,id,schemas"
is "or what is not excluded" \
  "$(title '/Groups/g?excludedAttributes=members,meta' displayName)" \
  "200 displayName,id,schemas"
is "and its members, if they are asked for" \
  "$(title '/Groups/g?attributes=members' displayName)" "200 id,members,schemas"
write=$(sql "SELECT scim_token('default', 'w', '{\"scopes\":\"write\"}')")
# D15: a token that may only write learns nothing by writing.
is "who may not read gets 204 all the same" "$(ask '[.status, has("body")]' PATCH \
  '/Users/ann?attributes=title' '{"Operations":[{"op":"replace","path":"title",
    "value":"x"}]}' "{\"authorization\":\"Bearer $write\"}")" "[204,false]"
tenant '{}'
sql "SELECT scim_apply('PATCH', '/Users/ann', '{\"Operations\":[{\"op\":\"replace\",
       \"path\":\"title\",\"value\":\"T\"}]}')" >/dev/null
is "what is not there cannot be changed" "$(patch '.body.detail' /Groups/nobody \
  "$add")" "there is no Group 'nobody'"
is "the log has the change both ways" "$(patch .status /Users/ann \
  '{"op":"replace","path":"title","value":"U"}'
  sql "SELECT before, after FROM scim_log ORDER BY seq DESC LIMIT 1")" '200
{"title":"T"}|{"title":"U"}'

finish
