#!/bin/bash
# Maps that are switched, replaced and dropped.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
. tests/store/map.lib

begin "$tables" "CREATE TABLE second (id INTEGER PRIMARY KEY, upn TEXT)"
is "who is there gets a row when the map is switched on, in order" "$(
  user a >/dev/null; user b >/dev/null; gone /Users/a >/dev/null; user c >/dev/null
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
  sql "SELECT id, upn FROM learner")" "1|b
2|c"
is "one that is on and replaced brings the rows to what is defined now" "$(
  sql "SELECT scim_map('learner', json_set(definition, '\$.columns.origin',
    json('{\"value\":\"scim\"}'))) FROM scim_map;
    SELECT id, origin FROM learner; SELECT how FROM scim_link LIMIT 1")" \
  "learner
1|scim
2|scim
created"
is "a replacement that is wrong leaves all as it was" "$(
  sql "SELECT scim_map('learner', json_set(definition, '\$.columns.x',
    json('{\"value\":1}'))) FROM scim_map"
  sql "SELECT state, definition ->> '\$.columns.x' FROM scim_map;
    SELECT count(*) > 5 FROM sqlite_schema WHERE name LIKE 'scim_map.learner.%'")" \
  "Error: stepping, columns.x: the table 'learner' has no column 'x'
on|
1"
is "so does one that some resource does not pass" "$(
  sql "SELECT scim_map('learner', json_set(definition, '\$.none', 'refuse',
    '\$.match', json('[\"upn\"]'), '\$.table', 'second',
    '\$.columns', json('{\"upn\":{\"from\":\"userName\"}}'))) FROM scim_map"
  sql "SELECT state, definition ->> 'table' FROM scim_map;
    SELECT count(*) FROM scim_link")" \
  "Error: stepping, the map 'learner' refuses 'b': no row matches
on|learner
2"
is "another table makes the links void" "$(
  sql "SELECT scim_map('learner', json_set(definition, '\$.table', 'second',
    '\$.columns', json('{\"upn\":{\"from\":\"userName\"}}'))) FROM scim_map;
    SELECT count(*) FROM learner; SELECT * FROM second;
    SELECT key FROM scim_link")" "learner
2
1|b
2|c
1
2"
is "the same in other words leaves them" "$(
  sql "SELECT scim_map('learner', json_set(definition, '\$.table', 'SECOND',
    '\$.key', 'ID', '\$.only', 'default', '\$.type', 'user')) FROM scim_map;
    SELECT count(*) FROM second")" "learner
2"
# at TABLE MATCH: the map has it, and the indexes that there are then.
at() {
  local definition
  definition=$(sql "SELECT json_set(definition, '\$.table', '$1',
    '\$.match', json('$2')) FROM scim_map")
  sql "SELECT scim_map('learner', $(literal "$definition"));
    SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'
       AND name LIKE 'scim_map.%'"
}
is "an index by which nothing is found goes with the table" "$(
  at learner '["upn"]'; at second '["upn"]'; at second '[]')" "learner
scim_map.learner.on.upn|learner
learner
scim_map.learner.on.upn|second
learner"
is "while it is off nothing happens, and then it is made good" "$(
  sql "SELECT scim_map_switch('learner', 'off')"; user d; gone /Users/b
  sql "SELECT count(*) FROM second; SELECT scim_map_switch('learner', 'on');
    SELECT group_concat(upn) FROM second; SELECT id, key FROM scim_link")" "0
201|
204
2
2
b,c,d
c|2
d|3"
is "several maps have a type, and each its table" "$(
  map other "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\",\"as\":\"upper\"}},
    \"match\":[\"upn\"]}"
  user e; sql "SELECT map, key, how FROM scim_link WHERE id = 'e';
    SELECT upn FROM learner")" "201|
learner|4|created
other|4|created
b
C
D
E"
is "a schema that no longer has a path puts the map out of work, not the rest" "$(
  sql "UPDATE scim_schema SET definition = replace(definition, 'nickName', 'nick')
        WHERE id LIKE '%:User'" >/dev/null
  map third "{\"type\":\"User\",\"table\":\"third\",\"key\":\"id\",\"columns\":{}}"
  sql "SELECT count(*) FROM scim_map")" "Error: stepping, columns: must be an object of columns
Error: stepping, there is no map 'third'
2"
is "a map is not part of a dump's way back" "$(
  stock "$db" .dump | stock "$folder/copy.db"
  stock "$folder/copy.db" "SELECT count(*) FROM scim_link; SELECT count(*)
    FROM sqlite_schema WHERE name LIKE 'scim_map.%'; INSERT INTO second (upn)
    VALUES ('stock'); DELETE FROM second; SELECT count(*) FROM scim_link
     WHERE map = 'learner'")" "$(sql "SELECT count(*) FROM scim_link;
       SELECT count(*) FROM sqlite_schema WHERE name LIKE 'scim_map.%'")
0"

# ---- What is sent again

begin "$tables"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
for name in a b c; do user $name >/dev/null; done
sql "CREATE TABLE seen (state, minute);
  CREATE TRIGGER seen AFTER UPDATE ON scim_map BEGIN
    INSERT INTO seen VALUES (NEW.state, substr(NEW.since, 16, 1)); END"
# switched STATE MINUTE [OPTIONS]: what it returns; then each time that it was done.
switched() {
  sql "SELECT scim_map_switch('learner', '$1', json_patch(
    '{\"now\":\"2030-01-01T00:0$2:00Z\"}', '${3:-$none}'));
    SELECT state || ' ' || minute FROM seen;
    DELETE FROM seen"
}
again='{"again":true}'
is "a map is switched on and off, though it may have been before" "$(
  switched off 1 "$again"; switched on 2 "$again")" "0
off 1
3
on 2"
is "sent again it is not done again, and answered as it was" "$(
  switched on 2 "$again"; switched off 3; switched off 3 "$again")" "3
0
off 3
0"
is "by another's moment it is" "$(switched off 4 "$again")" "0
off 4"
is "and where it has been switched back since" "$(
  switched on 5; switched off 6; switched on 5 "$again")" "3
on 5
0
off 6
3
on 5"
is "who does not say that it may have been done has it done" \
  "$(switched on 5)" "3
on 5"
is "of a map that is not there it is said all the same" "$(
  sql "SELECT scim_map_switch('nobody', 'on', '$again')")" \
  "Error: stepping, there is no map 'nobody'"

# ---- Triggers of an earlier version

begin "$tables"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
  \"manager\":{\"from\":\"$manager:manager.value\",\"as\":\"key\"}},
  \"match\":[\"upn\"]}" >/dev/null
user ann >/dev/null
user fay "$(m eve)" >/dev/null
user eve '{"userName":"Émile"}' >/dev/null
triggers() {
  sql "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND
    name GLOB 'scim_map.*' ORDER BY name; PRAGMA schema_version"
}
# older: one of them was another, one is not made any more, one was not there.
older() {
  sql "DROP TRIGGER \"scim_map.learner.row_delete\";
    CREATE TRIGGER \"scim_map.learner.row_delete\" AFTER DELETE ON learner
      BEGIN SELECT 'slow'; END;
    CREATE TRIGGER \"scim_map.learner.former\" AFTER DELETE ON learner
      BEGIN SELECT RAISE(ABORT, 'former'); END;
    DROP TRIGGER \"scim_map.learner.row_key\""
}
version=$(sql "SELECT value FROM scim_meta WHERE name = 'version'")
there=$(triggers | sed '$d')
noted="SELECT * FROM scim_link; SELECT * FROM scim_map_fold;
  SELECT * FROM scim_map_reference; SELECT * FROM learner;
  SELECT count(*) FROM scim_log"
before=$(sql "$noted")
older
sql "SELECT scim_init()" >/dev/null
is "scim_init makes them as they are made now, and leaves the rows" \
  "$(triggers | sed '$d')$(sql "$noted" | diff <(echo "$before") -)" "$there"
is "the second time it does nothing" "$(triggers; sql "SELECT scim_init()")" \
  "$(triggers)
$version"
is "they work" "$(sql "DELETE FROM learner WHERE upn = 'ann';
  SELECT count(*) FROM scim_link")" 2
is "who had the manager has none when that one is gone" "$(gone /Users/eve
  sql "SELECT upn, manager FROM learner WHERE upn = 'fay'")" "204
fay|"
sql "SELECT scim_map_switch('learner', 'off')" >/dev/null
is "a map that is off gets none" "$(sql "SELECT scim_init()" >/dev/null
  triggers | sed '$d')" ""
sql "SELECT scim_map_switch('learner', 'on')" >/dev/null
sql "ALTER TABLE learner RENAME COLUMN upn TO nobody" >/dev/null
older
is "one that does not fit its table is left alone" \
  "$(sql "SELECT scim_init()") $(triggers | grep -c "'slow'\|'former'")" "$version 2"

# ---- What the table refuses

begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT CHECK (upn <> 'no'),
    name TEXT, status TEXT);
  CREATE UNIQUE INDEX one ON learner (lower(name)) WHERE status = 'in';
  CREATE TRIGGER full BEFORE INSERT ON learner WHEN NEW.upn = 'full' BEGIN
    SELECT RAISE(ABORT, 'scim:403::no seats left'); END"
user a '{"displayName":"Ann"}' >/dev/null
refused() { # USER BODY
  user "$@" >/dev/null
  sql "SELECT scim_map_switch('learner', 'on')" \
    "SELECT count(*) FROM learner" "SELECT state FROM scim_map"
  gone "/Users/$1" >/dev/null
}
sql "SELECT scim_map('learner', '{$learner,\"columns\":{
  \"upn\":{\"from\":\"userName\"},\"name\":{\"from\":\"displayName\"},
  \"status\":{\"active\":\"in\",\"inactive\":\"out\"}}}')" >/dev/null
is "of many it is said which one the table refuses" "$(
  refused no; refused full; refused eve '{"displayName":"ANN"}')" \
  "Error: stepping, 'no' of the tenant 'default': the application refuses it: CHECK constraint failed: upn <> 'no'
0
off
Error: stepping, 'full' of the tenant 'default': no seats left
0
off
Error: stepping, 'eve' of the tenant 'default': the application refuses it: UNIQUE constraint failed: index 'one'
0
off"

# ---- What is renamed

# Whom a map had linked it has still, by the same rows: people were linked by hand,
# or there is nothing by which they would be found again.
# renamed "<sentence>" STATE MATCH "<statement>" "<what is another in the definition>"
renamed() {
  taken || return
  begin "$tables" "INSERT INTO learner (id, upn) VALUES (7, 'x')"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
    \"name\":{\"from\":\"displayName\",\"on\":\"create\"}}$3}"
  user a >/dev/null
  sql "UPDATE scim_link SET key = 7;
    UPDATE learner SET upn = NULL; SELECT scim_map_switch('learner', '$2');
    $4;" >/dev/null
  sql "SELECT scim_map('learner', $(literal "$(sql "SELECT json_patch(
      definition, $(literal "$5")) FROM scim_map")"));
    SELECT scim_map_switch('learner', 'on')" >/dev/null
  user b >/dev/null
  is "$1 ($2)" "$(sql "SELECT id, key, how FROM scim_link;
    SELECT count(*) FROM $6; SELECT * FROM scim_mistake")" "$7"
}
kept="a|7|created
b|9|created
3"
for match in '' ',"match":["upn"]'; do
  renamed "a table that is renamed is the same${match:+, by its triggers}" on \
    "$match" "ALTER TABLE learner RENAME TO \"the pupil\"" \
    '{"table":"the pupil"}' '"the pupil"' "$kept"
  renamed "so is a key${match:+ by which rows are found}" on "$match" \
    "ALTER TABLE learner RENAME COLUMN id TO pk" '{"key":"pk"}' learner "$kept"
done
renamed "a table by its index" off ',"match":["upn"]' \
  "ALTER TABLE learner RENAME TO pupil" '{"table":"pupil"}' pupil "$kept"
renamed "one that was dropped is another" on ',"match":["upn"]' \
  "DROP TABLE learner; ${tables/learner/pupil}" '{"table":"pupil"}' pupil "a|1|created
b|2|created
2"

# ---- Members of a map that is defined anew

# Whoever leaves a group must lose the row that the map has put there.
# members_again "<when>" "<statement>" "<what is another>" TABLE STATE [WANT]
members_again() {
  taken || return
  begin "$tables" "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE lt (tag INT, learner INT)"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members}}"
  user a >/dev/null
  user b >/dev/null
  group g '{"displayName":"g","members":[{"value":"a"},{"value":"b"}]}' >/dev/null
  sql "INSERT INTO lt VALUES (1, 9); SELECT scim_map_switch('tag', '$5'); $2;
    SELECT scim_map('tag', json_patch(definition, $(literal "$3")))
      FROM scim_map WHERE name = 'tag';
    SELECT scim_map_switch('tag', 'on')" >/dev/null
  patch /Groups/g '{"op":"remove","path":"members[value eq \"a\"]"}' >/dev/null
  is "the rows of members when $1 ($5)" "$(sql "
    SELECT group_concat(tag || ' ' || learner) FROM (SELECT tag, learner FROM $4
     ORDER BY 1, 2); SELECT * FROM scim_check")" "${6:-1 2,1 9}"
}
for state in on off; do
  members_again "nested ones count by now" "" \
    '{"members":{"nested":"effective"}}' lt $state
  members_again "the words are other ones" "" \
    '{"members":{"table":"LT","group":"Tag"}}' lt $state
done
for state in on off; do
  members_again "the join table has another name" \
    "ALTER TABLE lt RENAME TO \"l t\"" '{"members":{"table":"l t"}}' '"l t"' $state
  members_again "its columns have" \
    "ALTER TABLE lt RENAME COLUMN learner TO \"who's\"" \
    '{"members":{"member":"who'"'"'s"}}' \
    '(SELECT tag, "who'"'"'s" AS learner FROM lt)' $state
  members_again "it was made anew" \
    "CREATE TABLE lt2 AS SELECT * FROM lt; DROP TABLE lt" \
    '{"members":{"table":"lt2"}}' lt2 $state
done
members_again "the table is another one, whose rows are its own" \
  "CREATE TABLE lt2 AS SELECT * FROM lt" '{"members":{"table":"lt2"}}' lt2 on \
  "1 1,1 2,1 9"
enough 17

# ---- What goes while a map is off

begin "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT)" \
  "CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))" \
  "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, boss INTEGER)" \
  "INSERT INTO learner VALUES (8, 'twin', NULL), (9, 'TWIN', NULL)"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
  \"boss\":{\"from\":\"$manager:manager.value\",\"as\":\"key\"}},
  \"match\":[\"upn\"],\"deleted\":\"delete\"}"
map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",\"deleted\":\"delete\",
  \"columns\":{\"name\":{\"from\":\"displayName\"}},
  \"members\":{\"table\":\"lt\",\"group\":\"tag\",\"member\":\"learner\",
    \"of\":\"learner\"}}"
is "resources that go while a map is off are nothing that scim_check finds" "$(
  user a; user b "{\"$manager\":{\"manager\":{\"value\":\"a\"}}}"; user twin
  group g '{"displayName":"g","members":[{"value":"a"},{"value":"b"}]}'
  sql "SELECT scim_map_switch('tag', 'off'), scim_map_switch('learner', 'off');
    SELECT count(*) FROM scim_review"
  gone /Groups/g; gone /Users/b; gone /Users/twin
  sql "SELECT kind, detail FROM scim_check; SELECT count(*) FROM scim_link")" "201|
201|
201|
201
0|0
1
204
204
204
3"
is "nor is anything left of them when it is on again" "$(
  sql "SELECT scim_map_switch('learner', 'on'), scim_map_switch('tag', 'on');
    SELECT kind, detail FROM scim_check; SELECT id FROM scim_link;
    SELECT count(*) FROM scim_review; SELECT count(*) FROM lt;
    SELECT count(*) FROM tag")" "1|0
a
0
0
0"

finish
