#!/bin/bash
# Maps and the tables of the application: every kind of key, what a table refuses,
# and what it does to rows itself. What of a table is refused is in
# tests/face/map.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
. tests/store/map.lib

# ---- Keys

# keys "<sentence>" "<columns of the table>" "<more columns>" WANT
keys() {
  begin "CREATE TABLE learner ($2"
  map learner "{\"type\":\"User\",\"table\":\"learner\",\"key\":\"id\",\"columns\":{
    \"upn\":{\"from\":\"userName\"}$3},\"match\":[\"upn\"],\"deleted\":\"delete\"}"
  is "$1" "$(sql "INSERT INTO learner (id, upn) VALUES (77, 'old')"
    user a '{"externalId":"41"}'; user OLD '{"externalId":"42"}'
    patch /Users/a '{"op":"replace","path":"userName","value":"b"}'
    sql "SELECT l.id, typeof(l.key), l.key IS t.id, t.upn
           FROM scim_link AS l JOIN learner AS t ON t.id = l.key ORDER BY 1"
    gone /Users/OLD; gone /Users/a
    sql "SELECT count(*) FROM learner; SELECT count(*) FROM scim_link")" "201|
201|
200|
OLD|$4|1|OLD
a|$4|1|b
204
204
0
0"
}

keys "an integer key is SQLite's" "id INTEGER PRIMARY KEY, upn)" "" integer
keys "also with AUTOINCREMENT" \
  "id INTEGER PRIMARY KEY AUTOINCREMENT, upn TEXT)" "" integer
keys "a text key is the id of the resource" "id TEXT PRIMARY KEY, upn TEXT)" \
  "" text
keys "in a table WITHOUT ROWID as well" \
  "id TEXT PRIMARY KEY, upn TEXT) WITHOUT ROWID" "" text
keys "and in a STRICT one" "id TEXT PRIMARY KEY, upn TEXT) STRICT" "" text
keys "a DEFAULT draws it" \
  "id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))), upn TEXT)" "" text
keys "an integer that is no rowid comes from a column" \
  "id INT PRIMARY KEY, upn TEXT) WITHOUT ROWID" \
  ',"id":{"from":"externalId","as":"integer"}' integer
keys "a UNIQUE column is a key as well, beside the rowid" \
  "upn TEXT, rowid TEXT, id TEXT NOT NULL UNIQUE)" \
  ',"id":{"from":"externalId"}' text
is "without a value for its key nobody gets a row" "$(user keyless)" \
  "409|the map 'learner' refuses 'keyless': has no value for the key of its row"

begin "CREATE TABLE learner (customer TEXT, id TEXT, upn TEXT,
    PRIMARY KEY (customer, id)) WITHOUT ROWID;
  INSERT INTO scim_tenant (name) VALUES ('acme')"
map learner "{$learner,\"tenant\":\"customer\",\"deleted\":\"delete\",
  \"columns\":{\"upn\":{\"from\":\"userName\"}}}"
is "a key may be unique within the tenant" "$(user a; user a '{}' '{"tenant":"acme"}'
  gone /Users/a; sql "SELECT * FROM learner")" "201|
201|
204
acme|a|a"
is "a key that the application changes takes its link along" "$(
  sql "UPDATE learner SET id = 'z'; SELECT tenant, id, key FROM scim_link")" \
  "acme|a|z"

# By a collation to which both are the same the link would stay with a key that
# is nobody's, and a row that goes or comes would be taken for another.
begin "CREATE TABLE learner (id TEXT COLLATE NOCASE PRIMARY KEY, name TEXT)"
map learner "{$learner,\"columns\":{\"id\":{\"from\":\"userName\"},
  \"name\":{\"from\":\"displayName\"}},\"match\":[\"id\"]}"
is "also where only letters change their case" "$(user Ann; user Eve
  sql "UPDATE learner SET id = lower(id); SELECT key FROM scim_link ORDER BY 1;
    DELETE FROM learner WHERE id = 'ann'; SELECT key FROM scim_link")" "201|
201|
ann
eve
eve"
is "or did while the map was off" "$(
  sql "SELECT scim_map_switch('learner', 'off');
    UPDATE learner SET id = 'EVE';
    SELECT count(*) FROM scim_map_preview('learner') WHERE id = 'Eve';
    SELECT scim_map_switch('learner', 'on');
    SELECT id, key, how FROM scim_link ORDER BY 1; SELECT id FROM learner")" "0
0
2
Ann|Ann|created
Eve|EVE|created
Ann
EVE"

# ---- Refusals of the application

begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT UNIQUE,
    name TEXT CHECK (name <> 'no'));
  CREATE TRIGGER skip BEFORE INSERT ON learner WHEN NEW.upn = 'skip' BEGIN
    SELECT RAISE(IGNORE); END;
  CREATE TRIGGER full BEFORE INSERT ON learner WHEN NEW.upn = 'full' BEGIN
    SELECT RAISE(ABORT, 'scim:403::no seats left'); END;
  CREATE TABLE other (x INTEGER PRIMARY KEY);
  CREATE TRIGGER also AFTER INSERT ON learner BEGIN
    INSERT OR REPLACE INTO other VALUES (1000 * NEW.id); END;
  INSERT INTO learner (upn) VALUES ('taken')"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
  \"name\":{\"from\":\"displayName\"}}}"
is "a constraint of the table is the reply" "$(user taken
  user no '{"displayName":"no"}'; user full
  sql "SELECT count(*) FROM scim_resource; SELECT count(*) FROM scim_link")" \
  "409|the application refuses it: UNIQUE constraint failed: learner.upn
400|the application refuses it: CHECK constraint failed: name <> 'no'
403|no seats left
0
0"
is "what a trigger ignores is linked to nothing" "$(user skip; user good
  sql "SELECT id, key FROM scim_link")" "201|
201|
good|2"
is "and the keys that its own triggers draw are not mistaken" \
  "$(user more; sql "SELECT key FROM scim_link WHERE id = 'more'")" "201|
3"

# The row is not there any more, or not by that key: to be linked to it, or to
# count as one who shall have none, would both be wrong.
for table in "INTEGER PRIMARY KEY, upn)" "TEXT PRIMARY KEY, upn)" \
  "TEXT PRIMARY KEY, upn) WITHOUT ROWID"; do
  begin "CREATE TABLE learner (id $table;
    CREATE TRIGGER out AFTER INSERT ON learner WHEN NEW.upn = 'out' BEGIN
      DELETE FROM learner WHERE id = NEW.id; END"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
  is "what a trigger deletes at once is linked to nothing: id $table" "$(user out
    sql "SELECT count(*) FROM scim_link; INSERT INTO learner VALUES (1, 'mine')"
    patch /Users/out '{"op":"replace","path":"userName","value":"in"}'
    sql "SELECT upn FROM learner ORDER BY upn")" "201|
0
200|
in
mine"
done

# ---- Rows that the application deletes

begin "$tables"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
is "a row that the application deletes comes again with the next change" "$(
  user a; sql "DELETE FROM learner; SELECT count(*) FROM scim_link"
  patch /Users/a '{"op":"add","path":"title","value":"x"}'
  sql "SELECT upn FROM learner; SELECT how FROM scim_link")" "201|
0
200|
a
created"

finish
