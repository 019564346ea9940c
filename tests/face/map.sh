#!/bin/bash
# scim_map, scim_map_switch, scim_map_sql, scim_map_drop: what is refused, with
# its place and without a trace, and what each says. What maps do to rows is in
# tests/store/map.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null
sql "
  CREATE TABLE learner (id INTEGER PRIMARY KEY, customer TEXT, email TEXT,
    upn TEXT, name TEXT, manager INTEGER, status TEXT,
    twice TEXT GENERATED ALWAYS AS (email || email));
  CREATE VIEW people AS SELECT * FROM learner;
  CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE learner_tag (tag_id INT, learner_id INT, why TEXT);
  CREATE TABLE narrow (id INTEGER PRIMARY KEY, name TEXT,
    needed TEXT NOT NULL);
  CREATE TABLE loose (id INTEGER, name TEXT);
  CREATE TABLE number (id INT PRIMARY KEY, name TEXT);
  CREATE TABLE drawn (id TEXT PRIMARY KEY
    DEFAULT (lower(hex(randomblob(16)))), name TEXT) WITHOUT ROWID;
  CREATE TABLE bytes (id BLOB PRIMARY KEY, name TEXT);
  CREATE TABLE strict (id INTEGER PRIMARY KEY, day INT, raw BLOB) STRICT;
  CREATE TABLE replacing (id INTEGER PRIMARY KEY,
    name TEXT UNIQUE ON /* now */ CONFLICT REPLACE);
  CREATE TABLE \"on\" (id INTEGER PRIMARY KEY, name TEXT
    DEFAULT 'ON CONFLICT', -- ON CONFLICT
    \"CONFLICT\" TEXT CHECK (\"CONFLICT\" <> 'on') /* ON CONFLICT */);
  CREATE TABLE hidden (rowid TEXT, _rowid_ TEXT, oid TEXT, id INT UNIQUE);" \
  >/dev/null

# What is refused, and that nothing is left of it.
schema() {
  sql "SELECT group_concat(name) FROM sqlite_schema WHERE name LIKE 'scim_map.%';
    SELECT group_concat(name) FROM scim_map;
    SELECT count(*) FROM scim_link;"
}
before=$(schema)

# refuses "<sentence>" "<definition>" "<message>"
refuses() {
  is "refused: $1" "$(sql "SELECT scim_map('x', $(literal "$2"))")" \
    "Error: stepping, $3"
}

# with "<members>": a definition of the smallest map with something else.
with() {
  printf '{"type":"User","table":"learner","key":"id",%s}' "$1"
}

name='"columns":{"name":{"from":"displayName"}}'

refuses "what is no JSON" '{"type":' \
  "the definition is not valid JSON: the JSON text ends early at byte 8"
refuses "what is no object" '[]' "the definition: must be a JSON object"
refuses "an unknown option" "$(with "$name,\"colums\":{}")" \
  "colums: there is no such option"
refuses "no type" '{"table":"learner"}' "type: is missing"
refuses "an unknown type" '{"type":"Person"}' \
  "type: there is no resource type 'Person'"
refuses "a type that is no text" '{"type":1}' \
  "type: must be a text that is not empty"
refuses "no table" '{"type":"User","key":"id"}' "table: is missing"
refuses "no key" '{"type":"User","table":"learner"}' "key: is missing"
refuses "no columns" "$(with '"none":"create"')" \
  "columns: must be an object of columns"
refuses "columns of nothing" "$(with '"columns":{}')" \
  "columns: must be an object of columns"
refuses "a column of nothing" "$(with '"columns":{"name":{}}')" \
  'columns.name: needs "from", "value", or "active" and "inactive"'
refuses "a column that is a text" "$(with '"columns":{"name":"displayName"}')" \
  'columns.name: needs "from", "value", or "active" and "inactive"'
refuses "an unknown option of a column" \
  "$(with '"columns":{"name":{"from":"title","form":1}}')" \
  "columns.name.form: there is no such option"
refuses "an unknown path" \
  "$(with '"columns":{"email":{"from":["emails.value","mail"]}}')" \
  "columns.email.from[1]: the path 'mail' names an unknown attribute"
refuses "the path of another type" \
  "$(with '"columns":{"name":{"from":"members.value"}}')" \
  "columns.name.from: the path 'members.value' names an unknown attribute"
refuses "a password" "$(with '"columns":{"name":{"from":"password"}}')" \
  "columns.name.from: the path 'password' names what is not part of the stored document"
refuses "an unknown transform" \
  "$(with '"columns":{"name":{"from":"title","as":"Lower"}}')" \
  "columns.name.as: there is no transform 'Lower', only text lower upper trim e164 boolean integer date key json"
refuses "a complex value that is not JSON" \
  "$(with '"columns":{"name":{"from":"name"}}')" \
  "columns.name.as: the path 'name' names several attributes: name one of them, or say \"as\": \"json\""
refuses "another word for on" \
  "$(with '"columns":{"name":{"from":"title","on":"update"}}')" \
  'columns.name.on: must be "create"'
refuses "another word for absent" \
  "$(with '"columns":{"name":{"from":"title","absent":"null"}}')" \
  'columns.name.absent: must be "keep"'
refuses "absent of a constant" \
  "$(with '"columns":{"name":{"value":"x","absent":"keep"}}')" \
  'columns.name.absent: there is no such option'
refuses "a suffix without a number" \
  "$(with '"columns":{"name":{"from":"title","unique":" (%s)"}}')" \
  'columns.name.unique: must have one %d, for the number: " (%d)"'
refuses "a suffix with two numbers" \
  "$(with '"columns":{"name":{"from":"title","unique":"%d-%d"}}')" \
  'columns.name.unique: must have one %d, for the number: " (%d)"'
refuses "a constant that is null" "$(with '"columns":{"name":{"value":null}}')" \
  'columns.name.value: must be a text, a number, true or false'
refuses "active without inactive" \
  "$(with '"columns":{"status":{"active":1}}')" \
  'columns.status.inactive: is missing'
refuses "of without key" \
  "$(with '"columns":{"name":{"from":"title","of":"x"}}')" \
  'columns.name.of: goes with "as": "key" only'
refuses "the key of a map that is not there" \
  "$(with '"columns":{"manager":{"from":"title","as":"key","of":"y"}}')" \
  "columns.manager.of: there is no map 'y'"
refuses "a suffix of a key" \
  "$(with '"columns":{"manager":{"from":"title","as":"key","unique":"%d"}}')" \
  "columns.manager.unique: is not for keys of other rows"

refuses "a match that is no list" "$(with "$name,\"match\":\"name\"")" \
  "match: must be a list of columns"
refuses "a match by no column" "$(with "$name,\"match\":[\"name\",\"upn\"]")" \
  "match[1]: must name one of the columns"
refuses "a match by nothing" "$(with "$name,\"match\":[[]]")" \
  "match[0]: must name one of the columns"
refuses "a match within a list" \
  "$(with "$name,\"match\":[[\"name\",\"upn\"]]")" \
  "match[0][1]: must name one of the columns"
refuses "a match by a constant" \
  "$(with '"columns":{"name":{"value":"x"}},"match":["name"]')" \
  "match[0]: must name a column that is found by paths"
refuses "another word for none" "$(with "$name,\"none\":\"delete\"")" \
  "none: must be one of create ignore review refuse"
refuses "another word for many" "$(with "$name,\"many\":\"create\"")" \
  "many: must be one of review refuse"
refuses "another word for deleted" "$(with "$name,\"deleted\":\"remove\"")" \
  "deleted: must be one of inactive delete keep"
refuses "inactive without a column for it" \
  "$(with "$name,\"deleted\":\"inactive\"")" \
  'deleted: needs a column with "active" and "inactive"'
refuses "tenant and only" \
  "$(with "$name,\"tenant\":\"customer\",\"only\":\"acme\"")" \
  'only: goes with no "tenant"'
refuses "a tenant that is a column" \
  "$(with "$name,\"tenant\":\"name\"")" "tenant: is one of the columns as well"

refuses "an unknown table" '{"type":"User","table":"lerner","key":"id",'"$name}" \
  "table: there is no ordinary table 'lerner' of yours in the database of scim"
refuses "a view" '{"type":"User","table":"people","key":"id",'"$name}" \
  "table: there is no ordinary table 'people' of yours in the database of scim"
refuses "a table of scim" '{"type":"User","table":"scim_token","key":"id",'"$name}" \
  "table: there is no ordinary table 'scim_token' of yours in the database of scim"
if sql "CREATE VIRTUAL TABLE doc USING fts5 (text)" | grep -q 'no such module'
then
  is "refused: a virtual table, and those it keeps its rows in" skipped ""
else
  refuses "a virtual table" '{"type":"User","table":"doc","key":"id",'"$name}" \
    "table: there is no ordinary table 'doc' of yours in the database of scim"
  refuses "one that it keeps its rows in" \
    '{"type":"User","table":"DOC_content","key":"id",'"$name}" \
    "table: there is no ordinary table 'DOC_content' of yours in the database of scim"
  sql 'CREATE TABLE doc_tag (name TEXT)'
  refuses "nothing for its name's sake" \
    '{"type":"User","table":"Doc_Tag","key":"id",'"$name}" \
    "key: the table 'doc_tag' has no column 'id'"
fi
refuses "an unknown column" "$(with '"columns":{"nam":{"from":"title"}}')" \
  "columns.nam: the table 'learner' has no column 'nam'"
refuses "a generated column" "$(with '"columns":{"twice":{"from":"title"}}')" \
  "columns.twice: the column 'twice' is a generated one"
refuses "an unknown tenant column" "$(with "$name,\"tenant\":\"custmer\"")" \
  "tenant: the table 'learner' has no column 'custmer'"
refuses "an unknown key" '{"type":"User","table":"learner","key":"uid",'"$name}" \
  "key: the table 'learner' has no column 'uid'"
refuses "ON CONFLICT" '{"type":"User","table":"replacing","key":"id",'"$name}" \
  "table: the table 'replacing' has ON CONFLICT clauses, which could delete or skip rows without a word"
refuses "a key that is not unique" '{"type":"User","table":"loose","key":"id",'"$name}" \
  "key: 'id' does not tell rows apart: it is neither the primary key nor UNIQUE by itself"
refuses "an integer that nobody numbers" \
  '{"type":"User","table":"number","key":"id",'"$name}" \
  "key: 'id' is an integer that SQLite does not number: give it by a column"
refuses "a DEFAULT of a table WITHOUT ROWID" \
  '{"type":"User","table":"drawn","key":"id",'"$name}" \
  "key: the DEFAULT of 'id' draws a key that cannot be learned in a table WITHOUT ROWID: give it by a column"
refuses "a BLOB" '{"type":"User","table":"bytes","key":"id",'"$name}" \
  "key: 'id' is neither an integer nor a text"
refuses "a rowid that cannot be named" \
  '{"type":"User","table":"hidden","key":"id","columns":{"oid":{"from":"title"}}}' \
  "table: 'hidden' hides the rowid behind its columns"
refuses "what must not be NULL and is not there" \
  '{"type":"User","table":"narrow","key":"id",'"$name}" \
  "columns: 'needed' is NOT NULL without a DEFAULT, and missing here"
refuses "text in a column of numbers of a STRICT table" \
  '{"type":"User","table":"strict","key":"id","columns":{"day":{"from":"title","as":"date"}}}' \
  "columns.day: does not fit the type INT"
refuses "anything in a column of bytes of a STRICT table" \
  '{"type":"User","table":"strict","key":"id","columns":{"raw":{"from":"title"}}}' \
  "columns.raw: does not fit the type BLOB"

sql 'CREATE TABLE lax (id INTEGER PRIMARY KEY, "strict" CHECK ("strict" > (0)),
  raw BLOB) /*/ STRICT */' "CREATE TABLE tight (id INTEGER PRIMARY KEY, raw BLOB)
  /* ) */ strict"
refuses "anything of a STRICT table only, whatever its text says besides" \
  '{"type":"User","table":"lax","key":"id","columns":{"raw":{"from":"title"},"x":{"from":"title"}}}' \
  "columns.x: the table 'lax' has no column 'x'"
refuses "however that is written" \
  '{"type":"User","table":"tight","key":"id","columns":{"raw":{"from":"title"}}}' \
  "columns.raw: does not fit the type BLOB"

refuses "members of a user" "$(with "$name,\"members\":{}")" \
  "members: the type has no members"
group='"type":"Group","table":"tag","key":"id","columns":{"name":{"from":"displayName"}}'
refuses "members of no table" "{$group,\"members\":{}}" \
  "members.table: is missing"
refuses "members of no map" \
  "{$group,\"members\":{\"table\":\"learner_tag\",\"group\":\"tag_id\",\"member\":\"learner_id\",\"of\":\"y\"}}" \
  "members.of: there is no map 'y'"
refuses "members with another word" \
  "{$group,\"members\":{\"table\":\"learner_tag\",\"group\":\"tag_id\",\"member\":\"learner_id\",\"of\":\"x\",\"nested\":\"all\"}}" \
  "members.nested: must be one of direct effective"
refuses "members of an unknown table" \
  "{$group,\"members\":{\"table\":\"tags\",\"group\":\"tag_id\",\"member\":\"learner_id\",\"of\":\"x\"}}" \
  "members.table: there is no ordinary table 'tags' of yours in the database of scim"
refuses "members of an unknown column" \
  "{$group,\"members\":{\"table\":\"learner_tag\",\"group\":\"tag\",\"member\":\"learner_id\",\"of\":\"x\"}}" \
  "members.group: the table 'learner_tag' has no column 'tag'"

is "a name has few characters" "$(sql \
  "SELECT scim_map('A b', '{}')" "SELECT scim_map('', '{}')" \
  "SELECT scim_map(NULL, '{}')" | sort -u)" \
  "Error: stepping, a map's name is 1 to 64 of the characters a-z, 0-9, _ and -"
is "after all that nothing is there" "$(schema)" "$before"

# ---- What is right

indexes() {
  sql "SELECT group_concat(name, ' ')
         FROM (SELECT name FROM sqlite_schema
                WHERE type = 'index' AND name LIKE 'scim_map.%' ORDER BY name)"
}

is "a map is stored, and is off" "$(sql "
  SELECT scim_map('learner', '$(with "$name,\"tenant\":\"customer\"")');
  SELECT name, state, definition ->> 'table' FROM scim_map")" \
  "learner
learner|off|learner"
is "nothing is created for one that is off" \
  "$(sql "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'scim_map.%'")" 0
is "words of a name or a comment are no ON CONFLICT" "$(sql "
  SELECT scim_map('x', '{\"type\":\"User\",\"table\":\"on\",\"key\":\"id\",$name}')")" x
is "a column has one owner" "$(sql "
  SELECT scim_map('other', '$(with "\"columns\":{\"NAME\":{\"from\":\"title\"}}")')")" \
  "Error: stepping, columns.NAME: is a column of the map 'learner'"
is "its SQL is shown, and is what switching it on makes" "$(sql "
  SELECT scim_map_switch('learner', 'on');
  SELECT count(*), sum(instr(scim_map_sql('learner'), sql) > 0)
    FROM sqlite_schema WHERE name LIKE 'scim_map.learner.%'")" "0
7|7"
is "there is no OR clause in it" "$(sql "
  SELECT scim_map_sql('learner') LIKE '%INSERT OR%',
         scim_map_sql('learner') LIKE '%UPDATE OR%'")" "0|0"
is "and no function of the extension" \
  "$(sql "SELECT scim_map_sql('learner') LIKE '%scim\\_%(%' ESCAPE '\\'
    AND EXISTS (SELECT 1 FROM pragma_function_list AS f
                 WHERE f.name LIKE 'scim%'
                   AND scim_map_sql('learner') LIKE '%' || f.name || '(%')")" 0
is "on is on, and off is off, as often as it is said" "$(sql "
  SELECT scim_map_switch('learner', 'on'), scim_map_switch('learner', 'on');
  SELECT state FROM scim_map WHERE name = 'learner';
  SELECT scim_map_switch('learner', 'off'), scim_map_switch('learner', 'off');
  SELECT state FROM scim_map WHERE name = 'learner';
  SELECT count(*) FROM sqlite_schema WHERE name LIKE 'scim_map.learner.%'")" \
  "0|0
on
0|0
off
0"
is "another state is refused" "$(sql "SELECT scim_map_switch('learner', 'ON')")" \
  "Error: stepping, a map is switched 'on' or 'off', not 'ON'"
is "and so is a map that is not there" "$(sql \
  "SELECT scim_map_switch('y', 'on')" "SELECT scim_map_switch('y', 'off')" \
  "SELECT scim_map_drop('y')" "SELECT scim_map_sql('y')" | sort -u)" \
  "Error: stepping, there is no map 'y'"
is "options are strict" "$(sql \
  "SELECT scim_map_switch('learner', 'on', '{\"then\":1}')" \
  "SELECT scim_map('learner', '{}', '{\"then\":1}')" \
  "SELECT scim_map_drop('learner', '{\"then\":1}')" | sort -u)" \
  "Error: stepping, there is no option 'then'"
is "the time may be given" "$(sql "
  SELECT scim_map_switch('learner', 'on', '{\"now\":\"2026-01-01T00:00:00Z\"}');
  SELECT since FROM scim_map WHERE name = 'learner'")" "0
2026-01-01T00:00:00.000Z"
is "a map that another needs cannot be dropped" "$(sql "
  SELECT scim_map('tag', '{$group,\"members\":{\"table\":\"learner_tag\",\"group\":\"tag_id\",\"member\":\"learner_id\",\"of\":\"learner\"}}');" "
  SELECT scim_map_drop('learner')")" "tag
Error: stepping, the map 'tag' needs 'learner'"
is "one that is dropped leaves nothing behind" "$(sql "
  SELECT scim_map_drop('tag'), scim_map_drop('learner'), scim_map_drop('x');
  SELECT count(*) FROM scim_map;
  SELECT count(*) FROM sqlite_schema WHERE name LIKE 'scim_map.%'")" \
  "tag|learner|x
0
0"
two='"columns":{"name":{"from":"displayName"},"upn":{"from":"userName"}}'
is "there is an index of the table for each rule" "$(sql "
  SELECT scim_map('m', '$(with "$two,\"match\":[\"upn\",[\"name\",\"upn\"]]")');
  SELECT scim_map_switch('m', 'on')" >/dev/null; indexes)" \
  "scim_map.m.on.name+upn scim_map.m.on.upn"
is "which stays when the map is off" "$(sql "
  SELECT scim_map_switch('m', 'off')" >/dev/null; indexes)" \
  "scim_map.m.on.name+upn scim_map.m.on.upn"
is "and goes with the rule" "$(sql "
  SELECT scim_map_switch('m', 'on');
  SELECT scim_map('m', '$(with "$two,\"match\":[\"name\",\"upn\"]")')" >/dev/null
  indexes)" "scim_map.m.on.name scim_map.m.on.upn"
is "SQLite drops none while a query reads: that is said, and nothing done" \
  "$(sql "SELECT scim_map_drop(name) FROM scim_map"; indexes)" \
  "Error: stepping, an index of the map has to go, which SQLite does not do within a SELECT that reads a table (6)
scim_map.m.on.name scim_map.m.on.upn"
is "or with the map" "$(sql "SELECT scim_map_drop('m')"; indexes)" m

is "in a transaction that is rolled back there was no map" "$(sql "
  BEGIN;
  SELECT scim_map('learner', '$(with "$name")');
  SELECT scim_map_switch('learner', 'on');
  ROLLBACK;
  SELECT count(*) FROM scim_map;
  SELECT count(*) FROM sqlite_schema WHERE name LIKE 'scim_map.%'")" "learner
0
0
0"
is "a trigger cannot make one" "$(sql "
  CREATE TRIGGER mine AFTER INSERT ON tag BEGIN
    SELECT scim_map('learner', '{}'); END;" "INSERT INTO tag VALUES (1, 'x')" |
  sed 's/^Error: in prepare, //'; sql "DROP TRIGGER mine")" \
  "unsafe use of scim_map()"
is "several can be switched by one SELECT" "$(sql "
  SELECT scim_map('a', '$(with "$name,\"match\":[\"name\"]")');
  SELECT scim_map('b', '{$group}');
  SELECT scim_map_switch(name, 'on') FROM scim_map;
  SELECT group_concat(state) FROM scim_map;
  SELECT scim_map_switch(name, 'off') FROM scim_map;
  SELECT group_concat(state) FROM scim_map;")" "a
b
0
0
on,on
0
0
off,off"

finish
