#!/bin/bash
# What a tenant may decide: each setting, and the preset "rfc".
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann '"emails":[{"value":"a@x","type":"home"}]'
patch=urn:ietf:params:scim:api:messages:2.0:PatchOp
core=urn:ietf:params:scim:schemas:core:2.0:User
enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
# change '<operation>' [JQ]: a PATCH of ann with all that the RFC asks for.
change() {
  ask "${2:-$status}" PATCH /Users/ann \
    "{\"schemas\":[\"$patch\"],\"Operations\":[$1]}"
}
group() { # group NAME MEMBER
  ask "$status" POST /Groups "{\"schemas\":[
    \"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"$1\",
    \"members\":[{\"value\":\"$2\"}]}"
}
work='{"op":"replace","path":"emails[type eq \"work\"].value","value":"w@x"}'

# ---- unmatched_value_path

tenant '{"unmatched_value_path":"noTarget"}'
is "unmatched_value_path noTarget refuses a value path without a match" \
  "$(change "$work")" "400 noTarget"
tenant '{}'
is "the default makes the value" \
  "$(change "$work" '.body.emails | map(.type) | join(" ")')" "home work"
tenant '{"unmatched_value_path":"noTarget"}'
is "where there is a match it is replaced" "$(change "$work")" 200

# ---- loose_names (M10 of findings/protocol.md)

tenant '{}'
names() { # names SETTINGS WANT: an operation a line
  tenant "$1"
  is "loose_names $1: names that are no attributes" "$(
    for value in '"id":"other"' '"meta":{"version":"2"}' '"groups":[]' \
      '"nope":1' '"name.givenName":"Ann"' '"department":"d"' \
      '"name":{"nope":1}' '"schemas":["urn:bogus"]'; do
      change "{\"op\":\"replace\",\"value\":{$value}}"
    done)" "$2"
  is "loose_names $1: the resource's own id and schemas" "$(
    change '{"op":"replace","value":{"id":"ann","schemas":["'$core'"]}}')" 200
  is "loose_names $1: the object of an extension may say what it is" "$(
    for op in add replace; do
      change "{\"op\":\"$op\",\"path\":\"$enterprise\",\"value\":{
        \"schemas\":[\"$enterprise\"],\"department\":\"$op\"}}"
    done)" $'200\n200'
}
none='400 mutability
400 mutability
400 mutability
400 invalidPath
400 invalidPath
400 invalidPath
400 invalidValue
400 mutability'
all=$(printf '200\n%.0s' {1..8})
names '{}' "$all"
names '{"loose_names":"reject"}' "$none"
names '{"preset":"rfc"}' "$none"
names '{"preset":"rfc","loose_names":"accept"}' "$all"

# ---- remove_values (part 5 (a) of issue 8)

removes() { # removes SETTINGS WANT
  tenant "$1"
  is "remove_values $1: a list, an empty text, an empty list, null" "$(
    for value in '[{"value":"nobody@x"}]' '""' '[]' null; do
      change '{"op":"remove","path":"emails","value":'"$value"'}'
    done)" "$2"
}
removes '{}' $'200\n200\n400 invalidValue\n200'
refused=$'400 invalidValue\n400 invalidValue\n400 invalidValue\n200'
removes '{"remove_values":"reject"}' "$refused"
removes '{"preset":"rfc"}' "$refused"
removes '{"preset":"rfc","remove_values":"accept"}' \
  $'200\n200\n400 invalidValue\n200'
tenant '{}'
change '{"op":"add","path":"emails","value":[{"value":"a@x","type":"home"},
  {"value":"w@x","type":"work"}]}' \
  >/dev/null

# ---- patch_reply, group_reply

title='{"op":"add","path":"title","value":"x"}'
tenant '{"patch_reply":"204"}'
is "patch_reply 204 answers without the resource" \
  "$(change "$title" '[.status, has("body"), (.headers.ETag != null)]')" \
  "[204,false,true]"
tenant '{}'
is "the default answers with it" "$(change "$title" '[.status, .body.title]')" \
  '[200,"x"]'
group small ann >/dev/null
sql "UPDATE scim_tenant SET settings = '{\"group_reply\":1}'"
small=$(ask '.body.Resources[0].id' GET /Groups)
is "group_reply: with as many members the group is shown" \
  "$(ask .status PATCH "/Groups/$small" '{"Operations":[{"op":"add",
     "path":"externalId","value":"e"}]}')" 200
is "with more it is not" \
  "$(ask .status PATCH "/Groups/$small" '{"Operations":[{"op":"add",
     "path":"members","value":[{"value":"other"}]}]}')" 204

# ---- dangling_references

tenant '{"dangling_references":"reject"}'
is "dangling_references reject refuses a member that does not exist" \
  "$(group g1 nobody)" "400 invalidValue"
is "and takes one that does" "$(group g2 ann)" 201
tenant '{}'
is "the default takes both" "$(group g3 nobody)" 201

# ---- unquoted_literals

find() { ask "$status" GET "/Users?filter=$1"; }
tenant '{"unquoted_literals":"reject"}'
is "unquoted_literals reject refuses a word as a string" \
  "$(find 'userName%20eq%20ann')" "400 invalidFilter"
is "but not one in quotes" "$(find 'userName%20eq%20%22ann%22')" 200
account='userName%20eq%20%22CORP%5Cuser%22'
is "a backslash that is no escape is refused (findings/clients.md 3)" \
  "$(find "$account")" "400 invalidFilter"
is "nor true, false, null and numbers" \
  "$(find 'active%20eq%20true') $(find 'title%20eq%20null')" "200 200"
tenant '{}'
is "the default takes a word" "$(find 'userName%20eq%20ann')" 200
ask .status POST /Users '{"userName":"CORP\\user"}' >/dev/null
is "and finds DOMAIN\user by a bare backslash (findings/clients.md 3)" \
  "$(ask .body.totalResults GET "/Users?filter=$account")" 1
is "also in the filter of a search" "$(ask .body.totalResults POST \
  /Users/.search '{"filter":"userName eq \"CORP\\user\""}')" 1

# ---- string_booleans

active='{"op":"replace","path":"active","value":"False"}'
tenant '{"string_booleans":"reject"}'
is "string_booleans reject refuses \"False\" in a PATCH" "$(change "$active")" \
  "400 invalidValue"
is "and in a body" \
  "$(ask "$status" POST /Users '{"userName":"s","active":"True"}')" \
  "400 invalidValue"
is "and in a filter" "$(find 'active%20eq%20%22True%22')" "400 invalidFilter"
tenant '{}'
is "the default reads it" "$(change "$active" .body.active)" false

# ---- missing_schemas

tenant '{"missing_schemas":"reject"}'
is "missing_schemas reject wants schemas in a body" \
  "$(ask "$status" POST /Users '{"userName":"m"}')" "400 invalidSyntax"
is "and the right ones" \
  "$(ask "$status" POST /Users '{"schemas":["urn:x"],"userName":"m"}')" \
  "400 invalidSyntax"
is "in a PATCH" \
  "$(ask "$status" PATCH /Users/ann "{\"Operations\":[$title]}")" \
  "400 invalidSyntax"
is "in a PUT" \
  "$(ask "$status" PUT /Users/ann '{"userName":"ann"}')" "400 invalidSyntax"
is "in a search" "$(ask "$status" POST /Users/.search '{}')" \
  "400 invalidSyntax"
is "in a bulk request" "$(ask "$status" POST /Bulk '{"Operations":[]}')" \
  "400 invalidSyntax"
is "with it everything is fine" \
  "$(ask "$status" POST /Users "{\"schemas\":[\"$core\"],\"userName\":\"m\"}"
     change "$title")" "201
200"
tenant '{}'
is "the default does without" \
  "$(ask "$status" POST /Users '{"userName":"m2"}')" 201

# ---- unique_attributes

tenant '{"unique_attributes":["Group.displayName","User.emails.value"]}'
is "unique_attributes: a name that is taken is uniqueness" \
  "$(group G2 ann)" "409 uniqueness"
is "another one is not" "$(group g4 ann)" 201
is "a value among many is unique as well" \
  "$(ask "$status" POST /Users '{"userName":"u","emails":[{"value":"A@X"}]}')" \
  "409 uniqueness"
four=$(ask '.body.Resources[0].id' GET '/Groups?filter=displayName%20eq%20g4')
is "a PATCH to a name that is taken is refused" \
  "$(ask "$status" PATCH "/Groups/$four" '{"Operations":[{"op":"replace",
     "path":"displayName","value":"g2"}]}')" "409 uniqueness"
is "its own name is not" \
  "$(ask "$status" PATCH "/Groups/$four" '{"Operations":[{"op":"replace",
     "path":"displayName","value":"G4"}]}')" 200
sql "INSERT INTO scim_tenant (name, settings)
     VALUES ('acme', '{\"unique_attributes\":[\"Group.displayName\"]}')"
is "another tenant has names of its own" \
  "$(ask "$status" POST /Groups '{"displayName":"g2"}' '{"tenant":"acme"}')" 201
tenant '{}'
is "the default lets groups share a name" "$(group g4 ann)" 201
later=$(ask '.body.Resources[1].id' GET '/Groups?filter=displayName%20eq%20g4')
tenant '{"unique_attributes":["Group.displayName"]}'
extern() { ask "$status" PATCH "/Groups/$1" '{"Operations":[{"op":"add",
  "path":"externalId","value":"x"}]}'; }
is "who shared one before it had to be unique keeps it: the oldest" \
  "$(extern "$four")" 200
is "and the other" "$(extern "$later")" 200
ask "$status" PATCH "/Groups/$four" '{"Operations":[{"op":"replace",
  "path":"displayName","value":"g5"}]}' >/dev/null
is "who comes back to it is refused" \
  "$(ask "$status" PATCH "/Groups/$four" '{"Operations":[{"op":"replace",
     "path":"displayName","value":"G4"}]}')" "409 uniqueness"
tenant '{}'

# ---- Pages and sizes

tenant '{"page_default":2,"page_max":3}'
sizes() { ask .body.itemsPerPage GET "/Users$1"; }
is "page_default is the page when nobody says" "$(sizes "")" 2
is "page_max is the most" "$(sizes '?count=50')" 3
is "by cursor too" "$(sizes '?cursor=&count=50')" 3
tenant '{"max_body":20}'
is "max_body: a longer body is 413" \
  "$(ask .status POST /Users '{"userName":"somebody"}')" 413
is "one as long is not" "$(ask .status POST /Users '{"userName":"12345"}')" 201
tenant '{"bulk_operations":1}'
delete='{"method":"DELETE","path":"/Users/nobody"}'
is "bulk_operations: more are 413" \
  "$(ask .status POST /Bulk "{\"Operations\":[$delete,$delete]}")" 413
is "as many are not" \
  "$(ask .status POST /Bulk "{\"Operations\":[$delete]}")" 200

# ---- What is refused

# refused SETTINGS: what the refusal says is wrong.
refused() {
  tenant "$1" | sed -n "s/.*JSON path error near '\(.*\)'/\1/p"
}
word='must be one of ["accept","reject"]'
integer='must be an integer from'
is "a setting that nobody knows is refused" \
  "$(refused '{"page_defualt":20}')" "page_defualt is no setting"
is "a number that is text" "$(refused '{"page_default":"ten"}')" \
  "page_default $integer 1 to 1000000"
is "one that is no integer" "$(refused '{"page_max":1.5}')" \
  "page_max $integer 1 to 1000000"
is "null" "$(refused '{"max_body":null}')" "max_body $integer 1 to 1073741824"
is "a word that is another" "$(refused '{"other_shapes":"maybe"}')" \
  "other_shapes $word"
is "a boolean for a word" "$(refused '{"string_booleans":true}')" \
  "string_booleans $word"
is "a preset that nobody knows" "$(refused '{"preset":"okta"}')" \
  'preset must be one of ["rfc"]'
is "a setting twice" \
  "$(refused '{"page_max":1,"Page_Max":2}')" "Page_Max is there twice"
is "a list that is none" "$(refused '{"unique_attributes":"User.title"}')" \
  'unique_attributes must be a list of attributes, as ["User.title"]'
is "an attribute without an index" \
  "$(refused '{"unique_attributes":["User.title"]}')" \
  "unique_attributes names User.title, which is not in scim_index"
is "one that is nowhere" "$(refused '{"unique_attributes":["User.tytle"]}')" \
  "unique_attributes names User.tytle, which is not in scim_index"
is "a member of an object that nobody knows" \
  "$(refused '{"breaker":{"deactivation":5,"percent":5}}')" \
  "breaker.deactivation is no setting"
is "an object that is none" "$(refused '{"breaker":50}')" \
  'breaker must be an object with one of ["deactivations","percent"]'
is "one without what it is for" "$(refused '{"breaker":{"minutes":60}}')" \
  'breaker must be an object with one of ["deactivations","percent"]'
is "a member that is there twice" \
  "$(refused '{"breaker":{"percent":5,"Percent":5}}')" \
  "breaker.Percent is there twice"
is "a member at the top is no setting" "$(refused '{"breaker.percent":5}')" \
  "breaker.percent is no setting"
is "null is no limit" "$(refused '{"breaker":{"percent":null}}')" \
  "breaker.percent must be an integer from 1 to 100"
is "nor is a part of a percent" "$(refused '{"breaker":{"percent":2.5}}')" \
  "breaker.percent must be an integer from 1 to 100"
is "names of members may be in any case" \
  "$(refused '{"Breaker":{"DEACTIVATIONS":5,"percent":5,"minutes":5}}')" ""
is "a way to rehire that nobody knows" "$(refused '{"rehire":"revived"}')" \
  'rehire must be one of ["revive","new","refuse"]'
is "settings that are no object" "$(refused '[]')" \
  "settings must be a JSON object"
is "or no JSON" "$(refused '{')" "settings must be a JSON object"
is "a new tenant is asked the same" \
  "$(sql "INSERT INTO scim_tenant (name, settings) VALUES ('new', '{\"x\":1}')"
     sql "SELECT count(*) FROM scim_tenant WHERE name = 'new'")" \
  "Error: stepping, JSON path error near 'x is no setting'
0"
# limit NAME NUMBER: is it taken?
limit() {
  local setting="{\"$1\":$2}"
  [ "${1#breaker.}" = "$1" ] || setting="{\"breaker\":{\"percent\":5,
    \"${1#breaker.}\":$2}}"
  [ "$1" = breaker.percent ] && setting="{\"breaker\":{\"percent\":$2}}"
  tenant "$setting" | grep -c Error
}
is "the limits are those of scim_setting" "$(
  sql "SELECT name, least, most FROM scim_setting WHERE kind = 'integer'" |
    while IFS='|' read -r name least most; do
      echo "$name $(limit "$name" "$least")$(limit "$name" "$most")$(
        limit "$name" $((least - 1)))$(limit "$name" $((most + 1)))"
    done)" "page_default 0011
page_max 0011
max_body 0011
max_values 0011
bulk_operations 0011
max_joined 0011
rate 0011
burst 0011
group_reply 0011
breaker.deactivations 0011
breaker.percent 0011
breaker.minutes 0011"
is "each setting is in the README, with its default" "$(
  sql "SELECT replace(format('| ~%s~ | ', name) ||
              CASE WHEN \"default\" IS NULL THEN 'none'
                   WHEN kind = 'word' THEN format('~\"%s\"~', \"default\")
                   ELSE \"default\" END, '~', char(96)) || ' |'
         FROM scim_setting" | while read -r row; do
    grep -qF "$row" README.md || echo "$row"
  done)" ""
is "words may be in any case" "$(refused '{"Other_Shapes":"REJECT"}')" ""
urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
is "an attribute of an extension has its URN" "$(
  refused '{"unique_attributes":["User.'$urn':manager.value"]}'
  refused '{"unique_attributes":["User.manager.value"]}')" \
  "unique_attributes names User.manager.value, which is not in scim_index"

# ---- What is there all the same

sql "DROP TRIGGER scim_tenant_update"
tenant '{"page_max":-5,"page_default":"x","max_body":null,"unheard":1}'
is "what makes no sense is as if it were not there" \
  "$(ask .status POST /Users '{"userName":"sense"}') $(sizes '?count=3')" \
  "201 3"

is "and is listed" "$(sql "SELECT source, definition, place FROM scim_mistake
   ORDER BY place")" "scim_tenant|default|max_body
scim_tenant|default|page_default
scim_tenant|default|page_max
scim_tenant|default|unheard"

# ---- The preset

tenant '{"preset":"rfc"}'
ask .status PATCH /Users/ann "{\"schemas\":[\"$patch\"],\"Operations\":[
  {\"op\":\"remove\",\"path\":\"emails[type eq \\\"work\\\"]\"}]}" >/dev/null
is "preset rfc: no target" "$(change "$work")" "400 noTarget"
is "no words as strings" "$(find 'userName%20eq%20ann')" "400 invalidFilter"
is "no backslashes that escape nothing" "$(find "$account")" \
  "400 invalidFilter"
is "no strings as booleans" "$(change "$active")" "400 invalidValue"
is "nothing without schemas" \
  "$(ask "$status" POST /Users '{"userName":"p"}')" "400 invalidSyntax"
is "what the RFCs have is done" \
  "$(ask "$status" POST /Users "{\"schemas\":[\"$core\"],\"userName\":\"p\"}"
     change "$title")" "201
200"
tenant '{"preset":"rfc","unquoted_literals":"accept","missing_schemas":"accept",
  "string_booleans":"accept","unmatched_value_path":"create"}'
is "a setting of its own counts more than the preset" \
  "$(find 'userName%20eq%20ann'
     ask "$status" POST /Users '{"userName":"q","active":"True"}'
     change "$work")" "200
201
200"
finish
