#!/bin/bash
# POST of a resource (RFC 7644 section 3.3): what is stored, and what is not.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

why() { # why BODY [OPTIONS]
  ask '[.status, .body.scimType // empty, .body.detail // empty] | join(" ")' \
    POST "${3:-/Users}" "$1" "${2-}"
}
stored() { sql "SELECT doc FROM scim_resource WHERE id = '$1'"; }

is "a create answers 201 with the resource" "$(ask '[.status, .body.userName,
    .body.meta.version, .headers.ETag] | join(" ")' POST /Users \
  '{"userName":"ann"}' '{"id":"ann"}')" '201 ann W/"1" W/"1"'
is "created and modified are its time" "$(ask '.body.meta |
    [.created, .lastModified] | unique | join(" ")' POST /Users \
  '{"userName":"bob"}' '{"now":"2026-01-02T03:04:05Z"}')" \
  2026-01-02T03:04:05.000Z
is "what a client may not write is not taken" "$(ask '.body |
    [.id, .meta.resourceType, (.groups | type)] | join(" ")' POST /Users \
  '{"userName":"c","id":"mine","meta":{"resourceType":"X"},
    "groups":[{"value":"g"}]}' '{"id":"c"}')" "c User null"
is "names are those of the schema, null is nothing" "$(apply POST /Users \
  '{"USERNAME":"d","title":null,"emails":[]}' '{"id":"d"}' >/dev/null
  stored d)" \
  '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"d","userName":"d","active":true}'
is "a password is not stored" "$(apply POST /Users \
  '{"userName":"e","password":"s3cret"}' '{"id":"e"}' | grep -c s3cret
  stored e | grep -c s3cret
  sql "SELECT count(*) FROM scim_log WHERE after LIKE '%s3cret%'")" "0
0
0"
is "an id of a group is none for a user" "$(apply POST /Groups \
  '{"displayName":"g"}' '{"id":"g"}' >/dev/null
  why '{"userName":"g"}' '{"id":"g"}')" \
  "409 uniqueness the 'id' is that of another resource"
is "of another tenant it is free" "$(
  sql "INSERT INTO scim_tenant (name) VALUES ('other')"
  why '{"userName":"ann"}' '{"id":"ann","tenant":"other"}')" 201
is "what is required is told" "$(why '{"title":"x"}')" \
  "400 invalidValue 'userName' is required"
is "a default may be what is required" "$(
  sql "INSERT INTO scim_default (type, attribute, value)
       VALUES ('User', 'displayName', '\"nobody\"')"
  ask .body.displayName POST /Users '{"userName":"f"}')" nobody
is "what comes along is not replaced by it" "$(ask .body.displayName POST \
  /Users '{"userName":"h","displayName":"H"}')" H
is "a group is made with its members, each once" "$(ask \
  '[.body.members[].value] | join(" ")' POST /Groups '{"displayName":"m",
   "members":[{"value":"ann"},{"value":"bob"},{"value":"ann"}]}')" "ann bob"
is "the document has no members" "$(sql "SELECT doc FROM scim_resource
  WHERE doc LIKE '%ann%' AND type = 'Group'")" ""
is "attributes hold for the reply, not for what is stored" "$(ask \
  '.body | keys | join(" ")' POST '/Users?attributes=title' \
  '{"userName":"i","title":"T"}' '{"id":"i"}'
  ask .body.userName GET /Users/i)" "id schemas title
i"
is "the log has the whole as what came after nothing" "$(sql "
  SELECT before IS NULL, after ->> 'userName' FROM scim_log
   WHERE id = 'i' AND action = 'create'")" "1|i"

finish
