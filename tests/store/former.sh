#!/bin/bash
# The names of the deleted: kept by each deletion of a user, folded, and made of
# the log by an upgrade.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

apply() { # METHOD TARGET BODY [ID]
  sql "SELECT scim_apply('$1', '$2', $(literal "$3"),
         $(literal "${4:+{\"id\":\"$4\",\"now\":\"2026-01-01\"\}}"))" >/dev/null
}
former() {
  sql "SELECT tenant, type, attribute, key, id, version, deleted
         FROM scim_former ORDER BY attribute DESC, key"
}
apply POST /Users '{"userName":"Ångström","externalId":"X1"}' a
apply POST /Users '{"userName":"plain"}' b
apply POST /Groups '{"displayName":"g","externalId":"X2"}' g
is "who is there is not among them" "$(former)" ""
for id in a b; do apply DELETE "/Users/$id" '' "$id"; done
apply DELETE /Groups/g '' g
is "a user who is deleted is, by folded keys; a group is not" "$(former)" \
  "default|User|userName|plain|b|1|2026-01-01T00:00:00.000Z
default|User|userName|ångström|a|1|2026-01-01T00:00:00.000Z
default|User|externalId|X1|a|1|2026-01-01T00:00:00.000Z"
apply POST /Users '{"userName":"PLAIN","externalId":"X1"}' c
apply DELETE /Users/c '' c
is "the last who had a key has it" "$(sql "SELECT attribute, id FROM scim_former
  WHERE id = 'c' ORDER BY 1")" "externalId|c
userName|c"
is "a deletion that is refused leaves nothing" "$(
  apply POST /Users '{"userName":"d"}' d
  sql "CREATE TRIGGER no BEFORE DELETE ON scim_resource
       BEGIN SELECT RAISE(ABORT, 'no'); END"
  apply DELETE /Users/d '' d
  sql "SELECT count(*) FROM scim_former WHERE id = 'd'")" 0

# ---- An upgrade

for old in tests/store/old/version*.db; do
  cp "$old" "$folder/old.db"
  connect "$folder/old.db"
  sql "SELECT scim_init()" >/dev/null
  is "$(basename "$old"): the log says who was deleted" "$(sql "
    SELECT count(*) > 0 FROM scim_former"
    sql "SELECT count(*) FROM scim_former AS f WHERE NOT EXISTS (
           SELECT 1 FROM scim_log AS l WHERE l.action = 'delete'
              AND l.tenant = f.tenant AND l.id = f.id AND l.time = f.deleted)"
  )" "1
0"
  is "$(basename "$old"): those who are active are counted" "$(sql "
    SELECT tenant, type FROM scim_count AS c WHERE active <> (
      SELECT count(*) FROM scim_resource AS r WHERE r.tenant = c.tenant
         AND r.type = c.type
         AND json_extract(r.doc, '$.active') IS DISTINCT FROM 0)")" ""
done

finish
