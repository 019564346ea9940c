#!/bin/bash
# What a map goes through when it is switched on, in a preview and for an
# adoption: resources of its type and tenants, the broken passed over, and those
# that went while it was off.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  INSERT INTO scim_tenant (name) VALUES ('acme');
  CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT);
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"only\":\"acme\",\"deleted\":\"delete\",
    \"columns\":{\"login\":{\"from\":\"userName\"}},\"match\":[\"login\"]}');
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Users', json_object('userName', value),
         json_object('tenant', iif(value = 'other', 'default', 'acme'),
                     'id', value)
    FROM json_each('[\"cy\",\"ann\",\"other\",\"bob\"]');
  INSERT INTO scim (method, target, body, options) VALUES
    ('POST', '/Groups', '{\"displayName\":\"G\"}', '{\"tenant\":\"acme\"}')" \
  >/dev/null
preview="SELECT group_concat(id || ' ' || decision, ', ')
  FROM (SELECT DISTINCT id, decision FROM scim_map_preview('learner'))"

is "a preview goes by the order of creation" "$(sql "$preview")" \
  "cy create, ann create, bob create"
sql "UPDATE scim_resource SET doc = '{\"userName\":' WHERE id = 'ann'" >/dev/null
is "what is broken is passed over, by a preview" "$(sql "$preview")" \
  "cy create, bob create"
is "and when it is switched on" "$(sql "SELECT scim_map_switch('learner', 'on')" \
  "SELECT group_concat(login) FROM learner")" "2
cy,bob"
sql "SELECT scim_map_switch('learner', 'off')" >/dev/null
sql "SELECT scim_apply('DELETE', '/Users/cy', NULL, '{\"tenant\":\"acme\"}')" \
  >/dev/null
is "who went while it was off comes first" "$(sql "$preview")" "cy delete"
is "and is not among those who are counted" \
  "$(sql "SELECT scim_map_switch('learner', 'on')" \
    "SELECT group_concat(login) FROM learner")" "1
bob"
sql "INSERT INTO learner (login) VALUES ('ann'), ('bob'), ('dan')" >/dev/null
is "an adoption goes on behind what is broken, whose names stay taken" "$(
  sql "SELECT scim_map_adopt('learner')" "SELECT a.login FROM scim_link AS l
    JOIN learner AS a ON a.id = l.key WHERE l.how = 'adopted'")" "1
dan"

finish
