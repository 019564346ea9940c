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
# Two types of one schema: a document is of the one whose extension it has, or
# that it says it is.
sql "INSERT INTO scim_schema (definition) VALUES
       ('{\"id\":\"urn:t:Agency\",\"attributes\":[{\"name\":\"agency\"}]}');
     INSERT INTO scim_resource_type (definition) SELECT json_object(
       'name', 'Contractor', 'endpoint', '/Contractors', 'schema', s.id,
       'schemaExtensions', json_array(json_object('schema', 'urn:t:Agency')))
       FROM scim_schema AS s WHERE s.id LIKE '%:core:2.0:User'"
core=urn:ietf:params:scim:schemas:core:2.0:User
extended='{"schemas":["'$core'","urn:t:Agency"],"urn:t:Agency":{"agency":"a"}}'
named='{"schemas":["'$core'"],"meta":{"resourceType":"Contractor"}}'
is "of two types with one schema it is the one that the document is of" "$(sql "
  SELECT scim_match('urn:t:Agency:agency eq \"A\"', '$extended'),
    scim_match('agency pr', '$named');
  SELECT scim_patch('$extended', '{\"Operations\":[{\"op\":\"replace\",
    \"path\":\"agency\",\"value\":\"b\"}]}') -> '\$.urn:t:Agency';
  SELECT path, value FROM scim_attributes('$extended') WHERE path LIKE '%gency'")" \
  '1|0
{"agency":"b"}
urn:t:Agency:agency|a'
is "and without either the first" \
  "$(sql "SELECT scim_match('agency pr', '{\"schemas\":[\"$core\"]}')" |
    grep -o "unknown attribute")" "unknown attribute"
sql "DELETE FROM scim_resource_type WHERE name = 'Contractor'"

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
