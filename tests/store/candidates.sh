#!/bin/bash
# Rows in memory, as a preview finds them: by several columns, folded, within a
# tenant, and by what those before have taken.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  CREATE TABLE person (id INTEGER PRIMARY KEY, tenant TEXT, given TEXT,
    family TEXT, code);
  INSERT INTO scim_tenant (name) VALUES ('a'), ('a:'), ('1:a')" >/dev/null
# people <match>: the map.
people() {
  sql "SELECT scim_map('person', '{\"type\":\"User\",\"table\":\"person\",
    \"key\":\"id\",\"tenant\":\"tenant\",\"columns\":{
      \"given\":{\"from\":\"name.givenName\"},
      \"family\":{\"from\":\"name.familyName\"},
      \"code\":{\"from\":\"title\",\"as\":\"integer\"}},
    \"match\":[$1],\"none\":\"ignore\"}')" >/dev/null
}
# user <id> <tenant> <given> <family> [title]
user() {
  sql "SELECT scim_apply('POST', '/Users', json_object('userName', '$1',
    'name', json_object('givenName', '$3', 'familyName', '$4'),
    'title', '${5:-}'), json_object('id', '$1', 'tenant', '$2')) ->> 'status'"
}
found() {
  sql "SELECT id, decision, key, reason FROM scim_map_preview('person')
        GROUP BY id ORDER BY id"
}

people '["given","family"]'
user u1 a Ann Lee >/dev/null
user u2 a: ANN LEE >/dev/null
user u3 1:a Ann "" >/dev/null
sql "INSERT INTO person VALUES (1, 'a', 'Ann', 'Leeds', 7),
  (2, 'a', 'Ann', NULL, 8), (3, 'a', NULL, 'Lee', 9), (4, '1:a', 'Ann', '', 7),
  (5, 'a', 'AnnLee', '', 7)"
is "columns match together or not at all" "$(found | cut -d'|' -f1-2)" \
"u1|ignore
u2|ignore
u3|ignore"
sql "INSERT INTO person VALUES (11, 'a', 'ａnn', 'LEE', 1),
  (12, 'a:', 'ann', 'lee', 1)"
is "folded, and each tenant's its own" "$(found | cut -d'|' -f1-3)" \
"u1|link|11
u2|link|12
u3|ignore|"
sql "INSERT INTO person SELECT value, 'a', 'ann', 'lee', 1
  FROM json_each('[20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39]')"
is "as many are named as a review has room for, and one more" \
  "$(found | head -n 1 | cut -d'|' -f2,4)" \
  "review|several rows match by 'given+family': [11,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39]"

people '"code"'
user u4 a x y 7 >/dev/null
user u5 a x y 007 >/dev/null
sql "UPDATE person SET code = '7' WHERE id = 5"
is "numbers are found by their text, whatever they are stored as" \
  "$(found | grep 'u[45]')" \
"u4|review||several rows match by 'code': [1,5]
u5|review||several rows match by 'code': [1,5]"
sql "DELETE FROM person WHERE id = 5"
is "what one takes is not found again" "$(found | grep 'u[45]')" \
"u4|link|1|it matches by 'code'
u5|ignore||no row matches"

# Keys that JSON has to escape.
sql "CREATE TABLE badge (id TEXT PRIMARY KEY, label TEXT);
  INSERT INTO badge VALUES ('\"' || char(10, 31, 127, 233) || '\\/', 'Sales');
  SELECT scim_map('badge', '{\"type\":\"Group\",\"table\":\"badge\",\"key\":\"id\",
    \"columns\":{\"label\":{\"from\":\"displayName\",\"unique\":\" %d\"}},
    \"match\":[\"label\"]}');
  SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"' || g || '\"}')
    FROM (SELECT 'sales' AS g UNION ALL SELECT 'Sales')" >/dev/null
is "such a row is taken once too" "$(sql "SELECT decision, want, key = b.id
  FROM scim_map_preview('badge'), badge AS b")" "link|sales|1
create|Sales 2|"
is "and is nobody's to adopt" "$(sql "SELECT scim_map_adopt('badge')")" 0
sql "SELECT scim_map_switch('badge', 'on')" >/dev/null
is "nor differs when it has its group" "$(sql "SELECT count(*)
  FROM scim_map_preview('badge')")" 0
sql "SELECT scim_map_drop('badge');
  SELECT scim_apply('DELETE', '/Groups/' || id) FROM scim_group" >/dev/null

# More than a few that come later.
sql "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
  SELECT scim_map('tag', '{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"name\":{\"from\":\"displayName\",\"unique\":\"-%d\"}}}');
  INSERT INTO scim (method, target, body)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2600)
  SELECT 'POST', '/Groups', json_object('displayName', 'g' || (i % 1300))
    FROM n" >/dev/null
is "the second of each name has a number" "$(sql "
  SELECT count(*), count(DISTINCT want), sum(want LIKE 'g%-2'), max(length(want))
    FROM scim_map_preview('tag')")" "2600|2600|1300|7"
sql "SELECT scim_map_switch('tag', 'on')" >/dev/null
is "as it comes" "$(sql "SELECT count(*), sum(name LIKE 'g%-2') FROM tag;
  SELECT count(*) FROM scim_map_preview('tag')")" "2600|1300
0"

# A table that was filled by a program of old has bytes of Latin-1 in it, which
# SQLite takes for text: they are none, here as where a request looks for a row.
sql "CREATE TABLE old (id TEXT PRIMARY KEY, login TEXT, name TEXT);
  INSERT INTO old VALUES ('1', CAST(x'4ddc' AS TEXT), 'a'),
    ('2', 'v2', CAST(x'4dfc' AS TEXT)), (CAST(x'fc' AS TEXT), 'v3', 'c'),
    (x'ff', 'v1', 'd'), ('5', 'v' || char(0), 'e');
  INSERT INTO scim_tenant (name) VALUES ('old');
  SELECT scim_map('old', '{\"type\":\"User\",\"table\":\"old\",
    \"key\":\"id\",\"only\":\"old\",\"columns\":{
      \"login\":{\"from\":\"userName\"},
      \"name\":{\"from\":\"name.givenName\"}},\"match\":[\"login\"]}')" >/dev/null
for each in 'v1 Ann' 'v2 Bob' 'v3 Cid'; do
  user "${each% *}" old "${each#* }" Lee >/dev/null
done
looked() {
  sql "SELECT id, key, decision, \"column\", have, want
         FROM scim_map_preview('old') ORDER BY id, 4"
}
is "what is no text is passed over, and shown as a blob" "$(looked)" \
"v1||create|login||v1
v1||create|name||Ann
v2|2|link|name|X'4DFC'|Bob
v3||create|login||v3
v3||create|name||Cid"
is "as the map does when it is switched on" "$(
  sql "SELECT scim_map_switch('old', 'on')"; looked)" 3

finish
