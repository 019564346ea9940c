#!/bin/bash
# scim_explain: which arguments it takes, and what its rows say.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init();
  INSERT INTO scim_tenant (name) VALUES ('acme');
  WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 9)
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Users', json_object('userName', 'u' || i, 'title', 't',
    'emails', json_array(json_object('value', 'u' || i || '@x.no',
      'type', 'work'))) FROM n" >/dev/null

# error STATEMENT: what it says.
error() {
  sql "$1" | sed -E 's/^Error: (stepping|in prepare), //'
}
explain() {
  sql "SELECT term, how, \"index\", rows FROM scim_explain('User', '$1')"
}

is "without a type or a filter there is nothing to explain" \
  "$(error "SELECT * FROM scim_explain('User')")" \
  "scim_explain needs a type and a filter"
is "a type that is not there" \
  "$(error "SELECT * FROM scim_explain('Robot', 'id pr')")" \
  "there is no resource type 'Robot'"
is "a wrong filter is the error that it is elsewhere" \
  "$(error "SELECT * FROM scim_explain('User', 'nope eq 1')")" \
  "$(error "SELECT * FROM scim_filter('User', 'nope eq 1')")"
is "no filter is none" "$(error "SELECT count(*) FROM scim_explain('User', '')" |
  grep -c '^[0-9]')" 0
is "an index that says it all" "$(explain 'userName eq "u1"')" \
  'userName eq "u1"|index|scim_value (userName)|1
userName eq "u1"|index||1'
is "one that narrows" "$(explain 'userName sw "u" and title co "T"')" \
  'userName sw "u"|index|scim_value (userName)|9
title co "T"|candidates||
userName sw "u" and title co "T"|candidates||9'
is "none" "$(explain 'title pr or not (userName eq "u1")')" \
  'title pr|all||
not (userName eq "u1")|all||
title pr or not (userName eq "u1")|all||9'
is "a term that is left out, since another finds few" \
  "$(explain 'userName eq "u2" and userName gt "u"')" \
  'userName eq "u2"|index|scim_value (userName)|1
userName gt "u"|candidates||
userName eq "u2" and userName gt "u"|candidates||1'
is "terms that are one search have its rows together" \
  "$(explain 'userName eq "u2" or (userName eq "u3" or id eq "x")')" \
  'userName eq "u2"|index|scim_value (userName)|2
userName eq "u3"|index|scim_value (userName)|2
id eq "x"|index|scim_resource (tenant, id)|0
userName eq "u2" or userName eq "u3" or id eq "x"|index||2'
is "a value path, by the paths of what is in it" \
  "$(explain 'emails[type eq "work" and value eq "u3@x.no"]')" \
  'emails.type eq "work"|candidates||
emails.value eq "u3@x.no"|index|scim_value (emails.value)|1
emails[emails.type eq "work" and emails.value eq "u3@x.no"]|candidates||1'
is "columns, members and groups" "$(sql "
  SELECT term, \"index\" FROM scim_explain('User',
    'meta.created gt \"2020-01-01T00:00:00Z\" or groups.value eq \"g\"');
  SELECT term, \"index\" FROM scim_explain('Group', 'members eq \"g\"')")" \
  'meta.created gt "2020-01-01T00:00:00Z"|scim_resource_created
groups.value eq "g"|scim_member
meta.created gt "2020-01-01T00:00:00Z" or groups.value eq "g"|
members.value eq "g"|scim_member_value
members.value eq "g"|'
is "of the tenant that is named" "$(sql "
  SELECT rows FROM scim_explain('User', 'userName sw \"u\"', 'acme')")" "0
0"
is "an attribute that gets an index moves to it" "$(sql "
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  SELECT how FROM scim_explain('User', 'title eq \"t\"') LIMIT 1;
  SELECT scim_init() > 0;
  SELECT how FROM scim_explain('User', 'title eq \"t\"') LIMIT 1;
  SELECT type, filter, tenant
    FROM scim_explain('User', 'title eq \"t\"') LIMIT 1")" \
  "all
1
index
User|title eq \"t\"|default"

# ---- what is unique

# define UNIQUENESS: the extension whose badge has it.
define() {
  local schema='{"id":"urn:x:B","name":"B","attributes":[
    {"name":"badge","type":"string","uniqueness":"'$1'"},
    {"name":"seal","type":"string","caseExact":true,"uniqueness":"global"}]}'
  sql "UPDATE scim_schema SET definition = '$schema' WHERE id = 'urn:x:B';
    INSERT INTO scim_schema (definition) SELECT '$schema' WHERE changes() = 0"
}
sees() {
  sql "SELECT how, \"index\", rows FROM scim_explain('User', '$1') LIMIT 1"
}
define none
sql "UPDATE scim_resource_type SET definition = json_insert(definition,
    '\$.schemaExtensions[#]', json('{\"schema\":\"urn:x:B\"}'))
  WHERE name = 'User';
  WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 4)
  SELECT count(scim_apply('PATCH', '/Users/' || (SELECT id FROM scim_user
    WHERE user_name = 'u' || i), json_object('Operations', json_array(
      json_object('op', 'add', 'path', 'urn:x:B:badge', 'value', 'B' || i),
      json_object('op', 'add', 'path', 'urn:x:B:seal', 'value', 'S' || i)))))
  FROM n" >/dev/null
is "an attribute that is not unique is looked for everywhere" \
  "$(sees 'urn:x:B:badge eq "b2"')" "all||"
define server
is "nor is one found before what was there is in the index" \
  "$(sees 'urn:x:B:badge eq "b2"')" "all||"
sql "SELECT scim_init()" >/dev/null
is "one that is unique is found by that" "$(sees 'urn:x:B:badge eq "b2"'
  sees 'urn:x:B:badge gt "b2"'; sees 'urn:x:B:badge pr')" \
  "index|scim_unique (urn:x:B:badge)|1
index|scim_unique (urn:x:B:badge)|2
index|scim_unique (urn:x:B:badge)|4"
is "among all tenants as well, but only by its value" \
  "$(sees 'urn:x:B:seal eq "S2"'; sees 'urn:x:B:seal eq "s2"'
  sees 'urn:x:B:seal gt "S2"'; sql "SELECT rows FROM scim_explain('User',
    'urn:x:B:seal eq \"S2\"', 'acme') LIMIT 1")" \
  "index|scim_unique (urn:x:B:seal)|1
index|scim_unique (urn:x:B:seal)|0
all||
0"
is "SQLite searches it by the key" "$(plan=$(fresh "
  SELECT count(*) FROM scim_filter('User', 'urn:x:B:badge eq \"b2\"');
  SELECT sql FROM scim_stmt WHERE sql LIKE '%scim_unique%'" | sed 1d |
  tr '\n' ' '); sql "EXPLAIN QUERY PLAN $plan" | grep -c 'scim_unique.*key=')" 1

# Several have a value, and then it is to be unique: scim_unique has one of them.
define none
sql "SELECT scim_init();
  SELECT scim_apply('PATCH', '/Users/' || (SELECT id FROM scim_user
    WHERE user_name = 'u9'), '{\"Operations\":[{\"op\":\"add\",
    \"path\":\"urn:x:B:badge\",\"value\":\"b2\"}]}')" >/dev/null
define server
sql "SELECT scim_init()" >/dev/null
both="SELECT count(*) FROM scim_filter('User', 'urn:x:B:badge eq \"B2\"')"
is "of a value that two have both are found, by no index" \
  "$(sees 'urn:x:B:badge eq "b2"'; sql "$both")" "all||
2"
sql "SELECT scim_apply('PATCH', '/Users/' || (SELECT id FROM scim_user
    WHERE user_name = 'u2'), '{\"Operations\":[{\"op\":\"remove\",
    \"path\":\"urn:x:B:badge\"}]}')" >/dev/null
is "and the one that keeps it, whom the index never had" "$(sql "$both")" 1
sql "UPDATE scim_schema SET definition = definition WHERE id = 'urn:x:B';
  SELECT scim_init()" >/dev/null
is "when the index is built again it has all" \
  "$(sees 'urn:x:B:badge eq "b2"'; sql "$both")" \
  "index|scim_unique (urn:x:B:badge)|1
1"
sql "CREATE TEMP TABLE t AS SELECT definition FROM scim_resource_type
    WHERE name = 'User';
  DELETE FROM scim_resource_type WHERE name = 'User';
  INSERT INTO scim_resource_type (definition) SELECT definition FROM t" \
  >/dev/null
is "a type that comes back has its indexes to be built" \
  "$(sees 'urn:x:B:badge eq "b2"'; sql "SELECT scim_init()" >/dev/null
  sees 'urn:x:B:badge eq "b2"')" "all||
index|scim_unique (urn:x:B:badge)|1"

define none
sql "SELECT scim_init();
  INSERT OR REPLACE INTO scim_schema (rowid, definition)
  SELECT rowid, replace(definition, '\"none\"', '\"server\"')
    FROM scim_schema WHERE id = 'urn:x:B'" >/dev/null
is "so does a type whose schema is put in again under its number" \
  "$(sees 'urn:x:B:badge eq "b2"'; sql "$both; SELECT scim_init()" | head -n 1
  sees 'urn:x:B:badge eq "b2"')" "all||
1
index|scim_unique (urn:x:B:badge)|1"

is "it may be used in views" "$(sql "
  CREATE VIEW why AS SELECT how FROM scim_explain('User', 'title eq \"t\"');
  SELECT count(*) FROM why")" 2

finish
