#!/bin/bash
# scim_misfit: what each document has that its definition does not fit, and that
# one who is asked for by id is found by index. Documents are written as they
# are, which no request would.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
sql "SELECT scim_init();
  SELECT count(scim_apply('POST', '/Users', '{\"userName\":\"a\"}',
    '{\"id\":\"a\"}'));
  UPDATE scim_schema SET definition = definition WHERE id LIKE '%:User'" \
  >/dev/null

# misfits <document>: attribute and reason of each.
misfits() {
  sql "UPDATE scim_resource SET doc = '$1'" "
    SELECT attribute, reason FROM scim_misfit ORDER BY 1, 2"
}
is "what is as defined is no misfit" "$(misfits '{"schemas":["x"],"id":"a",
  "externalId":"e","userName":"a","active":false,"name":{"givenName":"G"},
  "emails":[{"value":"v","primary":true},{"value":"w"}],
  "'$urn'":{"department":"d","manager":{"value":"m"}}}')" ""
is "an unknown name, and one that is required" "$(misfits '{"shoe":1}')" \
"shoe|is not defined
userName|is required"
is "names have no case" "$(misfits '{"USERNAME":"a","Emails":[{"VALUE":"v"}]}'
  )" ""
is "a list, and no list" "$(misfits '{"userName":["a"],"emails":{"value":"v"}}'
  )" \
"emails|is no list
userName|is a list"
is "another JSON type" "$(misfits '{"userName":1,"active":"true","title":null}'
  )" \
"active|is of JSON type text
title|is of JSON type null
userName|is of JSON type integer"
is "within a list, each reason once" \
  "$(misfits '{"userName":"a","emails":["v",1,[],{},"w"],"roles":[]}')" \
"emails|is of JSON type array
emails|is of JSON type integer
emails|is of JSON type text"
is "within an object, also in a list" "$(misfits '{"userName":"a",
  "name":{"shoe":1,"givenName":2},"emails":[{"shoe":1},{"primary":"yes"}]}')" \
"emails.primary|is of JSON type text
emails.shoe|is not defined
name.givenName|is of JSON type integer
name.shoe|is not defined"
is "an object where there is none is told once" \
  "$(misfits '{"userName":{"a":1}}')" "userName|is of JSON type object"
is "in an extension, whose name has no case either" \
  "$(misfits '{"userName":"a","'${urn^^}'":{"shoe":1,"department":2,
    "manager":[{"value":1}]}}')" \
"$urn:department|is of JSON type integer
$urn:manager|is a list
$urn:manager.value|is of JSON type integer
$urn:shoe|is not defined"
is "an extension that is no object has nothing in it" \
  "$(misfits '{"userName":"a","'$urn'":7}')" ""
sql "UPDATE scim_schema SET definition = json_set(definition,
    '\$.attributes[0].required', json('true')) WHERE id = '$urn';
  UPDATE scim_resource_type SET definition = json_set(definition,
    '\$.schemaExtensions[0].required', json('true')) WHERE name = 'User'"
is "an extension that is required" "$(misfits '{"userName":"a"}')" \
  "$urn|is required"
is "and what is required in one" "$(misfits '{"userName":"a","'$urn'":{}}'
  misfits '{"userName":"a","'$urn'":7}')" \
"$urn:employeeNumber|is required
$urn:employeeNumber|is required"
sql "UPDATE scim_schema SET definition = json_set(definition, (
    SELECT substr(fullkey, 1, length(fullkey) - 5) || '.required'
      FROM json_tree(definition)
     WHERE key = 'name' AND value = 'givenName'), json('true'), (
    SELECT substr(fullkey, 1, length(fullkey) - 5) || '.required'
      FROM json_tree(definition)
     WHERE key = 'name' AND value = 'type' AND path LIKE '%subAttributes%'
     LIMIT 1), json('true'))
 WHERE id LIKE '%:core:2.0:User'"
path=$(sql "SELECT path FROM scim_attribute WHERE parent IS NOT NULL
  AND required AND name = 'type'")
is "and what a complex value or an element requires, each once" "$(misfits \
  '{"userName":"a","'$urn'":{"employeeNumber":"1"},"NAME":{"familyName":"F"},
    "'${path%.*}'":[{"type":"x"},{"value":"v"},{}]}'
  misfits '{"userName":"a","'$urn'":{"employeeNumber":"1"},"name":"n",
    "'${path%.*}'":["v"]}')" \
"NAME.givenName|is required
$path|is required
${path%.*}|is of JSON type text
name|is of JSON type text"
is "what no definition was replaced for is not looked into" "$(
  sql "UPDATE scim_meta SET value = 0 WHERE name = 'unfit User'"
  misfits '{"shoe":1}')" ""

connect # statistics are read with the schema
for condition in "id = 'a'" "tenant = 'default' AND id = 'a'"; do
  is "by $condition that one is read in each part, and no other" \
    "$(sql "EXPLAIN QUERY PLAN SELECT * FROM scim_misfit WHERE $condition" |
      grep -oE ' r .*' | sort | uniq -c | sed 's/^ *//')" \
    "7  r USING INDEX sqlite_autoindex_scim_resource_1 (tenant=? AND id=?)"
done
is "all are read from an index that is there" \
  "$(sql "EXPLAIN QUERY PLAN SELECT * FROM scim_misfit" |
    grep -oE ' r .*' | sort | uniq -c | sed 's/^ *//')" \
  "7  r USING INDEX scim_resource_type_order (tenant=? AND type=?)"
finish
