#!/bin/bash
# What maps do to rows of the application: matching, keys, values, what becomes
# of the row of somebody who is gone, references, suffixes and members. What is
# refused is in tests/face/map.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
none='{}'

# begin: a new database with the tables of a platform.
begin() {
  connect
  rm -f "$db" "$db"-*
  connect
  sql "SELECT scim_init()" "$@" >/dev/null
}

# map NAME DEFINITION: made and switched on; says what is wrong.
map() {
  sql "SELECT scim_map('$1', $(literal "$2"))" \
    "SELECT scim_map_switch('$1', 'on')" | grep Error
}

# user ID BODY [OPTIONS]: what a POST answers, its status and detail.
user() {
  sql "SELECT r ->> 'status', r ->> '\$.body.detail'
         FROM (SELECT scim_apply('POST', '/Users', json_patch(
           '{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"$1\"}',
           $(literal "${2:-$none}")), json_patch('{\"id\":\"$1\"}', '${3:-$none}')) AS r)"
}

group() {
  sql "SELECT scim_apply('POST', '/Groups', json_patch(
    '{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"]}',
    $(literal "$2")), '{\"id\":\"$1\"}') ->> 'status'"
}

# patch TARGET OPERATION
patch() {
  sql "SELECT r ->> 'status', r ->> '\$.body.detail'
         FROM (SELECT scim_apply('PATCH', '$1',
    '{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[$2]}') AS r)"
}

gone() {
  sql "SELECT scim_apply('DELETE', '$1') ->> 'status'"
}

manager=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
learner='"type":"User","table":"learner","key":"id"'
tables="CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, email TEXT,
  name TEXT, manager INTEGER, status TEXT, origin TEXT, rank INTEGER)"

# ---- Matching

begin "$tables" "INSERT INTO learner (upn, email, name) VALUES
  ('ANN@X.com', NULL, 'Ann'), (NULL, 'BÖB@x.com', 'Bob'),
  ('twin', NULL, 'One'), ('TWIN', NULL, 'Two'), ('eve', 'e@x', 'Eve')"
map learner "{$learner,\"columns\":{
  \"upn\":{\"from\":\"userName\"},\"email\":{\"from\":\"emails.value\"}},
  \"match\":[\"upn\",\"email\"]}"
is "a row is found regardless of case" "$(user ann '{"userName":"ann@x.com"}')" "201|"
is "by Unicode, and by the next column" \
  "$(user bob '{"emails":[{"value":"böb@X.COM"}]}')" "201|"
is "two rows wait for a person" "$(user twin
  sql "SELECT review, map, tenant, id, candidates, reason FROM scim_review")" \
  "201|
1|learner|default|twin|[3,4]|several rows match by 'upn'"
is "whom nothing matches gets a row" "$(user new)" "201|"
is "the links say how it came" \
  "$(sql "SELECT id, key, how FROM scim_link ORDER BY key")" \
  "ann|1|upn
bob|2|email
new|6|created"
is "a linked row is matched no more" \
  "$(user second '{"emails":[{"value":"BöB@x.com"}]}'
  sql "SELECT key, how FROM scim_link WHERE id = 'second'")" "201|
7|created"
is "who waits is looked at again, but not linked behind a person's back" \
  "$(sql "UPDATE learner SET upn = 'else' WHERE id = 4"
  patch /Users/twin '{"op":"add","path":"title","value":"x"}'
  sql "SELECT review, candidates, reason FROM scim_review")" "200|
1|[3]|a row matches by 'upn'"
is "and nobody waits who is gone" "$(gone /Users/twin
  sql "SELECT count(*) FROM scim_review;
       SELECT count(*) FROM scim_link WHERE id = 'twin'")" "204
0
0"
is "the row of somebody who is gone is free for who comes" "$(gone /Users/bob
  user third '{"emails":[{"value":"böb@x.com"}]}'
  sql "SELECT key FROM scim_link WHERE id = 'third'")" "204
201|
2"
is "a row that the application changes is found by what it holds now" \
  "$(sql "UPDATE learner SET upn = 'Zoë' WHERE id = 5"
  user zoe '{"userName":"ZOË"}'
  sql "UPDATE learner SET upn = 'ÇAĞ' WHERE id = 3"
  user eve; user cag '{"userName":"çağ"}'
  sql "SELECT id, key FROM scim_link WHERE key IN (3, 5) ORDER BY id;
       SELECT key, folded FROM scim_map_fold WHERE rule = 0 ORDER BY key")" \
  "201|
201|
201|
cag|3
zoe|5
3|
5|zoë"
is "also one that it puts in the place of another" \
  "$(sql "INSERT OR REPLACE INTO learner (id, upn) VALUES (4, 'Öne')"
  user one '{"userName":"ÖNE"}'
  sql "SELECT key FROM scim_link WHERE id = 'one'")" "201|
4"
is "a dry run links nothing" "$(user else '{}' '{"dry_run":true}'
  sql "SELECT count(*) FROM scim_link WHERE id = 'else'")" "201|
0"

begin "$tables" "INSERT INTO learner (name, rank, upn) VALUES
  ('ÅSE', 7, NULL), ('åse', 8, NULL), ('Åse', 7, 'x')"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
  \"name\":{\"from\":\"displayName\"},
  \"rank\":{\"from\":\"title\",\"as\":\"integer\"}},
  \"match\":[[\"name\",\"rank\"]],\"none\":\"refuse\",\"many\":\"refuse\"}"
is "columns that match together, text and number" \
  "$(user a '{"displayName":"åSE","title":"008"}'
  sql "SELECT key, how FROM scim_link")" "201|
2|name+rank"
is "several are 409 where a map says so, and nothing is stored" \
  "$(user b '{"displayName":"åse","title":"7"}'
  sql "SELECT count(*) FROM scim_resource")" \
  "409|the map 'learner' refuses 'b': several rows match by 'name+rank'
1"
is "as is no row" "$(user c '{"displayName":"åse","title":"9"}'; user d)" \
  "409|the map 'learner' refuses 'c': no row matches
409|the map 'learner' refuses 'd': no row matches"
is "which the log tells" "$(sql "SELECT status, scim_type FROM scim_log
  WHERE status >= 400 GROUP BY 1, 2")" "409|uniqueness"

begin "$tables" "INSERT INTO learner (upn) VALUES ('a')"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}},
  \"match\":[\"upn\"],\"none\":\"ignore\"}"
is "who is ignored has no row, until one matches" "$(user a; user b
  sql "SELECT id, key FROM scim_link; INSERT INTO learner (upn) VALUES ('B')"
  patch /Users/b '{"op":"add","path":"title","value":"x"}'
  sql "SELECT id, key FROM scim_link ORDER BY id")" "201|
201|
a|1
200|
a|1
b|2"
sql "SELECT scim_map('learner', json_set(definition, '\$.none', 'review'))
       FROM scim_map" >/dev/null
is "or waits" "$(user c; sql "SELECT id, candidates, reason FROM scim_review")" \
  "201|
c|[]|no row matches"

# ---- Tenants

begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, customer TEXT, upn TEXT,
    manager INTEGER)" \
  "INSERT INTO scim_tenant (name) VALUES ('acme'), ('other');
   INSERT INTO learner (customer, upn) VALUES ('acme', 'ann'), ('other', 'ann'),
     (NULL, 'ann')"
map learner "{$learner,\"tenant\":\"customer\",\"columns\":{
  \"upn\":{\"from\":\"userName\",\"unique\":\"-%d\"},
  \"manager\":{\"from\":\"$manager:manager.value\",\"as\":\"key\"}},
  \"match\":[\"upn\"]}"
is "each tenant has its own rows" "$(
  user ann "{\"$manager\":{\"manager\":{\"value\":\"bob\"}}}" '{"tenant":"other"}'
  user bob '{}' '{"tenant":"acme"}'; user ann '{}' '{"tenant":"default"}'
  sql "SELECT * FROM learner; SELECT tenant, id, key FROM scim_link")" "201|
201|
201|
1|acme|ann|
2|other|ann|
3||ann|
4|acme|bob|
5|default|ann|
acme|bob|4
default|ann|5
other|ann|2"
is "a row that moves to another tenant is nobody's there" \
  "$(sql "UPDATE learner SET customer = 'acme' WHERE id = 2;
    SELECT tenant, id FROM scim_link ORDER BY 1")" "acme|bob
default|ann"

begin "$tables"
map learner "{$learner,\"only\":\"acme\",\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
is "or one tenant is served" "$(user a; user b '{}' '{"tenant":"acme"}'
  sql "SELECT upn FROM learner")" "201|
201|
b"

# ---- Values

begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, \"a \"\"b\" TEXT,
    'it''s' TEXT, plan TEXT NOT NULL DEFAULT 'free', drawn TEXT NOT NULL
    DEFAULT (hex(randomblob(4))), kept TEXT, once TEXT, status INTEGER,
    all_of_it TEXT, day TEXT, flag INT, fixed REAL) STRICT"
map learner "{$learner,\"columns\":{
  \"a \\\"b\":{\"from\":\"userName\",\"as\":\"upper\"},
  \"it's\":{\"from\":[\"nickName\",\"name.formatted\",\"displayName\"],\"as\":\"trim\"},
  \"plan\":{\"from\":\"userType\"},\"drawn\":{\"from\":\"locale\"},
  \"kept\":{\"from\":\"title\",\"absent\":\"keep\"},
  \"once\":{\"from\":\"title\",\"on\":\"create\"},
  \"status\":{\"active\":1,\"inactive\":false},
  \"all_of_it\":{\"from\":\"emails\",\"as\":\"json\"},
  \"fixed\":{\"value\":1.5},\"flag\":{\"value\":true}}}"
is "every kind of column, of names that need quotes" "$(
  user cag '{"userName":"çağ","displayName":" x ","title":"t","emails":[{"value":"a@b"}]}'
  sql "SELECT * FROM learner" | sed 's/[0-9A-F]\{8\}/drawn/')" \
  "201|
1|ÇAĞ|x|free|drawn|t|t|1|[{\"value\":\"a@b\"}]||1|1.5"
drawn=$(sql "SELECT drawn FROM learner")
is "what goes is cleared, kept, or its default" "$(
  patch /Users/cag '{"op":"replace","value":{"userType":"paid","locale":"de"}}'
  patch /Users/cag '{"op":"remove","path":"title"},{"op":"remove","path":"displayName"},{"op":"remove","path":"emails"},{"op":"remove","path":"userType"},{"op":"remove","path":"locale"}'
  sql "SELECT plan, drawn, kept, once, \"it's\", all_of_it FROM learner")" \
  "200|
200|
free|de|t|t||"
is "a default that draws is drawn once" "$([ -n "$drawn" ] && echo once)" once
is "what is on create is the application's afterwards" "$(
  sql "UPDATE learner SET once = 'mine', fixed = 7"
  patch /Users/cag '{"op":"add","path":"title","value":"new"}'
  sql "SELECT kept, once, fixed FROM learner")" "200|
new|mine|1.5"
is "the boolean turns" "$(
  patch /Users/cag '{"op":"replace","path":"active","value":false}'
  sql "SELECT status FROM learner")" "200|
0"

sql "CREATE TABLE seen (what);
  CREATE TRIGGER see AFTER UPDATE ON learner BEGIN
    INSERT INTO seen VALUES (NEW.kept); END"
is "a trigger of the application fires where something differs, and once" "$(
  patch /Users/cag '{"op":"add","path":"nickName","value":"nn"},{"op":"replace","path":"title","value":"v"}'
  patch /Users/cag '{"op":"add","path":"preferredLanguage","value":"de"}'
  sql "SELECT * FROM seen")" "200|
200|
v"

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

# ---- References

for keys in off on; do
  begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT,
      manager INTEGER REFERENCES learner (id), first INTEGER)"
  sql "PRAGMA foreign_keys = $keys"
  map learner "{$learner,\"deleted\":\"delete\",\"columns\":{
    \"upn\":{\"from\":\"userName\"},
    \"manager\":{\"from\":\"$manager:manager.value\",\"as\":\"key\"},
    \"first\":{\"from\":\"$manager:manager.value\",\"as\":\"key\",\"on\":\"create\"}}}"
  m() { printf '{"%s":{"manager":{"value":"%s"}}}' "$manager" "$1"; }
  is "managers come late, and in a circle (foreign_keys $keys)" "$(
    user a "$(m b)"; sql "SELECT upn, manager FROM learner"
    user b "$(m a)"; user c "$(m c)"
    sql "SELECT upn, manager, first FROM learner")" "201|
a|
201|
201|
a|2|2
b|1|1
c|3|3"
  is "they change, and go (foreign_keys $keys)" "$(
    patch /Users/a "{\"op\":\"replace\",\"path\":\"$manager:manager.value\",\"value\":\"c\"}"
    sql "SELECT manager, first FROM learner WHERE upn = 'a'"
    gone /Users/c; sql "SELECT manager, first FROM learner WHERE upn = 'a'"
    user c; sql "SELECT manager, first FROM learner WHERE upn = 'a'"
    patch /Users/a "{\"op\":\"remove\",\"path\":\"$manager:manager\"}"
    gone /Users/c; user c; sql "SELECT upn, manager, first FROM learner")" "200|
3|2
204
|2
201|
3|2
200|
204
201|
a||2
b|1|1
c||"
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

# ---- Members

members='"members":{"table":"lt","group":"tag","member":"learner","of":"learner"'
for nested in direct effective; do
  begin "$tables" "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE lt (tag INTEGER, learner INTEGER, by TEXT DEFAULT 'map',
      PRIMARY KEY (tag, learner))"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",\"deleted\":\"delete\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members,\"nested\":\"$nested\"}}"
  pairs() { sql "SELECT group_concat(p, ' ') FROM (
    SELECT t.name || l.upn || iif(j.by = 'map', '', '!') AS p
      FROM lt AS j JOIN tag AS t ON t.id = j.tag
      JOIN learner AS l ON l.id = j.learner ORDER BY 1)"; }
  inner=$([ $nested = effective ] && echo " Av")
  is "$nested members come in any order" "$(
    group a '{"displayName":"A","members":[{"value":"u"},{"value":"b"}]}' >/dev/null
    user u >/dev/null; pairs; user v >/dev/null
    group b '{"displayName":"B","members":[{"value":"v"},{"value":"w"}]}' >/dev/null
    pairs; user w >/dev/null; pairs)" "Au
Au$inner Bv
Au$inner${inner:+ Aw} Bv Bw"
  is "a row that was there before stays ($nested)" "$(
    sql "INSERT INTO lt SELECT t.id, l.id, 'hand' FROM tag AS t, learner AS l
          WHERE t.name = 'B' AND l.upn = 'u'"
    patch /Groups/b '{"op":"add","path":"members","value":[{"value":"u"}]}'
    patch /Groups/b '{"op":"remove","path":"members[value eq \"u\"]"},{"op":"remove","path":"members[value eq \"v\"]"}'
    pairs)" "200|
200|
Au${inner:+ Aw} Bu! Bw"
  is "a group that leaves another takes its members out ($nested)" "$(
    patch /Groups/a '{"op":"remove","path":"members[value eq \"b\"]"}'; pairs)" \
    "200|
Au Bu! Bw"
  is "what happens while the map is off is made good ($nested)" "$(
    sql "SELECT scim_map_switch('tag', 'off')" >/dev/null
    patch /Groups/a '{"op":"add","path":"members","value":[{"value":"b"},{"value":"v"}]},{"op":"remove","path":"members[value eq \"u\"]"}'
    pairs; sql "SELECT scim_map_switch('tag', 'on')"; pairs)" "200|
Au Bu! Bw
2
Av${inner:+ Aw} Bu! Bw"
  is "members and groups that go leave no rows ($nested)" "$(
    gone /Users/v; gone /Groups/b; pairs
    sql "SELECT count(*) FROM scim_map_member")" "204
204

0"
done

# ---- Replaced, switched, dropped

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

finish
