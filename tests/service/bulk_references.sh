#!/bin/bash
# What is a reference to a bulkId, and what only looks like one (RFC 7644
# section 3.7.2).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

create() { # create BULK-ID ENDPOINT DATA
  printf '{"method":"POST","path":"%s","bulkId":"%s","data":%s}' "$2" "$1" "$3"
}
bulk() { # bulk FILTER OPERATION …
  local filter=$1
  shift
  ask "$filter" POST /Bulk "{\"Operations\":[$(IFS=, && echo "$*")]}"
}
statuses='[.body.Operations[].status] | join(" ")'
ann=$(create ann /Users '{"userName":"ann"}')
is "a value is one as a whole" "$(bulk "$statuses" "$ann" "$(create g /Groups \
  '{"displayName":"g","members":[{"value":"bulkId:ann"}]}')"
  ask '.body.totalResults' GET '/Groups?filter=members.value+pr')" "201 201
1"
is "of a single value too" "$(bulk "$statuses" "$(create m /Users \
  '{"userName":"m"}')" "$(create o /Users '{"userName":"o",
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
    {"manager":{"value":"bulkId:m"}}}')"; sql "SELECT count(*)
  FROM scim_resource AS a JOIN scim_resource AS b
    ON a.doc LIKE '%\"manager\":{\"value\":\"' || b.id || '\"%'")" "201 201
1"
# Each of these is taken as it is.
for title in "see bulkId:ann" "bulkId: ann" "bulkId:" "bulkid ann" \
  "bulkId:ann and more"; do
  number=$((number + 1))
  is "'$title' is text" "$(bulk "$statuses" "$(create "t" /Users \
    "{\"userName\":\"t$number\",\"title\":\"$title\"}")"
    sql "SELECT doc ->> 'title' FROM scim_resource
          WHERE doc ->> 'userName' = 't$number'")" "201
$title"
done
is "names of members are none" "$(bulk "$statuses" "$(create x /Users \
  '{"userName":"x","bulkId:ann":"y"}')")" 201
is "whoever is meant counts in its case" "$(bulk "$statuses" \
  "$(create Eve /Users '{"userName":"eve"}')" "$(create h /Groups \
    '{"displayName":"h","members":[{"value":"bulkId:eve"}]}')")" "201 400"
is "the last segment of a path is one" "$(bulk "$statuses" \
  "$(create p /Groups '{"displayName":"p"}')" \
  '{"method":"DELETE","path":"/Groups/bulkId:p"}')" "201 204"
# A path is a URI, so it may be encoded there, as any id may.
for path in bulkId%3Ap bulkId:%70 bulkId:p/ bulkId:p// 'bulkId:p?attributes=id'; do
  is "/Groups/$path too" "$(bulk "$statuses" \
    "$(create p /Groups '{"displayName":"p"}')" \
    '{"method":"DELETE","path":"/Groups/'$path'"}')" "201 204"
done
for name in ann@x.no 50%25 50% 'Ann Lie' 'a/b:c'; do
  is "of a resource that is called $name as well" "$(bulk "$statuses" \
    "$(create "$name" /Groups '{"displayName":"p"}')" \
    '{"method":"DELETE","path":"/Groups/bulkId:'"$(jq -rn --arg name "$name" \
      '$name | @uri')"'"}')" "201 204"
done
is "where a bulkId stands in the path as it is, it is that" "$(
  bulk "[.body.Operations[].location] | (.[0] == .[2])" \
    "$(create a%62 /Groups '{"displayName":"p"}')" \
    "$(create ab /Groups '{"displayName":"p"}')" \
    '{"method":"DELETE","path":"/Groups/bulkId:a%62"}')" true
is "what is no text when it is decoded is told as it came" "$(
  bulk '[.body.Operations[].response.detail] | join(" ")' \
    '{"method":"DELETE","path":"/Groups/bulkId:%ff"}' \
    '{"method":"DELETE","path":"/Groups/bulkId:a%00b"}')" \
  "the operation refers to the bulkId '%ff', which stands for no resource $(
    )the operation refers to the bulkId 'a%00b', which stands for no resource"
# RFC 7644 section 3.7: a bulkId is any text. Clients take the names of people.
is "there may be blanks in it" "$(bulk "$statuses" \
  "$(create 'Ann Lie' /Users '{"userName":"lie"}')" \
  "$(create 'All of us' /Groups '{"displayName":"All","members":[
    {"value":"bulkId:Ann Lie"}]}')" \
  '{"method":"PATCH","path":"/Groups/bulkId:All of us","data":{"Operations":[
    {"op":"replace","path":"members[value eq \"bulkId:Ann Lie\"].display",
     "value":"Ann"}]}}'
  sql "SELECT u.doc ->> 'userName', m.display FROM scim_member AS m
         JOIN scim_resource AS g ON g.resource = m.\"group\"
         JOIN scim_resource AS u ON u.id = m.value
        WHERE g.doc ->> 'displayName' = 'All'")" "201 201 200
lie|Ann"
is "one to nothing is told then, too" "$(bulk '.body.Operations[0].response.detail' \
  "$(create s /Groups '{"displayName":"s","members":[{"value":"bulkId:no one"}]}')")" \
  "the operation refers to the bulkId 'no one', which stands for no resource"
is "another segment is not" "$(bulk "$statuses" \
  "$(create q /Groups '{"displayName":"q"}')" \
  '{"method":"DELETE","path":"/bulkId:q/x"}')" "201 404"
is "in the path of a PATCH it stands between quotes" "$(bulk "$statuses" \
  "$(create u /Users '{"userName":"u"}')" \
  "$(create r /Groups '{"displayName":"r","members":[{"value":"bulkId:u"}]}')" \
  '{"method":"PATCH","path":"/Groups/bulkId:r","data":{"Operations":[
     {"op":"remove","path":"members[value eq \"bulkId:u\"]"}]}}'
  sql "SELECT count(*) FROM scim_member AS m JOIN scim_resource AS g
         ON g.resource = m.\"group\" WHERE g.doc ->> 'displayName' = 'r'")" \
  "201 201 200
0"
is "one to nothing is told" "$(bulk '.body.Operations[0].response.detail' \
  "$(create s /Groups '{"displayName":"s","members":[{"value":"bulkId:no"}]}')")" \
  "the operation refers to the bulkId 'no', which stands for no resource"
# Where no operation has the bulkId, the attribute tells (findings/protocol.md
# N10): what refers to resources is a mistake, everything else is text.
kept() { # kept BODY-OF-A-USER: statuses, and what is kept of it
  bulk "$statuses" "$(create k /Users \
    "{\"userName\":\"k$number\",$1}")" \
    "{\"method\":\"PATCH\",\"path\":\"/Users/bulkId:k\",\"data\":{\"Operations\":[
       {\"op\":\"add\",\"value\":{$1}}]}}"
}
for text in '"displayName":"bulkId:nothing"' '"roles":["bulkId:nothing"]' \
  '"emails":[{"value":"bulkId:nothing","display":"bulkId:none"}]' \
  '"name":{"familyName":"bulkId:nothing"}' '"x":{"value":"bulkId:nothing"}' \
  '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
     "department":"bulkId:nothing"}' \
  '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
     "manager":{"value":"ann","displayName":"bulkId:nothing"}}'; do
  number=$((number + 1))
  is "text: $text" "$(kept "$text")" "201 200"
done
is "it is kept as it is" "$(sql "SELECT sum(
  (length(doc) - length(replace(doc, 'bulkId:nothing', ''))) / 14)
  FROM scim_resource")" 5
manager=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
for mistake in '"manager":"bulkId:nothing"' "\"$manager:manager\":\"bulkId:no\"" \
  "\"$manager\":{\"manager\":{\"value\":\"bulkId:no\"}}" \
  "\"$manager\":{\"MANAGER\":{\"\$ref\":\"bulkId:no\"}}" \
  "\"$manager\":{\"manager\":\"bulkId:no\"}"; do
  number=$((number + 1))
  is "no text: $mistake" "$(kept "$mistake")" "400 400"
done
changed() { # changed PATH VALUE: of a PATCH with a path
  bulk "$statuses" "$(create c /Groups "{\"displayName\":\"c\"}")" \
    "{\"method\":\"PATCH\",\"path\":\"/${3:-Groups}/${4:-bulkId:c}\",\"data\":{
      \"Operations\":[{\"op\":\"$5\",\"path\":\"${1//\"/\\\"}\"${2:+,\"value\":$2}}]}}"
}
is "a name by its path" "$(changed displayName '"bulkId:no"' '' '' replace)" \
  "201 200"
is "members by theirs" "$(changed members '[{"value":"bulkId:no"}]' '' '' add
  changed members '["bulkId:no"]' '' '' replace
  changed 'members[value eq "bulkId:no"]' '' '' '' remove)" "201 400
201 400
201 400"
ann=$(sql "SELECT id FROM scim_resource WHERE doc ->> 'userName' = 'ann'")
is "an address in a filter" "$(changed 'emails[value eq "bulkId:no"]' '' Users \
  "$ann" remove; changed 'emails[type eq "work"].value' '"bulkId:no"' Users \
  "$ann" add)" "201 200
201 200"
is "a manager by its path" "$(changed "$manager:manager" '"bulkId:no"' Users \
  "$ann" add; changed "$manager:manager.value" '"bulkId:no"' Users "$ann" \
  replace; changed "$manager" '{"manager":{"value":"bulkId:no"}}' Users "$ann" \
  add; changed "$manager" '{"department":"bulkId:no"}' Users "$ann" add)" \
  "201 400
201 400
201 400
201 200"
is "the query of a path is none of it" "$(bulk \
  "($statuses) + \" \" + .body.Operations[1].location" "$(create z \
    '/Users?attributes=userName' '{"userName":"z"}')" '{"method":"PATCH",
  "path":"/Users/bulkId:z?excludedAttributes=groups","data":{"Operations":[
    {"op":"add","path":"title","value":"read"}]}}')" \
  "201 200 /Users/$(sql "SELECT id FROM scim_resource
                          WHERE doc ->> 'title' = 'read'")"
finish
