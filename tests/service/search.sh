#!/bin/bash
# POST .search, for a type and for all, and GET / (RFC 7644 sections 3.4.2.1
# and 3.4.3).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann '"displayName":"Ann","title":"Dr"'
user bob '"displayName":"Bob","nickName":"B"'
ask .status POST /Groups '{"displayName":"Admins",
  "members":[{"value":"ann"}]}' '{"id":"admins"}' >/dev/null

# search TARGET '<members>' [JQ]: POST with the members of a SearchRequest.
search() {
  ask "${3:-$ids}" POST "$1" "{\"schemas\":[
    \"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"]${2:+,$2}}"
}
keys='[.body.Resources[] | keys_unsorted] | map(join(" ")) | join(", ")'

# ---- One type

is ".search of a type finds what the filter says" \
  "$(search /Users/.search '"filter":"userName eq \"BOB\""')" bob
is "without a filter everything is found" "$(search /Users/.search)" "ann bob"
is "the reply is a ListResponse" \
  "$(search /Users/.search "" \
     '.status, .body.schemas[0], .body.totalResults' | tr '\n' ' ')" \
  "200 urn:ietf:params:scim:api:messages:2.0:ListResponse 2 "
is "attributes is an array" \
  "$(search /Users/.search '"attributes":["displayName","title"]' "$keys")" \
  "schemas id displayName title, schemas id displayName"
is "excludedAttributes is one too" \
  "$(search /Users/.search \
     '"excludedAttributes":["displayName","title","nickName","meta",
       "active","groups"]' "$keys")" \
  "schemas id userName, schemas id userName"
is "startIndex and count are numbers" \
  "$(search /Users/.search '"startIndex":2,"count":1' \
     '.body | [.startIndex, .itemsPerPage, .Resources[].id]')" '[2,1,"bob"]'
is "sortBy and sortOrder" \
  "$(search /Users/.search '"sortBy":"userName","sortOrder":"descending"')" \
  "bob ann"
is "null is as good as nothing" \
  "$(search /Users/.search '"filter":null,"attributes":null,"count":null')" \
  "ann bob"
is "a wrong filter is invalidFilter" \
  "$(search /Users/.search '"filter":"userName is \"a\""' "$status")" \
  "400 invalidFilter"
is "an unknown attribute in the filter is invalidFilter" \
  "$(search /Users/.search '"filter":"shoeSize eq 1"' "$status")" \
  "400 invalidFilter"
is "a count that is no number is refused" \
  "$(search /Users/.search '"count":"many"' "$status")" "400 invalidValue"
is "an empty filter is a wrong one" \
  "$(search /Users/.search '"filter":""' "$status")" "400 invalidFilter"
is "broken JSON is invalidSyntax" \
  "$(ask "$status" POST /Users/.search '{')" "400 invalidSyntax"
is "what is no object is invalidSyntax" \
  "$(ask "$status" POST /Users/.search '[]')" "400 invalidSyntax"
is "GET of .search is not allowed" \
  "$(ask '[.status, .headers.Allow]' GET /Users/.search)" '[405,"POST"]'
is "groups come with their members" \
  "$(search /Groups/.search "" '.body.Resources[0].members[0].value')" ann

# ---- All types

is "GET / finds resources of all types" "$(ask "$ids" GET '/?filter=id%20pr')" \
  "ann bob admins"
is "GET / without a filter as well" "$(ask "$ids" GET /)" "ann bob admins"
is ".search at the root does the same" \
  "$(search /.search '"filter":"displayName sw \"A\""')" "ann admins"
is "what only one type has is found there" \
  "$(search /.search '"filter":"nickName eq \"b\""')" bob
is "elsewhere it has no value, and the rest of the filter counts" \
  "$(search /.search '"filter":"members pr or displayName eq \"ann\""')" \
  "ann admins"
is "so that not of it holds" \
  "$(search /.search '"filter":"not (members pr)"')" "ann bob"
is "what no type has is invalidFilter" \
  "$(search /.search '"filter":"shoeSize eq 1"' "$status")" \
  "400 invalidFilter"
is "meta.resourceType tells types apart" \
  "$(search /.search '"filter":"meta.resourceType eq \"Group\""')" admins
is "totalResults counts all types" "$(search /.search "" .body.totalResults)" 3
is "a page goes across types" \
  "$(search /.search '"startIndex":2,"count":2')" "bob admins"
is "a sort goes across types" \
  "$(search /.search '"sortBy":"displayName","sortOrder":"descending"')" \
  "bob ann admins"
is "a sort by what one type has puts the others last" \
  "$(search /.search '"sortBy":"userName","sortOrder":"ascending"')" \
  "ann bob admins"
is "attributes hold for each type that has them" \
  "$(search /.search '"attributes":["displayName","members"]' "$keys")" \
  "schemas id displayName, schemas id displayName, \
schemas id displayName members"
is "beyond the end there is nothing" \
  "$(search /.search '"startIndex":9' \
     '.body | [.totalResults, .itemsPerPage]')" \
  "[3,0]"
is "POST / is not allowed" "$(ask '[.status, .headers.Allow]' POST / '{}')" \
  '[405,"GET"]'
is "a search is not logged" "$(sql "SELECT count(*) FROM scim_log
  WHERE target LIKE '%.search'")" 0

# ---- Tokens

secret=$(sql "SELECT scim_token('default', 'reader', '{\"scopes\":\"read\"}')")
is "a token that may only read may search" \
  "$(ask .status POST /Users/.search '{}' \
     "{\"authorization\":\"Bearer $secret\"}")" 200
writer=$(sql "SELECT scim_token('default', 'writer', '{\"scopes\":\"write\"}')")
is "one that may only write may not" \
  "$(ask .status POST /Users/.search '{}' \
     "{\"authorization\":\"Bearer $writer\"}")" 403
finish
