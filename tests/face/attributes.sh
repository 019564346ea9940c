#!/bin/bash
# scim_attributes: a document as rows.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

is "every value is a row, in the order of the schema" "$(sql "
  SELECT path, type, value, \"primary\", data_type, position, rowid
    FROM scim_attributes('{\"emails\":[{\"value\":\"a@b.no\",\"type\":\"work\",
      \"primary\":true},{\"value\":\"c@d.no\"}],\"active\":false,
      \"name\":{\"familyName\":\"Berg\"},\"userName\":\"ann\"}')")" \
  "userName||ann||string||0
name.familyName||Berg||string||1
active||0||boolean||2
emails.value|work|a@b.no|1|string|0|3
emails.type|work|work|1|string|0|4
emails.primary|work|1|1|boolean|0|5
emails.value||c@d.no||string|1|6"
is "what the schema has not gives no rows, and NULL none at all" "$(sql "
  SELECT count(*) FROM scim_attributes('{\"shoe\":42}');
  SELECT count(*) FROM scim_attributes(NULL);
  SELECT count(*) FROM scim_attributes")" "0
0
0"
is "a group is one by its schemas" "$(sql "
  SELECT path, value FROM scim_attributes('{\"schemas\":
    [\"urn:ietf:params:scim:schemas:core:2.0:Group\"],
    \"displayName\":\"Sales\",\"userName\":\"no\"}')
   WHERE path <> 'schemas'")" "displayName|Sales"
is "a document that is no JSON is an SQL error that says where" "$(sql "
  SELECT * FROM scim_attributes('{')")" \
  "Error: stepping, the document is not valid JSON: the JSON text ends early at byte 1"
is "the document may come from a join" "$(sql "
  CREATE TABLE mine (doc);
  INSERT INTO mine VALUES ('{\"userName\":\"x\"}'), (NULL), ('{\"title\":\"y\"}');
  SELECT value FROM mine, scim_attributes(mine.doc);
  SELECT value FROM scim_attributes(mine.doc), mine")" "x
y
x
y"
is "it works without the tables" "$(connect :memory:
  sql "SELECT value FROM scim_attributes('{\"userName\":\"x\"}')"
  connect)" x
is "the definitions may change under a cursor" "$(sql "
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  SELECT path, scim_apply('GET', '/Users/x') ->> '\$.status'
    FROM scim_attributes('{\"userName\":\"a\",\"title\":\"t\"}')")" \
  "userName|404
title|404"

finish
