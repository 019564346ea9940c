#!/bin/bash
# PUT (RFC 7644 section 3.5.1): what goes, and what stays.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# put BODY: names and values of the user ann afterwards.
put() {
  ask '.body | del(.schemas, .id, .meta) | tojson' PUT "${2:-/Users/ann}" "$1" \
    "${3-}"
}
user ann '"title":"T","nickName":"N"'
is "what is left out goes" "$(put '{"userName":"ann","title":"U"}')" \
  '{"userName":"ann","title":"U","active":true}'
is "what is null as well" "$(put '{"userName":"ann","title":null}')" \
  '{"userName":"ann","active":true}'
is "the id in the body does not count" \
  "$(ask .body.id PUT /Users/ann '{"userName":"ann","id":"other"}')" ann
is "nor does its meta" "$(ask '.body.meta.created == "2000-01-01T00:00:00.000Z"' \
  PUT /Users/ann '{"userName":"ann","meta":{"created":"2000-01-01T00:00:00Z"}}')" \
  false
is "the same again changes nothing" "$(ask .headers.ETag PUT /Users/ann \
  '{"userName":"ann"}')" 'W/"3"'
is "and is in the log all the same" "$(sql "SELECT action IS NULL, status FROM scim_log
  ORDER BY seq DESC LIMIT 1")" "1|200"
is "what is required must be there" "$(ask '[.status, .body.detail] | join(" ")' \
  PUT /Users/ann '{"title":"x"}')" \
  "400 'userName' is required"
is "there is no create by PUT" "$(ask .status PUT /Users/new \
  '{"userName":"new"}')" 404

# ---- Members, of two sources

user bob
user eve
apply POST /Groups '{"displayName":"g","members":[{"value":"ann"}]}' \
  '{"id":"g"}' >/dev/null
apply PATCH /Groups/g '{"Operations":[{"op":"add","path":"members",
  "value":[{"value":"eve"}]}]}' '{"source":"manual"}' >/dev/null
members='[.body.members[]?.value] | sort | join(" ")'
is "members are replaced, but for those that the platform has added" \
  "$(ask "$members" PUT /Groups/g \
    '{"displayName":"g","members":[{"value":"bob"}]}')" "bob eve"
is "left out they go" "$(ask "$members" PUT /Groups/g '{"displayName":"g"}')" eve

# ---- What is stored and fits no more

sql "UPDATE scim_resource SET doc = json_set(doc, '\$.urn:x', 'kept')
      WHERE id = 'ann'"
is "what the schema does not know stays" "$(ask .status PUT /Users/ann \
  '{"userName":"ann","title":"V"}'
  sql "SELECT json_extract(doc, '\$.title'), doc LIKE '%kept%'
         FROM scim_resource WHERE id = 'ann'")" "200
V|1"

define() {
  sql "INSERT INTO scim_schema (id, definition)
       VALUES ($(literal "$1") ->> 'id', $(literal "$1"))
           ON CONFLICT (id) DO UPDATE SET definition = excluded.definition"
}
badge() { # badge MUTABILITY: a type and its extension, with a number each
  local number='{"name":"number","mutability":"'$1'"}'
  define '{"id":"urn:t:Badge","attributes":[{"name":"name"},'"$number]}"
  define '{"id":"urn:t:Door","attributes":[{"name":"side"},'"$number]}"
}
badge readWrite
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Badge\",
  \"endpoint\":\"/Badges\",\"schema\":\"urn:t:Badge\",
  \"schemaExtensions\":[{\"schema\":\"urn:t:Door\"}]}')"
apply POST /Badges '{"name":"n","number":"1","urn:t:Door":{"side":"s",
  "number":"2"}}' '{"id":"b"}' >/dev/null
badge readOnly
sorted() { put "$1" /Badges/b | sorted_jq .; }
for body in '{"name":"n"}' '{"name":"n","number":"3","urn:t:Door":{"number":"4"}}' \
  '{"name":"n","number":null,"urn:t:Door":{"number":null}}'; do
  is "what has become readOnly stays, whatever is sent: $body" \
    "$(sorted "$body")" \
    '{"name":"n","number":"1","urn:t:Door":{"number":"2"}}'
done
is "also through a PUT of something else" \
  "$(sorted '{"name":"m","urn:t:Door":{"side":"t"}}')" \
  '{"name":"m","number":"1","urn:t:Door":{"number":"2","side":"t"}}'
is "schemas have the extension that is left so" "$(ask '.body.schemas | tostring' \
  PUT /Badges/b '{"name":"m"}')" '["urn:t:Badge","urn:t:Door"]'

finish
