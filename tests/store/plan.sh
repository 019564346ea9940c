#!/bin/bash
# Long filters: how many terms and and or join must not change what is found,
# and what indexes serve they serve however long the filter is.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# 300 users, created a day each; the first 60 with a group of their own, and
# one group and one user that have everything.
sql "
  CREATE TEMP TABLE n (i INTEGER);
  WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 300)
  INSERT INTO temp.n SELECT i FROM n;
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Users', json_object('userName', 'n' || i,
      'externalId', 'x' || i, 'displayName', 'd' || i, 'title', 't' || (i % 7),
      'emails', json_array(json_object('value', 'e' || i, 'type', 'work'))),
    json_object('id', 'u' || i,
      'now', strftime('%Y-%m-%dT00:00:00Z', '2026-01-01', i || ' days'))
  FROM n;
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Users', json_object('userName', 'all', 'emails',
    (SELECT json_group_array(json_object('value', 'e' || i)) FROM n)),
    '{\"id\":\"all\"}';
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Groups', json_object('displayName', 'g' || i, 'members',
    json_array(json_object('value', 'u' || i))), json_object('id', 'g' || i)
  FROM n WHERE i <= 60;
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Groups', json_object('displayName', 'all', 'members',
    (SELECT json_group_array(json_object('value', 'u' || i)) FROM n)),
    '{\"id\":\"gall\"}'" >/dev/null

# chain COUNT WORD TERM: the term COUNT times, with %d counted from 1 and %s
# the day of the user with this number. chained sets filter to it.
chain() {
  local filter
  chained "$@"
  printf '%s' "$filter"
}
chained() {
  local i term
  filter=
  for ((i = 1; i <= $1; i++)); do
    term=${3//%d/$i}
    term=${term//%s/${days[$i]}}
    filter+=${filter:+ $2 }$term
  done
}
mapfile -t days < <(echo && sql "SELECT substr(created, 1, 10)
  FROM scim_resource WHERE id GLOB 'u[0-9]*' ORDER BY created")

# search TYPE COUNT WORD TERM: status and totalResults, of that as a filter.
search() {
  local filter
  chained "${@:2}"
  ask '[.status, .body.totalResults, .body.detail // empty] | join(" ")' \
    POST "/$1/.search" "{\"filter\":\"${filter//\"/\\\"}\",\"count\":1}"
}

min() { echo $(($1 < $2 ? $1 : $2)); }
for n in 2 14 20 32 33 64 200; do
  is "$n names joined by or" \
    "$(search Users $n or 'userName eq "n%d"')" "200 $n"
  is "$n names joined by and" \
    "$(search Users $n and 'userName eq "n%d"')" "200 0"
  is "$n ids joined by or" \
    "$(search Users $n or 'id eq "u%d"')" "200 $n"
  is "$n ids joined by and" \
    "$(search Users $n and 'id eq "u%d"')" "200 0"
  is "$n e-mails joined by or" \
    "$(search Users $n or 'emails.value eq "e%d"')" "200 $((n + 1))"
  is "$n e-mails joined by and" \
    "$(search Users $n and 'emails.value eq "e%d"')" "200 1"
  is "$n value paths joined by or" \
    "$(search Users $n or 'emails[value eq "e%d"]')" \
    "200 $((n + 1))"
  is "$n members joined by or" \
    "$(search Groups $n or 'members.value eq "u%d"')" \
    "200 $(($(min $n 60) + 1))"
  is "$n members joined by and" \
    "$(search Groups $n and 'members.value eq "u%d"')" "200 1"
  is "$n groups joined by or" \
    "$(search Users $n or 'groups.value eq "g%d"')" \
    "200 $(min $n 60)"
  is "$n days joined by or" \
    "$(search Users $n or 'meta.created eq "%s"')" "200 $n"
  is "$n beginnings of time joined by or" \
    "$(search Users $n or 'meta.created lt "%s"')" \
    "200 $((n - 1))"
  is "$n beginnings of time joined by and" \
    "$(search Users $n and 'meta.created ge "%s"')" \
    "200 $((302 - n))"
  is "$n beginnings of names joined by or" \
    "$(search Users $n or 'userName sw "n%d"')" \
    "200 $(sql "WITH RECURSIVE n(i) AS
      (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 300)
      SELECT count(*) FROM n AS a WHERE EXISTS (SELECT 1 FROM n AS b
        WHERE b.i <= $n AND a.i GLOB b.i || '*')")"
  is "$n attributes in turn joined by or" \
    "$(search Users $((n / 2)) or \
      'externalId eq "x%d" or meta.created gt "2027-01-01" or id eq "u%d"')" \
    "200 $((n / 2))"
  is "$n terms with and without an index joined by or" \
    "$(search Users $((n / 2)) or \
      'userName eq "n%d" or title eq "x"')" "200 $((n / 2))"
  is "$n terms with and without an index joined by and" \
    "$(search Users $((n / 2)) and \
      'title co "t" and userName sw "n"')" "200 300"
done

# ---- Which way

# kept TYPE FILTER…: the SQL of look-ups that is kept after searches in one
# session, a line each.
kept() {
  local type=$1 script="" filter
  shift
  for filter; do
    script+="SELECT count(*) FROM scim_filter('$type', '$filter');"
  done
  fresh "$script SELECT sql FROM scim_stmt WHERE sql LIKE '%json_each%'" |
    sed "1,$#d"
}
# strategy SQL: how SQLite goes about it, but for the list of keys.
strategy() {
  sql "EXPLAIN QUERY PLAN $1" |
    sed -n 's/^[ |`-]*\(S[A-Z]* [a-z_]* .*\)/\1/p' | grep -v json_each
}

is "a list of any length is one statement" \
  "$(kept User "$(chain 33 or 'userName eq "n%d"')" \
    "$(chain 200 or 'userName eq "n%d"')" \
    "$(chain 14 or 'displayName eq "d%d"')" | wc -l)" 1
is "many names are looked up by the index of values" \
  "$(strategy "$(kept User "$(chain 200 or 'userName eq "n%d"')")")" \
  "SEARCH scim_value USING PRIMARY KEY (tenant=? AND type=? AND attribute=? AND key=?)"
is "many ids by the index of ids" \
  "$(strategy "$(kept User "$(chain 200 or 'id eq "u%d"')")")" \
  "SEARCH scim_resource USING INDEX sqlite_autoindex_scim_resource_1 (tenant=? AND id=?)"
is "many members by the index of members" \
  "$(strategy "$(kept Group "$(chain 200 or 'members.value eq "u%d"')")")" \
  "SEARCH m USING COVERING INDEX scim_member_value (value=?)
SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"
is "many times by the index of times" \
  "$(strategy "$(kept User "$(chain 100 or 'meta.created eq "%s"')")")" \
  "SEARCH scim_resource USING COVERING INDEX scim_resource_created (tenant=? AND type=? AND created=?)"

# ---- A host with lower limits

# limited LIMIT VALUE: what 30 searches find under a limit of SQLite.
filter=$(chain 30 or 'userName sw "n1%d"')
limited() {
  sqlite3 -bail -cmd ".load $extension" "$db" ".limit $1 $2" \
    "SELECT count(*), sum(resource) FROM scim_filter('User', '$filter')" 2>&1 |
    tail -1
}
found=$(limited compound_select 500)
is "30 searches find something" "${found%%|*}" 99
is "what has more searches than SQLite takes is found without an index" \
  "$(limited compound_select 20)" "$found"
is "and so is what has too many parameters" \
  "$(limited variable_number 6)" "$found"

finish
