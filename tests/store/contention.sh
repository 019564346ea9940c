#!/bin/bash
# Many writers on one file: processes with the extension, and clients of scimd
# beside another process. No write is lost, and none fails for being late.
cd "$(dirname "$0")/../.." || exit 1
SCIMD=${SCIMD:-${BUILD:-build}/scimd}
. tests/shim/server.inc

sql() { process "$@"; }
member() { # <id>: sets patch to one that adds it to the group
  patch='{"Operations":[{"op":"add","path":"members","value":[{"value":"'$1'"}]}]}'
}
group=00000000-0000-4000-8000-00000000000b
ann=00000000-0000-4000-8000-00000000000a
sql "PRAGMA journal_mode = WAL; SELECT scim_init();
  CREATE TABLE reply (text);
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"id\":\"$ann\"}');
  SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"Sales\"}',
    '{\"id\":\"$group\"}')" >/dev/null

# ---- four processes

# Each uses another way in: a SELECT, an INSERT, a transaction, RETURNING.
script() { # <process>: 75 PATCHes of the group and 25 of the user
  local i call patch
  [ "$1" != 5 ] ||
    echo 'CREATE TEMP TABLE reply (text); SELECT nullif(count(*), 0) FROM scim_user;'
  for i in $(seq 100); do
    member "p$1-$i"
    call="'PATCH', '/Groups/$group', '$patch', NULL"
    [ $((i % 4)) != 0 ] || call="'PATCH', '/Users/$ann', '{\"Operations\":[
      {\"op\":\"replace\",\"path\":\"title\",\"value\":\"$1 $i\"}]}', NULL"
    case $1 in
    1) echo "SELECT scim_apply($call) ->> '\$.status';" ;;
    2) echo "INSERT INTO scim (method, target, body, options) VALUES ($call);" ;;
    3) echo "BEGIN IMMEDIATE; SELECT scim_apply($call) ->> '\$.status'; COMMIT;" ;;
    4 | 5) echo "INSERT INTO reply VALUES (scim_apply($call) ->> '\$.status')
      RETURNING text;" ;;
    esac
  done
}
for process in 1 2 3 4; do script $process >"$dir/script$process"; done
for process in 1 2 3 4; do
  sql <"$dir/script$process" >"$dir/printed$process" &
  processes="${processes:-} $!"
done
wait $processes
is "four processes write and none is told that the database is busy (58)" \
  "$(grep -hi 'error\|busy\|locked' "$dir"/printed*)" ""
is "every reply is a success" "$(cat "$dir"/printed* | grep -c '^20[04]$')" 300
is "no member is lost when four processes add to one group (47)" \
  "$(sql "SELECT count(*), count(DISTINCT substr(value, 1, 2))
    FROM scim_member")" "300|4"
is "each change of the group has a version of its own" "$(sql "
  SELECT version FROM scim_resource WHERE id = '$group';
  SELECT count(DISTINCT version), max(version) FROM scim_log
   WHERE id = '$group'")" "301
301|301"
is "each change of the user follows from the one before" "$(sql "
  SELECT version FROM scim_resource WHERE id = '$ann';
  SELECT count(*) FROM scim_log AS l JOIN scim_log AS p
      ON p.id = l.id AND p.version = l.version - 1
   WHERE l.id = '$ann'
     AND l.before ->> '\$.title' IS NOT p.after ->> '\$.title'")" "101
0"
# A statement that writes to another file than that of scim holds no lock there.
script 5 >"$dir/script5"
for process in 1 5; do
  sql <"$dir/script$process" >"$dir/printed$process" &
done
wait
is "nor is one busy that keeps its replies in a TEMP table (58)" \
  "$(grep -hi 'error\|busy\|locked' "$dir"/printed[15] | sort | uniq -c |
    head -n 5)" ""
is "the file is whole" "$(sql 'PRAGMA integrity_check')" ok

# ---- scimd, and a process beside it

start
for client in 1 2 3 4 5 6 7 8; do
  for i in $(seq 12); do
    create "http-$client-$i"; echo " POST http-$client-$i"
    member "h$client-$i"
    code -X PATCH -H "$bearer" -H "$json" -d "$patch" "$url/Groups/$group"
    echo " PATCH h$client-$i"
  done >"$dir/client$client" &
  clients="${clients:-} $!"
done
for i in $(seq 100); do
  member "b-$i"
  echo "INSERT INTO scim (method, target, body)
    VALUES ('POST', '/Users', '{\"userName\":\"beside $i\"}');
    SELECT scim_apply('PATCH', '/Groups/$group', '$patch', NULL)
      ->> '\$.status';"
done | sql >"$dir/beside" &
wait $clients $!
cat "$dir"/client? >"$dir/clients"
is "8 clients and a process beside them: no 500 and no 503 (58)" \
  "$(cut -d ' ' -f 1,2 "$dir/clients" | sort | uniq -c |
    awk '{ print $1, $2, $3 }')" "96 200 PATCH
96 201 POST"
is "and the process is never told that the database is busy" \
  "$(grep -i 'error\|busy\|locked' "$dir/beside")
$(grep -c '^20[04]$' "$dir/beside")" "
100"
awk '$2 == "POST" && $1 == 201 { print $3 }' "$dir/clients" | sort >"$dir/sent"
is "every user that was acknowledged is there" \
  "$(sql "SELECT user_name FROM scim_user WHERE user_name LIKE 'http-%'" | sort |
    diff - "$dir/sent")" ""
awk '$2 == "PATCH" && $1 == 200 { print $3 }' "$dir/clients" | sort >"$dir/sent"
is "and every member (47)" \
  "$(sql "SELECT value FROM scim_member WHERE value LIKE 'h%'" | sort |
    diff - "$dir/sent")" ""
is "what the process wrote is there too" "$(sql "
  SELECT count(*) FROM scim_user WHERE user_name LIKE 'beside %';
  SELECT count(*) FROM scim_member WHERE value LIKE 'b-%'")" "100
100"
is "the counts are those of the resources" "$(sql "
  SELECT tenant, type, count(*) FROM scim_resource GROUP BY 1, 2
  EXCEPT SELECT tenant, type, live FROM scim_count; PRAGMA integrity_check")" ok

finish
