#!/bin/bash
# scim_filter: which arguments it takes, what a LIMIT may cut, and rows that are
# changed while they are read.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init();
  WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 9)
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Users', json_object('userName', 'u' || i, 'title',
    iif(i % 3, 'a', 'b')) FROM n" >/dev/null

names="doc ->> '\$.userName'"

# error STATEMENT: what it says.
error() {
  sql "$1" | sed -E 's/^Error: (stepping|in prepare), //'
}

is "what is wrong is an SQL error that says what" \
  "$(for call in "scim_filter" "scim_filter(NULL)" "scim_filter('Robot')" \
    "scim_filter('User', 'nope eq 1')" "scim_filter('User', NULL, 'nope')" \
    "scim_filter('User', NULL, 'userName', 'desc')"; do
    error "SELECT * FROM $call"
  done)" \
  "scim_filter needs a resource type
there is no resource type ''
there is no resource type 'Robot'
$(error "SELECT * FROM scim_filter('User', 'nope eq 1')")
unknown attribute 'nope'
sort_order is ascending or descending, not 'desc'"
is "a filter on what is no attribute names it" \
  "$(error "SELECT * FROM scim_filter('User', 'nope eq 1')" | grep -c nope)" 1
is "without tables it says what to do" "$(connect :memory:
  error "SELECT * FROM scim_filter('User')"
  connect)" "this database has no scim tables: SELECT scim_init()"
is "a tenant that is NULL or unknown has nobody" "$(sql "
  SELECT count(*) FROM scim_filter('User') WHERE tenant = NULL;
  SELECT count(*) FROM scim_filter('User', NULL, NULL, NULL, NULL);
  SELECT count(*) FROM scim_filter('User', NULL, NULL, NULL, 'x')")" "0
0
0"
is "hidden columns show the arguments" "$(sql "
  SELECT type, filter, sort_by, sort_order, tenant FROM
    scim_filter('User', 'userName eq \"u1\"', 'userName', 'ascending')")" \
  'User|userName eq "u1"|userName|ascending|default'
is "LIMIT and OFFSET cut a sort as well" "$(sql "
  SELECT $names FROM scim_filter('User', NULL, 'userName', 'descending')
   LIMIT 2 OFFSET 3")" "u6
u5"
is "a negative LIMIT is none, a negative OFFSET 0" "$(sql "
  SELECT count(*) FROM (SELECT 1 FROM scim_filter('User') LIMIT -3);
  SELECT count(*) FROM (SELECT 1 FROM scim_filter('User') LIMIT 4 OFFSET -3)")" \
  "9
4"
is "a LIMIT is not taken before another condition" "$(sql "
  SELECT $names FROM scim_filter('User') WHERE doc ->> '\$.title' = 'b'
   LIMIT 2 OFFSET 1")" "u6
u9"
is "nor before another order" "$(sql "
  SELECT $names FROM scim_filter('User') ORDER BY $names DESC LIMIT 1")" u9
is "arguments from a table on the other side of a join are waited for" "$(sql "
  CREATE TABLE asked (type, filter);
  INSERT INTO asked VALUES ('User', 'userName eq \"u2\"'),
    ('User', 'userName eq \"u3\"');
  SELECT $names FROM scim_filter(asked.type, asked.filter), asked")" "u2
u3"

# ---- rows that change while they are read

is "one that the same statement deletes is passed over" "$(sql "
  SELECT scim_apply('DELETE', '/Users/' || (SELECT id FROM scim_user
    WHERE user_name = 'u' || (substr($names, 2) + 1))) ->> '\$.status'
    FROM scim_filter('User', 'userName ge \"u4\"')")" "204
204
204"
is "what was deleted, are every second" "$(sql "
  SELECT group_concat($names) FROM scim_filter('User')")" "u1,u2,u3,u4,u6,u8"
is "one that is changed is shown as it is now, found or not" "$(sql "
  SELECT $names || ' ' || version FROM scim_filter('User',
    'userName sw \"u\" and title eq \"a\"') AS f
   WHERE scim_apply('PATCH', '/Users/' || f.id, '{\"Operations\":[{\"op\":
     \"replace\",\"path\":\"title\",\"value\":\"c\"}]}') ->> '\$.status' = 200
   ORDER BY 1")" "u1 1
u2 1
u4 1
u8 1"
is "a definition that changes in between does no harm" "$(sql "
  SELECT count(*) FROM scim_filter('User') AS f
   WHERE (SELECT count(*) FROM scim_filter('User', 'title pr') AS g) = 6" "
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  SELECT count(*) FROM scim_filter('User', 'title pr')")" "6
6"
is "it may be used in views, and on read-only connections" "$(sql "
  CREATE VIEW bosses AS SELECT $names AS name
    FROM scim_filter('User', 'userName eq \"u1\"');
  PRAGMA query_only = on;
  SELECT name FROM bosses;
  PRAGMA query_only = off")" u1

finish
