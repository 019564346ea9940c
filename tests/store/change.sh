#!/bin/bash
# The view scim_change: each request as typed events, by SQL alone; and the
# bookmarks of those who read it, which the rows of the log wait for. That C says
# the same of every request is tests/store/outbox_test.c.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init();
  SELECT scim_token('default', 'Entra', '{\"now\":\"2026-11-01T00:00:00Z\"}')" \
  >/dev/null

# apply <method> <target> [body [id]]: a request, of which nothing is printed.
apply() {
  sql "SELECT scim_apply('$1', '$2', $(literal "${3:-}"), json_object(
    'now', '2026-11-21T09:30:00.000Z', 'id', '${4:-unused}'))" >/dev/null
}

# events: what the last request left, in the order of event and member.
events() {
  sql "SELECT type, id, event, name, old, new FROM scim_change
        WHERE seq = (SELECT max(seq) FROM scim_log)
        ORDER BY event, type, id, old, new"
}

patch() { # <target> <op> <path> <value>
  apply PATCH "$1" "{\"Operations\":[{\"op\":\"$2\",\"path\":\"$3\"${4:+,
    \"value\":$4}}]}"
}

ann='{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"ann"'

# ---- documents

apply POST /Users '{"userName":"ann@example.com"}' ann
is "a create is created, with the whole document" "$(events)" \
  "User|ann|created|ann@example.com||$ann,\
\"userName\":\"ann@example.com\",\"active\":true}"
is "with who, when and for whom" \
  "$(sql "SELECT seq, time, tenant, quote(token) FROM scim_change")" \
  "1|2026-11-21T09:30:00.000Z|default|NULL"
patch /Users/ann replace title '"Boss"'
is "an update is updated, with patches both ways" "$(events)" \
  'User|ann|updated|ann@example.com|{"title":null}|{"title":"Boss"}'
patch /Users/ann replace title '"Boss"'
is "a request that changes nothing is no event" "$(events)" ""
patch /Users/nobody replace title '"Boss"'
is "nor is one that failed" "$(events)" ""
patch /Users/ann replace active false
is "who is no more active is updated and deactivated" "$(events)" \
'User|ann|deactivated|ann@example.com|{"active":true}|{"active":false}
User|ann|updated|ann@example.com|{"active":true}|{"active":false}'
patch /Users/ann replace title '"Guest"'
is "what else changes of them is updated" "$(events)" \
  'User|ann|updated|ann@example.com|{"title":"Boss"}|{"title":"Guest"}'
patch /Users/ann replace active true
is "who is active again is updated and activated" "$(events)" \
'User|ann|activated|ann@example.com|{"active":false}|{"active":true}
User|ann|updated|ann@example.com|{"active":false}|{"active":true}'
patch /Users/ann remove active
is "who says nothing of it stays active" "$(events)" \
  'User|ann|updated|ann@example.com|{"active":true}|{"active":null}'
patch /Users/ann replace active false
is "until they are inactive" "$(events | cut -d'|' -f3)" "deactivated
updated"
patch /Users/ann remove active
is "and are it no more" "$(events | cut -d'|' -f3,5,6)" \
'activated|{"active":false}|{"active":null}
updated|{"active":false}|{"active":null}'
apply POST /Users '{"userName":"off@example.com","active":false}' off
is "who is inactive from the start is created, and no more" \
  "$(events | cut -d'|' -f3)" "created"
apply POST /Users '{"userName":"bob@example.com"}' bob

# ---- members

apply POST /Groups '{"displayName":"Sales","members":[{"value":"ann"},
  {"value":"bob"}]}' sales
is "a group is created with its members, who are added" \
  "$(events | cut -d'|' -f1-5 | sed 's/|$//') $(sql "SELECT group_concat(new)
    FROM scim_change WHERE event = 'member_added'")" \
"Group|sales|created|Sales
Group|sales|member_added|Sales
Group|sales|member_added|Sales ann,bob"
patch /Groups/sales remove members '[{"value":"ann"}]'
is "who is removed is the old one" "$(events)" \
  "Group|sales|member_removed|Sales|ann|"
apply PUT /Groups/sales '{"displayName":"Sellers","members":[{"value":"ann"},
  {"value":"off"}]}'
is "a replace is what it changes, one seq for all" "$(events)" \
'Group|sales|member_added|Sellers||ann
Group|sales|member_added|Sellers||off
Group|sales|member_removed|Sellers|bob|
Group|sales|updated|Sellers|{"displayName":"Sales"}|{"displayName":"Sellers"}'
apply POST /Groups '{"displayName":"All","members":[{"value":"ann"},
  {"value":"sales"}]}' all
apply DELETE /Users/ann
is "who is deleted is removed from each group" \
  "$(events | cut -d'|' -f1-5)|$(sql "SELECT new IS NULL FROM scim_change
      WHERE event = 'deleted'")" \
"User|ann|deleted|ann@example.com|$ann,\"userName\":\"ann@example.com\",\
\"title\":\"Guest\"}
Group|all|member_removed|All|ann
Group|sales|member_removed|Sellers|ann|1"
apply DELETE /Groups/sales
is "a group that is deleted loses its members, and leaves its groups" \
  "$(events | cut -d'|' -f1-5 | sed 's/{.*/the document/')" \
"Group|sales|deleted|Sellers|the document
Group|all|member_removed|All|sales
Group|sales|member_removed|Sellers|off"
apply POST /Bulk '{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
  "Operations":[{"method":"DELETE","path":"/Users/bob"},
  {"method":"DELETE","path":"/Users/off"}]}'
is "operations of a bulk request are requests of their own" \
  "$(sql "SELECT event, id FROM scim_change WHERE seq > (
    SELECT max(seq) - 2 FROM scim_log) ORDER BY seq")" "deleted|bob
deleted|off"
is "the deleted keep their names in all their events" "$(sql "
  SELECT name, count(*) FROM scim_change WHERE id = 'ann' GROUP BY 1")" \
  "ann@example.com|13"

# What the events of documents say, applied one after the other, is what is there.
is "who applies them in order has the documents" "$(sql "
  WITH RECURSIVE mirror (step, id, doc) AS (
    SELECT n, id, new FROM step WHERE event = 'created'
     UNION ALL
    SELECT s.n, m.id, json_patch(m.doc, s.new)
      FROM mirror AS m JOIN step AS s ON s.id = m.id AND s.event = 'updated'
       AND s.n = (SELECT min(n) FROM step
                   WHERE n > m.step AND id = m.id AND event <> 'created')),
  step AS MATERIALIZED (
    SELECT seq AS n, id, event, new FROM scim_change
     WHERE event IN ('created', 'updated', 'deleted'))
  SELECT count(*), sum(m.doc = json(r.doc)) FROM scim_resource AS r
    JOIN mirror AS m ON m.id = r.id
   WHERE m.step = (SELECT max(n) FROM step WHERE id = m.id)")" "1|1"

# ---- what it costs, and other readers

# plan "<condition>": how often each way of reading the log is in the plan.
plan() {
  sql ".eqp on" "SELECT seq, event FROM scim_change WHERE $1 LIMIT 0" ".eqp off" |
    grep -oE '(SCAN|SEARCH) l USING [A-Z]* [A-Z_a-z]*( KEY)?' | sort | uniq -c |
    sed 's/^ *//'
}
connect # statistics are read with the schema
behind="5 SEARCH l USING INTEGER PRIMARY KEY"
is "behind a seq each arm begins at that row" \
  "$(plan 'seq > 7 ORDER BY seq')" "$behind"
is "behind a bookmark too" \
  "$(plan "seq > (SELECT seq FROM scim_consumer WHERE name = 'x')
     ORDER BY seq")" "$behind"
is "and nothing but who left groups has to be sorted" \
  "$(sql ".eqp on" "SELECT seq, id FROM scim_change WHERE seq > 7 ORDER BY seq LIMIT 0" \
    ".eqp off" | grep -c 'TEMP B-TREE')" 1
is "of one resource, its rows and who left" "$(plan "id = 'ann'")" \
"1 SCAN l USING INDEX scim_log_groups_left
4 SEARCH l USING INDEX scim_log_id"
is "a stock sqlite3 reads the same" \
  "$(stock "$db" "SELECT * FROM scim_change ORDER BY 1, 5, 6, 7, 9, 10")" \
  "$(sql "SELECT * FROM scim_change ORDER BY 1, 5, 6, 7, 9, 10")"

# ---- consumers

last=$(sql "SELECT max(seq) FROM scim_log")
is "a bookmark begins at 0" "$(sql "
  INSERT INTO scim_consumer (name) VALUES ('mirror');
  SELECT * FROM scim_consumer")" "mirror|0"
is "no row goes that it has not read" \
  "$(sql "DELETE FROM scim_log WHERE seq = 1"
    sql "SELECT min(seq) FROM scim_log")" \
"Error: stepping, scim_log: a consumer (scim_consumer) has not read it (19)
1"
sql "UPDATE scim_consumer SET seq = 2; DELETE FROM scim_log
  WHERE seq <= (SELECT min(seq) FROM scim_consumer)"
is "what all have read may go" "$(sql "SELECT min(seq) FROM scim_log")" 3
is "the slowest counts" "$(sql "
  INSERT INTO scim_consumer VALUES ('other', $last); DELETE FROM scim_log"
  sql "SELECT min(seq) FROM scim_log")" \
"Error: stepping, scim_log: a consumer (scim_consumer) has not read it (19)
3"
is "a bookmark beyond the end is refused" \
  "$(sql "UPDATE scim_consumer SET seq = $last + 1 WHERE name = 'mirror'"
  sql "INSERT INTO scim_consumer VALUES ('x', $last + 1)"
  sql "INSERT INTO scim_consumer VALUES ('x', -1)" "
    SELECT * FROM scim_consumer")" \
"Error: stepping, scim_consumer.seq is beyond the end of scim_log (19)
Error: stepping, scim_consumer.seq is beyond the end of scim_log (19)
Error: stepping, CHECK constraint failed: seq >= 0 (19)
mirror|2
other|$last"
is "it may go back, and on to the end" "$(sql "
  UPDATE scim_consumer SET seq = 0; UPDATE scim_consumer SET seq = $last;
  SELECT count(*) FROM scim_change AS h JOIN scim_consumer AS c
    ON c.name = 'mirror' AND h.seq > c.seq;
  DELETE FROM scim_log; SELECT count(*) FROM scim_log")" "0
0"
apply POST /Users '{"userName":"dan@example.com"}' dan
is "and misses nothing when the whole log has gone" "$(sql "
  SELECT h.id, h.event FROM scim_change AS h JOIN scim_consumer AS c
    ON c.name = 'mirror' AND h.seq > c.seq;
  UPDATE scim_consumer SET seq = $last + 1 WHERE name = 'mirror';
  SELECT seq - $last FROM scim_consumer WHERE name = 'mirror'")" "dan|created
1"
sql "SELECT scim_token('gone', 'x');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"x\"}',
    '{\"tenant\":\"gone\"}');
  INSERT INTO scim_outbox (tenant, id, kind) VALUES ('gone', 'x', 'invite')" \
  >/dev/null
is "a tenant that is to go waits for them, but its jobs do not" "$(sql "
  SELECT scim_tenant_remove('gone', 1000) > 3;
  SELECT count(*) FROM scim_log WHERE tenant = 'gone';
  SELECT count(*) FROM scim_outbox WHERE tenant = 'gone';
  UPDATE scim_consumer SET seq = (SELECT max(seq) FROM scim_log);
  SELECT scim_tenant_remove('gone', 1000) > 1;
  SELECT count(*) FROM scim_log WHERE tenant = 'gone';
  SELECT count(*) FROM scim_tenant WHERE name = 'gone'")" "1
1
0
1
0
0"
is "without consumers everything may go" "$(sql "
  DELETE FROM scim_consumer; DELETE FROM scim_log;
  SELECT count(*) FROM scim_log")" 0
is "a stock sqlite3 keeps bookmarks as well" "$(stock "$db" "
  INSERT INTO scim_consumer VALUES ('stock', 99999)")" \
"Error: stepping, scim_consumer.seq is beyond the end of scim_log (19)"

finish
