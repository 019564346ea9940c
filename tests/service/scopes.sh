#!/bin/bash
# Scopes: what each lets a token do, at every endpoint, and that one which only
# writes is told nothing of what is stored.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:x:Thing\",
  \"name\":\"Thing\",\"attributes\":[{\"name\":\"label\",\"type\":\"string\"}]}');
INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Thing\",
  \"endpoint\":\"/Things\",\"schema\":\"urn:x:Thing\"}')"
user ann '"title":"secret title","emails":[{"type":"work","value":"ann@x"}]'
apply POST /Groups '{"displayName":"staff","members":[{"value":"ann"}]}' \
  '{"id":"g"}' >/dev/null
apply POST /Things '{"label":"lamp"}' '{"id":"t"}' >/dev/null

# token SCOPES [OPTION …]: options of a request with a new token.
token() {
  printf '{"authorization":"Bearer %s"%s}' "$(sql "SELECT scim_token('default',
    't', json_object('scopes', '$1', 'resource', 'ann'))")" "${2:+,$2}"
}
# why METHOD TARGET OPTIONS [BODY]: the status, and the detail of an error.
why() {
  ask '[.status, .body.detail // empty] | join(" ")' "$1" "$2" "${4-}" "$3"
}

# ---- Every scope at every endpoint

# A place: method, target, the right that it takes, and what it answers then.
places='GET /Users users:read 200
HEAD /Users users:read 200
GET /Users/ann users:read 200
POST /Users/.search users:read 200
GET /Me users:read 200
POST /Users users:write 400
PUT /Users/ann users:write 400
PATCH /Users/ann users:write 400
DELETE /Users/nobody users:write 404
PATCH /Me users:write 400
GET /Groups groups:read 200
GET /Groups/g groups:read 200
POST /Groups/.search groups:read 200
POST /Groups groups:write 400
PUT /Groups/g groups:write 400
PATCH /Groups/g groups:write 400
DELETE /Groups/nobody groups:write 404
GET /Things read 200
GET /Things/t read 200
POST /Things/.search read 200
PUT /Things/nobody write 404
DELETE /Things/nobody write 404
GET /Schemas - 200
GET /ResourceTypes/User - 200
GET /ServiceProviderConfig - 200'
# gives SCOPES RIGHT: do the scopes give the right?
gives() {
  [ "$2" = - ] && return
  case " $1 " in *" $2 "* | *" ${2#*:} "*) return 0 ;; esac
  return 1
}
for scopes in users:read users:write groups:read groups:write read write admin \
  'users:read groups:write' 'users:read groups:read' 'admin write' \
  'read write'; do
  options=$(token "$scopes") got= want=
  while read -r method target right status; do
    body='{"Operations":1}'
    case $target in */.search) body='{}' ;; esac
    gives "$scopes" "$right" || status="403 the token's scopes are without $right"
    case "$status" in 403*) read=why ;; *) read='ask .status' ;; esac
    case $read in
      why) line=$(why "$method" "$target" "$options" "$body") ;;
      *) line=$(ask .status "$method" "$target" "$body" "$options") ;;
    esac
    got="$got$method $target $line"$'\n' want="$want$method $target $status"$'\n'
  done <<<"$places"
  is "what '$scopes' lets a token do at $(wc -l <<<"$places") places" \
    "$got" "$want"
done
is "scopes are words in their case" \
  "$(sql "SELECT scim_token('default', 'x', '{\"scopes\":\"Users:Read\"}')" |
    grep -c "the option 'scopes' has words")" 1
odd=$(token 'read write')
sql "UPDATE scim_token SET scopes = 'Users:Read groups:read everything'
  WHERE token = (SELECT max(token) FROM scim_token)"
is "a stored word that is none gives nothing" \
  "$(ask .status GET /Users '' "$odd") $(ask .status GET /Groups '' "$odd")" \
  "403 200"

# ---- Everything at once

search() { ask "$ids" POST /.search '{"sortBy":"id"}' "$1"; }
is "a list over all types shows those that the token may read" \
  "$(for scopes in read users:read groups:read 'users:read groups:read'; do
    printf '%s: %s; ' "$scopes" "$(search "$(token "$scopes")")"
  done)" \
  "read: ann g t; users:read: ann; groups:read: g; \
users:read groups:read: ann g; "
is "and counts them" "$(ask .body.totalResults GET /?count=0 '' \
  "$(token groups:read)")" 1
is "whoever reads none is told so" \
  "$(why GET / "$(token write)"; why POST /.search "$(token admin)" '{}')" \
  "403 the token's scopes are without read
403 the token's scopes are without read"
is "a cursor over all types goes over the same" "$(
  reader=$(token 'users:read')
  ask '[.body.totalResults, .body.nextCursor, (.body.Resources | length)] |
    map(. // "-") | join(" ")' GET '/?cursor=&count=1' '' "$reader")" "1 - 1"

bulk() {
  ask '[.status, (.body.Operations[]? | .status + " " +
    (.response.detail // "-"))] | join("; ")' POST /Bulk "$1" "$2"
}
two='{"Operations":[
 {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a"}},
 {"method":"POST","path":"/Groups","bulkId":"b","data":{"displayName":"b",
   "members":[{"value":"bulkId:a"}]}},
 {"method":"PATCH","path":"/Me","data":{"Operations":[]}}]}'
is "each part of a bulk request is asked for its own right" \
  "$(bulk "$two" "$(token 'users:write')")" \
  "200; 201 -; 403 the token's scopes are without groups:write; 204 -"
is "a part that refers to one which was not allowed fails with it" \
  "$(bulk "${two//\"userName\":\"a\"/\"userName\":\"a2\"}" \
    "$(token 'groups:write')")" \
  "200; 403 the token's scopes are without users:write; 400 the operation \
refers to the bulkId 'a', which stands for no resource; 403 the token's scopes \
are without users:write"
is "nothing of it was made" \
  "$(sql "SELECT count(*) FROM scim_user WHERE user_name = 'a2'")" 0
is "who may write nothing is refused the whole" \
  "$(bulk "$two" "$(token 'read admin')")" 403
is "what is refused is in the log, with the token" \
  "$(sql "SELECT method, target, status, detail, token IS NOT NULL FROM scim_log
    ORDER BY seq DESC LIMIT 1")" \
  "POST|/Bulk|403|the token's scopes are without write|1"

# ---- Who only writes is told nothing

writer=$(token 'users:write groups:write')
# shown OPTIONS METHOD TARGET BODY: status, headers and body.
shown() { ask '[.status, .headers, .body // "-"]' "$2" "$3" "$4" "$1"; }
with() { quick_jq -c --argjson more "$2" '. + $more' <<<"$1"; }
fixed=$(with "$writer" '{"id":"bob","base_url":"https://h"}')
is "a create answers with what it is called by" \
  "$(shown "$fixed" POST /Users '{"userName":"bob","title":"x"}')" \
  '[201,{"Location":"https://h/Users/bob"},{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"bob","meta":{"resourceType":"User","location":"https://h/Users/bob"}}]'
base=$(with "$writer" '{"base_url":"https://h"}')
receipt='{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"ann","meta":{"resourceType":"User","location":"https://h/Users/ann"}}'
put='{"userName":"ann","emails":[{"type":"work","value":"ann@x"}]}'
is "a replace too, whatever it has kept" \
  "$(shown "$base" PUT /Users/ann "$put")" \
  "[200,{\"Location\":\"https://h/Users/ann\"},$receipt]"
is "parameters make nothing more of it" \
  "$(for query in attributes=title,emails,meta.version attributes=userName \
    excludedAttributes=id; do
    shown "$base" PUT "/Users/ann?$query" "$put"
  done | sort -u)" "[200,{\"Location\":\"https://h/Users/ann\"},$receipt]"
is "a modify has no body" \
  "$(shown "$base" PATCH '/Users/ann?attributes=title' \
    '{"Operations":[{"op":"add","path":"nickName","value":"n"}]}')" \
  '[204,{"Location":"https://h/Users/ann"},"-"]'
is "not even one that does nothing, in which a version could be read" \
  "$(shown "$base" PATCH /Users/ann '{"Operations":[]}')" \
  '[204,{"Location":"https://h/Users/ann"},"-"]'
is "nor one of a group" "$(shown "$base" PATCH /Groups/g \
  '{"Operations":[{"op":"add","path":"members","value":[{"value":"bob"}]}]}')" \
  '[204,{"Location":"https://h/Groups/g"},"-"]'
is "a taken name is told without whose it is" \
  "$(why POST /Users "$writer" '{"userName":"ANN"}')" \
  "409 the value of 'userName' is that of another User"
is "a bulk reply has no versions" "$(ask '.body.Operations[0] | keys |
  join(" ")' POST /Bulk '{"Operations":[{"method":"PATCH","path":"/Users/ann",
  "data":{"Operations":[]}}]}' "$writer")" "location method status"
denied="403 a condition on the version needs the scope users:read"
for tag in 'W/\"1\"' 'W/\"6\"' '7' '1, *' ''; do
  for header in if_match if_none_match; do
    is "$header of ${tag//\\/} is refused, right or wrong" \
      "$(why PATCH /Users/ann "$(with "$writer" "{\"$header\":\"$tag\"}")" \
        '{"Operations":[]}')" "$denied"
  done
done
is "a star asks for no version" "$(why PATCH /Users/ann \
  "$(with "$writer" '{"if_match":"*"}')" '{"Operations":[]}')" 204
is "nor does a version in a bulk request tell" \
  "$(bulk '{"Operations":[{"method":"DELETE","path":"/Users/ann",
    "version":"W/\"1\"","data":{}}]}' "$writer")" "200; $denied"
is "whoever may read has conditions" "$(why PATCH /Users/ann \
  "$(with "$(token 'read write')" '{"if_match":"W/\"1\""}')" \
  '{"Operations":[]}' | cut -c 1-3)" 412

# What a path with a filter matches, in the mildest and in the strictest tenant.
probe() {
  ask '[.status, .body.scimType // empty] | join(" ")' PATCH /Users/ann \
    '{"Operations":[{"op":"replace","path":"emails[value sw \"'"$2"'\"].display",
      "value":"d"}]}' "$1"
}
full=$(token 'read write')
is "who may read is told that a path matches nothing" \
  "$(probe "$full" a) $(probe "$full" b)" "200 400 noTarget"
is "who may not is not" "$(probe "$writer" a) $(probe "$writer" b)" "204 204"
tenant '{"preset":"rfc"}'
strict() {
  ask .status PATCH /Users/ann '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[{"op":"replace","path":"emails[type eq \"'"$2"'\"].value",
    "value":"v@x"}]}' "$1"
}
is "nor where the tenant goes by the letter" \
  "$(strict "$full" home) $(strict "$writer" home) $(strict "$writer" work)" \
  "400 204 204"
is "and then nothing is made" "$(sql "SELECT group_concat(type) FROM scim_email
  WHERE user = 'ann'")" work
tenant '{}'


# What other errors name.
apply POST /Groups '{"displayName":"SECRET","members":[{"value":"g"}]}' \
  '{"id":"outer"}' >/dev/null
into='{"Operations":[{"op":"add","path":"members","value":[{"value":"outer"}]}]}'
is "a circle of groups is told by its way to who may read groups, and to nobody else" \
  "$(why PATCH /Groups/g "$(token 'groups:read groups:write')" "$into"
  why PATCH /Groups/g "$(token 'users:read groups:write')" "$into")" \
  "400 'members' would put a group into itself: staff -> SECRET -> staff
400 'members' would put a group into itself"
tenant '{"rehire":"refuse"}'
user leaver
apply DELETE /Users/leaver >/dev/null
again() { why POST /Users "$1" '{"userName":"leaver"}' | cut -c 1-60; }
is "who was here is named to who may read users" \
  "$(again "$(token 'read write')"; again "$writer")" \
  "409 the 'userName' is that of User 'leaver', who was deleted
409 the 'userName' is that of somebody who was here: the set"
tenant '{}'

# Every reply of a writer's, to all of these: no stored value in any of them.
is "no reply holds what is stored" "$(for target in /Users/ann /Groups/g /Users \
  /Groups /Me / /.search /Users/.search /Things/t '/Users?filter=title+pr'; do
  for method in GET HEAD POST PUT PATCH; do
    for body in '{}' '{"Operations":[]}' '{"userName":"ann"}' '{"displayName":"staff"}' \
      '{"attributes":["title"],"filter":"title pr"}' \
      '{"Operations":[{"op":"test","path":"title"}]}' \
      '{"Operations":[{"op":"remove","path":"emails[value sw \"ann\"].display"}]}'; do
      apply "$method" "$target" "$body" "$writer"
      echo
    done
  done
done | grep -c 'secret title\|ann@x\|ETag\|totalResults\|lamp\|"display"')" 0

finish
