#!/bin/bash
# What the triggers of a map write: values, references that come late, and rows
# of join tables.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
. tests/store/map.lib

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

# What always gives the same, however it is written, is not drawn.
columns=
for i in {1..12}; do
  columns+="${columns:+,}\"c$i\":{\"from\":\"title\"}"
done
begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, c1 DEFAULT 'it''s',
  c2 DEFAULT '''', c3 DEFAULT ('x'), c4 DEFAULT .5, c5 DEFAULT 0x1F,
  c6 DEFAULT -1, c7 DEFAULT 1E+2, c8 DEFAULT x'41', c9 DEFAULT true,
  c10 DEFAULT '', c11 DEFAULT ('a' || 'b'), c12 DEFAULT (abs(7)))"
map learner "{$learner,\"columns\":{$columns}}"
is "a default comes back, unless it has to be worked out" "$(user a
  sql "SELECT * FROM learner"
  patch /Users/a '{"op":"add","path":"title","value":"T"}'
  patch /Users/a '{"op":"remove","path":"title"}'; sql "SELECT * FROM learner")" \
  "201|
1|it's|'|x|0.5|31|-1|100.0|A|1||ab|7
200|
200|
1|it's|'|x|0.5|31|-1|100.0|A|1|||"

begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT UNIQUE
    COLLATE NOCASE)"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
is "a change of letter case is one, of a column to which it is none" "$(
  user bob '{"userName":"Bob"}' >/dev/null
  patch /Users/bob '{"op":"replace","path":"userName","value":"BOB"}' >/dev/null
  sql "SELECT upn FROM learner; UPDATE learner SET upn = 'bob';
    SELECT have, want FROM scim_map_preview('learner')")" "BOB
bob|BOB"

# ---- References

for keys in off on; do
  begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT,
      manager INTEGER REFERENCES learner (id), first INTEGER)"
  sql "PRAGMA foreign_keys = $keys"
  map learner "{$learner,\"deleted\":\"delete\",\"columns\":{
    \"upn\":{\"from\":\"userName\"},
    \"manager\":{\"from\":\"$manager:manager.value\",\"as\":\"key\"},
    \"first\":{\"from\":\"$manager:manager.value\",\"as\":\"key\",\"on\":\"create\"}}}"
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

# ---- Members

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
  is "a row that the application took away comes back, as rows do ($nested)" "$(
    sql "DELETE FROM lt WHERE by = 'map'"; pairs
    sql "SELECT scim_map_switch('tag', 'on')"; pairs)" "Bu!
2
Av${inner:+ Aw} Bu! Bw"
  is "members and groups that go leave no rows ($nested)" "$(
    gone /Users/v; gone /Groups/b; pairs
    sql "SELECT count(*) FROM scim_map_member")" "204
204

0"
done

# The plan of what a trigger does about a resource that is linked.
plan_of() {
  sql "SELECT replace(replace(replace(replace(substr(sql,
           instr(sql, 'BEGIN') + 6), 'NEW.id', quote('x')),
           'NEW.tenant', quote('x')), 'NEW.key', '1'), 'END', '')
    FROM sqlite_schema WHERE name = '$1'" >"$folder/body.sql"
  sql "EXPLAIN QUERY PLAN $(cat "$folder/body.sql")"
}
for nested in direct effective; do
  begin "$tables" "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members,\"nested\":\"$nested\"}}"
  is "who is new is looked for among members, not all resources ($nested)" \
    "$(plan_of scim_map.tag.member_link |
      grep -oE '(SEARCH|SCAN) [mg] .*' | head -n 1)" \
    "SEARCH m USING COVERING INDEX scim_member_value (value=?)"
done
is "the members of a group that is linked are not sorted" "$(
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members}}"
  plan_of scim_map.tag.group_link | grep -oE '^.--SEARCH m |TEMP B-TREE' |
    sed 's/^.--//')" "SEARCH m 
SEARCH m "
# Both sources have the member: the pair is one.
is "who is a member twice is joined once" "$(
  user u; user v
  sql "SELECT scim_map_switch('tag', 'off')"
  group a '{"displayName":"A","members":[{"value":"u"},{"value":"v"}]}'
  sql "INSERT INTO scim_member (\"group\", value, source)
         SELECT resource, 'u', 'manual' FROM scim_resource WHERE id = 'a';
       SELECT scim_map_switch('tag', 'on');
       DELETE FROM scim_link WHERE map = 'tag';
       SELECT count(*) FROM lt;
       INSERT INTO scim_link (map, tenant, id, key, how, since)
         SELECT 'tag', 'default', 'a', id, 'test', '' FROM tag;
       SELECT count(*) FROM lt")" "201|
201|
0
201
1
0
2"

# The application's trigger on the join table calls us in the middle of a request.
for nested in direct effective; do
  begin "$tables" "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}},
    \"deleted\":\"delete\"}"
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members,\"nested\":\"$nested\"}}"
  is "who is deleted when the first of three comes is in no table ($nested)" "$(
    user u; user v; user w; group a '{"displayName":"A"}'
    sql "CREATE TEMP TRIGGER app AFTER INSERT ON lt WHEN NEW.learner = 1
         BEGIN SELECT scim_apply('DELETE', '/Users/v'); END"
    patch /Groups/a '{"op":"add","path":"members","value":[{"value":"u"},{"value":"v"},{"value":"w"}]}'
    sql "SELECT group_concat(learner, ' ') FROM (SELECT learner FROM lt ORDER BY 1)"
    sql "SELECT kind, detail FROM scim_check")" "201|
201|
201|
201
200|
1 3"
  is "the table has the members whom such a trigger leaves ($nested)" "$(
    user x; user y; user z; group b '{"displayName":"B"}'
    sql "DROP TRIGGER app; CREATE TEMP TABLE once (status)"
    sql "CREATE TEMP TRIGGER app AFTER INSERT ON lt
           WHEN NEW.learner = (SELECT key FROM scim_link WHERE id = 'x')
         BEGIN
           INSERT INTO once SELECT scim_apply('PATCH', '/Groups/b',
             '{\"Operations\":[{\"op\":\"remove\",\"path\":\"members[value eq \\\"y\\\"]\"}]}')
             ->> '\$.status';
         END"
    patch /Groups/b '{"op":"add","path":"members","value":[{"value":"x"},{"value":"y"},{"value":"z"}]}'
    of_b="SELECT resource FROM scim_resource WHERE id = 'b'"
    sql "SELECT * FROM once;
         SELECT value FROM scim_member WHERE \"group\" IN ($of_b)
         EXCEPT
         SELECT l.id FROM lt JOIN scim_link AS l ON l.key = lt.learner
          WHERE l.map = 'learner' AND lt.tag IN (
                SELECT key FROM scim_link WHERE map = 'tag' AND id = 'b');
         SELECT count(*) = (SELECT count(*) FROM scim_member
                             WHERE \"group\" IN ($of_b))
           FROM lt WHERE tag IN (
                SELECT key FROM scim_link WHERE map = 'tag' AND id = 'b');
         SELECT kind, detail FROM scim_check")" "201|
201|
201|
201
200|
409
1"
done

# What a trigger of the application does to the tables when the first of three
# comes. rows: of the join table, then ours, then what scim_check finds.
rows() { sql "SELECT (SELECT group_concat(p, ' ') FROM (SELECT tag || '-' || learner AS p
                        FROM lt ORDER BY 1)),
                     (SELECT group_concat(p, ' ') FROM (SELECT group_key || '-' ||
                        member_key AS p FROM scim_map_member ORDER BY 1)),
                     (SELECT count(*) FROM scim_check)"; }
three='[{"value":"u"},{"value":"v"},{"value":"w"}]'
for nested in direct effective; do
  begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT UNIQUE);
    CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}},
    \"deleted\":\"delete\"}"
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members,\"nested\":\"$nested\"}}"
  for id in u v w; do user $id >/dev/null; done
  keep three
  for recursive in off on; do
    while IFS=: read -r what wanted; do
      for method in PATCH POST; do
        taken || continue
        begin_with three
        sql "PRAGMA recursive_triggers = $recursive"
        sql "CREATE TEMP TRIGGER app AFTER INSERT ON lt WHEN NEW.learner = 1
             BEGIN $what; END"
        is "$what when the first of three comes ($nested, $method, $recursive)" "$(
          if [ $method = PATCH ]; then
            group a '{"displayName":"A"}' >/dev/null
            patch /Groups/a "{\"op\":\"add\",\"path\":\"members\",\"value\":$three}" |
              tr -d '|'
          else
            group a "{\"displayName\":\"A\",\"members\":$three}"
          fi
          rows)" "$([ $method = PATCH ] && echo 200 || echo 201)
$wanted"
      done
    done <<'END'
INSERT OR IGNORE INTO lt VALUES (NEW.tag, 2):1-1 1-2 1-3|1-1 1-3|0
DELETE FROM learner WHERE id = 2:1-1 1-3|1-1 1-3|0
UPDATE learner SET id = 20 WHERE id = 2:1-1 1-20 1-3|1-1 1-20 1-3|0
UPDATE tag SET id = 20:20-1 20-2 20-3|20-1 20-2 20-3|0
DELETE FROM tag:||0
SELECT scim_apply('DELETE', '/Users/v'):1-1 1-3|1-1 1-3|0
END
  done
done
enough 48

# ---- Many who join at once

# many FROM TO: members.
many() {
  sql "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    SELECT json_group_array(json_object('value', 'p' || i)) FROM n"
}
# people TO: as users.
people() {
  sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1)
    SELECT count(scim_apply('POST', '/Users', json_object('userName', 'p' || i),
      json_object('id', 'p' || i))) FROM n" >/dev/null
}
# told: pairs of the join table, ours of these, and what scim_check finds.
told() { sql "SELECT (SELECT count(*) FROM lt),
  (SELECT count(*) FROM scim_map_member AS n JOIN lt AS j
       ON j.tag = n.group_key AND j.learner IS n.member_key),
  (SELECT count(*) FROM scim_map_member), (SELECT count(*) FROM scim_check)"; }
for nested in direct effective; do
  begin "$tables" "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))"
  map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",\"deleted\":\"delete\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members,\"nested\":\"$nested\"}}"
  people 300
  is "many join a new group ($nested)" "$(
    group a "{\"displayName\":\"A\",\"members\":$(many 1 150)}"; told)" "201
150|150|150|0"
  is "and one that is there, where some are members already ($nested)" "$(
    patch /Groups/a "{\"op\":\"add\",\"path\":\"members\",\"value\":$(many 101 300)}"
    told)" "200|
300|300|300|0"
  is "a row of the application's own is neither made twice nor ours ($nested)" "$(
    sql "INSERT INTO tag VALUES (2, 'B')"
    group b '{"displayName":"B"}'
    sql "INSERT INTO lt SELECT (SELECT key FROM scim_link WHERE id = 'b'), id
           FROM learner WHERE id <= 10"
    patch /Groups/b "{\"op\":\"add\",\"path\":\"members\",\"value\":$(many 1 200)}"
    told)" "201
200|
500|490|490|0"
  is "who goes takes his rows, and no other ($nested)" "$(
    patch /Groups/b '{"op":"remove","path":"members"}'; told; gone /Groups/a; told)" \
    "200|
310|300|300|0
204
10|0|0|0"
  is "a row that is kept out stays out ($nested)" "$(
    group c "{\"displayName\":\"C\",\"members\":$(many 1 10)}"
    sql "DELETE FROM lt WHERE learner = 1 AND tag IN (
           SELECT key FROM scim_link WHERE id = 'c')"
    patch /Groups/c "{\"op\":\"add\",\"path\":\"members\",\"value\":$(many 1 200)}"
    told)" "201
200|
209|199|200|0"
  is "who is nobody yet gets his row when he comes ($nested)" "$(
    group d "{\"displayName\":\"D\",\"members\":$(many 201 400)}"; told
    people 310; told)" "201
309|299|300|0
319|309|310|0"
  inner=$([ $nested = effective ] && echo 519 || echo 319)
  is "a group that joins brings its own, where these count ($nested)" "$(
    group e '{"displayName":"E"}'
    patch /Groups/e '{"op":"add","path":"members","value":[{"value":"c"}]}'
    told)" "201
200|
$inner|$((inner - 10))|$((inner - 9))|0"
  is "and takes them along ($nested)" "$(
    patch /Groups/e '{"op":"remove","path":"members"}'; told)" "200|
319|309|310|0"
  is "but for those who are in it by another ($nested)" "$(
    group f "{\"displayName\":\"F\",\"members\":$(many 1 2)}"
    patch /Groups/e '{"op":"add","path":"members","value":[{"value":"c"},{"value":"f"}]}'
    patch /Groups/e '{"op":"remove","path":"members[value eq \"c\"]"}'
    told)" "201
200|
200|
$([ $nested = effective ] && echo "323|313|314|0" || echo "321|311|312|0")"
done

# Keys of every type, as the application may make them later.
begin "CREATE TABLE learner (id, upn TEXT, PRIMARY KEY (id));
  CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE lt (tag INTEGER, learner, PRIMARY KEY (tag, learner))"
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 120)
  INSERT INTO learner SELECT i, 'p' || i FROM n"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}},
  \"match\":[\"upn\"],\"none\":\"refuse\"}"
map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
  \"columns\":{\"name\":{\"from\":\"displayName\"}},$members}}"
people 120
sql "UPDATE learner SET id = CASE id % 6 WHEN 0 THEN id WHEN 1 THEN 'k' || id
    WHEN 2 THEN CAST('b' || id AS BLOB) WHEN 3 THEN id + 0.1 + 0.2
    WHEN 4 THEN 'x' || char(0) || id ELSE '\"\\' || char(10) || 'é' || id END"
is "keys come as they are, of whatever type" "$(
  group a "{\"displayName\":\"A\",\"members\":$(many 1 120)}"; told
  sql "SELECT count(DISTINCT typeof(learner)) FROM lt;
       SELECT count(*) FROM (SELECT typeof(id), hex(id) FROM learner
                             EXCEPT SELECT typeof(learner), hex(learner) FROM lt)")" \
  "201
120|120|120|0
4
0"

# Whoever looks on sees a new group, and who has joined it, before any row of it.
begin "$tables" "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}},
  \"deleted\":\"delete\"}"
map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
  \"columns\":{\"name\":{\"from\":\"displayName\"}},$members}}"
people 150
sql "CREATE TABLE other (id INTEGER PRIMARY KEY, name TEXT)"
map other "{\"type\":\"Group\",\"table\":\"other\",\"key\":\"id\",
  \"columns\":{\"name\":{\"from\":\"displayName\"}}}"
for on in tag lt other; do
  is "a trigger on $on sees all members of a group that is new" "$(
    sql "CREATE TEMP TABLE seen (members); CREATE TEMP TRIGGER app AFTER INSERT ON $on
      BEGIN INSERT INTO seen SELECT count(*) FROM scim_member
        WHERE \"group\" = (SELECT max(resource) FROM scim_resource); END"
    group $on "{\"displayName\":\"$on\",\"members\":$(many 1 150)}"
    sql "SELECT DISTINCT members FROM seen; DROP TRIGGER app; DROP TABLE seen")" "201
150"
done
is "who is deleted when the first of many comes is in no table" "$(
  sql "CREATE TEMP TRIGGER app AFTER INSERT ON lt WHEN NEW.learner = 1
       BEGIN DELETE FROM learner WHERE id = 2; END"
  group a "{\"displayName\":\"A\",\"members\":$(many 1 150)}"
  sql "SELECT count(*), count(nullif(learner, 2)) FROM lt JOIN tag ON id = tag
        WHERE name = 'A'")" "201
149|149"

# ---- What calls within a change do not do (sql/maps.md)

# Key 2 goes, and SQLite gives it to the next row, unless AUTOINCREMENT keeps it.
for key in "INTEGER PRIMARY KEY" "INTEGER PRIMARY KEY AUTOINCREMENT"; do
  for when in AFTER BEFORE; do
    begin "CREATE TABLE learner (id $key, upn TEXT UNIQUE)"
    map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}},
      \"deleted\":\"delete\"}"
    wanted="1 a 1 a
2 c"
    if [ $when = BEFORE ] || [[ $key == *AUTO* ]]; then
      wanted="1 a 1 a
3 c 3 c"
    fi
    is "who is made $when another's row goes has the row as its own, but with its key \
($key)" "$(
      user a >/dev/null; user b >/dev/null
      sql "CREATE TEMP TRIGGER app $when DELETE ON learner
           BEGIN SELECT scim_apply('POST', '/Users', '{\"userName\":\"c\"}', '{\"id\":\"c\"}'); END"
      gone /Users/b
      sql "SELECT l.id || ' ' || upn || coalesce(' ' || k.key || ' ' || k.id, '')
             FROM learner AS l LEFT JOIN scim_link AS k ON k.key = l.id
            ORDER BY l.id" | tr -d '\r')" "204
$wanted"
  done
done

begin "$tables" "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
  \"manager\":{\"from\":\"$manager:manager.value\",\"as\":\"key\"}}}"
map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
  \"columns\":{\"name\":{\"from\":\"displayName\"}},$members}}"
is "where a tenant is removed all rows of the application stay as they are" "$(
  user a "$(m b)"; user b; group g '{"displayName":"G","members":[{"value":"a"}]}'
  sql "SELECT scim_tenant_remove('default', 1000) > 0,
              scim_tenant_remove('default', 1000);
    SELECT upn, manager FROM learner; SELECT * FROM lt;
    SELECT count(*) FROM scim_link; SELECT count(*) FROM scim_map_member;
    SELECT count(*) FROM scim_map_reference")" "201|
201|
201
1|0
a|2
b|
1|1
0
0
0"

finish
