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
is "it may be used in views" "$(sql "
  CREATE VIEW why AS SELECT how FROM scim_explain('User', 'title eq \"t\"');
  SELECT count(*) FROM why")" 2

finish
