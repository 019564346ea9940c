#!/bin/bash
# Who leaves is never refused for what his client has not brought: not for a value
# that others have too, nor for a definition, a map or a limit that came after him.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

leave='{"Operations":[{"op":"replace","path":"active","value":false}]}'
dry='{"dry_run":true}'
outcome='[.status, .body.scimType // empty, .body.detail // empty] | join(" ")'
# bulk METHOD ID [DATA]: what becomes of it within a bulk request.
bulk() {
  ask .body POST /Bulk "{\"Operations\":[{\"method\":\"$1\",
    \"path\":\"/Users/$2\"${3:+,\"data\":$3}}]}" "$dry" |
    jq -r '.Operations[0] | [.status, .response.detail // empty] | join(" ")'
}
# leaves "<sentence>" ID: in each way in which somebody can.
leaves() {
  local doc
  doc=$(apply GET "/Users/$2" | jq -c '.body | .active = false')
  is "$1: a PATCH switches him off" \
    "$(ask "$outcome" PATCH "/Users/$2" "$leave" "$dry")" 200
  is "and what was read, as a PUT, with active false" \
    "$(ask "$outcome" PUT "/Users/$2" "$doc" "$dry")" 200
  is "and each of them in a bulk request" \
    "$(bulk PATCH "$2" "$leave"; bulk PUT "$2" "$doc"; bulk DELETE "$2")" \
    "200
200
204"
  is "and a load in which he is missing" "$(sql "SELECT action, detail
      FROM scim_preview('User', 'SELECT ''boss'' AS userName')
     WHERE deactivate_missing = 1 AND id = '$2'")" "deactivate|"
  is "and a DELETE" "$(ask "$outcome" DELETE "/Users/$2" "" "$dry")" 204
}
# define '<jq filter>': changes the schema User.
define() {
  local literals core=urn:ietf:params:scim:schemas:core:2.0:User
  literals "$(sql "SELECT definition FROM scim_schema WHERE id = '$core'" |
    jq -c "$1")"
  sql "UPDATE scim_schema SET definition = $literals WHERE id = '$core'"
}
user boss

# ---- A value that others have too

for id in ann bob cid; do
  user $id '"emails":[{"value":"Sales@x"},{"value":"'$id'@x"}],"nickName":"N"'
done
tenant '{"unique_attributes":["User.emails.value"]}'
leaves "who shares a value that the tenant wants unique" bob
leaves "also the oldest" ann
is "one that nobody shared may have anything but that" "$(
  ask "$status" POST /Users '{"userName":"d","emails":[{"value":"SALES@x"}]}'
  ask "$status" PATCH /Users/boss '{"Operations":[{"op":"add","path":"emails",
    "value":[{"value":"sales@x"}]}]}' '' "$dry"
  ask "$status" POST /Users '{"userName":"d","emails":[{"value":"d@x"}]}' \
    "$dry")" "409 uniqueness
409 uniqueness
201"
is "who shares it may be changed otherwise" "$(
  ask "$status" PATCH /Users/bob '{"Operations":[{"op":"add","path":"emails",
    "value":[{"value":"bo@x"}]},{"op":"replace","path":"title","value":"T"}]}')" \
  200
is "but to the value of another" "$(
  ask "$status" PATCH /Users/bob '{"Operations":[{"op":"add","path":"emails",
    "value":[{"value":"cid@x"}]}]}')" "409 uniqueness"
is "who gave it up does not get it back" "$(
  ask "$status" PATCH /Users/bob '{"Operations":[{"op":"remove",
    "path":"emails[value eq \"sales@x\"]"}]}'
  ask "$status" PATCH /Users/bob '{"Operations":[{"op":"add","path":"emails",
    "value":[{"value":"sales@x"}]}]}')" "200
409 uniqueness"
for id in ann cid; do ask "$status" DELETE /Users/$id; done >/dev/null
is "before all the others have" "$(
  ask "$status" PATCH /Users/bob '{"Operations":[{"op":"add","path":"emails",
    "value":[{"value":"sales@x"}]}]}')" 200
tenant '{}'

for id in eve fay; do user $id '"nickName":"N"'; done
define '(.attributes[] | select(.name == "nickName") | .uniqueness) = "server"'
leaves "who shares a value that has become unique" fay
leaves "also the oldest of them" bob
is "nobody else gets it" "$(ask "$status" POST /Users \
  '{"userName":"d","nickName":"n"}')" "409 uniqueness"
is "nor two of them the same by another way" "$(
  ask "$status" PATCH /Users/fay '{"Operations":[{"op":"remove",
    "path":"nickName"}]}'
  ask "$status" PUT /Users/fay '{"userName":"fay","nickName":"N"}')" "200
409 uniqueness"
is "what was done is what is built anew" "$(
  kept="SELECT * FROM scim_unique ORDER BY 1, 2, 3, 4;
    SELECT * FROM scim_claim ORDER BY 1, 2, 3, 4, 5"
  before=$(sql "$kept")
  sql "INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
    SELECT scim_init()" >/dev/null
  [ "$before" = "$(sql "$kept")" ] && echo same
  sql "SELECT * FROM scim_check")" same
define '(.attributes[] | select(.name == "nickName") | .uniqueness) = "none"'

# ---- A definition of later

sql "CREATE TABLE kept AS SELECT id, definition FROM scim_schema UNION ALL
  SELECT name, definition FROM scim_resource_type"
user gil '"nickName":"G","emails":[{"value":"g@x","type":"work"}]'
for change in '(.attributes[] | select(.name == "title") | .required) = true' \
  '(.attributes[] | select(.name == "nickName") | .canonicalValues) = ["a"]' \
  '(.attributes[] | select(.name == "nickName") | .mutability) = "immutable"' \
  '(.attributes[] | select(.name == "nickName") | .type) = "integer"' \
  '(.attributes[] | select(.name == "nickName") | .multiValued) = true' \
  'del(.attributes[] | select(.name == "nickName"))' \
  '(.attributes[] | select(.name == "emails") | .multiValued) = false' \
  '(.attributes[] | select(.name == "emails") | .subAttributes[] |
    select(.name == "display") | .required) = true'; do
  define "$change"
  leaves "with $change" gil
done
sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:example:x\",
    \"attributes\":[{\"name\":\"badge\",\"required\":true}]}');
  UPDATE scim_resource_type
     SET definition = json_insert(definition, '\$.schemaExtensions[#]',
           json('{\"schema\":\"urn:example:x\",\"required\":true}'))
   WHERE name = 'User'"
leaves "with an extension that has become required" gil

# ---- What was stored when there was no limit, or by hand

sql "UPDATE scim_resource_type SET definition =
    (SELECT definition FROM kept WHERE id = name) WHERE name = 'User';
  UPDATE scim_schema SET definition =
    (SELECT k.definition FROM kept AS k WHERE k.id = scim_schema.id)
   WHERE id IN (SELECT id FROM kept)"
store() { sql "UPDATE scim_resource SET doc = $2 WHERE id = '$1'"; }
user hal '"emails":[{"value":"a","primary":true},{"value":"b"}]'
store hal "json_set(doc, '\$.emails[1].primary', json('true'))"
leaves "with two values that are primary" hal
is "another one beside one of them is refused" "$(ask "$outcome" PATCH /Users/hal \
  '{"Operations":[{"op":"add","path":"emails","value":{"value":"c","primary":true}}]}')" \
  "400 invalidValue more than one value of 'emails' is primary"
is "a third is refused" "$(ask "$outcome" PATCH /Users/hal '{"Operations":[{
    "op":"add","path":"emails","value":[{"value":"c","primary":true},
    {"value":"d","primary":true}]}]}')" \
  "400 invalidValue more than one value of 'emails' is primary"
numbers="WITH RECURSIVE n(i) AS
  (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1100)"
store hal "json_set(doc, '\$.emails', ($numbers
  SELECT json_group_array(json_object('value', 'v' || i)) FROM n))"
leaves "with more values than there may be" hal
is "one may go" "$(ask "$outcome" PATCH /Users/hal '{"Operations":[{
    "op":"remove","path":"emails[value eq \"v7\"]"}]}' "$dry")" 200
is "and none come" "$(ask "$outcome" PATCH /Users/hal '{"Operations":[{"op":"add",
    "path":"emails","value":[{"value":"c"}]}]}')" \
  "400 invalidValue 'emails' has more than 1000 values"
store hal "json_set(doc, '\$.emails', json('[]'), '\$.displayName',
  printf('%.*c', 70000, 'x'))"
leaves "with a value that is longer than values may be" hal

# ---- Maps and rules

sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, status TEXT);
  INSERT INTO learner (upn) SELECT user_name FROM scim_user;
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"columns\":{\"upn\":{\"from\":\"userName\"},
    \"status\":{\"active\":\"a\",\"inactive\":\"i\"}},\"match\":[\"upn\"],
    \"none\":\"refuse\",\"many\":\"refuse\"}');
  SELECT scim_map_switch('learner', 'on');
  DELETE FROM learner WHERE upn = 'eve'" >/dev/null
leaves "whose row the application has deleted, by a map that refuses" eve
sql "INSERT INTO learner (upn) VALUES ('eve'), ('eve')"
leaves "of whom there are two rows" eve
is "who is made is refused, active or not" "$(
  for active in true false; do
    ask "$outcome" POST /Users '{"userName":"new","active":'$active'}' '{"id":"new"}'
  done)" "409 uniqueness the map 'learner' refuses 'new': no row matches
409 uniqueness the map 'learner' refuses 'new': no row matches"
is "who is switched off has no row" "$(ask "$status" PATCH /Users/eve "$leave"
  sql "SELECT count(*) FROM learner WHERE status = 'i';
    SELECT count(*) FROM scim_link WHERE id = 'eve'")" "200
0
0"
back=${leave/false/true}
is "who is switched on again is refused as long as that is so" \
  "$(ask "$outcome" PATCH /Users/eve "$back"
  sql "DELETE FROM learner WHERE id = (SELECT max(id) FROM learner)"
  ask "$outcome" PATCH /Users/eve "$back")" \
  "409 uniqueness the map 'learner' refuses 'eve': several rows match by 'upn'
200"
sql "SELECT scim_map_drop('learner')" >/dev/null

store gil "json_set(doc, '\$.displayName', 'g', '\$.emails', ($numbers
  SELECT json_group_array(json_object('value', printf('%.*c', 6000, 'é') || i))
    FROM n WHERE i <= 900))"
terms=$(for i in {1..31}; do printf 'value co "z%d" or ' $i; done)
sql "INSERT INTO scim_rule (event, filter, kind)
     SELECT value, 'emails[$terms value eq \"z\"]', 'told'
       FROM json_each('[\"updated\", \"deactivated\", \"deleted\"]')"
budget="413 the request compares values more than 5000000 times; it must be sent in \
several parts, or with simpler filters"
is "a rule may have more to compare than a request may" \
  "$(ask "$outcome" PATCH /Users/gil "${leave/active\",\"value\":false/title\",\"value\":\"x\"}" \
    "$dry")" "$budget"
is "but who leaves does not stay for that" "$(
  ask "$outcome" PATCH /Users/gil "$leave" "$dry"
  ask "$outcome" DELETE /Users/gil "" "$dry")" "200
204"
is "and a bulk request reads nothing any more when its steps are spent" "$(
  ask '[.body.Operations[].status] | join(" ")' POST /Bulk "{\"Operations\":[
    {\"method\":\"PATCH\",\"path\":\"/Users/gil\",\"data\":$leave},
    {\"method\":\"PATCH\",\"path\":\"/Users/hal\",\"data\":$leave},
    {\"method\":\"PATCH\",\"path\":\"/Users/nobody\",\"data\":$leave},
    {\"method\":\"DELETE\",\"path\":\"/Users/gil\"}]}" "$dry")" "200 413 413 413"
finish
