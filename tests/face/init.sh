#!/bin/bash
# scim_init: makes the tables, all or none, and may be called again.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

# tables: how many things of ours there are.
tables() {
  sql "SELECT count(*) > 0 FROM sqlite_schema WHERE name GLOB 'scim_*'"
}

is "loading alone makes nothing" "$(tables)" 0
version=$(sql "SELECT scim_init()")
is "it returns the version, and again" "$(sql "SELECT scim_init()")" "$version"
is "which is the one that is stored" \
  "$(sql "SELECT value FROM scim_meta WHERE name = 'version'")" "$version"
is "within a transaction it goes with it" "$(connect :memory:
  sql "BEGIN; SELECT scim_init() > 0; ROLLBACK"
  tables
  sql "SELECT scim_init() > 0"
  tables)" "1
0
1
1"
is "where a name is taken it makes nothing" "$(connect :memory:
  sql "CREATE VIEW scim_user AS SELECT 1 AS x" "SELECT scim_init()" \
    "SELECT name FROM sqlite_schema")" \
  "Error: stepping, view scim_user already exists
scim_user"
is "nor within a transaction, which goes on" "$(connect :memory:
  sql "BEGIN; CREATE VIEW scim_user AS SELECT 1 AS x" "SELECT scim_init()" \
    "COMMIT; SELECT name FROM sqlite_schema")" \
  "Error: stepping, view scim_user already exists
scim_user"
is "it is refused in the middle of a statement that writes" "$(connect :memory:
  sql "CREATE TABLE mine (x); BEGIN; INSERT INTO mine SELECT scim_init()" \
    "COMMIT; SELECT count(*) FROM sqlite_schema" | sed 's/.*, //')" \
  "this cannot be called by a statement that writes: call it by SELECT (5)
1"
connect
is "it builds what is marked in scim_index" "$(sql "
  SELECT count(scim_apply('POST', '/Users', '{\"userName\":\"a\",\"title\":\"t\"}'));
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  SELECT built FROM scim_index WHERE attribute = 'title';
  SELECT scim_init() > 0;
  SELECT built FROM scim_index WHERE attribute = 'title';
  SELECT key FROM scim_value WHERE attribute = 'title'")" "1
0
1
1
t"
is "it works with every setting of the connection" "$(
  for setting in 'PRAGMA foreign_keys = on' 'PRAGMA recursive_triggers = on' \
    'PRAGMA case_sensitive_like = on' 'PRAGMA encoding = "UTF-16le"'; do
    connect :memory: "$setting;"
    sql "SELECT scim_init() > 0;
      SELECT scim_apply('POST', '/Users', '{\"userName\":\"a\"}')
        ->> '\$.status'"
  done)" "1
201
1
201
1
201
1
201"

# schema <name> <bytes of its description>: an SQL text of a definition.
schema() {
  echo "json_object('id', 'urn:x:$1', 'name', '$1', 'description',
    replace(hex(zeroblob(($2) / 2)), '0', 'x'), 'attributes', json_array())"
}
for encoding in UTF-8 UTF-16le UTF-16be; do
  connect :memory: "PRAGMA encoding = '$encoding';"
  is "$encoding: nothing is wrong, whatever has happened" "$(sql "
    SELECT scim_init() > 0;
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"Ünüs\",
      \"title\":\"T\"}', '{\"id\":\"a\"}') ->> '\$.status';
    SELECT scim_apply('PUT', '/Users/a', '{\"userName\":\"ünüs\"}')
      ->> '\$.status';
    SELECT scim_apply('DELETE', '/Users/a') ->> '\$.status';
    SELECT scim_forget('default', 'a') >= 0;
    PRAGMA encoding;
    SELECT count(scim_apply('POST', '/Users', '{\"userName\":\"u\"}',
      json_object('tenant', value))) FROM json_each('[\"a\",\"é\",\"ÿ\",\"Ā\",\"한\"]');
    SELECT * FROM scim_check")" "1
201
200
204
1
$encoding
5"
done
connect :memory: "PRAGMA encoding = 'UTF-16le';"
# The one that is taken last: each is looked at along with all that are there.
is "in UTF-16 too a definition may have 4 MiB of UTF-8, and has no NUL" "$(sql "
  SELECT scim_init() > 0" "
  INSERT INTO scim_schema (definition) VALUES ($(schema more '(4 << 20) + 2'))
  " "INSERT INTO scim_schema (definition)
  VALUES ('{\"id\":\"urn:x:nul\",\"name\":\"nul\"}' || char(0))" "
  INSERT INTO scim_schema (definition) VALUES ($(schema half '(2 << 20) + 2'));
  SELECT changes()" |
  sed "s/.*urn:x://")" "1
more, definition is larger than 4 MiB'
nul, definition must be JSON'
1"

finish
