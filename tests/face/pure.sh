#!/bin/bash
# scim_match, scim_patch and scim_validate: they compute, and change nothing.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

is "NULL in, NULL out" "$(sql "
  SELECT scim_match(NULL, '{}') IS NULL, scim_match('id pr', NULL) IS NULL,
    scim_patch(NULL, '{}') IS NULL, scim_patch('{}', NULL) IS NULL")" "1|1|1|1"
is "scim_match is 1 or 0" "$(sql "
  SELECT scim_match('userName sw \"A\"', '{\"userName\":\"ann\"}'),
    scim_match('userName sw \"b\"', '{\"userName\":\"ann\"}')")" "1|0"
is "scim_patch is the document after the patch" "$(sql "
  SELECT scim_patch('{\"userName\":\"ann\"}', '{\"Operations\":[{\"op\":\"add\",
    \"path\":\"title\",\"value\":\"x\"}]}') ->> '\$.title'")" x
is "scim_validate is NULL, or the error that a create would answer" "$(sql "
  SELECT scim_validate('User', '{\"userName\":\"ann\"}') IS NULL,
    scim_validate('User', '{}') ->> '\$.status',
    scim_validate('User', '{}') ->> '\$.detail',
    scim_validate('Robot', '{}') ->> '\$.detail'")" \
  "1|400|'userName' is required|there is no resource type 'Robot'"
is "what is wrong is an SQL error of the first two" "$(sql \
  "SELECT scim_match('userName eq', '{}')" "SELECT scim_match('id pr', '{')" \
  "SELECT scim_match('id pr', '[]')" "SELECT scim_patch('{}', '[')" \
  "SELECT scim_patch('7', '{}')" | grep -c '^Error: stepping, .*[a-z]')" 5
is "a document that is no object is said to be none" "$(sql \
  "SELECT scim_match('id pr', '[]')")" \
  "Error: stepping, the document is no object"
is "they may be called in triggers of a schema that is not trusted" "$(sql "
  PRAGMA trusted_schema = off;
  CREATE TABLE mine (doc, ann);
  CREATE TRIGGER look AFTER INSERT ON mine BEGIN
    UPDATE mine SET ann = scim_match('userName eq \"ann\"', NEW.doc)
     WHERE rowid = NEW.rowid; END;
  INSERT INTO mine (doc) VALUES ('{\"userName\":\"ann\"}');
  SELECT ann FROM mine;
  PRAGMA trusted_schema = on")" 1
is "they work without the tables, and change no database" "$(connect :memory:
  sql "SELECT scim_match('id pr', '{\"id\":\"x\"}');
    SELECT scim_validate('User', '{\"userName\":\"ann\"}') IS NULL;
    SELECT count(*) FROM sqlite_schema; SELECT total_changes()"
  connect)" "1
1
0
0"

finish
