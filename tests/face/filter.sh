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

# ---- What is handed over

is "a condition on each side of an OR is no call without a type" "$(sql "
  SELECT count(*) FROM scim_filter('User')
   WHERE id = 'x' OR version = 1 OR created = ''")" 9
# plan REST: what SQLite hands over, as idxNum and idxStr, and what it does
# itself.
plan() {
  sql "EXPLAIN QUERY PLAN SELECT id FROM scim_filter('User') $1" |
    sed -n 's/.*VIRTUAL TABLE INDEX //p; s/.*\(USE TEMP.*\)/\1/p' |
    tr '\n' ' '
}
is "= on the id" "$(plan "WHERE id = 'x'")" "1:a "
is "but not under a collation" "$(plan "WHERE id = 'x' COLLATE NOCASE")" "1: "
is "the resource, which is the rowid" \
  "$(plan "WHERE resource = 1")$(plan "WHERE rowid > 1 AND rowid <= 5")" \
  "1:b 1:cf "
is "times and versions, and an order" \
  "$(plan "WHERE created >= '2026' AND modified < '2027' AND version > 1
    ORDER BY created")" "129:ior "
is "an order with its LIMIT, the latest first" \
  "$(plan "ORDER BY modified DESC LIMIT 1")" "801: "
is "that of creation from either end" \
  "$(plan "ORDER BY rowid")$(plan "ORDER BY resource DESC")" "1: 513: "
is "and of versions; the resource decides where they are equal" \
  "$(plan "ORDER BY version LIMIT 1")$(
    plan "ORDER BY version DESC, resource LIMIT 1")$(
    plan "ORDER BY created, rowid, id")" "1057: 1569: 129: "
is "an order by something else is SQLite's, and all in that of versions" \
  "$(plan "ORDER BY id")$(plan "ORDER BY created, id")$(
    plan "ORDER BY created, resource DESC")$(plan "ORDER BY version")" \
  "$(printf '1: USE TEMP B-TREE FOR ORDER BY %.0s' 1 2 3 4)"
is "a LIMIT goes along with conditions, but not with one that is SQLite's" \
  "$(plan "WHERE created > '2026' AND version = 1 LIMIT 3 OFFSET 2")$(
    plan "WHERE created > '2026' AND version <> 1 LIMIT 3")" "97:hq 1:h "

# reads "WHAT COMES BEHIND scim_filter('User'": how many documents are read for
# it, one by one or, with *, all of the type.
reads() {
  local text="SELECT id FROM scim_filter('User'$1"
  sql "$text" >/dev/null # prepares
  sql "CREATE TEMP TABLE IF NOT EXISTS before (sql, n);
    DELETE FROM before;
    INSERT INTO before SELECT sql, runs FROM scim_stmt;
    $text" >/dev/null
  sql "SELECT coalesce(sum(runs - n), 0) FROM scim_stmt JOIN before USING (sql)
        WHERE sql LIKE 'SELECT resource, type, id%WHERE resource = %';
       SELECT '*' FROM scim_stmt JOIN before USING (sql)
        WHERE runs > n AND sql LIKE 'SELECT resource, type, id%ORDER BY%'" |
    tr -d '\n'
}
is "an id is one document" "$(reads ") WHERE id = (
  SELECT id FROM scim_user LIMIT 1)")" 1
is "with a filter that has no index too, which asks it alone" \
  "$(reads ", 'title eq \"a\"') WHERE resource = 1")" "1*"
is "the latest are as many as the LIMIT" \
  "$(reads ") ORDER BY created DESC LIMIT 2")$(
    reads ") ORDER BY modified DESC LIMIT 2")$(
    reads ") ORDER BY rowid DESC LIMIT 2")" 222
is "with a range too, in its order or another" \
  "$(reads ") WHERE created > '2020' ORDER BY created DESC LIMIT 2")$(
    reads ") WHERE created > '2020' ORDER BY modified LIMIT 2 OFFSET 1")$(
    reads ") WHERE version > 0 LIMIT 2")$(
    reads ") WHERE version > 0 ORDER BY version DESC LIMIT 2")" 2322
is "what has no index is looked at until there are enough" \
  "$(reads ", 'title eq \"a\"', 'userName') LIMIT 2")$(
    reads ", 'title eq \"a\"') ORDER BY created LIMIT 2")$(
    reads ", 'title eq \"a\"') ORDER BY version DESC LIMIT 2")" "444"
is "a filter by an index is no document more" \
  "$(reads ", 'userName ge \"u2\"', 'userName') LIMIT 2")$(
    reads ", 'userName ge \"u2\" and userName lt \"u9\"',
      'userName', 'descending') LIMIT 2")$(
    reads ", 'emails.value pr or userName pr', 'userName') LIMIT 2")$(
    reads ", 'userName pr') ORDER BY version LIMIT 2")" 2222
is "so is a sort by an indexed attribute" \
  "$(reads ", NULL, 'userName') LIMIT 2")$(
    reads ", NULL, 'userName', 'descending') LIMIT 2 OFFSET 3")$(
    reads ", NULL, 'meta.lastModified') LIMIT 2")" 222
is "a range is what is in it" "$(reads ") WHERE rowid > 7")$(
  reads ", 'userName sw \"u\"') WHERE rowid > 7 ORDER BY rowid DESC")$(
  reads ") WHERE created > '2999'")" 220
is "no search walks further; a range of times by number and versions are sorted" "$(
  sql "SELECT sql || ';' FROM scim_stmt WHERE sql LIKE 'SELECT resource%' AND
    (sql LIKE '%?104%' OR sql LIKE '%key DESC%' OR sql LIKE '%< ?5%')" |
    grep -v 'SELECT resource, type' | sed 's/^/EXPLAIN QUERY PLAN /' \
      >"$folder/plans"
  sql ".read $folder/plans" | grep -o 'SCAN scim.*\|TEMP B-TREE FOR ORDER.*' |
    sort | uniq -c | sed 's/^ *//')" "3 TEMP B-TREE FOR ORDER BY"

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
