#!/bin/bash
# An index is data: marked later, built by the next write, dropped with its
# row, and without any influence on what a filter finds.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

# Of 100 users every one has a title, three spellings of it, and a nick name.
sql "SELECT scim_init();
  WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 100)
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Users', json_object('userName', 'user ' || i,
    'title', CASE i % 3 WHEN 0 THEN 'Chef' WHEN 1 THEN 'CHEF' ELSE 'cook' END,
    'nickName', 'nick ' || i) FROM n" >/dev/null

filters='title eq "chef"
title eq "chef" and nickName eq "nick 7"
title ne "cook"
title sw "CH"
title co "oo"
title gt "chef"
title pr
not (title eq "cook")
title eq "cook" or userName eq "user 1"'
found() {
  while read -r filter; do
    sql "SELECT count(*), sum(resource) FROM scim_filter('User', '$filter')"
  done <<<"$filters"
}

built="SELECT attribute, built FROM scim_index
  WHERE attribute IN ('title', 'nickName')"
values="SELECT count(*), count(DISTINCT key) FROM scim_value
  WHERE attribute = 'title'"
# uses <attribute>: does a search by it read the filter index?
uses() {
  fresh "SELECT count(*) FROM scim_filter('User', '$1 eq \"chef\"');
    SELECT count(*) > 0 FROM scim_stmt WHERE sql LIKE '%scim_value%'" | tail -1
}

found >"$folder/without"
is "an attribute without an index is searched without" "$(uses title)" 0
sql "INSERT INTO scim_index (type, attribute) VALUES ('User', 'title')"
is "a marked attribute is not built by reading" \
  "$(found | diff - "$folder/without" && sql "$built")" "title|0"
is "a filter does not use an index that is not built" "$(uses title)" 0
sql "SELECT scim_apply('DELETE', '/Users/nobody', NULL, NULL)" >/dev/null
is "the next write builds it, even one that fails" "$(sql "$built; $values")" \
  "title|1
100|2"
is "then filters use it" "$(uses title)" 1
is "and find what they found before" "$(found | diff - "$folder/without")" ""
plan=$(fresh "SELECT count(*) FROM scim_filter('User', 'title eq \"chef\"');
  SELECT sql FROM scim_stmt WHERE sql LIKE '%scim_value%'" | sed 1d | tr '\n' ' ')
is "SQLite searches the index by its key" \
  "$(sql "EXPLAIN QUERY PLAN $plan" | grep -c 'SEARCH.*key')" 1

sql "INSERT INTO scim_index (type, attribute) VALUES ('User', 'nickName');
  SELECT scim_init()" >/dev/null
is "scim_init builds what is marked" "$(sql "$built")" "nickName|1
title|1"
is "two indexes find the same" "$(found | diff - "$folder/without")" ""

# ---- kept up to date

id=$(sql "SELECT id FROM scim_user WHERE user_name = 'user 1'")
sql "SELECT scim_apply('PATCH', '/Users/$id', '{\"Operations\":[{\"op\":
  \"replace\",\"path\":\"title\",\"value\":\"Baker\"}]}', NULL)" >/dev/null
is "a change moves the values of its resource" "$(sql "
  SELECT group_concat(key) FROM scim_value WHERE attribute = 'title' AND
    resource = (SELECT resource FROM scim_resource WHERE id = '$id');
  SELECT count(*) FROM scim_filter('User', 'title eq \"baker\"')")" "baker
1"
sql "SELECT scim_apply('DELETE', '/Users/$id', NULL, NULL)" >/dev/null
is "a deleted resource has no values" "$(sql "SELECT count(*) FROM scim_value
  WHERE resource NOT IN (SELECT resource FROM scim_resource)")" 0
found >"$folder/without"

# ---- a definition that is replaced

sql "UPDATE scim_schema SET definition = json_set(definition,
  (SELECT fullkey || '.caseExact' FROM json_tree(definition)
    WHERE type = 'object' AND json_extract(value, '\$.name') = 'title'
      AND path = '\$.attributes'),
  json('true')) WHERE id LIKE '%core:2.0:User'"
is "a definition that is replaced makes the index stale" \
  "$(sql "SELECT DISTINCT built FROM scim_index")" 0
is "it counts from now on, index or not" \
  "$(sql "SELECT count(*) FROM scim_filter('User', 'title eq \"Chef\"')")" 33
sql "SELECT scim_init()" >/dev/null
is "the index is built anew by the new definition" "$(sql "$values;
  SELECT DISTINCT built FROM scim_index;
  SELECT count(*) FROM scim_filter('User', 'title eq \"Chef\"');
  SELECT count(*) FROM scim_filter('User', 'title eq \"chef\"')")" "99|3
1
33
0"

# ---- dropped

sql "DELETE FROM scim_index WHERE attribute = 'title'"
is "a row that is deleted takes its values along" "$(sql "$values")" "0|0"
is "and filters go on without" "$(uses title)
$(sql "SELECT count(*) FROM scim_filter('User', 'title eq \"Chef\"')")" "0
33"

# ---- several connections

count="SELECT count(*) FROM scim_filter('User', 'title eq \"Chef\"')"
fresh "$count" >/dev/null
process "INSERT INTO scim_index (type, attribute) VALUES ('User', 'title');
  SELECT scim_init()" >/dev/null
is "a connection sees the index that another has built" \
  "$(sql "$count; SELECT count(*) > 0 FROM scim_stmt
    WHERE sql LIKE '%scim_value%'")" "33
1"
process "DELETE FROM scim_index WHERE attribute = 'title'"
is "and that it is gone again" "$(sql "$count")" 33

finish
