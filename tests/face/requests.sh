#!/bin/bash
# The table scim: what an INSERT does, and what a SELECT shows of it.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
needs=', which a trigger of yours or a map that is on needs: define that anew, '
needs+='or switch the map off'
open_database
sql "SELECT scim_init()" >/dev/null

# outcome: of the request that was inserted last.
outcome="SELECT status, action FROM scim WHERE rowid = last_insert_rowid()"

is "the rowid of an INSERT is its row of the log" "$(sql "
  INSERT INTO scim (method, target, body)
  VALUES ('POST', '/Users', '{\"userName\":\"ann\"}');
  $outcome;
  SELECT last_insert_rowid() = max(seq) FROM scim_log")" "201|create
1"
is "so is that of a request which fails" "$(sql "
  INSERT INTO scim (method, target, body)
  VALUES ('POST', '/Users', '{\"title\":\"no name\"}');
  $outcome")" "400|"
for request in "('GET', '/Users', NULL, NULL)" \
  "('GET', '/Nowhere', NULL, NULL)" \
  "('POST', '/Users', '{\"userName\":\"bob\"}', '{\"dry_run\":true}')" \
  "('POST', '/Users', '{}', '{\"dry_run\":true}')" \
  "('DELETE', '/Users/x', NULL, '{\"authorization\":\"Bearer no\"}')"; do
  is "without a row of its own the rowid is 0, not that of the one before: $request" \
    "$(sql "INSERT INTO scim (method, target, body, options) VALUES $request;
      SELECT last_insert_rowid();
      $outcome")" 0
done
is "no row is left by any of these" "$(sql "SELECT count(*) FROM scim_log")" 2
is "an INSERT SELECT is one transaction, in the order of its rows" "$(sql "
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Users', json_object('userName', value)
    FROM json_each('[\"x\",\"y\",\"X\",\"z\"]');
  SELECT group_concat(status) FROM scim WHERE rowid > 2")" "201,201,409,201"
is "it is undone as a whole when the database fails" "$(sql "
  CREATE TRIGGER no BEFORE INSERT ON scim_resource WHEN NEW.doc LIKE '%q2%'
  BEGIN INSERT INTO nowhere VALUES (1); END;" "
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Users', json_object('userName', value)
    FROM json_each('[\"q1\",\"q2\",\"q3\"]')" "
  DROP TRIGGER no;
  SELECT count(*) FROM scim_user WHERE user_name LIKE 'q%'")" \
  "Error: stepping, no such table: main.nowhere$needs
0"
is "rows come in their order, and one is found by its number" "$(sql "
  SELECT group_concat(rowid) FROM (SELECT rowid FROM scim ORDER BY rowid);
  SELECT rowid FROM scim WHERE rowid = 2;
  SELECT count(*) FROM scim WHERE rowid = 99;
  SELECT count(*) FROM scim WHERE rowid IN (1, 2, 2, 99);
  SELECT count(*) FROM scim WHERE rowid = 0;
  SELECT count(*) FROM scim WHERE rowid = -9223372036854775808;
  SELECT count(*) FROM scim WHERE rowid = 9223372036854775807")" "1,2,3,4,5,6
2
0
2
0
0
0"
is "body and options are not kept; numbers that are none are NULL" "$(sql "
  SELECT body IS NULL, options IS NULL, version, token IS NULL FROM scim
   WHERE rowid = 1;
  SELECT version IS NULL, id IS NULL, after IS NULL FROM scim
   WHERE rowid = 2")" "1|1|1|1
1|1|1"

# ---- What is asked of the log alone

# The same rows whether the bounds are handed over or, behind a cast (a plus would
# compare '3' as text), looked at by SQLite; in either order, with and without a
# LIMIT.
questions() {
  local test order limit cast='CAST(rowid AS INTEGER)'
  for test in '= 3' '> 3' '>= 3' '< 3' '<= 3' '> 3.5' '< 3.5' "> '3'" "= '3'" \
    "< 'x'" '> NULL' 'IS NULL' '= -1' '> -9223372036854775808' \
    '< 9223372036854775807' '>= 9223372036854775807' 'IN (5, 1, 5, NULL)' \
    'BETWEEN 2 AND 4' '<> 2' '= 2 OR status = 409' "= 2 OR rowid > '4'"; do
    for order in '' 'ORDER BY rowid' 'ORDER BY rowid DESC'; do
      for limit in '' 'LIMIT 2' 'LIMIT 2 OFFSET 1'; do
        [ -z "$order" ] && [ -n "$limit" ] && continue # any would do
        local rest="$order $limit"
        echo "SELECT CASE WHEN
          (SELECT json_group_array(r) FROM (SELECT rowid AS r FROM scim
            WHERE rowid $test $rest)) IS NOT
          (SELECT json_group_array(r) FROM (SELECT rowid AS r FROM scim
            WHERE $cast ${test//rowid/$cast} ${rest/rowid/+rowid}))
          THEN $(literal "$test $rest") ELSE 'same' END;"
      done
    done
  done
}
is "what is handed over finds the same" \
  "$(sql "$(questions)" | sort | uniq -c |
    sed 's/^ *//')" "147 same"
# reads STATEMENT: how many rows of the log it looks at.
reads() {
  sql "$1" >/dev/null # prepares
  sql "CREATE TEMP TABLE IF NOT EXISTS before (n);
    DELETE FROM before;
    INSERT INTO before SELECT sum(runs) FROM scim_stmt
     WHERE sql LIKE '%ORDER BY seq%LIMIT 1;%';
    $1" >/dev/null
  sql "SELECT sum(runs) - n FROM scim_stmt, before
        WHERE sql LIKE '%ORDER BY seq%LIMIT 1;%'"
}
is "the last row is one look" \
  "$(reads "SELECT * FROM scim ORDER BY rowid DESC LIMIT 1")" 1
is "the first as well" "$(reads "SELECT * FROM scim ORDER BY rowid LIMIT 1")" 1
is "behind a bookmark is what comes there, and the end" \
  "$(reads "SELECT * FROM scim WHERE rowid >= 5")" 3
is "a range ends where it says" \
  "$(reads "SELECT * FROM scim WHERE rowid BETWEEN 2 AND 3")" 3

is "the log cannot be changed here" \
  "$(sql "UPDATE scim SET status = 1 WHERE rowid = 1" \
    "DELETE FROM scim WHERE rowid = 1" | sed 's/^Error: stepping, //')" \
  "the log is not changed: only INSERT (8)
the log is not changed: only INSERT (8)"
is "a trigger cannot insert requests" "$(sql "
  CREATE TABLE mine (x);
  CREATE TRIGGER ask AFTER INSERT ON mine BEGIN
    INSERT INTO scim (method, target) VALUES ('DELETE', NEW.x); END;" "
  INSERT INTO mine VALUES ('/Users/x')" | sed 's/^Error: in prepare, //')" \
  'unsafe use of virtual table "scim"'

finish
