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
tenant '{}'
is "what is not there cannot be changed" "$(patch '.body.detail' /Users/nobody \
  "$add")" "there is no User 'nobody'"
is "the log has the change both ways" "$(patch .status /Users/ann \
  '{"op":"replace","path":"title","value":"U"}'
  sql "SELECT before, after FROM scim_log ORDER BY seq DESC LIMIT 1")" '200
{"title":"T"}|{"title":"U"}'

finish
