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
is "a body does no harm" "$(ask .status DELETE /Groups/two '[1]')" 204

finish
