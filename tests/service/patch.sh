#!/bin/bash
# PATCH, PUT and POST of complex values, from end to end (RFC 7644 sections
# 3.3, 3.5.1 and 3.5.2): what an empty object says, lists within complex values,
# and references, which may be given by their "value" or by their "$ref".
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User

# operations "<operation>, …": the body of a PATCH.
operations() {
  printf '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[%s]}' "$1"
}
# patch '<jq filter>' TARGET "<operations>"
patch() { ask "$1" PATCH "$2" "$(operations "$3")"; }

# with_presets FUNCTION: runs it by default and with preset "rfc", but for the
# spellings that the preset refuses (settings.sh).
with_presets() {
  for settings in '{}' \
    '{"preset":"rfc","loose_names":"accept","remove_values":"accept"}'; do
    tenant "$settings"
    "$1" "$settings"
  done
  tenant '{}'
}

# ---- An object of which nothing is said (M11, O2, O4 of the findings)

user nora '"name":{"givenName":"Nora","familyName":"Lie"},
  "emails":[{"value":"n@x.no","type":"work"}]'
name='[.status, .body.name.givenName, .body.name.familyName] | join(" ")'
empty_objects() {
  for action in add replace; do
    is "$action of {} leaves a name as it is ($1)" "$(patch "$name" /Users/nora \
      '{"op":"'$action'","path":"name","value":{}}')" "200 Nora Lie"
    is "and does without a path ($1)" "$(patch "$name" /Users/nora \
      '{"op":"'$action'","value":{"name":{}}}')" "200 Nora Lie"
  done
  is "{} does not empty a list ($1)" \
    "$(patch '[.status, .body.scimType, .body.detail] | join(" ")' /Users/nora \
    '{"op":"replace","path":"emails","value":[{}]}')" \
    "400 invalidValue the value of 'emails' has nothing to replace its values with"
  is "and is no text ($1)" \
    "$(patch '[.status, .body.scimType, .body.detail] | join(" ")' /Users/nora \
    '{"op":"replace","path":"title","value":{}}')" \
    "400 invalidValue the value of 'title' must be a string"
}
with_presets empty_objects
is "an empty list does" "$(patch '[.status, .body.emails] | tostring' \
  /Users/nora '{"op":"replace","path":"emails","value":[]}')" "[200,null]"
is "a PUT may leave a name empty" "$(ask '[.status, .body.name] | tostring' PUT \
  /Users/nora '{"userName":"nora","name":{}}')" "[200,null]"

# ---- Lists within complex values (O3)

lid=urn:example:Lid
words='{"name":"label","type":"string"},
  {"name":"words","type":"string","multiValued":true}'
define '{"id":"urn:example:Crate","name":"Crate","attributes":[
  {"name":"box","type":"complex","subAttributes":['"$words"']},
  {"name":"parts","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","type":"string"},'"$words"']}]}'
define '{"id":"'$lid'","name":"Lid","attributes":[
  {"name":"cover","type":"complex","subAttributes":['"$words"']}]}'
sql "INSERT INTO scim_resource_type (definition) VALUES ($(literal \
  '{"name":"Crate","endpoint":"/Crates","schema":"urn:example:Crate",
    "schemaExtensions":[{"schema":"'$lid'","required":false}]}'))"
content='{"schemas":["urn:example:Crate","'$lid'"],"box":{"words":["a","b"]},
  "parts":[{"value":"p","words":["a"]}],"'$lid'":{"cover":{"words":["a"]}}}'
ask .status POST /Crates "$content" '{"id":"c"}' >/dev/null
crate='[.status, (.body.box.words // [] | join(",")),
  (.body.parts[0].words // [] | join(",")),
  (.body["'$lid'"].cover.words | join(","))] | join(" ")'
lists() {
  is "PUT replaces lists within complex values ($1)" \
    "$(ask "$crate" PUT /Crates/c "$content")" "200 a,b a a"
  is "add appends, by a path ($1)" "$(patch "$crate" /Crates/c \
    '{"op":"add","path":"box.words","value":["c","a"]}')" "200 a,b,c a a"
  is "through the parent ($1)" "$(patch "$crate" /Crates/c \
    '{"op":"add","path":"box","value":{"words":["d"]}}')" "200 a,b,c,d a a"
  is "through an element ($1)" "$(patch "$crate" /Crates/c \
    '{"op":"add","path":"parts[value eq \"p\"].words","value":["b"]}')" \
    "200 a,b,c,d a,b a"
  is "and through an extension ($1)" "$(patch "$crate" /Crates/c \
    '{"op":"add","path":"'$lid'","value":{"cover":{"words":["b"]}}}')" \
    "200 a,b,c,d a,b a,b"
  is "remove with values takes those ($1)" "$(patch "$crate" /Crates/c \
    '{"op":"remove","path":"box.words","value":["b","z"]},
     {"op":"remove","path":"parts[value eq \"p\"].words","value":["a"]},
     {"op":"remove","path":"'$lid':cover.words","value":["z"]}')" \
    "200 a,c,d b a,b"
  is "remove without values takes all ($1)" "$(patch "$crate" /Crates/c \
    '{"op":"remove","path":"box.words"}')" "200  b a,b"
}
with_presets lists

# ---- References by value and by $ref (I1, M12)

base='{"base_url":"https://x.test/scim/v2"}'
for name in boss other mia; do user "$name"; done
manager='[.status, .body.scimType, .body["'$enterprise'"].manager.value,
  .body["'$enterprise'"].manager["$ref"]] | map(. // "-") | join(" ")'
error='[.status, .body.scimType, .body.detail] | join(" ")'
# managed '<jq filter>' OPERATION: PATCH of Mia, whose manager is the boss.
managed() {
  ask .status PUT /Users/mia '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",
    "'$enterprise'"],"userName":"mia","'$enterprise'":{"manager":{"value":"boss"}}}' >/dev/null
  ask "$1" PATCH /Users/mia "$(operations "$2")" "$base"
}
cleared() {
  is "a manager is shown with both ($1)" "$(managed "$manager" \
    '{"op":"replace","path":"title","value":"t"}')" \
    "200 - boss https://x.test/scim/v2/Users/boss"
  for operation in \
    '"op":"replace","path":"'$enterprise':manager","value":{"value":""}' \
    '"op":"replace","path":"'$enterprise':manager","value":{"value":null}' \
    '"op":"replace","path":"'$enterprise':manager.value","value":""' \
    '"op":"remove","path":"'$enterprise':manager.value"' \
    '"op":"replace","value":{"'$enterprise'":{"manager":{"value":""}}}' \
    '"op":"replace","value":{"'$enterprise':manager":{"value":null}}' \
    '"op":"replace","path":"'$enterprise':manager","value":{"value":"",'`
    `'"$ref":"https://x.test/scim/v2/Users/boss"}'; do
    is "no manager after $operation ($1)" \
      "$(managed "$manager" "{$operation}")" "200 - - -"
  done
  is "no filter finds one ($1)" "$(ask .body.totalResults GET \
    "/Users?filter=$enterprise:manager%20pr")" 0
}
with_presets cleared

referred() {
  for uri in https://x.test/scim/v2/Users/other ../Users/other /Users/other \
    http://inside:8080/v2/users/other; do
    is "$uri names a manager ($1)" "$(managed "$manager" '{"op":"replace",
      "path":"'$enterprise':manager","value":{"$ref":"'$uri'"}}')" \
      "200 - other https://x.test/scim/v2/Users/other"
  done
  is "so does the path of \$ref ($1)" "$(managed "$manager" '{"op":"replace",
    "path":"'$enterprise':manager.$ref","value":"../Users/other"}')" \
    "200 - other https://x.test/scim/v2/Users/other"
  is "and a name ($1)" "$(managed "$manager" '{"op":"add","value":
    {"'$enterprise':manager.$ref":"../Users/other"}}')" \
    "200 - other https://x.test/scim/v2/Users/other"
  is "a group does not ($1)" "$(managed "$error" '{"op":"replace",
    "path":"'$enterprise':manager","value":{"$ref":"../Groups/other"}}')" \
    "400 invalidValue '$enterprise:manager.\$ref' must be the URI of a User"
  is "what is refused changes nothing ($1)" \
    "$(ask "$manager" GET /Users/mia '' "$base")" \
    "200 - boss https://x.test/scim/v2/Users/boss"
  is "PUT reads a \$ref ($1)" "$(ask "$manager" PUT /Users/mia \
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","'$enterprise'"],
      "userName":"mia",
      "'$enterprise'":{"manager":{"$ref":"../Users/other"}}}' "$base")" \
    "200 - other https://x.test/scim/v2/Users/other"
  is "and the column of scim_user follows ($1)" \
    "$(sql "SELECT manager FROM scim_user WHERE id = 'mia'")" other
}
with_presets referred
# replaced MANAGER: the same by PUT.
replaced() {
  managed .status '{"op":"replace","path":"title","value":"t"}' >/dev/null
  ask "$manager" PUT /Users/mia '{"schemas":[
    "urn:ietf:params:scim:schemas:core:2.0:User","'$enterprise'"],
    "userName":"mia","'$enterprise'":{"manager":'"$1"'}}' "$base"
}
for named in '{"displayName":"Bo"}' '{"managerId":"boss"}' '{"display":"Bo"}' \
  '[{"displayName":"Bo"}]'; do
  is "PUT of a manager as $named keeps the one who is there" \
    "$(replaced "$named")" "200 - boss https://x.test/scim/v2/Users/boss"
  is "and so does PATCH" "$(managed "$manager" '{"op":"replace",
    "path":"'$enterprise':manager","value":'"$named"'}')" \
    "200 - boss https://x.test/scim/v2/Users/boss"
done
for none in '{}' null '{"value":null}' '{"value":""}' '[]'; do
  is "PUT of a manager as $none takes him away" "$(replaced "$none")" \
    "200 - - -"
done
is "POST reads a \$ref" "$(ask "$manager" POST /Users '{"userName":"new",
  "'$enterprise'":{"manager":{"$ref":"../Users/other"}}}' "$base")" \
  "201 - other https://x.test/scim/v2/Users/other"

# ---- What is not said to be primary (findings/protocol.md M8)

user moa '"emails":[{"value":"a","primary":true},{"value":"b"}]'
is "M8: a path finds the element without primary as the one with false" \
  "$(patch .body.emails /Users/moa \
     '{"op":"replace","path":"emails[primary eq false].display",
       "value":"sec"}')" \
  '[{"value":"a","primary":true},{"value":"b","display":"sec"}]'
is "M8: and removes it" "$(patch .body.emails /Users/moa \
     '{"op":"remove","path":"emails[primary eq false]"}')" \
  '[{"value":"a","primary":true}]'

# ---- Members by $ref

members='[.status, (.body.members // [] | sort_by(.value)
  | .[] | .value + ":" + .type)] | join(" ")'
group='"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"g"'
ask .status POST /Groups "{$group}" '{"id":"team"}' >/dev/null
# grouped '<jq filter>' OPERATION: PATCH of a group of two.
grouped() {
  ask .status PUT /Groups/g "{$group,
    \"members\":[{\"value\":\"boss\"},{\"value\":\"mia\"}]}" >/dev/null
  patch "$1" /Groups/g "$2"
}
none="400 invalidValue each of 'members' must have a value, or a \$ref that names a resource"
ask .status POST /Groups "{$group}" '{"id":"g"}' >/dev/null
membered() {
  is "add of a member by \$ref ($1)" "$(grouped "$members" '{"op":"add",
    "path":"members","value":[{"$ref":"https://x.test/scim/v2/Users/other"}]}')" \
    "200 boss:User mia:User other:User"
  is "replace of members by \$ref ($1)" "$(grouped "$members" '{"op":"replace",
    "path":"members","value":[{"$ref":"../Users/other"},{"$ref":"Groups/team"}]}')" \
    "200 other:User team:Group"
  is "and without a path ($1)" "$(grouped "$members" '{"op":"replace",
    "value":{"members":[{"$ref":"/Users/other"}]}}')" "200 other:User"
  is "remove of a member by \$ref ($1)" "$(grouped "$members" '{"op":"remove",
    "path":"members","value":[{"$ref":"../Users/boss"}]}')" "200 mia:User"
  is "a member that does not exist yet has the type of its URI ($1)" \
    "$(grouped "$members" '{"op":"replace","path":"members",
    "value":[{"$ref":"../Groups/later"}]}')" "200 later:Group"
  is "a URI that names nothing here is no member ($1)" \
    "$(grouped "$error" '{"op":"replace","path":"members",
    "value":[{"$ref":"https://x.test/people/a"}]}')" \
    "400 invalidValue 'members.\$ref' must be the URI of a resource"
  for value in '[{"display":"Ann"}]' '[{}]' '[null]' '{}' '[{"value":""}]' \
    '[{"value":"boss"},{"$ref":null}]'; do
    for action in add replace; do
      is "$action of members $value ($1)" "$(grouped "$error" \
        '{"op":"'$action'","path":"members","value":'"$value"'}')" "$none"
    done
    local why=$none
    [ "$value" != '{}' ] || [ "$1" = '{}' ] ||
      why="400 invalidValue the value of 'members' must be a list"
    is "PUT of members $value ($1)" "$(ask "$error" PUT /Groups/g \
      "{$group,\"members\":$value}")" "$why"
    is "POST of members $value ($1)" "$(ask "$error" POST /Groups \
      "{$group,\"members\":$value}")" "$why"
  done
  is "nobody was lost ($1)" "$(ask "$members" GET /Groups/g)" \
    "200 boss:User mia:User"
  is "PUT of members by \$ref ($1)" "$(ask "$members" PUT /Groups/g \
    "{$group,\"members\":[{\"\$ref\":\"../Users/other\"}]}")" "200 other:User"
  is "POST of members by \$ref ($1)" "$(ask "$members" POST /Groups \
    "{$group,\"members\":[{\"\$ref\":\"../Users/other\"}]}")" "201 other:User"
}
with_presets membered
is "members by \$ref in a bulk request" \
  "$(ask '[.body.Operations[] | .status] | join(" ")' POST /Bulk '{"Operations":[
  {"method":"PATCH","path":"/Groups/g","data":{"Operations":[{"op":"add",
    "path":"members","value":[{"$ref":"../Users/boss"}]}]}},
  {"method":"PUT","path":"/Groups/team","data":{'"$group"',
    "members":[{"$ref":"../Users/mia"}]}},
  {"method":"PATCH","path":"/Groups/team","data":{"Operations":[{"op":"replace",
    "path":"members","value":[{"$ref":"/Users/bulkId:x"}]}]}}]}')" "200 200 400"
is "are added" "$(ask "$members" GET /Groups/g)" "200 boss:User other:User"
is "or replaced, or none is lost" "$(ask "$members" GET /Groups/team)" \
  "200 mia:User"

# ---- What is required and what is immutable (M2, M3, M4, M15)

part=urn:example:Part rack=urn:example:Rack
define '{"id":"'$rack'","name":"Rack","attributes":[
  {"name":"label","type":"string","required":true},
  {"name":"slots","type":"complex","multiValued":true,"required":true,
   "subAttributes":[{"name":"value","type":"string","required":true},
     {"name":"key","type":"string","mutability":"immutable"}]},
  {"name":"plate","type":"complex","subAttributes":[
     {"name":"number","type":"string","mutability":"immutable"},
     {"name":"note","type":"string"}]}]}'
define '{"id":"'$part'","name":"Part","attributes":[
  {"name":"serial","type":"string","mutability":"immutable"},
  {"name":"note","type":"string"}]}'
define '{"id":"'$part'2","name":"Part2","attributes":[
  {"name":"note","type":"string"}]}'
sql "INSERT INTO scim_resource_type (definition) VALUES ($(literal \
  '{"name":"Rack","endpoint":"/Racks","schema":"'$rack'","schemaExtensions":[
    {"schema":"'$part'","required":false},
    {"schema":"'$part'2","required":true}]}'))"
ask .status POST /Racks '{"schemas":["'$rack'","'$part'","'$part'2"],
  "label":"l","slots":[{"value":"a","key":"k"}],"plate":{"number":"1",
  "note":"n"},"'$part'":{"serial":"s"},"'$part'2":{"note":"n"}}' \
  '{"id":"r"}' >/dev/null
held() {
  local whole kind
  whole=$(ask .body GET /Racks/r)
  for operation in '"path":"label"' '"path":"slots"' \
    '"path":"slots[value eq \"a\"]"' '"path":"slots[value eq \"a\"].value"' \
    '"path":"slots.value"' '"path":"slots.key"' '"path":"plate"' \
    '"path":"plate.number"' '"path":"'$part'"' '"path":"'$part':serial"' \
    '"path":"'$part'2"' '"path":"'$part'2:note"' '"path":"'$rack'"' \
    '"path":"schemas"'; do
    kind=$(patch "$status" /Racks/r '{"op":"remove",'"$operation"'}')
    is "remove of $operation is refused ($1)" "$kind" "400 mutability"
  done
  for operation in '"path":"slots","value":[]' '"path":"slots","value":null' \
    '"path":"plate","value":null' '"path":"plate","value":{"number":"2"}' \
    '"path":"slots[value eq \"a\"]","value":{"value":"a","key":"other"}' \
    '"path":"'$part'","value":null' '"value":{"'$part'":null}' \
    '"value":{"plate":{"number":null}}' '"path":"schemas","value":["urn:x"]'; do
    kind=$(patch "$status" /Racks/r '{"op":"replace",'"$operation"'}')
    is "replace of $operation is refused ($1)" "$kind" "400 mutability"
  done
  is "taken away and given back at once, too ($1)" "$(patch "$status" /Racks/r \
    '{"op":"remove","path":"plate"},
     {"op":"add","path":"plate","value":{"number":"2"}}')" "400 mutability"
  is "all of it is still there ($1)" "$(ask .body GET /Racks/r)" "$whole"
}
with_presets held
is "remove of a value of a member is refused" \
  "$(patch "$status" /Groups/g '{"op":"remove","path":"members.value"}')" \
  "400 mutability"
is "what the RFC calls a filter is invalidFilter (M9)" "$(
  for path in 'emails[primary gt true].value' 'emails[].value' \
    'x509Certificates[value gt \"a\"]' 'emails[type regex \"x\"].value' \
    'emails[type eq \"x\" and].value' 'emails[type eq \"x\"'; do
    patch "$status" /Users/nora \
      '{"op":"replace","path":"'"$path"'","value":"x"}'
  done | uniq -c | sed 's/^ *//')" "5 400 invalidFilter
1 400 invalidPath"

# ---- The URN of the type's own schema (N19)

own=urn:ietf:params:scim:schemas:core:2.0:User
is "a PATCH may have it as a container" "$(patch '[.status, .body.title] |
  join(" ")' /Users/nora '{"op":"add","value":{"'$own'":{"title":"T"}}}')" \
  "200 T"
is "or for a path" "$(patch '[.status, .body.title] | join(" ")' /Users/nora \
  '{"op":"replace","path":"'$own'","value":{"title":"U"}}')" "200 U"
is "attributes may name it" "$(ask '.body | keys | join(" ")' GET \
  "/Users/nora?attributes=$own")" "active id schemas title userName"

# ---- A URN that looks as if it had a filter

seat='urn:x:seat[1]'
sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"$seat\",
    \"name\":\"Seat\",\"attributes\":[{\"name\":\"row\"},
    {\"name\":\"tags\",\"type\":\"complex\",\"multiValued\":true,
     \"subAttributes\":[{\"name\":\"value\"}]}]}');
  UPDATE scim_resource_type
     SET definition = json_insert(definition, '\$.schemaExtensions[#]',
         json('{\"schema\":\"$seat\",\"required\":false}'))
   WHERE name = 'User'"
seated() { # seated OPERATION: the status, and what the extension has then
  patch "[.status, (.body.\"$seat\" | [.row, .tags[]?.value] | join(\",\"))] |
    join(\" \")" /Users/nora "$1"
}
is "it is a container" "$(seated '{"op":"add","value":{"'$seat'":
  {"row":"A","tags":[{"value":"x"},{"value":"y"}]}}}')" "200 A,x,y"
is "and a path" "$(seated '{"op":"replace","path":"'$seat'","value":
  {"row":"B"}}')" "200 B,x,y"
is "what is behind it has a name" \
  "$(seated '{"op":"replace","path":"'$seat':row","value":"C"}')" "200 C,x,y"
is "or a filter" \
  "$(seated '{"op":"remove","path":"'$seat':tags[value eq \"x\"]"}')" "200 C,y"

tenant '{"dangling_references":"reject"}'
is "a tenant may want members to exist" "$(grouped "$error" '{"op":"add",
  "path":"members","value":[{"value":"nobody"},{"$ref":"../Users/nowhere"}]}')" \
  "400 invalidValue 'members' names resources that do not exist: nobody, nowhere"

finish
