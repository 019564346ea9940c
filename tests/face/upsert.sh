#!/bin/bash
# scim_preview: what rows would do if they were loaded, and nothing of it done.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init();
  SELECT scim_token('acme', 'x');
  CREATE TABLE employee (login, mail, dept, works);
  INSERT INTO employee VALUES ('ann', 'ann@x', 'R', 1), ('Bob', 'b@x', 'S', 1),
    ('cy', NULL, NULL, 0), ('ANN', 'x', 'y', 1), (NULL, 'x', 'y', 1),
    ('dd', 'x', 'y', 'maybe');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"Bob\",\"title\":\"T\",
    \"emails\":[{\"value\":\"b@x\",\"type\":\"work\"},{\"value\":\"h@x\"}],
    \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":
      {\"department\":\"S\"}}', '{\"id\":\"bob\"}');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"cy\"}',
    '{\"id\":\"cy\"}');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"zoe\"}',
    '{\"id\":\"zoe\"}');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"off\",
    \"active\":false}', '{\"id\":\"off\"}');
  SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"G\",
    \"members\":[{\"value\":\"cy\"}]}', '{\"id\":\"g\"}')" >/dev/null
query='SELECT login AS userName, mail AS "emails[type eq ""work""].value",
  dept AS department, works AS active FROM employee'
# preview "<columns>" "<query>" "<more>": rows of scim_preview for users.
preview() {
  sql "SELECT $1 FROM scim_preview('User', $(literal "$2")) ${3:-}"
}
before=$(dump | md5sum)

is "each row is told by its key, in the order of the query" \
  "$(preview 'key, action, id, before, after, detail' "$query" \
    'WHERE key IS NOT NULL')" \
'ann|create|||{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",'\
'"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":'\
'"ann","active":true,"emails":[{"value":"ann@x","type":"work"}],"urn:ietf:'\
'params:scim:schemas:extension:enterprise:2.0:User":{"department":"R"}}|
Bob|same|bob|||
cy|update|cy|{"active":true}|{"active":false}|
ANN|refuse||||a row before it has the same key
dd|refuse||||the value of '"'active' must be true or false"
is "one without a key is refused" \
  "$(preview 'action, detail' "$query" 'WHERE key IS NULL')" \
  "refuse|the row has no value of 'userName', by which it could be found"
is "who is in no row is told if it is asked for, unless inactive" \
  "$(preview 'key, action, id, before, after' "$query WHERE login > ''" \
    "WHERE deactivate_missing = 1 AND action = 'deactivate'")" \
  'zoe|deactivate|zoe|{"active":true}|{"active":false}'
is "but not where a row could have been anybody's, or there is none" "$(
  for more in "" "WHERE 0"; do
    preview 'key, action, id, detail' "$query $more" \
      "WHERE deactivate_missing = 1 AND detail LIKE 'nobody%'"
    preview "count(*) FILTER (WHERE action = 'deactivate')" "$query $more" \
      "WHERE deactivate_missing = 1"
  done)" \
"|refuse||nobody is deactivated: it is not known whose the rows are that are refused
0
|refuse||nobody is deactivated: there are no rows
0"
is "a key has a case where its attribute has one" "$(sql "
  SELECT key, action FROM scim_preview('User',
    'SELECT column1 AS externalId, column2 AS userName
       FROM (VALUES (''A'', ''p''), (''a'', ''q''), (''A'', ''r''))')
   WHERE match = 'externalId'")" "A|create
a|create
A|refuse"
is "of another tenant there is nobody" \
  "$(preview 'key, action' "SELECT 'Bob' AS userName" \
    "WHERE tenant = 'acme' AND deactivate_missing = 1")" 'Bob|create'
is "the key may be another column" "$(preview 'key, action, id, after' \
  "SELECT 'b@x' AS \"emails[type eq \"\"work\"\"].value\", 'X' AS title" \
  "WHERE match = 'Emails[type eq \"work\"].value'")" 'b@x|update|bob|{"title":"X"}'
is "and must tell one from the others" "$(preview 'action, detail' \
  "SELECT 'true' AS active, 'X' AS title" "WHERE match = 'active'")" \
  "refuse|several resources have this value of 'active'"
is "members are theirs where they are a column" "$(sql "
  SELECT action, detail FROM scim_preview('Group', 'SELECT ''G'' AS displayName,
    column1 AS members FROM (VALUES (''[{\"value\":\"cy\"}]''))')
   WHERE match = 'displayName';
  SELECT action, detail FROM scim_preview('Group', 'SELECT ''G'' AS displayName,
    NULL AS members') WHERE match = 'displayName';
  SELECT action, detail FROM scim_preview('Group', 'SELECT ''H'' AS displayName,
    ''[{\"value\":\"cy\"}]'' AS members') WHERE match = 'displayName'")" \
"same|
update|
create|"
is "members of a group stay, which needs a match" "$(sql "
  SELECT key, action, after FROM scim_preview('Group',
    'SELECT ''G'' AS displayName, ''e'' AS externalId')
   WHERE match = 'displayName'" "
  SELECT * FROM scim_preview('Group', 'SELECT 1 AS displayName')")" \
  'G|update|{"externalId":"e"}
Error: stepping, match must say which column is the key of a Group'
is "it may be joined, and its arguments come from a table" "$(sql "
  SELECT value, action FROM json_each('[\"zoe\",\"new\"]') AS j,
    scim_preview('User', 'SELECT ' || quote(j.value) || ' AS userName')")" \
  "zoe|same
new|create"
is "a query without rows has none" \
  "$(preview 'count(*)' "SELECT 1 AS userName WHERE 0")" 0
is "what is wrong with the arguments is an error that names it" "$(
  preview '*' "SELECT 1 AS userNam"
  preview '*' "SELECT 1 AS title"
  preview '*' "SELECT 1 AS userName, 2 AS \"username\""
  preview '*' "SELECT 1 AS userName" "WHERE match = 'title'"
  preview '*' "SELECT 1 AS userName" "WHERE deactivate_missing = 'yes'"
  preview '*' "SELECT 1 AS userName" "WHERE tenant = 'nobody'"
  sql "SELECT * FROM scim_preview('Robot', 'SELECT 1')" \
    "SELECT * FROM scim_preview('User')" \
    "SELECT * FROM scim_preview('Group', 'SELECT 1 AS displayName')
      WHERE match = 'displayName' AND deactivate_missing = 1")" \
"Error: stepping, the column 'userNam': the path 'userNam' names an unknown attribute
Error: stepping, no column is the key, 'userName'
Error: stepping, the column 'username' names what another column names
Error: stepping, no column is the key, 'title'
Error: stepping, deactivate_missing is 1 or 0
Error: stepping, there is no tenant 'nobody'
Error: stepping, there is no resource type 'Robot'
Error: stepping, scim_preview needs a resource type and a query
Error: stepping, a Group cannot be deactivated: it has no attribute 'active'"
is "the query is one SELECT, and nothing it calls may write" "$(
  for text in "DELETE FROM employee RETURNING login AS userName" "BEGIN" "" \
    "ATTACH 'x' AS y" "PRAGMA user_version" "SELECT 1 AS userName; SELECT 2" \
    "SELECT nowhere AS userName" "EXPLAIN SELECT 1" \
    "SELECT scim_apply('DELETE', '/Users/bob') AS userName" \
    "SELECT scim_token('acme', 'y') AS userName" \
    "SELECT scim_init() AS userName" \
    "SELECT scim_map_switch('x', 'on') AS userName"; do
    preview '*' "$text"
  done | sed 's/^Error: stepping, //')" \
"the query must be a SELECT, and only read
the query must be a SELECT, and only read
the query is empty
the query must be a SELECT, and only read
the query must be a SELECT, and only read
the query is more than one statement
no such column: nowhere
the query must be a SELECT, and only read
this is called by a query that may only read (8)
this is called by a query that may only read (8)
this is called by a query that may only read (8)
this is called by a query that may only read (8)"
is "what reads may be called, and a dry run is worked out" "$(preview \
  'key, action' "SELECT scim_apply('DELETE', '/Users/bob', NULL,
    '{\"dry_run\":true}') ->> '\$.change.tried' AS userName")" "0|create"
is "VALUES and WITH are queries, and a semicolon ends one" "$(preview key \
  "WITH x (userName) AS (VALUES ('a'), ('b')) SELECT * FROM x ; ")" "a
b"
is "it works where only reading is allowed" "$(sql "PRAGMA query_only = on"
  preview 'count(*)' "$query" "WHERE deactivate_missing = 1"
  sql "PRAGMA query_only = off")" 7
is "it is for the top level only" "$(sql "CREATE VIEW mine AS
  SELECT * FROM scim_preview('User', 'SELECT 1 AS userName')" \
  "SELECT * FROM mine" "DROP VIEW mine" | grep -o 'unsafe use.*')" \
  'unsafe use of virtual table "scim_preview"'
is "nothing has been written" "$(dump | md5sum)" "$before"

# ---- Keys that can be written in several ways

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:x:Crate\",
    \"name\":\"Crate\",\"attributes\":[
      {\"name\":\"weight\",\"type\":\"decimal\"},
      {\"name\":\"made\",\"type\":\"dateTime\"}]}');
  INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Crate\",
    \"endpoint\":\"/Crates\",\"schema\":\"urn:x:Crate\"}')" >/dev/null
# twins <column> <cell> <cell>: what two rows with these would do.
twins() {
  sql "SELECT action FROM scim_preview('Crate',
    'SELECT ''$2'' AS $1 UNION ALL SELECT ''$3''') WHERE match = '$1'" |
    tr '\n' ' '
}
is "a number is one, however it is written, and so is a moment" \
  "$(twins weight 7 7.0)$(twins weight 25e-1 2.50)$(
    twins made 2026-01-01T01:00:00+01:00 2026-01-01T00:00:00.0Z)" \
  "$(printf 'create refuse %.0s' 1 2 3)"
is "but not what is another" \
  "$(twins weight 0.1 0.10000000000000002)$(
    twins made 2026-01-01T00:00:00Z 2026-01-01T00:00:00.0001Z)" \
  "$(printf 'create create %.0s' 1 2)"

finish
