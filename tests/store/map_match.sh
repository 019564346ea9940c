#!/bin/bash
# Which row of the application's a resource is linked to: by what its columns
# hold, within its tenant.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
. tests/store/map.lib

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

begin "$tables" "INSERT INTO learner (upn) VALUES (CAST(x'ff41' AS TEXT))"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\",\"unique\":\"%d\"}},
  \"match\":[\"upn\"]}"
is "what is no UTF-8 in a row is nobody's, and stops nobody" \
  "$(user a; user b; sql "SELECT id, key FROM scim_link")" "201|
201|
a|2
b|3"

# Whoever matches a row whose key no step can name gets one of his own.
for key in "x'00ff'" "CAST(x'ff41' AS TEXT)" "'a' || char(0) || 'b'" 9e999; do
  begin "CREATE TABLE odd (id PRIMARY KEY, login TEXT, name TEXT)" \
    "INSERT INTO odd SELECT $key, 'ann', 'n' UNION ALL SELECT $key || 'é', 'É', 'm'
      WHERE typeof($key) = 'text'"
  sql "SELECT scim_map('odd', '{\"type\":\"User\",\"table\":\"odd\",
      \"key\":\"id\",\"columns\":{\"login\":{\"from\":\"userName\"},
      \"name\":{\"from\":\"title\",\"unique\":\"%d\"}},\"match\":[\"login\"]}');
    SELECT scim_map_switch('odd', 'on')" >/dev/null
  is "a row is nobody's whose key is $key" "$(
    user a '{"userName":"ann","title":"n"}'; user e '{"userName":"é","title":"N"}'
    sql "SELECT l.id, key, name FROM scim_link AS l JOIN odd AS o ON o.id = l.key
          ORDER BY 1; SELECT count(*) FROM scim_map_preview('odd')")" "201|
201|
a|a|n2
e|e|N3
0"
done

# What SQLite does for the statements by which rows were looked for.
plan() {
  sql "SELECT sql FROM scim_stmt WHERE sql LIKE '%learner%'
        AND sql NOT LIKE 'INSERT%'" >"$folder/searches"
  while read -r search; do
    sql "EXPLAIN QUERY PLAN $search"
  done <"$folder/searches" | grep -o 'SCAN [a-z].*\|SEARCH [tf] .*' | sort -u
}

begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, customer TEXT, upn TEXT)" \
  "CREATE INDEX customer ON learner (customer)" \
  "INSERT INTO learner (customer, upn) VALUES ('default', 'å')"
map learner "{$learner,\"tenant\":\"customer\",\"columns\":{
  \"upn\":{\"from\":\"userName\",\"unique\":\"%d\"}},\"match\":[\"upn\"]}"
is "a search reads no more of the table than what matches" \
  "$(user a; user aa '{"userName":"Å"}'
  patch /Users/a '{"op":"add","path":"title","value":"x"}'; plan)" "201|
201|
200|
SEARCH f USING COVERING INDEX scim_map_fold_folded (map=? AND rule=? AND tenant=? AND folded=?)
SEARCH t USING INDEX scim_map.learner.on.upn (customer=? AND <expr>=?)
SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"

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

# A collation to which tenants are the same is none of ours: what one tenant's
# identity provider sends never reaches a row of another.
for collation in NOCASE RTRIM; do
  begin "CREATE TABLE learner (id TEXT, customer TEXT COLLATE $collation,
      upn TEXT, name TEXT, PRIMARY KEY (customer, id)) WITHOUT ROWID" \
    "INSERT INTO scim_tenant (name) VALUES ('acme'), ('ACME'), ('acme ');
     INSERT INTO learner VALUES (1, 'acme', 'ann', NULL)"
  map learner "{$learner,\"tenant\":\"customer\",\"columns\":{
    \"upn\":{\"from\":\"userName\",\"unique\":\"-%d\"},
    \"name\":{\"from\":\"displayName\"}},\"match\":[\"upn\"]}"
  is "tenants are told apart also where the column does not ($collation)" "$(
    user b '{"userName":"ann"}' '{"tenant":"ACME"}'
    user c '{"userName":"ann"}' '{"tenant":"acme "}'
    user ann '{"displayName":"Ann"}' '{"tenant":"acme"}'
    sql "SELECT id, upn, name, '(' || customer || ')' FROM learner ORDER BY id;
      UPDATE learner SET customer = iif(customer = 'ACME', 'Acme', 'acme  ')
       WHERE id = 1;
      SELECT count(*) FROM scim_link;
      SELECT scim_map_switch('learner', 'on');
      SELECT count(*) FROM learner")" "201|
201|
201|
1|ann|Ann|(acme)
b|ann||(ACME)
c|ann||(acme )
2
3
4"
done

# A column of numbers makes 17 of '017', which is another tenant's.
for type in INTEGER NUMERIC ANY; do
  for rowid in '' ' WITHOUT ROWID'; do
    begin "CREATE TABLE learner (id TEXT PRIMARY KEY, customer $type,
      upn TEXT)$rowid" "INSERT INTO scim_tenant (name)
        VALUES ('17'), ('017'), ('1e3'), ('17.0'), (' 17'), ('0x11'), ('x');
      INSERT INTO learner VALUES ('k', 17, 'ann'), ('l', 1000, 'bob')"
    map learner "{$learner,\"tenant\":\"customer\",\"columns\":{
      \"upn\":{\"from\":\"userName\"}},\"match\":[\"upn\"]}"
    is "a tenant of which the column makes another is refused ($type$rowid)" "$(
      for tenant in 17 017 1e3 17.0 ' 17' 0x11 x; do
        user "i$tenant" '{"userName":"ann"}' "{\"tenant\":\"$tenant\"}" |
          cut -c1-4
      done
      user bob '{"userName":"bob"}' '{"tenant":"017"}'
      sql "SELECT tenant, key FROM scim_link ORDER BY tenant;
        SELECT id, upn, customer FROM learner ORDER BY upn = 'ann', id")" "201|
400|
400|
400|
400|
201|
201|
400|'customer' makes a number of this tenant's \
name, by which it is another's
0x11|i0x11
17|k
x|ix
l|bob|1000
i0x11|ann|0x11
ix|ann|x
k|ann|17"
  done
done

map_off() { sql "SELECT scim_map_switch('learner', 'off')"; }

# The rows that match come in one order, whatever that of their keys is.
for keys in 'INTEGER|2|10' "TEXT COLLATE NOCASE|'B'|'a'"; do
  IFS='|' read -r type first second <<<"$keys"
  begin "CREATE TABLE learner (id $type PRIMARY KEY, upn TEXT)" \
    "INSERT INTO learner VALUES ($first, 'ann'), ($second, 'ANN')"
  sql "SELECT scim_map('learner', '{$learner,\"match\":[\"upn\"],\"columns\":{
    \"upn\":{\"from\":\"userName\"}}}')" >/dev/null
  user Ann >/dev/null
  is "a preview names the rows as the review does ($type)" \
    "$(sql "SELECT reason FROM scim_map_preview('learner')")" "$(sql "
      SELECT scim_map_switch('learner', 'on')" >/dev/null
      sql "SELECT reason || ': ' || candidates FROM scim_review")"
done

# A preview says of everybody what the request is answered.
numbered() {
  begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, customer $1, upn TEXT)" \
    "INSERT INTO scim_tenant (name) VALUES ('17'), ('017'), ('1e3'), ('17.0'),
      (' 17'), ('+17'), ('17 '), ('0x11'), ('x'), ('1.5'), ('1.50'), ('-0'),
      ('9007199254740993'), ('99999999999999999999'), ('17x'), ('1e400'),
      ('.5'), ('1_0'), ('inf'), ('1e+20'), ('1.0e+20'), ('-17'), ('1.5x')"
  map learner "{$learner,\"tenant\":\"customer\",\"columns\":{
    \"upn\":{\"from\":\"userName\"}}}"
  ${2:-true}
  sql "WITH answer (name, reply) AS MATERIALIZED (
      SELECT name, scim_apply('POST', '/Users', json_object('userName', 'a'),
          json_object('tenant', name)) FROM scim_tenant)
    SELECT name, iif(reply ->> 'status' = 201, 'create', 'refuse'),
      reply ->> '\$.body.detail' FROM answer ORDER BY 1"
}
for type in INTEGER NUMERIC ANY TEXT; do
  requested=$(numbered "$type")
  numbered "$type" map_off >/dev/null
  is "a preview tells of tenants what requests are answered ($type)" \
    "$(sql "SELECT DISTINCT t.name, p.decision, p.reason
         FROM scim_tenant AS t, scim_map_preview('learner') AS p
        WHERE p.tenant = t.name ORDER BY 1")" "$requested"
done
is "and a column of text holds them all" "$(grep -c create <<<"$requested")" 24

# A REAL one makes 17.0 of 17, and no tenant of a number could be served.
for type in REAL FLOAT 'DOUBLE PRECISION'; do
  begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, customer $type, upn TEXT)"
  is "a tenant's column of $type is refused" "$(map learner "{$learner,
      \"tenant\":\"customer\",\"columns\":{\"upn\":{\"from\":\"userName\"}}}" |
    grep -o 'tenant: .*'; sql "SELECT count(*) FROM scim_map")" "tenant: \
'customer' is a column of $type, which makes 17.0 of a tenant 17: have it TEXT
0"
done
begin "CREATE TABLE learner (id INTEGER PRIMARY KEY, customer NUMERIC, upn TEXT)" \
  "INSERT INTO scim_tenant (name) VALUES ('17'), ('x')"
map learner "{$learner,\"tenant\":\"customer\",\"columns\":{
  \"upn\":{\"from\":\"userName\"}}}"
sql "PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = replace(sql,
  'NUMERIC', 'REAL') WHERE name = 'learner'; PRAGMA writable_schema = reset"
is "a map of before goes on with one, and may be switched and defined anew" "$(
  user a '{}' '{"tenant":"x"}'; user b '{}' '{"tenant":"17"}' | cut -c1-4
  sql "SELECT scim_map_switch('learner', 'off');
    SELECT scim_map_switch('learner', 'on');
    SELECT scim_map('learner', json_set(definition, '\$.none', 'ignore'))
      FROM scim_map; SELECT scim_init() > 0; SELECT state FROM scim_map"
  user c '{}' '{"tenant":"x"}'; sql "SELECT upn, customer FROM learner")" "201|
400|
0
1
learner
1
on
201|
a|x"

begin "$tables"
map learner "{$learner,\"only\":\"acme\",\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
is "or one tenant is served" "$(user a; user b '{}' '{"tenant":"acme"}'
  sql "SELECT upn FROM learner")" "201|
201|
b"

# ---- A temporary table of the same name

begin "$tables" "INSERT INTO learner (upn, name) VALUES ('ann', 'Ann'),
  ('böb', 'Bob')"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"},
  \"name\":{\"from\":\"displayName\",\"unique\":\" (%d)\"}},\"match\":[\"upn\"]}"
sql "CREATE TEMP TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, name TEXT);
  INSERT INTO temp.learner VALUES (7, 'eve', 'Eve'), (8, 'z', 'New')"
is "the rows of the map's own table are found where a temporary one hides it" \
  "$(user ann; user bob '{"userName":"BÖB"}'; user eve '{"displayName":"New"}'
  patch /Users/ann '{"op":"add","path":"displayName","value":"Bob"}'
  sql "SELECT id, key, how FROM scim_link ORDER BY key;
       SELECT id, upn, name FROM main.learner; SELECT * FROM temp.learner")" "201|
201|
201|
200|
ann|1|upn
bob|2|upn
eve|3|created
1|ann|Bob
2|BÖB|
3|eve|New
7|eve|Eve
8|z|New"
for call in "count(*) FROM scim_map_preview('learner')" \
  "scim_map_switch('learner', 'on')" "scim_map_adopt('learner')" \
  "scim_map('learner', (SELECT definition FROM scim_map))"; do
  is "what looks at the whole table is refused: $call" \
    "$(sql "SELECT $call" | grep -o 'table: .*')" "table: a temporary table \
hides 'learner': drop it or use another connection"
done
is "a map can be switched off all the same" \
  "$(sql "SELECT scim_map_switch('learner', 'off'); DROP TABLE temp.learner;
    SELECT scim_map_switch('learner', 'on')")" "0
3"

finish
