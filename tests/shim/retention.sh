#!/bin/bash
# scimd serve --keep-log: what is older goes, in steps, while the server serves;
# what is younger stays.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
load=".load $extension"

# 1,201 rows of long ago, more than two steps, and one of today.
sqlite3 -batch "$db" -cmd "$load" "SELECT scim_init()" "
  WITH RECURSIVE n (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM n
                            WHERE n < 1200)
  INSERT INTO scim (method, target, body, options)
  SELECT iif(n, 'PATCH', 'POST'), iif(n, '/Users/ann', '/Users'),
         iif(n, json_object('Operations', json_array(json_object('op', 'add',
             'path', 'title', 'value', 'T' || n))), '{\"userName\":\"ann\"}'),
         json_object('id', 'ann', 'now', '2020-01-01T00:00:00Z') FROM n;
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}')" >/dev/null

# rows: how many there are, the highest that is gone, and the horizon's day.
rows() {
  sqlite3 "$db" "SELECT count(*), (SELECT value FROM scim_meta WHERE name =
    'horizon_seq'), (SELECT substr(value, 1, 10) FROM scim_meta WHERE name =
    'horizon') FROM scim_log"
}

start
is "unless it is said, nothing goes" "$(create cid; rows)" "2011203|0|"
stop
sqlite3 "$db" "CREATE TABLE step (seq);
  CREATE TRIGGER step AFTER UPDATE ON scim_meta WHEN NEW.name = 'horizon_seq'
  BEGIN INSERT INTO step VALUES (NEW.value); END"
start --keep-log 400d
await grep -q '"event":"log"' "$dir/log"
is "what is older goes, the rest stays" "$(rows)" \
  "2|1201|$(date -u -d '400 days ago' +%F)"
is "the log of events says how far" \
  "$(grep -c '"event":"log".*pruned up to row 1201' "$dir/log")" 1
is "it goes in steps of 500 rows" \
  "$(sqlite3 "$db" "SELECT group_concat(DISTINCT seq) FROM step")" 500,1000,1201
is "and requests come between" "$(create dan)" 201
is "who was there is still there" "$(curl -s -H "$bearer" \
  "$url/Users?filter=userName+eq+%22ann%22" | grep -o '"title":"T1200"')" \
  '"title":"T1200"'
stop
is "it ends as it should" "$ended" 0

# A log with a gap is told of, and left alone; the server serves.
sqlite3 "$db" "UPDATE scim_log SET time = '2021-01-01T00:00:00.000Z'
   WHERE seq = 1202; UPDATE scim_meta SET value = 1 WHERE name = 'horizon_seq';
  INSERT INTO scim_log (seq, time, tenant, method, target, status, action, type,
    id, version) VALUES (1100, '2021-01-01T00:00:00.000Z', 'default', 'PATCH',
    '', 200, 'update', 'User', 'ann', 7)"
start --keep-log 400d
await grep -q 'scim_prune:' "$dir/log"
is "what cannot be pruned is told of, with the place" \
  "$(grep -o 'scim_log lacks a change of User ann before seq 1100' "$dir/log")
$(create eve) $(rows | cut -d'|' -f1)" \
  "scim_log lacks a change of User ann before seq 1100
201 5"
stop

is "what is no number of days is refused" "$(for days in 400 0d 40000d d -1d 4h
  do "$SCIMD" serve --db "$db" --keep-log "$days" 2>&1
done | sort | uniq -c | sed 's/^ *//')" \
  "6 scimd: --keep-log needs days from 1d to 36500d"

finish
