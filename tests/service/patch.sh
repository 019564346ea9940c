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

# with_presets FUNCTION: runs it by default and with preset "rfc".
with_presets() {
  for settings in '{}' '{"preset":"rfc"}'; do
    tenant "$settings"
    "$1" "$settings"
  done
  tenant '{}'
}

# ---- An object of which nothing is said

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

# ---- Lists within complex values

lid=urn:example:Lid
define() {
  sql "INSERT INTO scim_schema (definition) VALUES ($(literal "$1"))"
}
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

finish
