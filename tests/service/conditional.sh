#!/bin/bash
# If-Match and If-None-Match (RFC 7644 section 3.14, RFC 9110 section 13).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann '"title":"one"'
change='{"Operations":[{"op":"replace","path":"title","value":"two"}]}'
whole='{"userName":"ann","title":"three"}'

# with NAME VALUE: the options with a condition.
with() { quick_jq -nc --arg name "$1" --arg value "$2" '{($name): $value}'; }
state() { sql "SELECT version, doc ->> 'title' FROM scim_resource
                WHERE id = 'ann'"; }

is "the ETag is meta.version, and weak" \
  "$(ask '[.headers.ETag, .body.meta.version] | join(" ")' GET /Users/ann)" \
  'W/"1" W/"1"'

# ---- GET

get() { ask "${3:-.status}" GET /Users/ann "" "$(with "$1" "$2")"; }
is "GET with the version that the client has is 304" \
  "$(get if_none_match 'W/"1"')" 304
is "a 304 has no body, and the ETag" \
  "$(get if_none_match 'W/"1"' '[has("body"), .headers.ETag]')" \
  '[false,"W/\"1\""]'
is "a strong tag is compared weakly" "$(get if_none_match '"1"')" 304
is "one of a list is enough" "$(get if_none_match 'W/"7", W/"1"')" 304
is "so is *" "$(get if_none_match '*')" 304
is "a tag without quotes is taken for one" "$(get if_none_match 1) $(
  get if_none_match W/1)" "304 304"
# findings/protocol.md N11, RFC 9110 section 13.1.1: "*" is a tag.
for tag in '"*"' 'W/"*"' WWW1 'WW/"1"' '"1' '1"' '""1""' 'W/' '"' 'w/"1"' \
  '"1,1"' '"0", "*"'; do
  is "$tag is another version (N11)" "$(get if_none_match "$tag") $(
    get if_match "$tag")" "200 412"
done
is "so is * among others" "$(get if_match '"7", *')" 200
is "another version is answered" "$(get if_none_match 'W/"7"')" 200
is "GET with If-Match of the version is answered" "$(get if_match 'W/"1"')" 200
is "with If-Match of another it is 412" "$(get if_match 'W/"2"')" 412
is "304 at .search is nothing: conditions are for resources" \
  "$(ask .status GET /Users "" "$(with if_none_match '*')")" 200
is "what is not there is 404, whatever the condition" \
  "$(ask .status GET /Users/nobody "" "$(with if_match '*')")" 404

# ---- Refused

for method in PUT PATCH DELETE; do
  case $method in
    PUT) body=$whole ;;
    PATCH) body=$change ;;
    *) body= ;;
  esac
  is "$method with another version is 412" \
    "$(ask .status $method /Users/ann "$body" "$(with if_match 'W/"9"')")" 412
  is "a list without the version as well" \
    "$(ask .status $method /Users/ann "$body" \
       "$(with if_match 'W/"8","9"')")" 412
  is "$method with If-None-Match of the version is 412" \
    "$(ask .status $method /Users/ann "$body" \
       "$(with if_none_match 'W/"1"')")" 412
  is "$method with If-None-Match * is 412" \
    "$(ask .status $method /Users/ann "$body" "$(with if_none_match '*')")" 412
  is "a part of a version is not the version" \
    "$(ask .status $method /Users/ann "$body" "$(with if_match 'W/"11"')")" 412
  is "and nothing has changed" "$(state)" "1|one"
  is "$method of what is not there is 404" \
    "$(ask .status $method /Users/nobody "$body" "$(with if_match '*')")" 404
done
is "a 412 is an error that says the version" \
  "$(ask '.body | [.schemas[0], .status, .scimType,
       (.detail | contains("W/\"1\""))]' \
     PATCH /Users/ann "$change" "$(with if_match 'W/"9"')")" \
  '["urn:ietf:params:scim:api:messages:2.0:Error","412",null,true]'
is "every refusal is logged without an action" \
  "$(sql "SELECT count(*), count(action), max(id) FROM scim_log
           WHERE status = 412")" "16|0|ann"

# ---- Done

is "PATCH with the version is done" \
  "$(ask '[.status, .headers.ETag]' PATCH /Users/ann "$change" \
     "$(with if_match 'W/"1"')")" '[200,"W/\"2\""]'
is "the same again is not" \
  "$(ask .status PATCH /Users/ann "$change" "$(with if_match 'W/"1"')")" 412
is "PUT with a strong tag in a list is done" \
  "$(ask .status PUT /Users/ann "$whole" "$(with if_match '"7", "2"')")" 200
is "the change is there" "$(state)" "3|three"
is "If-Match * is any version" \
  "$(ask .status PATCH /Users/ann "$change" "$(with if_match '*')")" 200
is "If-None-Match of another version is done" \
  "$(ask .status PUT /Users/ann "$whole" "$(with if_none_match 'W/"1"')")" 200
is "a dry run is refused too" \
  "$(ask .status DELETE /Users/ann "" \
     '{"if_match":"W/\"1\"","dry_run":true}')" 412
is "DELETE with the version is done" \
  "$(ask .status DELETE /Users/ann "" "$(with if_match 'W/"5"')")" 204
is "and it is gone" "$(state)" ""

# ---- Members are versions too

user bob
ask .status POST /Groups '{"displayName":"g"}' '{"id":"g"}' >/dev/null
is "a member more is another version" \
  "$(ask .headers.ETag PATCH /Groups/g '{"Operations":[{"op":"add",
     "path":"members","value":[{"value":"bob"}]}]}' \
     "$(with if_match 'W/"1"')")" \
  'W/"2"'
is "and the old one is refused" \
  "$(ask .status PATCH /Groups/g '{"Operations":[{"op":"remove",
     "path":"members"}]}' "$(with if_match 'W/"1"')")" 412
is "with the member still there" \
  "$(ask '.body.members | length' GET /Groups/g)" 1

# ---- What is shown and no part of the version (findings/protocol.md N12)

user cid
apply POST /Groups '{"displayName":"g","members":[{"value":"cid"}]}' >/dev/null
is "who joins a group has the version of before, as the README says (N12)" "$(
  ask '[.headers.ETag, (.body.groups | length)] | join(" ")' GET /Users/cid
  ask .status GET /Users/cid "" "$(with if_none_match 'W/"1"')"
  grep -c 'no part of its version' README.md)" 'W/"1" 1
304
1'
finish
