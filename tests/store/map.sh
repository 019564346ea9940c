#!/bin/bash
# What maps decide: what becomes of the row of somebody who is gone, and numbers
# behind names. What is refused is in tests/face/map.sh, and the rest in the tests
# of map_match, map_table, map_sql and map_switch.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
. tests/store/map.lib

# ---- Who is gone

for word in inactive delete keep; do
  begin "$tables"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
    \"status\":{\"active\":\"in\",\"inactive\":\"out\"}},\"deleted\":\"$word\"}"
  is "deleted: $word" "$(user a; gone /Users/a
    sql "SELECT upn, status FROM learner; SELECT count(*) FROM scim_link")" \
    "201|
204
$(case $word in inactive) echo 'a|out
0' ;; delete) echo 0 ;; keep) echo 'a|in
0' ;; esac)"
done

# ---- Suffixes

begin "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
  INSERT INTO tag (name) VALUES ('Straße'), ('SALES (2)')"
map tag '{"type":"Group","table":"tag","key":"id","deleted":"delete",
  "columns":{"name":{"from":"displayName","unique":" (%d)"}}}'
names() { sql "SELECT group_concat(name) FROM (SELECT name FROM tag
  WHERE id IN (SELECT key FROM scim_link) ORDER BY id)"; }
is "a name that is there gets a number, counted from 2, past those there are" "$(
  group a '{"displayName":"Sales"}'; group b '{"displayName":"sales"}'
  group c '{"displayName":"STRASSE"}'; names)" "201
201
201
Sales,sales (3),STRASSE (2)"
is "a rename of another leaves it" "$(
  patch /Groups/a '{"op":"replace","path":"displayName","value":"Other"}'
  patch /Groups/b '{"op":"add","path":"externalId","value":"x"}'; names)" \
  "200|
200|
Other,sales (3),STRASSE (2)"
is "a change of its case keeps the number" "$(
  patch /Groups/b '{"op":"replace","path":"displayName","value":"SaLeS"}'
  names)" "200|
Other,SaLeS (3),STRASSE (2)"
is "the first that is free is taken, and a deletion frees one" "$(
  group d '{"displayName":"Sales"}'; group e '{"displayName":"Other"}'
  gone /Groups/e; group f '{"displayName":"other"}'; names)" "201
201
204
201
Other,SaLeS (3),STRASSE (2),Sales,other (2)"
is "to switch again changes no name" "$(sql "
  SELECT scim_map_switch('tag', 'off'), scim_map_switch('tag', 'on')"; names)" \
  "0|5
Other,SaLeS (3),STRASSE (2),Sales,other (2)"

# ---- A map whose attribute goes

begin "$tables" "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:t:staff\",
    \"name\":\"Staff\",\"attributes\":[{\"name\":\"desk\",
    \"type\":\"string\"}]}');
  UPDATE scim_resource_type SET definition = json_insert(definition,
    '\$.schemaExtensions[#]', json('{\"schema\":\"urn:t:staff\",
    \"required\":false}')) WHERE name = 'User'"
desks() { sql "UPDATE scim_schema SET definition = replace(definition, '\"$1\"',
  '\"$2\"') WHERE id = 'urn:t:staff'"; }
mistakes() { sql "SELECT definition, place, mistake, source FROM scim_mistake"; }
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
  \"status\":{\"from\":\"urn:t:staff:desk\"}}}"
is "a map of an attribute of an extension" "$(user a; mistakes
  sql "SELECT upn FROM learner")" "201|
a"
is "an attribute that goes takes the map along: the next write says so, once" "$(
  desks desk table; user b; user c; mistakes
  sql "SELECT upn FROM learner; SELECT value FROM scim_meta
    WHERE name = 'generation'" >"$folder/before"; user d
  sql "SELECT upn FROM learner; SELECT value FROM scim_meta
    WHERE name = 'generation'" | diff "$folder/before" - && head -1 "$folder/before")" "201|
201|
learner|definition|columns.status.from: the path 'urn:t:staff:desk' names an unknown attribute|scim_map
201|
a"
is "so does the map's preview" "$(sql "
  SELECT count(*) FROM scim_map_preview('learner')" | grep -o 'the map .*')" \
  "the map 'learner' is broken: columns.status.from: the path 'urn:t:staff:desk' \
names an unknown attribute"
is "when the attribute is back the map is, and nothing is wrong" "$(
  desks table desk; user e; mistakes; sql "SELECT upn FROM learner")" "201|
a
e"

# ---- A map whose table goes

# lost STATEMENT: what a write is told behind SQLite's own words, what stands in scim_mistake, and whether
# anybody is created.
lost() {
  local before
  before=$(sql "SELECT count(*) FROM scim_user")
  sql "$1"
  sql "SELECT scim_apply('POST', '/Users', '{\"userName\":\"new\"}')" |
    sed 's/.*stepping, no such [a-z]*: .*; the map/the map/'
  mistakes
  [ "$(sql "SELECT count(*) FROM scim_user")" = "$before" ] || echo created
}
learned="the map 'learner' cannot write any more:"
for case in \
  "DROP TABLE learner|table|there is no table 'learner'" \
  "ALTER TABLE learner RENAME TO pupil|table|there is no table 'learner'" \
  "ALTER TABLE learner RENAME COLUMN upn TO mail|columns.upn|there is no column 'upn' in 'learner'" \
  "ALTER TABLE learner DROP COLUMN status|columns.status|there is no column 'status' in 'learner'" \
  "ALTER TABLE learner RENAME COLUMN id TO number|key|there is no column 'id' in 'learner'"; do
  taken || continue
  begin "$tables"
  map learner "{$learner,\"match\":[\"upn\"],\"columns\":{\"upn\":{\"from\":\"userName\"},
    \"status\":{\"active\":\"on\",\"inactive\":\"off\"}}}"
  user a >/dev/null
  IFS='|' read -r statement place reason <<<"$case"
  is "no write goes past a map of which something is gone: $statement" \
    "$(lost "$statement")" "$learned $place: $reason
learner|$place|$reason|scim_map"
  is "but a read: $statement" "$(sql "SELECT scim_apply('GET', '/Users')
    ->> '\$.body.totalResults'")" 1
  is "switched off it is in nobody's way: $statement" "$(sql "
    SELECT scim_map_switch('learner', 'off')"; user b)" "0
201|"
done
enough 5
begin "$tables"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
user a >/dev/null
is "a map that matches nothing goes on where its table is renamed" "$(
  sql "ALTER TABLE learner RENAME TO pupil"; user b; mistakes
  sql "SELECT group_concat(upn) FROM pupil")" "201|
learner|table|there is no table 'learner'|scim_map
a,b"
# Of scim_mistake one is enough: to read the whole of it takes long.
unknown() { sql "SELECT * FROM scim_map_mistake ORDER BY map, place"; }
is "where another table has come to bear its name it goes on there, and is told" "$(
  sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT)"; user b2; mistakes
  sql "SELECT group_concat(upn) FROM pupil; SELECT count(*) FROM learner")" "201|
learner|table|the triggers do not know 'learner': it was renamed, or they are of another definition|scim_map
a,b,b2
0"
is "so is a column, of the table that is there" "$(
  sql "DROP TABLE learner; ALTER TABLE pupil RENAME TO learner;
    ALTER TABLE learner RENAME COLUMN upn TO \"a \"\"b\"; ALTER TABLE learner ADD COLUMN upn"
  unknown; sql "ALTER TABLE learner DROP COLUMN upn;
    ALTER TABLE learner RENAME COLUMN \"a \"\"b\" TO upn"; unknown)" \
  "learner|columns.upn|the triggers do not know 'upn': it was renamed, or they are of another definition"
is "so is a table of members, and its columns, whatever they are called" "$(
  sql "CREATE TABLE tag (id INTEGER PRIMARY KEY, n TEXT);
    CREATE TABLE lt (\"group\" INT, id INT)"
  map tag '{"type":"Group","table":"tag","key":"id","columns":{"n":{"from":"displayName"}},
    "members":{"of":"learner","table":"lt","group":"group","member":"id"}}'
  unknown
  sql "ALTER TABLE lt RENAME COLUMN \"group\" TO g; ALTER TABLE lt RENAME COLUMN id TO i;
    ALTER TABLE lt RENAME TO was; CREATE TABLE lt (\"group\" INT, id INT)"
  unknown
  sql "SELECT scim_map_drop('tag') <> 'tag'; ALTER TABLE learner RENAME TO pupil")" \
  "tag|members.group|the triggers do not know 'group': it was renamed, or they are of another definition
tag|members.member|the triggers do not know 'id': it was renamed, or they are of another definition
tag|members.table|the triggers do not know 'lt': it was renamed, or they are of another definition
0"
is "and is not what another fault is laid to alone" "$(sql "
    CREATE TABLE o (id); CREATE TRIGGER own AFTER INSERT ON pupil BEGIN
      INSERT INTO o VALUES (1); END; DROP TABLE o"
  user c | grep -o 'no such table: main.o')" "no such table: main.o"
begin "$tables"
map learner "{$learner,\"match\":[\"upn\"],\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
user a >/dev/null
is "with the table it is back" "$(sql "ALTER TABLE learner RENAME TO old"
  user b | grep -c 'cannot write any more'; sql "ALTER TABLE old RENAME TO learner"
  mistakes; user b; sql "SELECT upn FROM learner")" "1
201|
a
b"
is "and in another one, switched on" "$(sql "DROP TABLE learner"
  user c | grep -c 'cannot write any more'
  sql "$tables" "SELECT scim_map_switch('learner', 'on')"; mistakes; user c
  sql "SELECT upn FROM learner")" "1
2
201|
a
b
c"

# A table that is built anew under its name, as migrations do it, takes triggers and
# indexes along. With legacy_alter_table SQLite does not look whether those of the
# map still have all that they name, as it does without.
rebuild="CREATE TABLE new (id INTEGER PRIMARY KEY, upn TEXT);
  INSERT INTO new SELECT id, upn FROM learner; DROP TABLE learner;
  ALTER TABLE new RENAME TO learner"
begin "$tables"
map learner "{$learner,\"match\":[\"upn\"],\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
user a >/dev/null
lost_triggers() {
  sql "SELECT definition, mistake FROM scim_mistake" \
    "SELECT kind, id, detail FROM scim_check"
}
is "a table is not built anew while a map is on" "$(sql "BEGIN; $rebuild" "ROLLBACK;
  SELECT count(*) FROM learner"; lost_triggers)" \
  "Error: stepping, error in trigger scim_map.learner.create: no such table: main.learner
1"
is "where SQLite does not look, scim_mistake tells, and so does scim_check" "$(
  sql "PRAGMA legacy_alter_table = on; BEGIN; $rebuild; COMMIT;
    PRAGMA legacy_alter_table = off"; lost_triggers)" \
  "learner|the map is on, and triggers of it are gone: switch it on again
definition|learner|scim_map, table: the map is on, and triggers of it are gone: switch \
it on again"
is "and to switch it on again is enough" "$(
  sql "DELETE FROM learner; SELECT scim_map_switch('learner', 'on')"
  lost_triggers; sql "SELECT count(*) FROM sqlite_schema
    WHERE type = 'index' AND tbl_name = 'learner'; SELECT upn FROM learner")" "1
1
a"

# ---- In a file that is attached

rm -f "$folder/other.db"
begin "$tables"
map learner "{$learner,\"match\":[\"upn\"],\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
sql "INSERT INTO learner (upn) VALUES ('a')"
connect "$folder/other.db"
sql "ATTACH '$db' AS scim; CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT,
  status TEXT); INSERT INTO learner VALUES (70, 'a', 'mine'), (71, 'b', 'mine')"
is "a map that is on goes on with the tables of its file" "$(user a; user b
  sql "SELECT how, key FROM scim_link ORDER BY key;
    SELECT id, upn FROM scim.learner ORDER BY id;
    SELECT id, upn, status FROM main.learner")" "201|
201|
upn|1
created|2
1|a
2|b
70|a|mine
71|b|mine"
attached='scim is in a file that is attached'
for call in "scim_map('m', '{$learner,\"columns\":{\"status\":{\"value\":1}}}')" \
  "scim_map_switch('learner', 'on')" "scim_map_sql('learner')" \
  "scim_map_adopt('learner')" "count(*) FROM scim_map_preview('learner')"; do
  is "but it is of that file alone: $call" \
    "$(sql "SELECT $call" | grep -o "$attached")" "$attached"
done
finish
