#!/bin/bash
# DELETE (RFC 7644 section 3.6): what goes along, and what the log keeps.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann '"title":"T"'
user bob
for group in one two; do
  apply POST /Groups "{\"displayName\":\"$group\",
    \"members\":[{\"value\":\"ann\"},{\"value\":\"bob\"}]}" \
    "{\"id\":\"$group\"}" >/dev/null
done

is "a delete has no body and no headers" "$(apply DELETE /Users/ann)" \
  '{"status":204,"headers":{}}'
is "the resource is gone" "$(ask .status GET /Users/ann)" 404
is "also from the groups it was in" "$(ask '[.body.Resources[].members[].value] |
  join(" ")' GET /Groups)" "bob bob"
is "and from what is looked up" "$(sql "
  SELECT count(*) FROM scim_value WHERE resource NOT IN
    (SELECT resource FROM scim_resource)
   UNION ALL SELECT count(*) FROM scim_unique WHERE resource NOT IN
    (SELECT resource FROM scim_resource)")" "0
0"
is "the log keeps who it was" "$(sql "SELECT before ->> 'title', after
  FROM scim_log WHERE action = 'delete'")" "T|"
is "and which groups it left" "$(sql "SELECT count(*) FROM scim_log
  WHERE action = 'delete' AND id = 'ann'
    AND (SELECT group_concat(g.id, ' ') FROM scim_as_of('Group',
           '2100-01-01T00:00:00Z') AS g) = 'one two'")" 1
is "its name is free again" "$(user ann; ask .status GET /Users/ann)" 200
is "a group goes with its members" "$(ask .status DELETE /Groups/one
  sql "SELECT count(*) FROM scim_member")" "204
1"
is "who was in it is there" "$(ask '[.body.groups[]?.value] | join(" ")' \
  GET /Users/bob)" two
is "twice is 404" "$(ask '[.status, .body.detail] | join(" ")' \
  DELETE /Groups/one)" "404 there is no Group 'one'"

# ---- Who is in a group by both sources, and who has several unique values

apply POST /Groups '{"displayName":"both","members":[{"value":"bob"}]}' \
  '{"id":"both"}' >/dev/null
sql "INSERT OR IGNORE INTO scim_member (\"group\", value, source)
  SELECT g.resource, 'bob', s.column1
    FROM scim_resource AS g, (VALUES ('idp'), ('manual')) AS s
   WHERE g.id = 'both';
  UPDATE scim_schema
     SET definition = json_set(definition,
           '$.attributes[' || json_array_length(definition, '$.attributes') ||
           ']', json('{\"name\":\"plate\",\"uniqueness\":\"server\"}'),
           '$.attributes[' || (1 + json_array_length(definition,
           '$.attributes')) ||
           ']', json('{\"name\":\"seal\",\"uniqueness\":\"global\"}'))
   WHERE id LIKE '%:User'
     AND id LIKE '%:core:%'"
user cleo '"plate":"p","seal":"s"'
is "three keys are unique" "$(sql "SELECT count(*) FROM scim_unique AS u
  JOIN scim_resource AS r USING (resource) WHERE r.id = 'cleo'")" 3
apply DELETE /Users/cleo >/dev/null
apply DELETE /Users/bob >/dev/null
is "and all of them go" "$(sql "SELECT count(*) FROM scim_unique
  WHERE resource NOT IN (SELECT resource FROM scim_resource)")" 0
is "the group of both sources is left once, and wholly" "$(sql "
  SELECT groups_left FROM scim_log WHERE action = 'delete' AND id = 'bob';
  SELECT count(*) FROM scim_member WHERE value = 'bob'")" '["two","both"]
0'

is "a body does no harm" "$(ask .status DELETE /Groups/two '[1]')" 204

finish
