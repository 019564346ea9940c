#!/bin/bash
# What the breaker counts by: numbers of active users, the window, and the index
# of those who have gone, with a long log.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

counts() {
  sql "SELECT type, live, active FROM scim_count WHERE tenant = 'default'
        ORDER BY type"
}
apply() { # METHOD TARGET BODY [ID]
  sql "SELECT scim_apply('$1', '$2', $(literal "$3"),
         $(literal "${4:+{\"id\":\"$4\"\}}")) ->> 'status'"
}

# ---- How many are active

apply POST /Users '{"userName":"a"}' a >/dev/null
apply POST /Users '{"userName":"b","active":false}' b >/dev/null
apply POST /Users '{"userName":"c","active":"True"}' c >/dev/null
apply POST /Groups '{"displayName":"g"}' g >/dev/null
is "who is created inactive is not counted" "$(counts)" "Group|1|1
User|3|2"
patch() { apply PATCH "/Users/$1" "{\"Operations\":[$2]}" >/dev/null; }
patch a '{"op":"replace","path":"active","value":false}'
is "who is deactivated is not any more" "$(counts | tail -n 1)" "User|3|1"
patch a '{"op":"replace","path":"title","value":"\"active\":false"}'
is "nor by anything else that changes" "$(counts | tail -n 1)" "User|3|1"
patch b '{"op":"replace","path":"active","value":true}'
is "who is activated is" "$(counts | tail -n 1)" "User|3|2"
patch b '{"op":"remove","path":"active"}'
is "whoever says nothing is active" "$(counts | tail -n 1)" "User|3|2"
patch b '{"op":"add","path":"active","value":false}'
is "until somebody says no" "$(counts | tail -n 1)" "User|3|1"
apply DELETE /Users/a '' >/dev/null
is "an inactive one who goes takes none along" "$(counts | tail -n 1)" \
  "User|2|1"
apply DELETE /Users/c '' >/dev/null
is "an active one does" "$(counts | tail -n 1)" "User|1|0"
apply DELETE /Users/b '' >/dev/null
is "nobody is left" "$(counts | tail -n 1)" "User|0|0"

# ---- A long log

secret=$(sql "SELECT scim_token('default', 'x')")
sql "UPDATE scim_tenant SET settings = '{\"breaker\":{\"deactivations\":50,
       \"percent\":10}}' WHERE name = 'default';
     SELECT count(scim_apply('POST', '/Users',
       json_object('userName', 'u' || value), json_object('id', 'u' || value)))
       FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1
         FROM n WHERE value < 600) SELECT value FROM n)" >/dev/null
long=${SCIM_LONG_LOG:-20000}
sql "INSERT INTO scim_log (time, tenant, token, method, target, status, action,
       type, id, version, before, after)
     SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (n.value % 50)
            || ' minutes'), 'default', 1, 'PATCH', '/Users/u' || n.value, 200,
            'update', 'User', 'u' || n.value, 2, '{\"title\":\"a\"}',
            '{\"title\":\"b\"}'
       FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1
         FROM n WHERE value < $long) SELECT value FROM n) AS n;
     INSERT INTO scim_former SELECT 'default', 'User', 'userName', 'f' || value,
            'f' || value, 1, '2026-01-01T00:00:00.000Z'
       FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1
         FROM n WHERE value < $long) SELECT value FROM n)" >/dev/null
off='{"Operations":[{"op":"replace","path":"active","value":false}]}'
leave() { # FIRST LAST: the statuses of u<FIRST> to u<LAST>
  sql "SELECT scim_apply('PATCH', '/Users/u' || value, '$off',
         json_object('authorization', 'Bearer $secret')) ->> 'status' AS s,
         count(*) FROM (WITH RECURSIVE n (value) AS (SELECT $1 UNION ALL
         SELECT value + 1 FROM n WHERE value < $2) SELECT value FROM n)
        GROUP BY s"
}
is "of a log of $long changes within the hour it counts those who went" \
  "$(leave 1 60)" "200|50
503|10"
# steps STATEMENT: how many steps of its machine SQLite takes for it.
steps() {
  sql ".stats vmstep" "$1" ".stats off" | sed -n 's/^VM-steps: *//p'
}
window="SELECT count(*) FROM (SELECT DISTINCT id
  FROM scim_log INDEXED BY scim_log_loss
 WHERE token IS NOT NULL AND type = 'User' AND
       (action = 'delete' OR
        action = 'update' AND instr(after, '\"active\":false') > 0)
   AND tenant = 'default' AND time > '2020' LIMIT 50)"
few=$(steps "$window")
is "it takes no more steps than those who went need" \
  "$((few > 50 && few < 50 * 60 ? 1 : few))" 1
sql "UPDATE scim_tenant SET settings = '{\"rehire\":\"revive\"}'" >/dev/null
is "one of $long who were deleted is found by name" \
  "$(sql "SELECT scim_apply('POST', '/Users', '{\"userName\":\"F777\"}', NULL)
     ->> '\$.body.id'")" f777

# ---- What is stored and makes no sense

is "a log that is no JSON holds nobody, and is no error" "$(
  sql "UPDATE scim_tenant SET settings = '{\"breaker\":{\"deactivations\":100}}';
       UPDATE scim_log SET after = '\"active\":false' WHERE rowid IN (
         SELECT rowid FROM scim_log WHERE action = 'update' LIMIT 200)"
  leave 61 62)" "200|2"
is "a count that is nonsense neither" "$(
  sql "UPDATE scim_tenant SET settings = '{\"breaker\":{\"percent\":10}}';
       UPDATE scim_count SET active = 9223372036854775807"
  leave 63 64 | sed 's/|.*//')" 200
is "nor one below nothing" "$(
  sql "DELETE FROM scim_log; UPDATE scim_count SET active = -1000"
  leave 65 66)" "200|1
503|1"
is "a setting that makes no sense is none" "$(
  sql "DROP TRIGGER scim_tenant_update;
       UPDATE scim_tenant SET settings = '{\"breaker\":[1]}'"
  leave 67 68)" "200|2"

finish
