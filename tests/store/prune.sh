#!/bin/bash
# scim_prune: the beginning of the log goes, and what it said stays known; not
# what somebody still needs. That the past is told as before, history_property.sh
# shows.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

# apply <tenant> <method> <target> <body> <day>: the status.
apply() {
  sql "SELECT scim_apply('$2', '$3', nullif('$4', ''), json_object('id',
    'new', 'tenant', '$1', 'now', '2026-01-$5T00:00:00Z')) ->> '\$.status'"
}
# prune <before> [limit]: the horizon, on the last of January.
prune() {
  sql "SELECT scim_prune('$1', ${2:-NULL}, '{\"now\":\"2026-01-31\"}')" |
    sed 's/^Error: stepping, //'
}
# left: the first and the last row of the log, and the highest that is gone.
left() {
  sql "SELECT min(seq) || '-' || max(seq),
    (SELECT value FROM scim_meta WHERE name = 'horizon_seq') FROM scim_log"
}
begin() { sql "SAVEPOINT tried" >/dev/null; }
undo() { sql "ROLLBACK TO tried; RELEASE tried" >/dev/null; }

sql "SELECT scim_init(); INSERT INTO scim_tenant (name) VALUES ('acme')" >/dev/null
apply default POST /Users '{"userName":"ann"}' 01 >/dev/null
apply acme POST /Users '{"userName":"bob"}' 02 >/dev/null
apply default PATCH /Users/new \
  '{"Operations":[{"op":"add","path":"title","value":"T"}]}' 03 >/dev/null
apply default POST /Users '{"title":"nobody"}' 04 >/dev/null
apply default PATCH /Users/new \
  '{"Operations":[{"op":"add","path":"title","value":"U"}]}' 05 >/dev/null
apply acme DELETE /Users/new '' 06 >/dev/null

# ---- what goes, and what is said

begin
is "what is before the moment goes, and the moment is the horizon" \
  "$(prune 2026-01-03T12:00:00+02:00; left)" "2026-01-03T10:00:00.000Z
4-6|3"
is "what was there then is known" "$(sql "
  SELECT tenant, id, version, modified, doc ->> '\$.title' FROM scim_snapshot")" \
  "default|new|2|2026-01-03T00:00:00.000Z|T
acme|new|1|2026-01-02T00:00:00.000Z|"
is "once more changes nothing" "$(before=$(sql .dump)
  prune 2026-01-03T10:00:00Z
  [ "$(sql .dump)" = "$before" ] && echo nothing)" "2026-01-03T10:00:00.000Z
nothing"
is "a horizon does not go back" "$(prune 2026-01-02; left)" \
  "2026-01-03T10:00:00.000Z
4-6|3"
is "the next goes on from there; who was deleted is known no more" \
  "$(prune 2026-01-07; left; sql "
  SELECT tenant, version, doc ->> '\$.title' FROM scim_snapshot")" \
  "2026-01-07T00:00:00.000Z
|6
default|3|U"
is "the log goes on with the next number, and as_of with it" \
  "$(apply default PATCH /Users/new '{"Operations":[{"op":"add","path":"title",
      "value":"V"}]}' 08; left
    sql "SELECT version, doc ->> '\$.title' FROM scim_as_of('User', '2026-01-31')"
    sql "SELECT count(*) FROM scim_as_of('User', '2026-01-06')" |
      sed 's/^Error: stepping, //')" "200
7-7|6
4|V
the log was pruned up to 2026-01-07T00:00:00.000Z, and does not tell what was \
before"
undo
begin
is "with a limit, so many rows at most" "$(prune 2026-01-31 2; left
  prune 2026-01-31 2; left; prune 2026-01-31 2; left)" \
  "2026-01-02T00:00:00.000Z
3-6|2
2026-01-04T00:00:00.000Z
5-6|4
2026-01-31T00:00:00.000Z
|6"
undo
is "a log without rows has a horizon as well" "$(
  begin
  sql "SELECT scim_prune('2026-01-31'); SELECT scim_prune('2026-02-01')"
  undo)" "2026-01-31T00:00:00.000Z
2026-02-01T00:00:00.000Z"

# ---- what is still needed

held() { # <sentence> <statement> <want of prune and left>
  begin
  sql "$2" >/dev/null
  is "$1" "$(prune 2026-01-31; left)" "$3"
  undo
}
held "what a consumer has not read stays" \
  "INSERT INTO scim_consumer VALUES ('slow', 2), ('fast', 6)" \
  "2026-01-02T00:00:00.000Z
3-6|2"
held "all of it, for one that has read nothing" \
  "INSERT INTO scim_consumer VALUES ('slow', 0)" "
1-6|0"
held "what a job is about that is still to be done stays" \
  "INSERT INTO scim_outbox (tenant, id, kind, seq, done, tries) VALUES
    ('default', 'new', 'a', 3, NULL, 4), ('default', 'new', 'b', 1, 'then', 1),
    ('default', 'new', 'c', 2, NULL, 5), ('default', 'new', 'd', NULL, NULL, 0)" \
  "2026-01-02T00:00:00.000Z
3-6|2"
held "what a breaker may count stays" \
  "UPDATE scim_tenant SET settings = '{\"breaker\":
    {\"deactivations\":9,\"minutes\":10080}}'
    WHERE name = 'acme';
  UPDATE scim_log SET time = '2026-01-25T00:00:00.000Z' WHERE seq = 5" \
  "2026-01-04T00:00:00.000Z
5-6|4"
held "a row of later ends it, so that what goes is one piece" \
  "UPDATE scim_log SET time = '2027-01-01T00:00:00.000Z' WHERE seq = 3" \
  "2026-01-31T00:00:00.000Z
3-6|2"
held "of a tenant that is being removed nothing is kept" \
  "DELETE FROM scim_log WHERE seq = 2;
   UPDATE scim_tenant SET removing = 'now' WHERE name = 'acme'" \
  "2026-01-31T00:00:00.000Z
|6"

# ---- what is wrong

before=$(sql .dump)
begin
sql "DELETE FROM scim_log WHERE seq = 3" >/dev/null
is "a log that lacks a row is not pruned beyond it" \
  "$(prune 2026-01-31 | grep -o 'scim_log lacks.*[0-9]'; left)" \
  "scim_log lacks a change of User new before seq 5
1-6|0"
undo
begin
sql "DELETE FROM scim_log WHERE seq = 1" >/dev/null
is "nor one whose beginning was deleted by hand" \
  "$(prune 2026-01-31 | grep -o 'scim_log lacks.*[0-9]'; left)" \
  "scim_log lacks a change of User new before seq 3
2-6|0"
undo
begin
sql "CREATE TRIGGER app_log BEFORE DELETE ON scim_log WHEN OLD.seq = 4
  BEGIN SELECT RAISE(ABORT, 'the application keeps it'); END" >/dev/null
is "what the application refuses undoes all of it" \
  "$(prune 2026-01-31 1 | sed 's/ (.*//'; prune 2026-01-31 |
    grep -o 'the application keeps it'; left)" "2026-01-01T00:00:00.000Z
the application keeps it
2-6|1"
undo
is "nothing of that has left a trace" "$([ "$(sql .dump)" = "$before" ] &&
  echo nothing)" nothing

# ---- who else reads the log

begin
prune 2026-01-31 >/dev/null
is "who reads the log goes on" "$(sql "
  SELECT count(*) FROM scim_history; SELECT count(*) FROM scim_change;
  SELECT count(*) FROM scim_sync; SELECT count(*) FROM scim;
  SELECT tenant, last_run, users FROM scim_status;
  SELECT tenant, name FROM scim_name;
  SELECT attribute, seq, time FROM scim_provenance('new')
   WHERE attribute = 'title'")" "0
0
0
0
acme||0
default||1
default|ann
title||2026-01-31T00:00:00.000Z"
is "who comes back is still known" "$(sql "
  UPDATE scim_tenant SET settings = '{\"rehire\":\"revive\"}'
   WHERE name = 'acme';
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}',
    '{\"tenant\":\"acme\",\"now\":\"2026-02-01\"}') ->> '\$.body.id';
  SELECT id, version FROM scim_as_of('User', '2026-02-02', 'acme')")" "new
new|2"
is "an ETag of before is still good" "$(sql "
  SELECT scim_apply('PATCH', '/Users/new', '{\"Operations\":[{\"op\":\"add\",
    \"path\":\"title\",\"value\":\"W\"}]}', '{\"if_match\":\"W/\\\"3\\\"\",
    \"now\":\"2026-02-02\"}') ->> '\$.body.meta.version'")" 'W/"4"'
is "nobody reads what no row tells any more, and a bookmark may be there" \
  "$(sql "INSERT INTO scim_consumer VALUES ('mirror', 6);
  SELECT seq, event FROM scim_change WHERE seq > 6")" "7|created
8|updated"
is "a tenant that is removed takes what was known of it along" "$(sql "
  DELETE FROM scim_consumer; SELECT scim_prune('2026-02-03');
  SELECT count(*) FROM scim_snapshot WHERE tenant = 'acme';
  SELECT scim_tenant_remove('acme', 1000) > 0;
  SELECT count(*) FROM scim_snapshot WHERE tenant = 'acme'")" \
  "2026-02-03T00:00:00.000Z
1
1
0"
undo

# ---- clocks that are set back

is "a membership is over when its member is, whatever the clock says" "$(
  begin
  sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"g\",\"members\":
      [{\"value\":\"new\"}]}', '{\"id\":\"g\",\"now\":\"2026-01-20\"}');
    SELECT scim_apply('DELETE', '/Users/new', NULL, '{\"now\":\"2026-01-19\"}')" \
    >/dev/null
  sql "SELECT count(*) FROM scim_membership_interval;
    SELECT version, modified FROM scim_as_of('Group', '2026-01-31')
    EXCEPT SELECT version, modified FROM scim_resource WHERE id = 'g'"
  undo)" 0

# ---- who was in a group, of which rows that are left still tell

# moved: what is left of who joined and left the group, and what scim_check finds.
moved() {
  sql "SELECT substr(time, 9, 2), user, change FROM scim_report_user_group_changes
        ORDER BY seq; SELECT kind, detail FROM scim_check"
}
# lived: a group that somebody joins on one day and leaves on the next.
lived() {
  connect :memory:
  sql "SELECT scim_init()" >/dev/null
  apply default POST /Users '{"userName":"ann"}' 01 >/dev/null
  sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"G\",
    \"members\":[{\"value\":\"new\"}]}', '{\"id\":\"g\",
    \"now\":\"2026-01-02\"}')" >/dev/null
  apply default PATCH /Groups/g \
    '{"Operations":[{"op":"remove","path":"members"}]}' 03 >/dev/null
}
is "who left at the very horizon has left" "$(lived
  prune 2026-01-03; moved)" "2026-01-03T00:00:00.000Z
03|new|left"
is "who left before joining, by a clock that was set back, did both" \
  "$(connect :memory:
  sql "SELECT scim_init(); INSERT INTO scim_tenant (name) VALUES ('acme')" >/dev/null
  apply default POST /Users '{"userName":"ann"}' 01 >/dev/null
  apply acme POST /Users '{"userName":"bob"}' 09 >/dev/null
  sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"G\",
    \"members\":[{\"value\":\"new\"}]}', '{\"now\":\"2026-01-10\"}');
    INSERT INTO scim_consumer VALUES ('slow', 2)" >/dev/null
  apply default DELETE /Users/new '' 05 >/dev/null
  prune 2026-01-20; moved)" "2026-01-09T00:00:00.000Z
10|new|joined
05|new|left"
is "of whom no row tells any more nothing stays" "$(lived
  prune 2026-01-04; moved; sql "SELECT count(*) FROM scim_stay")" \
  "2026-01-04T00:00:00.000Z
0"

finish
