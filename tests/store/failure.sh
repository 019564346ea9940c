#!/bin/bash
# The view scim_failure: what failed in the latest run of each caller, as
# scim_sync has runs; and a load by INSERT INTO scim SELECT, as README.md has it.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

# ---- a load in SQL

# example: the statement of README.md that loads a table of one's own, and
# changes who is there: the second that it has.
example() {
  awk '/^INSERT INTO scim \(method, target, body\)$/ { inside = ++found == 2 }
    inside; inside && /;$/ { exit }' README.md
}
sql "CREATE TABLE employee (login TEXT, job TEXT);
  INSERT INTO employee VALUES ('ann', 'Boss'), ('', 'Nobody'), ('bob', 'Clerk'),
    (NULL, 'None')"
is "nothing has failed yet" "$(sql 'SELECT count(*) FROM scim_failure')" 0
sql "$(example)"
is "what can be loaded is" \
  "$(sql 'SELECT user_name, title FROM scim_user ORDER BY 1')" "ann|Boss
bob|Clerk"
is "what could not, and why" \
  "$(sql "SELECT seq, tenant, token, method, target, status, scim_type, detail,
      time GLOB '20??-??-??T*Z' FROM scim_failure ORDER BY seq")" \
"2|default||POST|/Users|400|invalidValue|'userName' is required|1
4|default||POST|/Users|400|invalidValue|'userName' is required|1"
is "once more it changes what is another, and leaves the rest" "$(sql "
  UPDATE employee SET job = 'Chief' WHERE login = 'ann';
  DELETE FROM employee WHERE coalesce(login, '') = ''" "$(example)" "
  SELECT method, status, action FROM scim_log WHERE seq > 4;
  SELECT user_name, title FROM scim_user ORDER BY 1")" "PATCH|200|update
ann|Chief
bob|Clerk"

# ---- runs

is "who has been silent for twenty minutes begins anew" "$(sql "
  UPDATE scim_log SET time = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-20 minutes')
   WHERE seq <= 4;
  UPDATE scim_log SET time = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE seq > 4;
  SELECT count(*) FROM scim_failure;
  UPDATE scim_log SET time = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-19 minutes')
   WHERE seq <= 4;
  SELECT count(*) FROM scim_failure")" "0
2"
is "what other callers do changes nothing" "$(sql "
  INSERT INTO scim_log (time, tenant, token, method, target, status)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+5 hours'), 'default', 7,
         'POST', '/Users', value FROM json_each('[201,409]');
  SELECT token, count(*) FROM scim_failure GROUP BY token")" "|2
7|1"

is "they are the failures of the last runs of scim_sync, whatever the gaps" \
  "$(sql "
  DELETE FROM scim_log;
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
  INSERT INTO scim_log (time, tenant, token, method, target, status)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 1790000000
                  + abs(random()) % 9000000 / 1000.0, 'unixepoch'),
         't' || (1 + abs(random()) % 20), nullif(i % 4, 3), 'PATCH', '/Users',
         iif(i % 3, 200, 400 + i % 5)
    FROM n;
  CREATE TEMP TABLE last AS
  SELECT tenant, token, max(ended) AS ended, started, failed FROM scim_sync
   GROUP BY tenant, token;
  SELECT count(*), sum(failed) > 200 FROM last;
  CREATE TEMP TABLE said AS SELECT * FROM scim_failure;
  SELECT (SELECT sum(failed) FROM last) - (SELECT count(*) FROM said);
  SELECT count(*) FROM last AS a WHERE failed <> (SELECT count(*) FROM said AS s
    WHERE s.tenant = a.tenant AND s.token IS a.token AND s.status >= 400
      AND s.time BETWEEN a.started AND a.ended)")" "80|1
0
0"
is "it looks at what failed, and walks through no log" "$(sql "
  EXPLAIN QUERY PLAN SELECT * FROM scim_failure" | grep -c 'SCAN l')" 0
finish
