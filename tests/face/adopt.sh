#!/bin/bash
# scim_map_adopt: its arguments, and the same outcome everywhere.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

tables="SELECT scim_init();
  CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, boss INTEGER);
  INSERT INTO learner VALUES (1, 'ann', 2), (2, 'bob', NULL), (3, 'cid', 1);
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"columns\":{\"upn\":{\"from\":\"userName\"},
    \"boss\":{\"from\":
    \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value\",
    \"as\":\"key\"}},\"match\":[\"upn\"]}', '{\"now\":\"2026-01-01\"}')"
sql "$tables" >/dev/null

# error <arguments>
error() {
  sql "SELECT scim_map_adopt($1)" | head -n 1 |
    sed 's/^[^,]*, //; s/ ([0-9]*)$//'
}
random=$(printf '0123456789abcdef%.0s' 1 2 3 4)

is "a map must be there" "$(error "'lerner'")" "there is no map 'lerner'"
is "NULL is none" "$(error NULL)" "there is no map ''"
is "options are strict" "$(error "'learner', '{\"dry_run\":true}'")" \
  "there is no option 'dry_run'"
is "and have their types" "$(error "'learner', '{\"now\":\"soon\"}'")" \
  "the option 'now' must be a dateTime"
is "random is 64 digits" "$(error "'learner', '{\"random\":\"12\"}'")" \
  "the option 'random' must be 64 hexadecimal digits"
is "nothing was made" "$(sql "SELECT count(*) FROM scim_resource")" 0
is "it cannot be called by a trigger" "$(sql "CREATE TRIGGER t AFTER INSERT
  ON learner BEGIN SELECT scim_map_adopt('learner'); END;
  INSERT INTO learner (upn) VALUES ('x'); DROP TRIGGER t" |
  grep -o 'unsafe.*')" "unsafe use of scim_map_adopt()"
sql "DROP TRIGGER t"
connect "file:$db?mode=ro"
is "nor on a read-only connection" "$(error "'learner'")" \
  "attempt to write a readonly database"
connect
# To rename the column would take SQLite as long as all the rest.
sql "BEGIN; DROP TABLE learner;
  CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT, boss INTEGER)"
is "a map that does not fit its table any more is an error" \
  "$(error "'learner'")" \
  "columns.upn: the table 'learner' has no column 'upn'"
sql "ROLLBACK"

options="'{\"now\":\"2026-11-21T09:30:00Z\",\"random\":\"$random\"}'"
is "with now and random it does the same everywhere" "$(sql "
  SELECT scim_map_adopt('learner', $options);
  SELECT id, created FROM scim_resource ORDER BY resource;
  SELECT since FROM scim_link LIMIT 1")" \
"$(connect :memory:; sql "$tables" >/dev/null; sql "
  SELECT scim_map_adopt('learner', $options);
  SELECT id, created FROM scim_resource ORDER BY resource;
  SELECT since FROM scim_link LIMIT 1")"
connect
is "ids are UUIDs of version 8, the time is that of the call" "$(sql "
  SELECT count(*), sum(id GLOB '????????-????-8???-[89ab]???-????????????'),
         max(created) FROM scim_resource")" "3|3|2026-11-21T09:30:00.000Z"
is "without, ids are drawn" "$(sql "
  INSERT INTO learner VALUES (4, 'dan', 4);
  BEGIN; SELECT scim_map_adopt('learner'); CREATE TEMP TABLE first AS
  SELECT id FROM scim_user WHERE user_name = 'dan'; ROLLBACK;
  SELECT scim_map_adopt('learner')")" "1
1"
is "and found again in references" "$(sql "SELECT u.manager = u.id
  FROM scim_user AS u WHERE user_name = 'dan'")" 1

finish
