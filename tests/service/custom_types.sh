#!/bin/bash
# Schemas and resource types that are rows (RFC 7643 sections 2, 6 and 7):
# an extension of User, a type of its own with every kind of attribute, what is
# refused, and what happens to data when a definition is replaced.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

core=urn:ietf:params:scim:schemas:core:2.0
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"

# ---- An extension of User

badge=urn:example:Badge
define '{"id":"'$badge'","name":"Badge","description":"Doors.","attributes":[
  {"name":"number","type":"integer","required":true,"uniqueness":"server"},
  {"name":"doors","type":"string","multiValued":true}]}'
extend() {
  sql "UPDATE scim_resource_type
          SET definition = json_set(definition, '\$.schemaExtensions',
              json('[{\"schema\":\"$badge\",\"required\":$1}]'))
        WHERE name = 'User'"
}
extend false
is "an optional extension may be left out" \
  "$(ask "$status" POST /Users '{"userName":"without"}' '{"id":"without"}')" 201
is "or be there" \
  "$(ask ".status, .body.schemas, .body[\"$badge\"]" POST /Users \
  '{"userName":"ann","'$badge'":{"number":7,"doors":["East","west"]}}' \
  '{"id":"ann"}')" "201
[\"$core:User\",\"$badge\"]
{\"number\":7,\"doors\":[\"East\",\"west\"]}"
is "what it requires is required where it is there" \
  "$(ask "$status" POST /Users \
  '{"userName":"x","'$badge'":{"doors":["n"]}}')" "400 invalidValue"
is "its uniqueness holds" "$(ask "$status" POST /Users \
  '{"userName":"x","'$badge'":{"number":7}}')" "409 uniqueness"
is "a filter names it by its URN" \
  "$(ask "$ids" GET "/Users?filter=$badge:doors%20eq%20%22WEST%22")" ann
is "a PATCH does as well" "$(ask ".body[\"$badge\"].doors" PATCH /Users/ann \
  '{"Operations":[{"op":"add","path":"'$badge':doors","value":["roof"]}]}')" \
  '["East","west","roof"]'
is "the type shows it" \
  "$(ask .body.schemaExtensions GET /ResourceTypes/User)" \
  "[{\"schema\":\"$badge\",\"required\":false}]"
is "and so do the schemas" "$(ask '.body | [.name, .meta.resourceType]' \
  GET "/Schemas/$badge")" '["Badge","Schema"]'
extend true
is "a required extension must be there" \
  "$(ask "$status" POST /Users '{"userName":"y"}')" "400 invalidValue"
is "and is enough" "$(ask "$status" POST /Users \
  '{"userName":"y","'$badge'":{"number":8}}')" 201
extend false

# ---- A type of its own

device=urn:example:Device
device_schema='{"id":"'$device'","name":"Device","attributes":[
  {"name":"serial","type":"string","required":true,"caseExact":true,
   "uniqueness":"global","mutability":"immutable"},
  {"name":"label","type":"string","uniqueness":"server"},
  {"name":"model","type":"string","caseExact":true},
  {"name":"on","type":"boolean"},
  {"name":"weight","type":"decimal"},
  {"name":"ports","type":"integer"},
  {"name":"bought","type":"dateTime"},
  {"name":"key","type":"binary"},
  {"name":"manual","type":"reference","referenceTypes":["external"]},
  {"name":"pin","type":"string","mutability":"writeOnly","returned":"never"},
  {"name":"mark","type":"string","returned":"always"},
  {"name":"note","type":"string","returned":"request"},
  {"name":"secret","type":"string","returned":"never"},
  {"name":"owner","type":"complex","subAttributes":[
    {"name":"value","type":"string","caseExact":true},
    {"name":"$ref","type":"reference","referenceTypes":["User"]},
    {"name":"since","type":"dateTime"}]},
  {"name":"disks","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","type":"string"},
    {"name":"size","type":"integer","required":true},
    {"name":"primary","type":"boolean"}]}]}'
define "$device_schema"
add_type '{"name":"Device","endpoint":"/Devices","schema":"'$device'"}'
sql "INSERT INTO scim_index (type, attribute) VALUES ('Device', 'weight'),
     ('Device', 'bought'), ('Device', 'model'), ('Device', 'disks.size')"
is "a device has values of every type" "$(ask '.status,
  (.body | del(.meta, .schemas))' POST /Devices '{"serial":"A1","label":"One",
    "model":"X","on":true,"weight":1.5,"ports":4,
    "bought":"2026-11-21T10:30:00+01:00","key":"YWJj",
    "manual":"https://example.com/m","pin":"1234","mark":"m","note":"n",
    "secret":"s","owner":{"value":"ann","since":"2026-01-01T00:00:00Z"},
    "disks":[{"value":"a","size":1,"primary":true},{"value":"b","size":2}]}' \
  '{"id":"one","base_url":"https://h"}')" '201
{"id":"one","serial":"A1","label":"One","model":"X","on":true,"weight":1.5,'\
'"ports":4,"bought":"2026-11-21T10:30:00+01:00","key":"YWJj",'\
'"manual":"https://example.com/m","mark":"m","note":"n","owner":{"value":"ann",'\
'"$ref":"https://h/Users/ann","since":"2026-01-01T00:00:00Z"},'\
'"disks":[{"value":"a","size":1,"primary":true},{"value":"b","size":2}]}'
post() { ask "$status" POST /Devices "{\"serial\":\"$1\"${2:+,$2}}" "${3:-}"; }
for wrong in '"on":"maybe"' '"weight":"heavy"' '"weight":1e400' '"ports":1.5' '"ports":true' \
  '"bought":"yesterday"' '"key":"no base64!"' '"label":{"a":1}' \
  '"disks":[{"value":"without size"}]' '"owner":5' '"manual":7'; do
  is "$wrong is refused" "$(post wrong "$wrong")" "400 invalidValue"
done
is "what is required must be there" "$(ask "$status" POST /Devices '{}')" \
  "400 invalidValue"
is "a whole number may be written as 4.0" "$(post A4 '"ports":4.0')" 201
is "two primaries are refused" "$(post wrong '"disks":[
  {"size":1,"primary":true},{"size":2,"primary":true}]')" "400 invalidValue"

# ---- Uniqueness and case

is "uniqueness server: a label is taken, whatever its case" \
  "$(post B1 '"label":"ONE"')" "409 uniqueness"
is "but not in another tenant" \
  "$(post C1 '"label":"one"' '{"tenant":"acme","id":"c1"}')" 201
is "uniqueness global: a serial is taken in every tenant" \
  "$(post A1 '' '{"tenant":"acme"}')" "409 uniqueness"
is "and free again after a delete" "$(ask .status DELETE /Devices/c1 "" \
  '{"tenant":"acme"}'; post C1)" "204
201"
is "caseExact: another case is another serial" "$(post a1)" 201
find() {
  ask '[.body.Resources[].serial] | join(" ")' GET "/Devices?filter=$1"
}
is "caseExact in a filter" \
  "$(find 'model%20eq%20%22X%22')+$(find 'model%20eq%20%22x%22')" "A1+"
is "and not" "$(find 'label%20eq%20%22oNE%22')" A1

# ---- Filters

is "a decimal" "$(find 'weight%20eq%201.5')" A1
is "its order" "$(find 'weight%20gt%201.49')+$(find 'weight%20gt%201.5')" "A1+"
is "an integer within brackets" \
  "$(find 'disks%5Bsize%20ge%202%20and%20value%20eq%20%22b%22%5D')" A1
is "and of one element only" \
  "$(find 'disks%5Bsize%20ge%202%20and%20value%20eq%20%22a%22%5D')" ""
is "a time in another zone" \
  "$(find 'bought%20eq%20%222026-11-21T09:30:00Z%22')" A1
is "a boolean" "$(find 'on%20eq%20true')" A1
is "a reference" "$(find 'manual%20sw%20%22https%22')" A1
is "binary data" "$(find 'key%20eq%20%22YWJj%22')" A1
is "binary data has no order" \
  "$(ask "$status" GET '/Devices?filter=key%20gt%20%22a%22')" \
  "400 invalidFilter"
is "a name with the URN" "$(find "$device:owner.value%20eq%20%22ann%22")" A1
is "what is never returned cannot be searched for" \
  "$(ask "$status" GET '/Devices?filter=pin%20pr')" "400 invalidFilter"
is "nor be sorted by" "$(ask "$status" GET '/Devices?sortBy=pin')" \
  "400 invalidValue"
# The rule goes for the parts of what is never returned, and for a value by which
# a complex attribute is compared.
define '{"id":"urn:example:Safe","name":"Safe","attributes":[{"name":"room"},
  {"name":"lock","type":"complex","returned":"never","subAttributes":[
    {"name":"value"},{"name":"code"}]},
  {"name":"door","type":"complex","subAttributes":[
    {"name":"value","returned":"never"},{"name":"side"}]},
  {"name":"keys","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","returned":"never"},{"name":"owner"}]},
  {"name":"hash","mutability":"writeOnly"}]}'
add_type '{"name":"Safe","endpoint":"/Safes","schema":"urn:example:Safe"}'
ask .status POST /Safes '{"room":"r","lock":{"value":"1","code":"2"},
  "door":{"value":"3","side":"left"},"keys":[{"value":"4","owner":"ann"}]}' \
  >/dev/null
for filter in lock.value lock.code lock 'lock[code' door.value door keys \
  'keys[value' hash; do
  end=; [[ $filter == *'['* ]] && end=']'
  is "$filter cannot be searched for, as it is never returned" \
    "$(ask "$status" POST /Safes/.search "{\"filter\":\"$filter ge \\\"1\\\"$end\"}")" \
    "400 invalidFilter"
done
for path in lock lock.code door door.value keys hash; do
  is "nor sorted by: $path" "$(ask "$status" GET "/Safes?sortBy=$path")" \
    "400 invalidValue"
done
is "what is shown of them can be" "$(ask .body.totalResults GET \
  '/Safes?filter=door.side+pr+and+keys.owner+eq+%22ann%22&sortBy=door.side')" 1
is "a sort" "$(ask '.body.Resources[0].serial' GET \
  '/Devices?sortBy=disks.size')" A1

# ---- Returned and mutability

keys='.body | del(.schemas, .id) | keys_unsorted | join(" ")'
is "returned always is there when other attributes are asked for" \
  "$(ask "$keys" GET '/Devices/one?attributes=label')" "label mark"
is "and when it is excluded" \
  "$(ask '.body.mark' GET '/Devices/one?excludedAttributes=mark')" m
is "returned request is there when asked for" \
  "$(ask "$keys" GET '/Devices/one?attributes=note')" "mark note"
is "returned never is not" \
  "$(ask "$keys" GET '/Devices/one?attributes=secret,pin')" mark
is "what is writeOnly is stored nowhere" "$(sql "SELECT count(*)
  FROM scim_resource WHERE doc LIKE '%1234%'")$(sql "SELECT count(*)
  FROM scim_log WHERE after LIKE '%1234%'")" "00"
change() {
  ask "${2:-$status}" PATCH /Devices/one "{\"Operations\":[$1]}"
}
is "what is immutable cannot be changed" \
  "$(change '{"op":"replace","path":"serial","value":"A2"}')" "400 mutability"
is "nor by a PUT" \
  "$(ask "$status" PUT /Devices/one '{"serial":"A2"}')" "400 mutability"
is "nor taken away" "$(change '{"op":"remove","path":"serial"}')" \
  "400 mutability"
is "the same value is no change" \
  "$(change '{"op":"replace","path":"serial","value":"A1"}')" 200

# ---- Common attributes that a schema lists as its own

define '{"id":"urn:example:Host","name":"Host","attributes":[{"name":"name"},
  {"name":"id","type":"string","uniqueness":"none"},
  {"name":"ExternalId","type":"integer","required":true,"uniqueness":"server"},
  {"name":"schemas","type":"string"},{"name":"meta","type":"complex",
   "subAttributes":[{"name":"created","type":"string"}]}]}'
add_type '{"name":"Host","endpoint":"/Hosts","schema":"urn:example:Host"}'
host() { ask "$status" POST /Hosts "$1" '{"id":"h"}'; }
is "what the schema requires of them is required" "$(host '{"name":"h"}')" \
  "400 invalidValue"
is "but they are what they are for every resource" \
  "$(host '{"externalId":"A"}')" 201
is "an id is always returned" "$(ask '.body | keys_unsorted | join(" ")' GET \
  '/Hosts/h?attributes=name')" "schemas id"
is "each is told once" "$(ask '.body | del(.meta, .schemas) | tostring' GET /Hosts/h
  sql "SELECT a.path FROM scim_resource AS r, scim_attributes(r.doc) AS a
        WHERE r.id = 'h' ORDER BY 1")" '{"id":"h","externalId":"A"}
externalId
id
schemas'
is "and is unique where the schema says so" \
  "$(ask "$status" POST /Hosts '{"externalId":"A"}')" "409 uniqueness"
is "by letter case, as /Schemas has it" "$(ask "$status" POST /Hosts \
  '{"externalId":"a"}')$(ask '.body.attributes[] | select(.name != "meta")
  | [.name, .type, .caseExact, .mutability, .returned, .uniqueness] | join(" ")' \
  GET /Schemas/urn:example:Host)" "201name string false readWrite default none
id string true readOnly always server
ExternalId string true readWrite default server
schemas reference true readWrite always none"

# ---- Members, of which a row has no more than RFC 7643 section 4.2

define '{"id":"urn:example:Team","name":"Team","attributes":[{"name":"members",
  "type":"complex","multiValued":true,"subAttributes":[
    {"name":"value","type":"string","mutability":"immutable"},
    {"name":"display","type":"string"},
    {"name":"role","type":"string","required":true}]}]}'
add_type '{"name":"Team","endpoint":"/Teams","schema":"urn:example:Team"}'
is "what else a schema has of members is not there to be set, as it says" "$(
  ask '[.status, .body.members[0].role] | join(" ")' POST /Teams \
    '{"members":[{"value":"m","role":"lead"}]}' '{"id":"t"}'
  ask "$status" PATCH /Teams/t '{"Operations":[{"op":"replace",
    "path":"members[value eq \"m\"].role","value":"lead"}]}'
  ask '.body.attributes[0].subAttributes[] | [.name, .mutability, .required] |
    join(" ")' GET /Schemas/urn:example:Team)" "201 
400 mutability
value immutable false
display readWrite false
role readOnly false"

# ---- PATCH

is "PATCH replaces a value" \
  "$(change '{"op":"replace","path":"weight","value":2}' .body.weight)" 2
is "the index follows" "$(find 'weight%20eq%202')+$(find 'weight%20eq%201.5')" \
  "A1+"
is "PATCH changes an element" "$(change '{"op":"replace",
  "path":"disks[value eq \"b\"].size","value":9}' \
  '[.body.disks[].size]')" "[1,9]"
is "PATCH removes elements" "$(change '{"op":"remove",
  "path":"disks[size lt 5]"}' '[.body.disks[].value]')" '["b"]'
is "a wrong value is refused" \
  "$(change '{"op":"replace","path":"ports","value":"many"}')" \
  "400 invalidValue"
is "an unknown attribute is refused" \
  "$(change '{"op":"replace","path":"colour","value":"red"}')" \
  "400 invalidPath"

# ---- Discovery

is "the type is discovered" "$(ask '.body | [.schemas[0], .id, .endpoint,
  .meta.resourceType]' GET /ResourceTypes/Device)" \
  "[\"$core:ResourceType\",\"Device\",\"/Devices\",\"ResourceType\"]"
is "and its schema" "$(ask '.body | [.schemas[0], .name,
  (.attributes | length)]' GET "/Schemas/$device")" \
  "[\"$core:Schema\",\"Device\",15]"
is "the root knows it" \
  "$(ask '[.body.Resources[].id] | contains(["one"])' GET /)" true
is "the location is that of the endpoint" "$(ask .body.meta.location GET \
  /Devices/one "" '{"base_url":"https://h"}')" "https://h/Devices/one"

# ---- Refused definitions

# refused SENTENCE DEFINITION PLACE: as a schema.
refused() {
  is "$1 is refused, with the place" \
    "$(define "$2" | grep -cF "$3")" 1
}
attribute() { printf '{"id":"urn:w","attributes":[{"name":"a"},%s]}' "$1"; }
within() {
  attribute '{"name":"c","type":"complex","subAttributes":['"$1"']}'
}
refused "an id that is no URN" '{"id":"w","attributes":[]}' "w, id"
for character in '\"' '\n' '\u0001' '\u001f'; do
  refused "a URN with $character, which no path of SQLite's has" \
    '{"id":"urn:w:a'"$character"'b","attributes":[]}' ", id must be a URN"
done
for character in "'" . ',' '(' ')' '+' '~' '%22' 'é' '\\' ' ' '\u007b' '}' '<' \
  '[' ']' '^' '`' '|' '-' '\u007f'; do
  taken || continue
  is "but $character is all right" "$(sql 'BEGIN' "$(printf '%s' "INSERT INTO
    scim_schema (definition) VALUES ($(literal '{"id":"urn:w:a'"$character"'b",
    "attributes":[]}')); SELECT mistake FROM scim_mistake WHERE
    source = 'scim_schema'; ROLLBACK")")" ""
done
enough 21
for id in 'urn:acme:{x}' 'urn:acme:a<b>|^` c' 'urn:acme:a\\b'; do
  is "what an id of before may have does no harm: $id" "$(sql BEGIN "
    INSERT INTO scim_schema (definition) VALUES ($(literal \
      '{"id":"'"$id"'","attributes":[{"name":"a"}]}'));
    INSERT INTO scim_resource_type (definition) VALUES ($(literal '{"name":"Old",
      "endpoint":"/Olds","schema":"urn:ietf:params:scim:schemas:core:2.0:User",
      "schemaExtensions":[{"schema":"'"$id"'","required":false}]}'));
    SELECT scim_apply('POST', '/Olds', $(literal '{"userName":"x",
      "'"$id"'":{"a":"1"}}'), '{\"id\":\"old\"}') ->> 'status';
    SELECT scim_apply('PUT', '/Olds/old', $(literal '{"userName":"x",
      "'"$id"'":{"a":"2"}}'), NULL) ->> 'status';
    SELECT old, new FROM scim_history WHERE old = '1' AND new = '2';
    ROLLBACK")" "201
200
1|2"
done
refused "a schema without attributes" '{"id":"urn:w"}' "urn:w, attributes"
refused "an attribute that is no object" "$(attribute 5)" "attributes[1]"
refused "an attribute without a name" "$(attribute '{"type":"string"}')" \
  "attributes[1]"
refused "a name with a space" "$(attribute '{"name":"b c"}')" \
  "attributes[1] (b c)"
refused "a name twice" "$(attribute '{"name":"A"}')" "attributes[1] (A)"
refused "an unknown type" "$(attribute '{"name":"b","type":"text"}')" \
  "attributes[1] (b)"
refused "a flag that is no boolean" \
  "$(attribute '{"name":"b","multiValued":"yes"}')" "attributes[1] (b)"
refused "an unknown mutability" \
  "$(attribute '{"name":"b","mutability":"never"}')" "attributes[1] (b)"
refused "an unknown uniqueness" \
  "$(attribute '{"name":"b","uniqueness":"some"}')" "attributes[1] (b)"
refused "a complex attribute without sub-attributes" \
  "$(attribute '{"name":"b","type":"complex"}')" "attributes[1] (b)"
refused "a mistake within a complex attribute" \
  "$(within '{"name":"d","returned":"often"}')" \
  "attributes[1].subAttributes[0] (d)"
refused "a complex attribute within another" "$(within '{"name":"d",
  "type":"complex","subAttributes":[{"name":"e"}]}')" \
  "attributes[1].subAttributes[0] (d)"
for wrong in '[]' '{}' '"urn:w"' null '{"id":null,"attributes":[]}' '{'; do
  is "$wrong is refused as a schema" "$(define "$wrong" | grep -c Error)" 1
  sql "DELETE FROM scim_schema WHERE id IS NULL"
done

# refused_type SENTENCE MEMBERS PLACE: as a resource type.
refused_type() {
  is "$1 is refused, with the place" "$(add_type "{$2}" | grep -cF "$3")" 1
}
refused_type "an unknown schema" \
  '"name":"W","endpoint":"/W","schema":"urn:none"' "W, schema"
refused_type "an unknown extension" '"name":"W","endpoint":"/W",
  "schema":"'$device'","schemaExtensions":[{"schema":"urn:none"}]' \
  "W, schemaExtensions[0]"
refused_type "an extension that is no object" '"name":"W","endpoint":"/W",
  "schema":"'$device'","schemaExtensions":["'$badge'"]' "W, schemaExtensions"
refused_type "an endpoint without a slash" \
  '"name":"W","endpoint":"W","schema":"'$device'"' "W, endpoint"
refused_type "an endpoint of the protocol" \
  '"name":"W","endpoint":"/bulk","schema":"'$device'"' "W, endpoint"
refused_type "an endpoint that is taken" \
  '"name":"W","endpoint":"/Devices","schema":"'$device'"' endpoint
refused_type "one that is taken in another case" \
  '"name":"W","endpoint":"/devices","schema":"'$device'"' endpoint
refused_type "a name that is taken in another case" \
  '"name":"device","endpoint":"/W","schema":"'$device'"' name
for wrong in '[]' '{}' '{"name":null,"endpoint":"/W","schema":"'$device'"}' \
  '{"name":"W","endpoint":null,"schema":"'$device'"}' '{"name":"W"}'; do
  is "$wrong is refused as a type" "$(add_type "$wrong" | grep -c Error)" 1
  sql "DELETE FROM scim_resource_type WHERE name IS NULL OR endpoint IS NULL"
done
is "a schema that is in use cannot be deleted" \
  "$(sql "DELETE FROM scim_schema WHERE id = '$device'" |
     grep -c 'Device, schema')" 1
is "a replacement is checked in the same way" \
  "$(redefine "$device" '{"id":"'$device'","attributes":[{"name":"x y"}]}' |
     grep -cF 'attributes[0] (x y)')" 1
is "a second schema of one id is refused for its id" \
  "$(define "$device_schema" | grep -oE "near .*")" \
  "near '$device, id is that of another schema'"
is "a second type of one name for its name" "$(add_type '{"name":"Device",
  "endpoint":"/Others","schema":"'$device'"}' | grep -oE "near .*")" \
  "near 'Device, name is that of Device'"
is "with the id beside it, a definition is inserted or replaced" "$(
  for title in A B; do
    sql "INSERT INTO scim_schema (id, definition)
         VALUES ('urn:t:upsert', '{\"id\":\"urn:t:upsert\",
                 \"description\":\"$title\",\"attributes\":[]}')
         ON CONFLICT (id) DO UPDATE SET definition = excluded.definition"
    sql "SELECT definition ->> 'description' FROM scim_schema
          WHERE id = 'urn:t:upsert'"
  done)" "A
B"
sql "DELETE FROM scim_schema WHERE id = 'urn:t:upsert'"
is "nothing of all that is left" "$(sql "SELECT count(*) FROM scim_mistake
  WHERE source <> 'scim_index'")" 0
is "and everything works" "$(ask .status GET /Devices/one)" 200

# ---- A definition is replaced while data exists

part=urn:example:Part
part_type() { printf '{"id":"%s","attributes":[%s]}' "$part" "$1"; }
define "$(part_type '{"name":"code","type":"string"},
  {"name":"count","type":"string"},{"name":"old","type":"string"},
  {"name":"kind","type":"string","caseExact":true}')"
add_type '{"name":"Part","endpoint":"/Parts","schema":"'$part'"}'
part() { ask "${4:-$status}" "$1" "/Parts${2:+/$2}" "$3" '{"id":"p1"}'; }
part POST "" '{"code":"One","count":"12","old":"keep","kind":"Big"}' >/dev/null
sql "INSERT INTO scim_index (type, attribute) VALUES ('Part', 'kind'),
     ('Part', 'count')"
found() { ask .body.totalResults GET "/Parts?filter=$1"; }
is "before" "$(found 'kind%20eq%20%22big%22') $(found 'count%20pr')" "0 1"
redefine "$part" "$(part_type '{"name":"code","type":"string",
  "uniqueness":"server"},{"name":"count","type":"integer"},
  {"name":"kind","type":"string"},
  {"name":"must","type":"string","required":true}')"
is "the filter follows at once" "$(found 'kind%20eq%20%22BIG%22')" 1
is "what was unknown is known" \
  "$(ask "$status" GET '/Parts?filter=must%20eq%20null')" 200
is "what is gone is unknown" \
  "$(ask "$status" GET '/Parts?filter=old%20pr')" "400 invalidFilter"
is "the resource is still there" "$(ask .status GET /Parts/p1)" 200
sql "SELECT scim_init()" >/dev/null
is "the filter index is built anew" \
  "$(sql "SELECT attribute, key FROM scim_value WHERE type = 'Part'
           AND attribute = 'kind'"; found 'kind%20eq%20%22BIG%22')" "kind|big
1"
is "with the index, values that do not fit are found as without" \
  "$(found 'count%20pr')" \
  "$(sql "SELECT scim_match('count pr', doc) FROM scim_resource
           WHERE id = 'p1'")"
is "what has become unique is" \
  "$(ask "$status" POST /Parts '{"code":"ONE","must":"m"}')" "409 uniqueness"
is "what has become required does not stop a change of something else" \
  "$(part PATCH p1 '{"Operations":[{"op":"add","path":"externalId",
     "value":"e"}]}')" "200"
is "but is listed" "$(sql "SELECT reason FROM scim_misfit
   WHERE id = 'p1' AND attribute = 'must'")" "is required"
is "and can be given" \
  "$(part PATCH p1 '{"Operations":[{"op":"add","path":"must",
     "value":"m"}]}')" 200

# The same of what a complex value requires, and each element of a list.
define '{"id":"urn:example:Rack","attributes":[{"name":"on","type":"boolean"},
  {"name":"site","type":"complex","subAttributes":[{"name":"city"},{"name":"zip"}]},
  {"name":"slots","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value"},{"name":"size","type":"integer"}]}]}'
add_type '{"name":"Rack","endpoint":"/Racks","schema":"urn:example:Rack"}'
rack() { ask "${3:-$status}" "$1" /Racks/r "$2"; }
ask .status POST /Racks '{"on":true,"site":{"city":"c"},
  "slots":[{"value":"a"},{"value":"b","size":1}]}' '{"id":"r"}' >/dev/null
redefine urn:example:Rack '{"id":"urn:example:Rack","attributes":[
  {"name":"on","type":"boolean"},{"name":"site","type":"complex",
    "subAttributes":[{"name":"city"},{"name":"zip","required":true}]},
  {"name":"slots","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value"},{"name":"size","type":"integer","required":true}]}]}'
for operation in '"path":"on","value":false' '"path":"site.city","value":"d"' \
  '"path":"slots[value eq \"a\"].value","value":"z"' \
  '"path":"slots","value":[{"value":"z"}]'; do
  is "what parts have come to require does not stop: $operation" \
    "$(rack PATCH '{"Operations":[{"op":"replace",'"$operation"'}]}')" 200
done
is "nor a PUT of what is there" "$(rack PUT '{"site":{"city":"d"},
  "slots":[{"value":"z"}]}')" 200
is "but another value needs it" "$(rack PATCH '{"Operations":[{"op":"add",
  "path":"slots","value":[{"value":"y"}]}]}')" "400 invalidValue"
is "and what has it keeps it" "$(rack PATCH '{"Operations":[
  {"op":"add","path":"site.zip","value":"1"}]}')$(rack PUT \
  '{"site":{"city":"d"}}')" "200400 invalidValue"
is "what no longer fits is not lost" \
  "$(sql "SELECT doc ->> 'old', doc ->> 'count' FROM scim_resource
           WHERE id = 'p1'")" "keep|12"
is "it is listed" "$(sql "SELECT id, attribute FROM scim_misfit
  WHERE type = 'Part' ORDER BY attribute")" "p1|count
p1|old"

# Part 5 (c): what a type does not have any more.
define '{"id":"urn:example:Lab","attributes":[{"name":"room"},{"name":"floor"},
  {"name":"site","type":"complex","subAttributes":[{"name":"city"},{"name":"zip"}]}]}'
define '{"id":"urn:example:Lab:Old","attributes":[{"name":"door"}]}'
define '{"id":"urn:example:Lab:Kept","attributes":[{"name":"key"},{"name":"pin"}]}'
lab_type() { # lab_type EXTENSION…
  printf '{"name":"Lab","endpoint":"/Labs","schema":"urn:example:Lab",
    "schemaExtensions":[%s]}' "$(printf '{"schema":"%s"},' "$@" | sed 's/,$//')"
}
add_type "$(lab_type urn:example:Lab:Old urn:example:Lab:Kept)"
lab() { ask "${3:-.body | del(.meta)}" "$1" /Labs/l "$2" | sorted_jq .; }
ask .status POST /Labs '{"room":"r","floor":"f","site":{"city":"c","zip":"z"},
  "urn:example:Lab:Old":{"door":"d"},
  "urn:example:Lab:Kept":{"key":"k","pin":"p"}}' '{"id":"l"}' >/dev/null
redefine urn:example:Lab '{"id":"urn:example:Lab","attributes":[{"name":"room"},
  {"name":"site","type":"complex","subAttributes":[{"name":"city"}]}]}'
redefine urn:example:Lab:Kept '{"id":"urn:example:Lab:Kept","attributes":[
  {"name":"key"}]}'
sql "UPDATE scim_resource_type SET definition = $(literal \
  "$(lab_type urn:example:Lab:Kept)") WHERE name = 'Lab'"
shown='{"id":"l","room":"r","schemas":["urn:example:Lab","urn:example:Lab:Kept"],"site":{"city":"c"},"urn:example:Lab:Kept":{"key":"k"}}'
is "what a type does not have any more is not shown" "$(lab GET)" "$shown"
is "nor in a list" "$(ask '.body.Resources[0] | del(.meta)' GET /Labs |
  sorted_jq .)" "$shown"
is "nor when it is asked for" "$(ask '.body | del(.meta)' GET \
  '/Labs/l?attributes=room,floor,urn:example:Lab:Old')" \
  '{"schemas":["urn:example:Lab"],"id":"l","room":"r"}'
is "nor in the replies of PATCH and PUT" "$(lab PATCH \
  '{"Operations":[{"op":"replace","path":"room","value":"s"}]}')
$(lab PUT '{"room":"r","site":{"city":"c"},"urn:example:Lab:Kept":{"key":"k"}}')" \
  "${shown/\"room\":\"r\"/\"room\":\"s\"}
$shown"
is "it is kept through both" "$(sql "SELECT doc ->> 'floor', doc -> 'site',
  doc -> 'urn:example:Lab:Old', doc -> 'urn:example:Lab:Kept'
  FROM scim_resource WHERE id = 'l'")" \
  'f|{"city":"c","zip":"z"}|{"door":"d"}|{"key":"k","pin":"p"}'
is "and listed" "$(sql "SELECT attribute, reason FROM scim_misfit
  WHERE type = 'Lab' ORDER BY attribute")" "floor|is not defined
site.zip|is not defined
urn:example:Lab:Kept:pin|is not defined
urn:example:Lab:Old|is not defined"
sql "UPDATE scim_resource_type SET definition = $(literal \
  "$(lab_type urn:example:Lab:Old urn:example:Lab:Kept)") WHERE name = 'Lab'"
is "an extension that comes back is shown again" \
  "$(lab GET '' '.body["urn:example:Lab:Old"]')" '{"door":"d"}'

# An element of a list that has nothing else.
define '{"id":"urn:example:Shelf","attributes":[{"name":"books","type":"complex",
  "multiValued":true,"subAttributes":[{"name":"value"},{"name":"spine"}]}]}'
add_type '{"name":"Shelf","endpoint":"/Shelves","schema":"urn:example:Shelf"}'
ask .status POST /Shelves '{"books":[{"spine":"red"},{"value":"a"}]}' \
  '{"id":"shelf"}' >/dev/null
redefine urn:example:Shelf '{"id":"urn:example:Shelf","attributes":[
  {"name":"books","type":"complex","multiValued":true,
   "subAttributes":[{"name":"value"}]}]}'
is "what is added to a list takes away nothing that is not shown" "$(ask \
  '.body.books | tostring' PATCH /Shelves/shelf '{"Operations":[{"op":"add",
    "path":"books","value":[{"value":"b"}]}]}')
$(sql "SELECT doc -> 'books' FROM scim_resource WHERE id = 'shelf'")" \
'[{"value":"a"},{"value":"b"}]
[{"value":"a"},{"value":"b"},{"spine":"red"}]'
is "nor does the removal of all that is shown" "$(ask '.body.books // "none"' \
  PATCH /Shelves/shelf '{"Operations":[{"op":"remove",
    "path":"books[value pr]"}]}')
$(sql "SELECT doc -> 'books' FROM scim_resource WHERE id = 'shelf'")" 'none
[{"spine":"red"}]'
ask .status POST /Labs '{"room":"r","site":{"city":"c"}}' '{"id":"site"}' >/dev/null
sql "UPDATE scim_resource SET doc = json_set(doc, '\$.site.zip', 'z')
  WHERE id = 'site'"
is "nor in a value" "$(ask '.body.site // "none"' PATCH /Labs/site \
  '{"Operations":[{"op":"remove","path":"site.city"}]}')
$(sql "SELECT doc -> 'site' FROM scim_resource WHERE id = 'site'")" 'none
{"zip":"z"}'
is "but who replaces the list does" "$(ask .status PATCH /Shelves/shelf \
  '{"Operations":[{"op":"replace","path":"books","value":[{"value":"c"}]}]}')
$(sql "SELECT doc -> 'books' FROM scim_resource WHERE id = 'shelf'")" '200
[{"value":"c"}]'

# What becomes a list has what was there as its one value, and the other way.
define '{"id":"urn:example:Bag","attributes":[{"name":"word"},
  {"name":"lid","type":"complex","subAttributes":[{"name":"value"},{"name":"ink"}]},
  {"name":"words","multiValued":true},{"name":"lids","type":"complex",
   "multiValued":true,"subAttributes":[{"name":"value"},{"name":"ink"}]}]}'
add_type '{"name":"Bag","endpoint":"/Bags","schema":"urn:example:Bag"}'
for id in 1 2 3 4 5 6 7 8; do
  ask .status POST /Bags '{"word":"one","lid":{"value":"v","ink":"red"},
    "words":["one"],"lids":[{"value":"v","ink":"red"}]}' "{\"id\":\"$id\"}" >/dev/null
done
redefine urn:example:Bag '{"id":"urn:example:Bag","attributes":[
  {"name":"word","multiValued":true},{"name":"lid","type":"complex",
   "multiValued":true,"subAttributes":[{"name":"value"},{"name":"ink"}]},
  {"name":"words"},{"name":"lids","type":"complex","subAttributes":[
    {"name":"value"},{"name":"ink"}]}]}'
bag() { # bag ID ATTRIBUTE OPERATION
  ask "if .status == 200 then .body.$2 | tojson else .body.scimType end" PATCH \
    "/Bags/$1" "{\"Operations\":[$3]}"
}
is "a list is added to what was there" \
  "$(bag 1 word '{"op":"add","path":"word","value":"two"}')" '["one","two"]'
is "and without a path" "$(bag 2 lid '{"op":"add","value":{"lid":{"value":"w"}}}')" \
  '[{"value":"v","ink":"red"},{"value":"w"}]'
is "a filter of a path finds it" "$(bag 3 lid '{"op":"replace",
  "path":"lid[value eq \"v\"].ink","value":"blue"}')" \
  '[{"value":"v","ink":"blue"}]'
is "so does a remove" "$(bag 4 word '{"op":"remove",
  "path":"word[value eq \"one\"]"}')" null
is "which leaves others" "$(bag 5 word '{"op":"remove","path":"word",
  "value":["two"]}')" '["one"]'
is "a part of a value that was a list changes no other" "$(bag 6 lids \
  '{"op":"replace","path":"lids.ink","value":"blue"}')" \
  '{"value":"v","ink":"blue"}'
is "nor does its removal" "$(bag 7 lids '{"op":"remove","path":"lids.ink"}')" \
  '{"value":"v"}'
is "what the request does not name stays as it is" \
  "$(bag 8 words '{"op":"add","path":"externalId","value":"e"}')$(sql "
    SELECT doc -> 'word' FROM scim_resource WHERE id = '8'")" '["one"]"one"'

# What becomes writeOnly is shown no more, though it is stored still.
define '{"id":"urn:example:Card","attributes":[{"name":"name"},{"name":"pin"},
  {"name":"bank","type":"complex","subAttributes":[{"name":"name"},{"name":"pin"}]},
  {"name":"uses","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value"},{"name":"pin"}]}]}'
define '{"id":"urn:example:Card:More","attributes":[{"name":"pin"}]}'
add_type '{"name":"Card","endpoint":"/Cards","schema":"urn:example:Card",
  "schemaExtensions":[{"schema":"urn:example:Card:More"}]}'
ask .status POST /Cards '{"name":"c","pin":"1","bank":{"name":"b","pin":"2"},
  "uses":[{"value":"v","pin":"3"}],"urn:example:Card:More":{"pin":"4"}}' \
  '{"id":"c"}' >/dev/null
pin='{"name":"pin","mutability":"writeOnly"}'
redefine urn:example:Card '{"id":"urn:example:Card","attributes":[
  {"name":"name"},'"$pin"',{"name":"bank","type":"complex","subAttributes":[
    {"name":"name"},'"$pin"']},{"name":"uses","type":"complex",
    "multiValued":true,"subAttributes":[{"name":"value"},'"$pin"']}]}'
redefine urn:example:Card:More '{"id":"urn:example:Card:More",
  "attributes":['"$pin"']}'
shown='{"bank":{"name":"b"},"name":"c","uses":[{"value":"v"}]}'
for request in 'GET /Cards/c' 'GET /Cards/c?attributes=name,pin,bank,uses.pin,uses.value' \
  'PATCH /Cards/c'; do
  is "what becomes writeOnly is not shown any more: $request" \
    "$(ask '.body | del(.schemas, .id, .meta)' ${request} \
      '{"Operations":[{"op":"add","path":"externalId","value":""}]}' | sorted_jq .)" \
    "$shown"
done
is "nor in a list" "$(ask '.body.Resources[0] | del(.schemas, .id, .meta)' \
  GET /Cards | sorted_jq .)" "$shown"
is "nor is its URN" "$(ask '.body.schemas | tostring' GET /Cards/c)" \
  '["urn:example:Card"]'

ask .status POST /Cards '{"name":"k","bank":{"name":"b"}}' '{"id":"k"}' >/dev/null
sql "UPDATE scim_resource SET doc = json_set(doc, '\$.bank.pin', '2')
  WHERE id = 'k'"
for request in 'PATCH {"Operations":[{"op":"add","path":"name","value":"l"}]}' \
  'PUT {"name":"m","bank":{"name":"b"}}'; do
  is "nor by who writes something else: $request" "$(ask '.body.bank | tostring' \
    "${request%% *}" /Cards/k "${request#* }")" '{"name":"b"}'
done
ask .status DELETE /Cards/k >/dev/null

# It goes with the next request, whatever that says: it may be a secret.
pins() {
  sql "SELECT printf('%s|%s|%s|%s', doc ->> '\$.name', coalesce(doc ->> '\$.pin', ''),
         coalesce(doc ->> '\$.bank.pin', ''),
         coalesce(doc ->> '\$.\"urn:example:Card:More\".pin', ''))
       FROM scim_resource WHERE id = 'c'"
}
put() { ask '.body | del(.schemas, .id, .meta) | tostring' PUT /Cards/c "$1"; }
is "a PATCH took it away" "$(pins)" 'c|||'
for request in 'PATCH {"Operations":[{"op":"remove","path":"pin"}]}' \
  'PATCH {"Operations":[{"op":"replace","path":"pin","value":"8"}]}' \
  'PATCH {"Operations":[{"op":"add","value":{"pin":"8"}}]}' \
  'PATCH {"Operations":[{"op":"add","path":"name","value":"d"}]}' \
  'PUT {"name":"d"}' 'PUT {"name":"d","pin":"9"}' \
  'PUT {"name":"d","urn:example:Card:More":{"pin":null}}'; do
  redefine urn:example:Card '{"id":"urn:example:Card","attributes":[
    {"name":"name"},{"name":"pin"}]}'
  redefine urn:example:Card:More \
    '{"id":"urn:example:Card:More","attributes":[{"name":"pin"}]}'
  put '{"name":"d","pin":"1","urn:example:Card:More":{"pin":"4"}}' >/dev/null
  redefine urn:example:Card '{"id":"urn:example:Card","attributes":[
    {"name":"name"},'"$pin"']}'
  redefine urn:example:Card:More '{"id":"urn:example:Card:More",
    "attributes":['"$pin"']}'
  is "so does $request" "$(pins; ask "$status" "${request%% *}" /Cards/c \
    "${request#* }") $(pins)" 'd|1||4
200 d|||'
done
is "and the log knows" "$(sql "SELECT detail FROM scim_check WHERE id = 'c'")" ""

define '{"id":"urn:example:Tag","attributes":[{"name":"name"}]}'
add_type '{"name":"Tag","endpoint":"/Tags","schema":"urn:example:Tag"}'
ask .status POST /Tags '{"name":"t"}' >/dev/null
redefine urn:example:Tag '{"id":"urn:example:Tag","attributes":[
  {"name":"name","uniqueness":"global"}]}'
is "uniqueness is built for a type without an index too" \
  "$(ask "$status" POST /Tags '{"name":"T"}' '{"tenant":"acme"}')" \
  "409 uniqueness"

# ---- A part that is writeOnly

define '{"id":"urn:example:Vault","attributes":[{"name":"name"},
  {"name":"bank","type":"complex","subAttributes":[{"name":"name"},
    {"name":"pin","mutability":"writeOnly"}]}]}'
add_type '{"name":"Vault","endpoint":"/Vaults","schema":"urn:example:Vault"}'
vault() { ask '[.status, .body.bank] | map(tostring) | join(" ")' "$@"; }
is "is shown by no reply, also to a request about something else" "$(
  vault POST /Vaults '{"name":"n","bank":{"name":"b","pin":"5ecret"}}' \
    '{"id":"v"}'
  vault PATCH /Vaults/v '{"Operations":[{"op":"replace","path":"name",
    "value":"m"}]}'
  vault PUT /Vaults/v '{"name":"o","bank":{"name":"b","pin":"5ecret"}}'
  vault GET /Vaults/v)" '201 {"name":"b"}
200 {"name":"b"}
200 {"name":"b"}
200 {"name":"b"}'
# ---- What was shown can be sent back, whatever it was stored as

define '{"id":"urn:example:Form","attributes":[{"name":"name"},
  {"name":"on","type":"boolean"},{"name":"code"},{"name":"list","multiValued":true},
  {"name":"box","type":"complex","subAttributes":[{"name":"a"},{"name":"b"}]}]}'
define '{"id":"urn:example:Form:More","attributes":[{"name":"code"}]}'
add_type '{"name":"Form","endpoint":"/Forms","schema":"urn:example:Form",
  "schemaExtensions":[{"schema":"urn:example:Form:More"}]}'
form='"code":"x1","list":["p","q"],"box":{"a":"1","b":"2"},"urn:example:Form:More":{"code":"y"}'
ask .status POST /Forms '{"name":"n","on":true,'"$form"'}' '{"id":"f"}' >/dev/null
redefine urn:example:Form '{"id":"urn:example:Form","attributes":[{"name":"name"},
  {"name":"on","type":"boolean"},{"name":"code","type":"integer"},
  {"name":"list","type":"dateTime","multiValued":true},
  {"name":"box","type":"complex","subAttributes":[{"name":"a","type":"boolean"},
    {"name":"b"}]}]}'
redefine urn:example:Form:More '{"id":"urn:example:Form:More","attributes":[
  {"name":"code","type":"decimal"}]}'
body='.body | del(.schemas, .id, .meta)'
is "a PUT of what is shown can switch somebody off" \
  "$(ask "$body" PUT /Forms/f '{"name":"n","on":false,'"$form"'}' | sorted_jq .)" \
  "$(sorted_jq . <<<'{"name":"n","on":false,'"$form"'}')"
for wrong in 's/x1/x2/' 's/"p"/"r"/' 's/"1"/"3"/' 's/"y"/"z"/'; do
  is "but nothing new that does not fit: $wrong" "$(ask "$status" PUT /Forms/f \
    '{"name":"n",'"$(sed "$wrong" <<<"$form")}")" "400 invalidValue"
done
is "nor of somebody else" "$(ask "$status" PUT /Forms/g "{$form}")" \
  "400 invalidValue"
is "rows that are loaded are about what they name" "$(sql "
  SELECT action, after FROM scim_preview('Form', 'SELECT ''n'' AS name, 1 AS \"on\"')
   WHERE match = 'name'")" 'update|{"on":true}'
is "what is left out goes" "$(ask "$body" PUT /Forms/f '{"name":"n"}')" \
  '{"name":"n"}'

define '{"id":"urn:example:Key","attributes":[{"name":"name"},
  {"name":"tag","mutability":"immutable"},
  {"name":"tags","multiValued":true,"mutability":"immutable"}]}'
add_type '{"name":"Key","endpoint":"/Keys","schema":"urn:example:Key"}'
ask .status POST /Keys '{"name":"1","tag":"a","tags":["b"]}' '{"id":"k"}' \
  >/dev/null
redefine urn:example:Key '{"id":"urn:example:Key","attributes":[{"name":"name"},
  {"name":"tag","multiValued":true,"mutability":"immutable"},
  {"name":"tags","mutability":"immutable"}]}'
is "an immutable value that is a list by now is not another one" \
  "$(ask "$status" PUT /Keys/k '{"name":"2","tag":"a","tags":["b"]}')" 200
is "in either shape" "$(ask "$body | tostring" PUT /Keys/k '{"name":"3",
  "tag":["a"],"tags":"b"}')" '{"name":"3","tag":["a"],"tags":"b"}'
for other in '"tag":"c"' '"tag":["a","c"]' '"tags":["c"]' '"tag":null'; do
  is "another one is: $other" \
    "$(ask "$status" PUT /Keys/k "{$other}")" "400 mutability"
done

# ---- What is required, but not kept

pin='{"name":"pin","mutability":"writeOnly","required":true}'
define '{"id":"urn:example:Pass","attributes":[{"name":"name"},'"$pin"',
  {"name":"bank","type":"complex","subAttributes":[{"name":"name"},'"$pin"']},
  {"name":"uses","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value"},'"$pin"']}]}'
define '{"id":"urn:example:Pass:More","attributes":['"$pin"',{"name":"hue"}]}'
add_type '{"name":"Pass","endpoint":"/Passes","schema":"urn:example:Pass",
  "schemaExtensions":[{"schema":"urn:example:Pass:More"}]}'
pass() { # pass BODY: the status, and what is told
  ask '[.status, .body.detail // empty] | join(" ")' POST /Passes "$1"
}
for pin in '' ',"pin":null' ',"pin":""' ',"PIN":[]'; do
  is "what is writeOnly is required too: $pin" "$(pass '{"name":"n"'"$pin}")" \
    "400 'pin' is required"
done
is "and is enough" "$(pass '{"pin":"1"}')" 201
is "a part as well" "$(pass '{"pin":"1","bank":{"name":"b"}}')" \
  "400 'bank.pin' is required"
is "where it is" "$(pass '{"pin":"1","bank":{"name":"b","Pin":"2"}}')" 201
is "what has no value lacks no part" "$(pass '{"pin":"1","bank":{"name":""}}')" \
  201
is "of each in a list" "$(pass '{"pin":"1","uses":[{"value":"v","pin":"3"},
  {"value":"w"}]}')" "400 'uses.pin' is required"
is "which all have it" "$(pass '{"pin":"1","uses":[{"value":"v","pin":"3"},
  {"value":"w","pin":"4"}]}')" 201
is "of an extension, where it is there" \
  "$(pass '{"pin":"1","urn:example:Pass:More":{"hue":"red"}}')" \
  "400 'urn:example:Pass:More:pin' is required"
is "and has it" \
  "$(pass '{"pin":"1","urn:example:pass:more":{"hue":"red","pin":"5"}}')" 201
sql "INSERT INTO scim_default VALUES ('Pass', 'urn:example:Pass:More:hue',
  '\"red\"')"
is "no default makes a half of an extension" \
  "$(ask '.body.schemas | length' POST /Passes '{"pin":"1"}' '{"id":"p"}')" 1
is "a PUT need not set it again" \
  "$(ask "$status" PUT /Passes/p '{"name":"m"}')" 200
is "nor does a PATCH" "$(ask "$status" PATCH /Passes/p \
  '{"Operations":[{"op":"add","path":"name","value":"k"}]}')" 200
is "which a bulk request has to" "$(ask '.body.Operations[].status' POST /Bulk \
  '{"Operations":[{"method":"POST","path":"/Passes","bulkId":"a",
    "data":{"name":"n"}}]}')" 400

# ---- Names that are words of a filter

words='not and or pr eq true false null'
attributes=$(for word in $words; do printf ',{"name":"%s"}' "$word"; done)
define '{"id":"urn:example:Word","attributes":['"${attributes:1}"',
  {"name":"many","type":"complex","multiValued":true,"subAttributes":[
    {"name":"value"}'"$attributes"']}]}'
add_type '{"name":"Word","endpoint":"/Words","schema":"urn:example:Word"}'
for word in $words; do
  ask .status POST /Words '{"'$word'":"x","many":[{"value":"v",
    "'$word'":"y"}]}' '{"id":"'$word'"}' >/dev/null
done
worded() { # worded FILTER: the ids
  ask "$ids" GET "/Words?filter=$(escaped "$1")"
}
for word in $words; do
  is "$word is found by its name" "$(worded "$word eq \"x\"")" "$word"
  is "and where it is" "$(worded "$word pr")" "$word"
  is "by words and by terms" \
    "$(worded "$word pr and $word eq \"x\" or not ($word ne \"x\")")" "$word"
  is "and within a value" "$(worded "many[$word eq \"y\"]")" "$word"
  is "by its URN" "$(worded "urn:example:Word:$word sw \"x\"")" "$word"
  is "also in a path" "$(ask ".body.many[0].$word" PATCH "/Words/$word" \
    '{"Operations":[{"op":"replace","path":"many['$word' pr].'$word'",
      "value":"z"}]}')" z
done
is "a parenthesis makes it the operator" "$(worded 'not(and pr)' | wc -w)" 7
is "which has no case" "$(worded 'NOT (not pr) and NOT eq "x"')" ""
is "among all types too" \
  "$(ask "$ids" GET '/?filter=not%20eq%20%22x%22')" not

# ---- A list of references that is no list of members

# Members come only by themselves (modify.sh); what this list has not is made, by
# the value of the filter or what its $ref says.
define '{"id":"urn:example:Box","name":"Box","attributes":[{"name":"parts",
  "type":"complex","multiValued":true,"subAttributes":[{"name":"value"},
    {"name":"$ref","type":"reference","referenceTypes":["User"]},
    {"name":"display"}]}]}'
add_type '{"name":"Box","endpoint":"/Boxes","schema":"urn:example:Box"}'
ask .status POST /Boxes '{}' '{"id":"box"}' >/dev/null
put_part() { # put_part FILTER DISPLAY: the parts by then
  ask '[.body.parts[] | "\(.value) \(.display) \(.["$ref"])"] | join(", ")' \
    PATCH /Boxes/box '{"Operations":[{"op":"replace",
      "path":"parts['"$1"'].display","value":"'"$2"'"}]}'
}
is "a part is made of what is said about it" \
  "$(put_part 'value eq \"p 1\"' P)" "p 1 P Users/p%201"
is "or of its \$ref" "$(put_part '$ref eq \"../Users/ann\"' A)" \
  "p 1 P Users/p%201, ann A Users/ann"
is "and found by it afterwards" "$(put_part '$ref eq \"Users/ann\"' B)" \
  "p 1 P Users/p%201, ann B Users/ann"

# ---- An attribute of an extension that is called as one of every resource

# What an extension says of itself is passed over (patch.c), unless it has that.
define '{"id":"urn:example:Odd","name":"Odd","attributes":[{"name":"schemas"},
  {"name":"id"},{"name":"meta"}]}'
sql "UPDATE scim_resource_type SET definition = json_insert(definition,
       '\$.schemaExtensions[#]', json('{\"schema\":\"urn:example:Odd\"}'))
     WHERE name = 'User'"
for value in '{"urn:example:Odd":{"schemas":"a","id":"b","meta":"c"}}' \
  '{"urn:example:Odd:schemas":"d","urn:example:Odd:id":"e"}' \
  '{"urn:example:Odd":{"SCHEMAS":"f"}}'; do
  ask '.body["urn:example:Odd"]' PATCH /Users/ann \
    '{"Operations":[{"op":"replace","value":'"$value"'}]}'
done >"$folder/odd"
is "it is set by every way of naming it" "$(cat "$folder/odd")" \
'{"schemas":"a","id":"b","meta":"c"}
{"schemas":"d","id":"e","meta":"c"}
{"schemas":"f","id":"e","meta":"c"}'
is "and what an extension without says of itself is nothing" \
  "$(ask ".body[\"$badge\"]" PATCH /Users/ann '{"Operations":[{"op":"replace",
    "value":{"'$badge'":{"schemas":["x"],"number":7}}}]}' | grep -c schemas)" 0
finish
