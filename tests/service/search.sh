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

# ---- Names that types share (findings/protocol.md M7)

core=urn:ietf:params:scim:schemas:core:2.0
# found FILTER: the ids that the root finds, or what it says instead.
found() {
  ask '.body | [.Resources[]?.id, .scimType // empty] | join(" ")' POST \
    /.search "{\"filter\":$(quoted "$1")}"
}
sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:example:Lamp\",
  \"name\":\"Lamp\",\"attributes\":[{\"name\":\"title\",\"type\":\"boolean\"},
  {\"name\":\"nickName\",\"type\":\"complex\",\"subAttributes\":[
    {\"name\":\"first\",\"type\":\"string\"}]},
  {\"name\":\"userName\",\"type\":\"string\",\"returned\":\"never\"},
  {\"name\":\"displayName\",\"type\":\"integer\"}]}'),
  ('{\"id\":\"urn:example:Bulb\",\"name\":\"Bulb\",\"attributes\":[
  {\"name\":\"manager\",\"type\":\"string\"}]}')"
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Lamp\",
  \"endpoint\":\"/Lamps\",\"schema\":\"urn:example:Lamp\",
  \"schemaExtensions\":[{\"schema\":\"urn:example:Bulb\",\"required\":false}]}')"
ask .status POST /Lamps '{"title":true,"displayName":7,"nickName":{
  "first":"B"},"urn:example:Bulb":{"manager":"m"}}' '{"id":"lamp"}' >/dev/null
is "M7: the URN of a type leaves out other types' attributes of that name" \
  "$(found "$core:Group:displayName eq \"Admins\"")" admins
is "M7: so that the same by the URN of another type finds nothing" \
  "$(found "$core:User:displayName eq \"Admins\"")" ""
is "M7: where there is no such attribute it has no value" \
  "$(found "not ($core:User:displayName pr)")" "admins lamp"
is "M7: also for ne" "$(found "$core:User:displayName ne \"Ann\"")" \
  "bob admins lamp"
is "M7: and for eq null" "$(found "$core:Group:displayName eq null")" \
  "ann bob lamp"
is "M7: in a value path" "$(found "$core:Group:members[value eq \"ann\"]")" \
  admins
is "M7: not of a value path" \
  "$(found "not ($core:Group:members[value eq \"ann\"])")" "ann bob lamp"
is "M7: the URN of an extension" "$(found 'urn:example:Bulb:manager eq "m"')" \
  lamp
is "M7: terms with and without URN together" \
  "$(found "$core:Group:displayName pr or displayName eq \"bob\"")" \
  "bob admins"
is "M7: another type's attribute of another kind does not refuse a filter" \
  "$(found 'title co "d"')" ann
is "M7: nor does the one kind refuse the other" "$(found 'title eq true')" lamp
is "M7: numbers and text" "$(found 'displayName gt 6')" "ann bob admins lamp"
is "M7: a value that only one kind has" "$(found 'displayName eq "x"')" ""
is "M7: what is simple in one and complex in another" \
  "$(found 'nickName eq "b"')" bob
is "M7: a sub-attribute that only one has" "$(found 'nickName.first eq "b"')" \
  lamp
is "M7: brackets that only one can have" \
  "$(found 'nickName[first eq "b"] or title co "d"')" "ann lamp"
is "M7: what is never returned in one type only" \
  "$(found 'userName eq "ann"')" ann
is "M7: what is wrong for all types is refused" \
  "$(found 'title gt "a" and title regex "b"')" invalidFilter
is "M7: with the detail of a type that has the attribute" \
  "$(search /.search '"filter":"nickName[last eq 1]"' .body.detail)" \
  "the filter names 'last', which 'nickName' does not have"
is "M7: an attribute that is never returned is refused" \
  "$(found 'password eq "x"')" invalidFilter
is "M7: sortBy with a URN sorts that type alone" \
  "$(search /.search "\"sortBy\":\"$core:User:displayName\",
       \"sortOrder\":\"descending\"")" "admins lamp bob ann"
is "M7: sortBy of what is complex in one type only" \
  "$(search /.search '"sortBy":"nickName"')" "bob ann admins lamp"
is "M7: sortBy of what is never returned in one type only" \
  "$(search /.search '"sortBy":"userName"')" "ann bob admins lamp"
is "M7: sortBy of what no type can sort by is invalidValue" \
  "$(search /.search '"sortBy":"meta"' "$status") \
$(search /.search '"sortBy":"password"' "$status")" \
  "400 invalidValue 400 invalidValue"
is "M7: pages by cursor too" \
  "$(search /.search "\"filter\":\"$core:Group:displayName pr\",
       \"cursor\":\"\"")" admins

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
