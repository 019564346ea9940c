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

finish
