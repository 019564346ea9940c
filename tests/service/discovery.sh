#!/bin/bash
# /ServiceProviderConfig, /ResourceTypes and /Schemas (RFC 7644 section 4,
# RFC 7643 sections 5 to 7, RFC 9865 section 4).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

core=urn:ietf:params:scim:schemas:core:2.0
enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
list=urn:ietf:params:scim:api:messages:2.0:ListResponse
base='{"base_url":"https://h/v2"}'

# ---- ServiceProviderConfig

config() { ask "$1" GET /ServiceProviderConfig "" "$base"; }
is "the configuration is one document" "$(config \
  '[.status, .body.schemas[0], .body.meta.resourceType, .body.meta.location] |
   join(" ")')" "200 $core:ServiceProviderConfig ServiceProviderConfig \
https://h/v2/ServiceProviderConfig"
is "everything optional is there, but for passwords" "$(config \
  '.body | [.patch, .bulk, .filter, .sort, .etag, .changePassword] |
   map(.supported)')" "[true,true,true,true,true,false]"
is "pages go by cursor and by index" \
  "$(config '.body.pagination | [.cursor, .index, .defaultPaginationMethod]')" \
  '[true,true,"index"]'
is "the limits are those without settings" \
  "$(config '.body | [.filter.maxResults, .bulk.maxOperations,
     .bulk.maxPayloadSize, .pagination.defaultPageSize,
     .pagination.maxPageSize, .pagination.cursorTimeout]')" \
  "[1000,1000,16777216,100,1000,3600]"
is "the way to authenticate is a bearer token" \
  "$(config '.body.authenticationSchemes[] |
     [.type, (.name | length > 0), (.description | length > 0)]')" \
  '["oauthbearertoken",true,true]'
tenant '{"page_max":50,"page_default":7,"bulk_operations":9,"max_body":5000}'
is "the limits follow the settings" \
  "$(config '.body | [.filter.maxResults, .bulk.maxOperations,
     .bulk.maxPayloadSize, .pagination.defaultPageSize,
     .pagination.maxPageSize]')" "[50,9,5000,7,50]"
is "pagination is left out where the tenant wants it (C3)" "$(
  for value in false 0 true 1; do
    tenant "{\"advertise_pagination\":$value}"
    config '.body | has("pagination")'
  done | xargs)" "false false true true"
is "and nothing else with it" "$(tenant '{"advertise_pagination":false}'
  config '.body | [has("filter"), has("bulk"), has("meta")]')" '[true,true,true]'
is "a tenant's settings are its own" \
  "$(sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
     ask .body.filter.maxResults GET /ServiceProviderConfig "" \
       '{"tenant":"acme"}')" 1000
sql "DROP TRIGGER scim_tenant_update" # which would refuse these
tenant '{"page_max":-1,"bulk_operations":"many","page_default":5000}'
is "settings that make no sense do not show" \
  "$(config '.body | [.filter.maxResults, .bulk.maxOperations,
     .pagination.defaultPageSize]')" "[1000,1000,1000]"
tenant '{}'

# ---- ResourceTypes

types() { ask "$2" GET "/ResourceTypes$1" "" "$base"; }
is "the resource types are a list" "$(types "" '.body |
  [.schemas[0], .totalResults, (.Resources | map(.id))]')" \
  "[\"$list\",2,[\"User\",\"Group\"]]"
is "a type has what the RFC asks for" "$(types /User '.body |
  [.schemas[0], .id, .name, .endpoint, .schema, .meta.resourceType,
   .meta.location] | join(" ")')" "$core:ResourceType User User /Users \
$core:User ResourceType https://h/v2/ResourceTypes/User"
is "and its extensions" "$(types /User '.body.schemaExtensions')" \
  "[{\"schema\":\"$enterprise\",\"required\":false}]"
is "an unknown type is 404" "$(types /Car .status)" 404

# ---- Schemas

schemas() { ask "$2" GET "/Schemas$1" "" "$base"; }
is "the schemas are a list" "$(schemas "" '.body |
  [.schemas[0], .totalResults] + (.Resources | map(.id) | sort)')" \
  "[\"$list\",3,\"$core:Group\",\"$core:User\",\"$enterprise\"]"
is "a schema has what the RFC asks for" "$(schemas "/$core:User" '.body |
  [.schemas[0], .id, .name, .meta.resourceType, .meta.location] | join(" ")')" \
  "$core:Schema $core:User User Schema https://h/v2/Schemas/$core:User"
is "the URN counts in any case" \
  "$(schemas "/URN:ietf:params:scim:schemas:core:2.0:user" .body.id)" \
  "$core:User"
is "and may be encoded" "$(schemas "/${core//:/%3A}%3AUser" .body.id)" \
  "$core:User"
is "an unknown schema is 404" "$(schemas /urn:x .status)" 404
is "what is for inside use does not show" \
  "$(schemas "/$core:Common" .status)" 404
is "every attribute has all its characteristics" "$(schemas "" \
  '[.body.Resources[].attributes[] | (., .subAttributes[]?) |
    select([.name, .type, .mutability, .returned] | any(. == null))
    | .name] | length')" 0
is "attributes are what the RFC has them to be" "$(schemas "/$core:User" \
  '.body.attributes[] | select(.name == "userName") |
   [.type, .multiValued, .required, .caseExact, .mutability, .returned,
    .uniqueness]')" \
  '["string",false,true,false,"readWrite","default","server"]'

# ---- All of them

for filter in 'id%20pr' 'no%20filter' ''; do
  is "a filter '$filter' on the configuration is ignored (N13)" \
    "$(ask '.status, .body.patch.supported' GET \
       "/ServiceProviderConfig?filter=$filter")" "200
true"
done
for endpoint in /ResourceTypes /Schemas; do
  is "$endpoint cannot be filtered" \
    "$(ask '.status, .body.detail' GET "$endpoint?filter=id%20pr")" "403
'$endpoint' cannot be filtered"
done
for endpoint in /ServiceProviderConfig /ResourceTypes /Schemas; do
  is "$endpoint counts in any case" "$(ask .status GET "${endpoint,,}")" 200
  for method in POST PUT PATCH DELETE; do
    is "$method $endpoint is not allowed" \
      "$(ask '[.status, .headers.Allow]' $method "$endpoint" '{}')" \
      '[405,"GET"]'
  done
  is "$endpoint is shown to nobody with a wrong token" \
    "$(ask .status GET "$endpoint" "" '{"authorization":"Bearer no"}')" 401
done
is "pages and sorts are ignored" "$(ask .body.totalResults GET \
  '/Schemas?startIndex=2&count=1&sortBy=id')" 3

# ---- Who has no token (findings/protocol.md S1, RFC 7643 section 5)

# stranger FILTER METHOD TARGET [AUTHORIZATION [OPTIONS]]
stranger() {
  ask "$1" "$2" "$3" "" "{\"authorization\":${4:-\"\"},
    \"base_url\":\"https://h/{tenant}\"${5:-}}"
}
tenant '{"page_max":50,"advertise_pagination":false}'
is "who has no token is shown the configuration (S1)" \
  "$(stranger '[.status, .body.authenticationSchemes[0].type]' GET \
     /ServiceProviderConfig)" '[200,"oauthbearertoken"]'
is "in the same form as who has one" "$(
  stranger '.body | keys' GET /ServiceProviderConfig)" "$(
  tenant '{}'; config '.body | keys')"
is "but with the numbers of nobody" "$(tenant '{"page_max":50}'
  stranger .body.filter.maxResults GET /ServiceProviderConfig) $(
  config .body.filter.maxResults)" "1000 50"
tenant '{}'
for header in null '""' '"Basic x"' '"x"'; do
  is "the header $header is no token" \
    "$(stranger .status GET /ServiceProviderConfig "$header")" 200
done
is "a wrong token is wrong" \
  "$(stranger .status GET /ServiceProviderConfig '"Bearer x"') $(
  stranger .status GET /ServiceProviderConfig '"Bearer"')" "401 400"
is "HEAD, a slash, another case and a query are the same" "$(
  stranger .status HEAD /ServiceProviderConfig
  stranger .status GET /ServiceProviderConfig/
  stranger .status GET //serviceproviderconfig
  stranger .status GET '/ServiceProviderConfig?filter=x')" "200
200
200
200"
for request in 'GET /ServiceProviderConfig/x' 'GET /ResourceTypes' \
  'GET /Schemas' 'GET /Users' 'GET /' 'GET /Me' 'GET /nowhere' \
  'POST /ServiceProviderConfig' 'PUT /ServiceProviderConfig' \
  'DELETE /ServiceProviderConfig' 'get /ServiceProviderConfig' \
  'GET /ServiceProviderConfig/.search' 'POST /ServiceProviderConfig/.search'; do
  is "$request needs a token" "$(stranger .status $request)" 401
done
is "a URL tells nobody who is a customer" "$(
  stranger '.status, .body.meta.location' GET /ServiceProviderConfig '""' \
    ',"tenant_path":"default"'
  stranger '.status, .body.meta.location' GET /ServiceProviderConfig '""' \
    ',"tenant_path":"no%20body"')" "200
https://h/default/ServiceProviderConfig
200
https://h/no%20body/ServiceProviderConfig"
is "nor whose directory is switched off" "$(
  sql "UPDATE scim_tenant SET enabled = 0 WHERE name = 'default'"
  stranger .status GET /ServiceProviderConfig '""' ',"tenant_path":"default"'
  sql "UPDATE scim_tenant SET enabled = 1 WHERE name = 'default'")" 200
is "nothing of it is logged" \
  "$(sql "SELECT count(*) FROM scim_log WHERE target LIKE '%ervice%' AND
            method IN ('GET', 'HEAD')")" 0
is "an option that is wrong is, to everybody" "$(stranger .status GET \
  /ServiceProviderConfig '""' ',"dryrun":true')" 400
is "and no statement is run for a stranger, which would cost something" "$(
  for target in /ServiceProviderConfig /Schemas; do
    fresh "SELECT scim_apply('GET', '$target', NULL,
      '{\"authorization\":\"\"}') ->> 'status';
      SELECT count(*) > 0 FROM scim_stmt"
  done | xargs)" "200 0 401 1"

# ---- Definitions are served whole (M14, RFC 7643 sections 6 and 7)

meta="$core:ServiceProviderConfig $core:ResourceType $core:Schema"
for urn in $meta; do
  is "/Schemas/$urn is there (M14)" \
    "$(schemas "/$urn" '[.status, .body.id, .body.schemas[0],
       .body.meta.location] | join(" ")')" \
    "200 $urn $core:Schema https://h/v2/Schemas/$urn"
  is "in any case" "$(schemas "/${urn,,}" .body.id)" "$urn"
done
is "every URN that a resource has is that of a schema" "$(
  for urn in $({ config .body; types /User .body; schemas "/$core:User" .body
    } | jq -r '.schemas[]'); do schemas "/$urn" .status; done | xargs)" \
  "200 200 200"
# undefined URN DOCUMENT: paths of the document that its schema has not.
undefined() {
  jq -rc --argjson schema "$(schemas "/$1" .body)" '
    [$schema.attributes[] | (.name, "\(.name).\(.subAttributes[]?.name)",
      "\(.name).subAttributes.\(.subAttributes[]?.subAttributes[]?.name)")] as
    $known | [del(.meta, .schemas) | paths | map(strings) | join(".") |
    select(IN($known[]) | not)] | unique | map(select(. != "")) | join(" ")' \
    <<<"$2"
}
is "and has all that they have" "$({
  undefined $core:ServiceProviderConfig "$(config .body)"
  undefined $core:ResourceType "$(types /User .body)"
  undefined $core:Schema "$(schemas "/$core:User" .body)"
  undefined $core:Schema "$(schemas "/$core:Schema" .body)"
} | sed 's/attributes\.subAttributes\.subAttributes[^ ]*//g' | xargs)" ""

room=urn:example:scim:Room
sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"$room\",
  \"name\":\"Room\",\"attributes\":[{\"name\":\"no\"},
    {\"name\":\"key\",\"type\":\"BINARY\",\"caseExact\":false,
     \"Mutability\":\"readwrite\",\"description\":null},
    {\"name\":\"map\",\"type\":\"reference\",\"uniqueness\":\"server\",
     \"canonicalValues\":[\"x\"]},
    {\"name\":\"pin\",\"mutability\":\"writeOnly\",\"returned\":\"never\",
     \"uniqueness\":\"server\"},
    {\"name\":\"door\",\"type\":\"complex\",\"uniqueness\":\"global\",
     \"multiValued\":true,\"subAttributes\":[{\"name\":\"lock\"}]}]}'),
  ('{\"id\":\"$room:Extra/1\",\"attributes\":[]}')"
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"id\":\"room-type\",
  \"name\":\"Room\",\"endpoint\":\"/Rooms\",\"schema\":\"${room,,}\",
  \"schemaExtensions\":[{\"schema\":\"$room:Extra/1\"}]}'),
  ('{\"name\":\"Meeting Room\",\"endpoint\":\"/Meetings\",
  \"schema\":\"$room\"}')"
whole='[.. | objects | select(has("name") and has("type")) |
  [has("multiValued", "description", "required", "caseExact", "mutability",
   "returned", "uniqueness") | not] | any | select(.)] | length'
is "of every attribute every characteristic is shown (M14)" "$(
  schemas "/$room" ".body.attributes | $whole"
  schemas '' ".body.Resources | $whole"
  for urn in $meta; do schemas "/$urn" ".body.attributes | $whole"; done)" "0
0
0
0
0"
is "with the defaults of RFC 7643 section 2.2" \
  "$(schemas "/$room" '.body.attributes[0] | tojson')" '{"name":"no",'\
'"type":"string","multiValued":false,"description":"","required":false,'\
'"caseExact":false,"mutability":"readWrite","returned":"default",'\
'"uniqueness":"none"}'
is "sub-attributes too" \
  "$(schemas "/$room" '.body.attributes[4].subAttributes[0].mutability')" \
  readWrite
is "what is compared exactly is shown so, in the words of the RFC" \
  "$(schemas "/$room" '.body.attributes[1:3][] | [.name, .type, .caseExact,
     .mutability, .description, .canonicalValues]')" \
  '["key","binary",true,"readWrite","",null]
["map","reference",true,"readWrite","",["x"]]'
is "and so it is compared" "$(
  apply POST /Rooms '{"key":"YWJj","map":"urn:a:b"}' '{"id":"r"}' >/dev/null
  for filter in 'key eq "ywjj"' 'map eq "URN:A:B"' 'key eq "YWJj"'; do
    ask .body.totalResults GET "/Rooms?filter=${filter// /%20}"; done | xargs)" \
  "0 0 1"
is "uniqueness is what is enforced: not of what is never kept, or complex" \
  "$(schemas "/$room" '[.body.attributes[] | .uniqueness] | join(" ")')" \
  "none none server none none"
is "a type without a word of extensions has none" \
  "$(types '/Meeting%20Room' '.body | [.schemaExtensions, .id, .description,
     .schemas[0]]')" "[[],\"Meeting Room\",\"\",\"$core:ResourceType\"]"
is "an extension is shown with required" "$(types /Room .body.schemaExtensions)" \
  "[{\"schema\":\"$room:Extra/1\",\"required\":false}]"
is "a type is found by its id, and by its name (M14)" \
  "$(for id in room-type ROOM-TYPE Room room; do
    types "/$id" '[.status, .body.id] | join(" ")'; done | uniq -c | xargs)" \
  "4 200 room-type"
is "and says under which URN its schema is" "$(types /Room .body.schema)" "$room"
# found: where the locations of all that is listed lead.
found() {
  local location
  for location in $(ask '.body.Resources[].meta.location' GET "$1"); do
    ask "[.status, .body.meta.location == \"$location\"] | join(\" \")" GET \
      "$location"
  done | sort | uniq -c | xargs
}
is "every location leads where it says" "$(found /Schemas) $(found /ResourceTypes)" \
  "5 200 true 4 200 true"

# ---- Uniqueness of the tenant that asks (N14)

sql "INSERT OR IGNORE INTO scim_index (type, attribute) VALUES ('Group', 'displayName'),
  ('User', '$enterprise:employeeNumber'), ('User', 'emails.value'),
  ('Room', 'no')"
unique() { # unique TENANT: what is unique, of all schemas
  ask '[.body.Resources[] | .attributes[] | (., .subAttributes[]?) |
    select(.mutability != "readOnly" and .uniqueness != "none") | .name] |
    sort | join(" ")' GET /Schemas "" "{\"tenant\":\"$1\"}"
}
tenant '{"unique_attributes":["Group.displayName","user.EMAILS.value",
  "User.'$enterprise':employeeNumber","Room.no"]}'
is "what a tenant's settings make unique is shown (N14)" "$(unique default)" \
  "displayName employeeNumber map no userName value"
is "to this tenant only" "$(unique acme)" "map userName"
is "and of the type that they name" "$(schemas "/$core:User" \
  '.body.attributes[] | select(.name == "displayName") | .uniqueness')" none
is "also where one schema is asked for" "$(schemas "/$core:Group" \
  '.body.attributes[] | select(.name == "displayName") | .uniqueness')" server
is "it is enforced" "$(apply POST /Groups '{"displayName":"one"}' >/dev/null
  ask "$status" POST /Groups '{"displayName":"ONE"}')" "409 uniqueness"
is "without the index neither is it enforced nor shown" "$(
  sql "DELETE FROM scim_index WHERE type = 'Group'"
  ask "$status" POST /Groups '{"displayName":"One"}'
  unique default)" "201
employeeNumber map no userName value"
tenant '{}'

is "the configuration has nothing below it" \
  "$(ask '.status, .body.detail' GET /ServiceProviderConfig/x)" "404
there is no 'x' here"
finish
