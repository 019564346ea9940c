#!/bin/bash
# scim_name: what each id is called, through all that can become of it.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# named [CONDITION]: the rows, as type, id, name and whether it was deleted.
named() {
  sql "SELECT coalesce(type, '-') || ' ' || id || ' ' || coalesce(name, '?')
      || iif(deleted IS NULL, '', ' deleted') FROM scim_name
     WHERE tenant = 'default' AND ${1:-true} ORDER BY id"
}
quiet() { apply "$@" >/dev/null; }
change() { # TARGET OPERATIONS
  quiet PATCH "$1" "{\"Operations\":[$2]}"
}
add() { # GROUP MEMBERS
  change "/Groups/$1" "{\"op\":\"add\",\"path\":\"members\",\"value\":[$2]}"
}
drop() { # GROUP MEMBER
  change "/Groups/$1" "{\"op\":\"remove\",\"path\":\"members[value eq \\\"$2\\\"]\"}"
}
sound() { is "$1" "$(sql "SELECT * FROM scim_check WHERE kind = 'name'")" ""; }

# ---- Resources

quiet POST /Users '{"userName":"ann","displayName":"Ann"}' '{"id":"ann"}'
quiet POST /Groups '{"displayName":"Sales"}' '{"id":"sales"}'
quiet POST /Users '{"userName":"bob"}' '{"id":"bob"}'
is "who comes is called by the userName, else the displayName" "$(named)" \
  "User ann ann
User bob bob
Group sales Sales"
change /Users/ann '{"op":"replace","path":"userName","value":"ann2"}'
change /Groups/sales '{"op":"replace","path":"displayName","value":"Sale"}'
quiet PUT /Users/bob '{"userName":"bob","title":"Boss"}'
is "a rename is followed, by PATCH and by PUT" \
  "$(quiet PUT /Users/bob '{"userName":"bob2","title":"Boss"}'
  named)" "User ann ann2
User bob bob2
Group sales Sale"
is "a change of something else leaves it" \
  "$(change /Users/ann '{"op":"replace","path":"title","value":"x"}'
  named "id = 'ann'")" "User ann ann2"
quiet DELETE /Users/bob
is "who is deleted keeps the last name, with the moment" \
  "$(named "id = 'bob'"; sql "SELECT count(*) FROM scim_name AS n
    JOIN scim_log AS l ON l.id = n.id AND l.action = 'delete'
     AND l.time = n.deleted")" "User bob bob2 deleted
1"
quiet POST /Groups '{"displayName":"Bobs"}' '{"id":"bob"}'
is "an id that comes back is what it is now" "$(named "id = 'bob'")" \
  "Group bob Bobs"
quiet DELETE /Groups/bob
is "and goes as that" "$(named "id = 'bob'")" "Group bob Bobs deleted"
is "a deletion that is refused leaves the name as it was" \
  "$(sql "CREATE TRIGGER no BEFORE DELETE ON scim_resource
       BEGIN SELECT RAISE(IGNORE); END"
  quiet DELETE /Users/ann; sql "DROP TRIGGER no"; named "id = 'ann'")" \
  "User ann ann2"
sound "nothing is found"

# ---- By hand

is "who is renamed by hand is found by the new name" "$(sql "
  UPDATE scim_resource SET name = 'hand' WHERE id = 'ann'"
  named "name = 'hand'"; sql "UPDATE scim_resource SET name = 'ann2'
    WHERE id = 'ann'"; named "name = 'ann2'")" "User ann hand
User ann ann2"

# ---- Without a userName

sql "UPDATE scim_schema SET definition = json_replace(definition,
    '\$.attributes[' || (SELECT key FROM json_each(definition, '\$.attributes')
      WHERE value ->> 'name' = 'userName') || '].required', json('false'))
   WHERE id GLOB '*:core:2.0:User'" >/dev/null
quiet POST /Users '{"displayName":"Nameless"}' '{"id":"none"}'
is "a user without userName is called by the displayName" \
  "$(named "id = 'none'")" "User none Nameless"
is "and after a change of that, too" "$(change /Users/none \
  '{"op":"replace","path":"displayName","value":"Less"}'
  named "id = 'none'")" "User none Less"
is "and after one that takes it" "$(change /Users/none \
  '{"op":"remove","path":"displayName"}'; named "id = 'none'")" "User none ?"
is "and when a userName comes" "$(change /Users/none \
  '{"op":"add","path":"userName","value":"some"}'; named "id = 'none'")" \
  "User none some"
sound "nothing is found of these"

# ---- Within triggers

sql "CREATE TEMP TABLE seen (what TEXT);
  CREATE TEMP TRIGGER see AFTER INSERT ON scim_resource
  BEGIN
    INSERT INTO seen SELECT name FROM scim_name
     WHERE tenant = NEW.tenant AND id = NEW.id;
    INSERT INTO seen SELECT scim_apply('PATCH', '/Users/' || NEW.id,
      '{\"Operations\":[{\"op\":\"replace\",\"path\":\"userName\",\"value\":\"'
      || NEW.name || '!\"}]}', NULL) ->> 'status' WHERE NEW.type = 'User';
  END;
  CREATE TEMP TRIGGER see_rename AFTER UPDATE OF name ON scim_resource
  WHEN NEW.name = 'deb?'
  BEGIN
    INSERT INTO seen SELECT scim_apply('PATCH', '/Users/' || NEW.id,
      '{\"Operations\":[{\"op\":\"replace\",\"path\":\"userName\",\"value\":\"deb??\"}]}',
      NULL) ->> 'status';
  END"
quiet POST /Users '{"userName":"deb"}' '{"id":"deb"}'
is "a trigger finds the name of who comes, and may give another" \
  "$(sql "SELECT what FROM seen"; named "id = 'deb'")" "deb
200
User deb deb!"
change /Users/deb '{"op":"replace","path":"userName","value":"deb?"}'
is "and of who gets one" "$(named "id = 'deb'")" "User deb deb??"
sql "DROP TRIGGER see; DROP TRIGGER see_rename"
sound "nothing is found of that"

# ---- Strangers

add sales '{"value":"s1","display":"One"},{"value":"s2"},
  {"value":"ann","display":"Nobody"},{"value":"bob","display":"Bobby"}'
is "a member that nobody knows has the name that was sent, where one was" \
  "$(named "type IS NULL")" "- s1 One"
is "who is known keeps the name, and who was" "$(named "id IN ('ann', 'bob')")" \
  "User ann ann2
Group bob Bobs deleted"
quiet POST /Groups '{"displayName":"More","members":[{"value":"s1",
  "display":"Uno"},{"value":"s3","display":"Three"}]}' '{"id":"more"}'
is "the last name counts, by a new group too" "$(named "type IS NULL")" "- s1 Uno
- s3 Three"
add more '{"value":"s2","display":"Two"}'
add more '{"value":"s1"}'
is "and stays where the next request sends none" "$(named "type IS NULL")" \
  "- s1 Uno
- s2 Two
- s3 Three"
change /Groups/more '{"op":"remove","path":"members[value eq \"s2\"].display"}'
change /Groups/sales '{"op":"replace","path":"members","value":[{"value":"s1"},
  {"value":"s2","display":null},{"value":"ann"},{"value":"bob"}]}'
is "and where one takes it away" "$(named "type IS NULL"; sql "
  SELECT quote(display), count(*) FROM scim_member
   WHERE value IN ('s1', 's2') GROUP BY 1")" "- s1 Uno
- s2 Two
- s3 Three
'Uno'|1
NULL|3"
change /Groups/more '{"op":"replace","path":"members[value eq \"s2\"].display",
  "value":"Due"}'
is "the last that one gives to who is there counts" "$(named "id = 's2'")" \
  "- s2 Due"
sound "nothing is found of strangers"
quiet POST /Users '{"userName":"was-s3"}' '{"id":"s3"}'
is "a stranger who comes is one no more" "$(named "id = 's3'")" "User s3 was-s3"
drop more s2
drop sales s2
drop sales s1
drop more s1
is "one who leaves is told by the past" "$(named "type IS NULL")" "- s1 Uno
- s2 Due"
sound "nothing is found of who came and went"

# ---- Replay, to the letter

replayed() {
  sql "VACUUM INTO '$folder/old$1.db'" "ATTACH '$folder/old$1.db' AS source"
  process <<SQL
.open $folder/new$1.db
.load ${BUILD:-build}/scim
SELECT nullif(scim_init() > 0, 1);
ATTACH '$folder/old$1.db' AS source;
SELECT nullif(scim_replay('source') > 0, 1);
SELECT 'more', * FROM (SELECT * FROM main.scim_name EXCEPT
  SELECT * FROM source.scim_name);
SELECT 'less', * FROM (SELECT * FROM source.scim_name EXCEPT
  SELECT * FROM main.scim_name);
SELECT * FROM scim_check WHERE kind = 'name';
SQL
  sql "DETACH source"
}
is "a replay has the same names" "$(replayed 1 | grep .)" ""

# ---- Pruning

sql "DELETE FROM scim_consumer"
moment() { sql "SELECT strftime('%Y-%m-%dT%H:%M:%fZ',
  (SELECT max(time) FROM scim_log), '+0.001 seconds')"; }
add sales '{"value":"s4","display":"Four"}'
quiet DELETE /Users/deb
first=$(moment)
sleep 0.01
quiet DELETE /Users/s3
add sales '{"value":"s3","display":"Three again"}'
sql "SELECT scim_prune('$first')" >/dev/null
is "who was deleted before the horizon is gone, but is known as a member" \
  "$(named "id IN ('bob', 'deb', 's3', 's4')")" "- bob Bobby
User s3 was-s3 deleted
- s4 Four"
sound "nothing is found behind the horizon"
is "a replay of that log has the same names" "$(replayed 2 | grep .)" ""
second=$(moment)
sleep 0.01
quiet POST /Users '{"userName":"last"}' '{"id":"last"}'
sql "SELECT scim_prune('$second')" >/dev/null
is "strangers whom nothing names go, and who was deleted is one" \
  "$(named "type IS NULL")" "- bob Bobby
- s3 Three again
- s4 Four"
sound "nothing is found behind that"
is "a replay has the names that no row tells" "$(replayed 3 | grep .)" ""

# ---- Forgetting

quiet DELETE /Users/last
is "who is forgotten has no name, a stranger no row" \
  "$(sql "SELECT nullif(scim_forget('default', 'last') > 0, 1);
    SELECT nullif(scim_forget('default', 's3') >= 0, 1)" | grep .
  named "id IN ('last', 's3')"; sql "SELECT count(*) FROM scim_member
    WHERE value = 's3' AND display IS NOT NULL")" "User last ? deleted
0"
sound "nothing is found of what is forgotten"
is "and in the file there is none of it" \
  "$(sql "VACUUM"; grep -c 'Three again' "$db")" 0
is "a replay has none of it either" "$(replayed 4 | grep .)" ""

# ---- A change within another

quiet POST /Groups '{"displayName":"G"}' '{"id":"g"}'
quiet POST /Groups '{"displayName":"H"}' '{"id":"h"}'
for event in 'INSERT ON scim_stay' 'INSERT ON scim_member' \
  'UPDATE ON scim_resource' 'INSERT ON scim_log'; do
  sql "CREATE TABLE once (reply);
CREATE TEMP TRIGGER within AFTER $event WHEN NOT EXISTS (SELECT 1 FROM once)
BEGIN
  INSERT INTO once VALUES (NULL);
  INSERT INTO once SELECT scim_apply('PATCH', '/Groups/h', '{\"Operations\":[
    {\"op\":\"add\",\"path\":\"members\",\"value\":[
      {\"value\":\"s\",\"display\":\"Inner\"}]}]}');
END" >/dev/null
  add g '{"value":"s","display":"Outer"}'
  is "a stranger is called as the log tells last: AFTER $event" \
    "$(named "id = 's'"; sql "SELECT group_concat(reply ->> 'status') FROM once;
      DROP TRIGGER within; DROP TABLE once")" "- s Inner
200"
  sound "and so it should be"
  drop g s
  drop h s
done

# ---- A tenant that goes

sql "SELECT scim_tenant_remove('default', 10000)" >/dev/null
is "a tenant takes the names along" "$(sql "SELECT count(*) FROM scim_name")" 0

# ---- An upgrade

for taken in 'INDEX mine ON scim_log (name)' \
  'INDEX mine ON scim_log (tenant) WHERE name IS NOT NULL' \
  'TABLE scim_name_name (x)' 'INDEX Scim_Name_Name ON scim_log (target)'; do
  cp tests/store/old/version9.db "$folder/mine.db"
  stock "$folder/mine.db" "CREATE $taken"
  before=$(stock "$folder/mine.db" .dump | cksum)
  connect "$folder/mine.db"
  is "an upgrade that an application's $taken is in the way of changes nothing" "$(
    sql "SELECT scim_init()" |
      grep -o 'mine) - no such column: name\|the name scim_name_name is taken'
    [ "$(stock "$folder/mine.db" .dump | cksum)" = "$before" ] && echo as before)" \
    "$(case $taken in
      INDEX\ mine*) echo 'mine) - no such column: name' ;;
      *) echo 'the name scim_name_name is taken' ;;
    esac)
as before"
done

cp tests/store/old/version9.db "$folder/old.db"
stock "$folder/old.db" "UPDATE scim_member SET value = 'who', display = 'Stranger'
   WHERE value = 'ada'"
connect "$folder/old.db"
sql "SELECT scim_init()" >/dev/null
is "an upgrade has the names of all, and of strangers" \
  "$(sql "SELECT type IS NULL, deleted IS NULL, count(*), max(name)
      FROM scim_name GROUP BY 1, 2")" \
  "0|0|$(sql "SELECT count(*) FROM scim_log WHERE action = 'delete'")|last
0|1|$(sql "SELECT count(*) FROM scim_resource")|Änne@example.com
1|1|2|Stranger"
is "an index of another has taken the place of the one that was there" \
  "$(sql "SELECT count(*) FROM sqlite_schema WHERE name = 'scim_log_gone_name';
    PRAGMA integrity_check; SELECT id FROM scim_name INDEXED BY scim_name_name
     WHERE name = 'Stranger' AND type IS NULL" | head -n 2)" "0
ok"

# ---- From version 15

# What an application has on the table, and two tenants each of which is called as
# somebody in the other.
cp tests/store/old/version15.db "$folder/app.db"
sqlite3 "$folder/app.db" <<'SQL'
ALTER TABLE scim_name ADD COLUMN app_note TEXT DEFAULT 'none';
ALTER TABLE scim_name ADD COLUMN app_short TEXT AS (substr(name, 1, 3));
INSERT INTO scim_name (tenant, id, name)
VALUES ('x', 'y', 'x''s'), ('y', 'x', 'y''s'), ('x', 'x', 'both');
UPDATE scim_name SET app_note = tenant || ':' || id WHERE name IS NOT NULL;
CREATE UNIQUE INDEX app_who ON scim_name (tenant, app_short, id);
CREATE INDEX app_noted ON scim_name (app_note) WHERE id > 'b';
CREATE VIEW app_name AS SELECT id, tenant, app_note FROM scim_name;
CREATE TABLE app_done (what TEXT);
CREATE TRIGGER app_called AFTER UPDATE ON scim_name
BEGIN
  INSERT INTO app_done VALUES (OLD.tenant || ':' || OLD.id || ':' || NEW.name);
END;
CREATE TABLE app_known (tenant TEXT, id TEXT,
  FOREIGN KEY (tenant, id) REFERENCES scim_name (tenant, id) ON UPDATE CASCADE);
INSERT INTO app_known SELECT tenant, id FROM scim_name;
SQL
kept="SELECT * FROM scim_name ORDER BY tenant, id;
  SELECT * FROM app_name ORDER BY tenant, id;
  SELECT * FROM app_known ORDER BY tenant, id;
  SELECT type, name, sql FROM sqlite_schema WHERE name GLOB 'app_*'
   ORDER BY type, name"
sqlite3 "$folder/app.db" "$kept" >"$folder/kept"
connect "$folder/app.db" "PRAGMA foreign_keys = 1;"
sql "SELECT scim_init()" >/dev/null
is "the key is turned round, and what an application has on the table stays" \
  "$(sql "$kept" | diff "$folder/kept" -
  sql "SELECT group_concat(name) FROM (SELECT name
      FROM pragma_table_info('scim_name') WHERE pk ORDER BY pk);
    SELECT count(*) FROM app_done; PRAGMA foreign_key_check;
    PRAGMA integrity_check;
    EXPLAIN QUERY PLAN SELECT 1 FROM scim_name WHERE tenant = 'x' AND id = 'x'")" \
  "id,tenant
0
ok
QUERY PLAN
\`--SEARCH scim_name USING PRIMARY KEY (id=? AND tenant=?)"
is "its indexes find what they found, and its trigger runs" "$(sql "
  SELECT name FROM scim_name INDEXED BY app_who
   WHERE tenant = 'y' AND app_short = 'y''s';
  SELECT name FROM scim_name INDEXED BY app_noted
   WHERE app_note = 'x:y' AND id > 'b';
  SELECT scim_apply('PATCH', '/Users/ada', '{\"Operations\":[{\"op\":\"replace\",
    \"path\":\"userName\",\"value\":\"Countess\"}]}', NULL) ->> '\$.status';
  SELECT what FROM app_done")" "y's
x's
200
default:ada:Countess"

# upgraded STATEMENTS [PRAGMA]: what scim_init says of version 15 with what these
# have made, the version then, what waits in scim_meta, and whether all is sound.
upgraded() {
  cp tests/store/old/version15.db "$folder/app.db"
  sqlite3 "$folder/app.db" "$1"
  connect "$folder/app.db" "${2:-}"
  sql "SELECT scim_init()" | grep -o "^16\|\(the\|an\) [a-zT].*" |
    sed "s/'$//"
  sqlite3 "$folder/app.db" "SELECT value FROM scim_meta WHERE name = 'version';
    SELECT count(*) FROM scim_meta WHERE name GLOB 'index *';
    PRAGMA integrity_check"
}
is "indexes that ids must fit, each in its way, find them afterwards" "$(
  upgraded "DELETE FROM scim_name WHERE tenant <> 'default';
    UPDATE scim_name SET id = json_array(id) WHERE type IS NOT NULL;
    DELETE FROM scim_name WHERE type IS NULL;
    CREATE UNIQUE INDEX app_one ON scim_name (id);
    CREATE UNIQUE INDEX app_low ON scim_name (lower(id) COLLATE NOCASE DESC);
    CREATE INDEX app_json ON scim_name (json_extract(id, '\$[0]'))"
  sqlite3 "$folder/app.db" "SELECT id FROM scim_name INDEXED BY app_one
     WHERE id = '[\"ada\"]';
    SELECT id FROM scim_name INDEXED BY app_json
     WHERE json_extract(id, '\$[0]') = 'ada'")" '16
16
0
ok
["ada"]
["ada"]'
is "a foreign key that names no columns is told of, and nothing changed" "$(
  upgraded "CREATE TABLE app_known (tenant TEXT, id TEXT,
    FOREIGN KEY (tenant, id) REFERENCES Scim_Name)" \
    "CREATE TEMP TABLE app_known (a);")" \
  "the table app_known refers to scim_name without naming its columns, tenant and id
15
0
ok"
is "so is a trigger of the connection, which would be told what is not so" "$(
  upgraded "" "CREATE TEMP TRIGGER app_told AFTER UPDATE ON main.scim_name
    BEGIN SELECT RAISE(ABORT, 'never'); END;")" \
  "the TEMP trigger app_told is on scim_name
15
0
ok"
is "and an id that ends before its end" "$(
  upgraded "INSERT INTO scim_name (tenant, id) VALUES ('default', 'a' || char(0))")" \
  "an id in scim_name has U+0000
15
0
ok"
is "a name is found by its tenant, as before" "$(
  upgraded "" >/dev/null
  sqlite3 "$folder/app.db" "EXPLAIN QUERY PLAN SELECT id FROM scim_name
     WHERE tenant = 'default' AND name = 'x'" | tail -n 1)" \
  "\`--SEARCH scim_name USING COVERING INDEX scim_name_name (name=? AND tenant=?)"
is "statistics of an application's own are of the new key" "$(
  cp tests/store/old/version15.db "$folder/app.db"
  sqlite3 "$folder/app.db" ANALYZE
  connect "$folder/app.db"
  sql "SELECT scim_init(); SELECT idx, stat GLOB '[1-9]* [1-9]* [1-9]*' FROM sqlite_stat1
    WHERE idx IN ('scim_name', 'scim_name_name') ORDER BY 1")" "16
scim_name|1
scim_name_name|1"

finish
