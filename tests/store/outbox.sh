#!/bin/bash
# The outbox: which rules leave which jobs, in the statement of the change; once
# and more than once; how jobs are claimed, acknowledged and written by hand; and
# what becomes of rules that are wrong.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

# apply <method> <target> [body [id [options]]]: the status of a request.
apply() {
  sql "SELECT scim_apply('$1', '$2', $(literal "${3:-}"), json_patch(
    json_object('now', '2026-11-21T09:30:00.000Z', 'id', '${4:-unused}'),
    '${5:-{\}}')) ->> '\$.status'"
}

patch() { # <target> <op> <path> <value>
  apply PATCH "$1" "{\"Operations\":[{\"op\":\"$2\",\"path\":\"$3\"${4:+,
    \"value\":$4}}]}" >/dev/null
}

user() { apply POST /Users "{\"userName\":\"$1@example.com\"${2:+,$2}}" "$1" \
  >/dev/null; }

# jobs: those that are new since the last time, without their payload.
seen=0
jobs() {
  sql "SELECT type, id, event, kind FROM scim_outbox WHERE job > $seen
        ORDER BY job"
}
forget() { seen=$(sql "SELECT coalesce(max(job), 0) FROM scim_outbox"); }

# rules "<values>" …: these and no others; the outbox is emptied.
rules() {
  sql "DELETE FROM scim_rule; DELETE FROM scim_outbox"
  for rule in "$@"; do
    sql "INSERT INTO scim_rule (event, type, filter, kind, once) VALUES ($rule)"
  done
  forget
}

# ---- which change leaves a job

user none
is "without a rule nothing is left" "$(jobs)" ""
sql "INSERT INTO scim_rule (event, kind) VALUES ('created', 'invite')"
is "a rule is about all users, once, unless it says otherwise" \
  "$(sql "SELECT * FROM scim_rule")" "1|created|User||invite|1|"
user ann
is "a change that matches leaves a job, with its own seq" \
  "$(sql "SELECT * FROM scim_outbox")|$(sql "SELECT max(seq) FROM scim_log")" \
'1|2|default|User|ann|created|invite|{"schemas":["urn:ietf:params:scim:schemas:'\
'core:2.0:User"],"id":"ann","userName":"ann@example.com","active":true}|'\
'2026-11-21T09:30:00.000Z|||0||2'
forget
user ann2 '"id":"ann"'
user ANN
apply POST /Users '{"userName":"ann@example.com"}' x >/dev/null
apply POST /Users '{"userName":"dry"}' dry '{"dry_run":true}' >/dev/null
patch /Users/ann replace title '"Boss"'
apply POST /Groups '{"displayName":"Sales"}' sales >/dev/null
is "what fails, a dry run, another event, another type leave none" "$(jobs)" \
  "User|ann2|created|invite"
forget
sql "BEGIN; SELECT scim_apply('POST', '/Users', '{\"userName\":\"back\"}');
  ROLLBACK" >/dev/null
is "what is undone takes its job along" "$(jobs)" ""

rules "'created', 'User', 'active eq true and emails[type eq \"work\"].value pr',
  'invite', 1" \
  "'activated', 'User', NULL, 'invite', 1" \
  "'deleted', 'User', 'title eq \"boss\"', 'farewell', 1" \
  "'updated', 'User', 'title pr', 'moved', 0"
user bob
user cyd '"active":false,"emails":[{"type":"work","value":"c@example.com"}]'
is "the filter is asked of the new document" "$(jobs)" ""
user dan '"emails":[{"type":"work","value":"d@example.com"}]'
is "and says yes" "$(jobs)" "User|dan|created|invite"
forget
patch /Users/cyd replace active true
is "who is activated later is invited then" "$(jobs)" "User|cyd|activated|invite"
forget
patch /Users/cyd replace active false
patch /Users/cyd replace active true
patch /Users/dan replace active false
patch /Users/dan replace active true
is "nobody is invited twice" "$(jobs)" ""
patch /Users/dan replace title '"Boss"'
patch /Users/dan replace title '"BOSS"'
is "a rule that is not once fires each time" "$(jobs)" "User|dan|updated|moved
User|dan|updated|moved"
forget
apply DELETE /Users/dan >/dev/null
is "of who is deleted the filter is asked of what was, folded" "$(jobs)
$(sql "SELECT payload ->> 'userName' FROM scim_outbox WHERE job > $seen")" \
"User|dan|deleted|farewell
dan@example.com"
forget
apply POST /Users '{"userName":"dan@example.com","emails":[{"type":"work",
  "value":"d@example.com"}]}' dan >/dev/null
is "who is restored with the id of before is not invited again" "$(jobs)" ""

# ---- members

rules "'member_added', 'Group', 'displayName sw \"s\"', 'joined', 1" \
  "'member_removed', 'Group', 'displayName sw \"s\"', 'left', 0" \
  "'created', 'Group', NULL, 'group', 1" \
  "'deleted', 'Group', NULL, 'group gone', 1" \
  "'deleted', 'User', 'groups.display eq \"Staff\"', 'staff gone', 1"
apply POST /Groups '{"displayName":"Staff","members":[
  {"value":"ann","display":"Ann"},{"value":"bob"}]}' staff >/dev/null
is "members of a new group come behind it" "$(jobs)" "Group|staff|created|group
Group|staff|member_added|joined
Group|staff|member_added|joined"
is "the payload says who" "$(sql "SELECT payload FROM scim_outbox
  WHERE kind = 'joined'")" '{"value":"ann","display":"Ann"}
{"value":"bob"}'
forget
apply POST /Groups '{"displayName":"Other","members":[{"value":"ann"}]}' other \
  >/dev/null
patch /Groups/staff remove members '[{"value":"bob"}]'
patch /Groups/staff add members '[{"value":"bob"},{"value":"cyd"}]'
is "once is once a member" "$(jobs)
$(sql "SELECT group_concat(payload ->> 'value') FROM scim_outbox
  WHERE job > $seen AND event <> 'created'")" "Group|other|created|group
Group|staff|member_removed|left
Group|staff|member_added|joined
bob,cyd"
forget
apply DELETE /Users/ann >/dev/null
is "who is deleted is removed from groups, by their own filters" "$(jobs)
$(sql "SELECT group_concat(payload ->> 'value') FROM scim_outbox
  WHERE kind = 'left' AND job > $seen")" "Group|staff|member_removed|left
User|ann|deleted|staff gone
ann"
forget
apply DELETE /Groups/staff >/dev/null
is "a group that is deleted loses its members first" "$(jobs)" \
"Group|staff|member_removed|left
Group|staff|member_removed|left
Group|staff|deleted|group gone"

# ---- once

rules "'updated', 'User', NULL, 'tell', 1" "'deactivated', 'User', NULL, 'tell', 1" \
  "'updated', 'User', NULL, 'log', 0" "'updated', 'User', 'id pr', 'log', 0"
patch /Users/bob replace active false
is "two rules of one kind leave one job of one change, if they are once" \
  "$(jobs | sort)" "User|bob|updated|log
User|bob|updated|log
User|bob|updated|tell"
rules "'created', 'User', NULL, 'invite', 1"
sql "INSERT INTO scim_outbox (tenant, id, kind, payload) VALUES
  ('default', 'eve', 'invite', 'no JSON'), ('acme', 'fay', 'invite', NULL)"
is "by hand, tenant, id and kind will do" "$(sql "SELECT quote(seq), tenant,
    quote(type), id, quote(event), kind, claimed IS NULL, done IS NULL, tries
    FROM scim_outbox ORDER BY job"
  sql "SELECT created > '2026' FROM scim_outbox" | uniq)" \
"NULL|default|NULL|eve|NULL|invite|1|1|0
NULL|acme|NULL|fay|NULL|invite|1|1|0
1"
forget
user eve
user fay
is "who has one by hand gets no other; other tenants are others" "$(jobs)" \
  "User|fay|created|invite"
rules "'member_added', 'Group', NULL, 'joined', 1"
sql "INSERT INTO scim_outbox (tenant, id, kind, payload) VALUES
  ('default', 'g', 'joined', '{\"value\":\"eve\"}'),
  ('default', 'g', 'joined', 'no JSON')"
forget
apply POST /Groups '{"displayName":"G","members":[{"value":"eve"},
  {"value":"fay"}]}' g >/dev/null
is "of members too, whatever the payload is" "$(sql "SELECT payload
  FROM scim_outbox WHERE job > $seen")" '{"value":"fay"}'
rules "'created', 'User', NULL, 'invite', 1"
user gus
sql "DELETE FROM scim_outbox"
user hal
is "the number of a job that is gone is not given again" \
  "$(sql "SELECT count(*), min(job) > $seen + 1 FROM scim_outbox")" "1|1"
stock "$db" "VACUUM INTO '$folder/copy'; DELETE FROM scim_outbox"
is "not by a copy either" "$(stock "$folder/copy" "DELETE FROM scim_outbox;
  INSERT INTO scim_outbox (tenant, id, kind) VALUES ('default', 'x', 'y');
  SELECT job > $seen + 2 FROM scim_outbox")" 1

# ---- whom the platform knew before

rules "'created', 'User', NULL, 'invite', 1" "'deleted', 'User', NULL, 'bye', 0"
sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, email TEXT);
  INSERT INTO learner (email) VALUES ('pat@example.com'), ('two'), ('two');
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"only\":\"default\",\"columns\":{\"email\":{\"from\":
    [\"displayName\",\"userName\"]}},\"match\":[\"email\"],
    \"none\":\"create\",\"many\":\"review\",\"deleted\":\"keep\"}');
  SELECT scim_map_switch('learner', 'on')" >/dev/null
forget
user pat
user rex '"displayName":"two"'
user sam
is "who is linked to a row that was there, or may be, is not created" "$(jobs)
$(sql "SELECT id, how FROM scim_link WHERE id IN ('pat', 'sam') ORDER BY id;
  SELECT id FROM scim_review WHERE id = 'rex'")" "User|sam|created|invite
pat|email
sam|created
rex"
forget
apply DELETE /Users/pat >/dev/null
is "but is told of like others later" "$(jobs)" "User|pat|deleted|bye"
forget
apply DELETE /Users/sam >/dev/null
apply POST /Users '{"userName":"sam@example.com"}' sam2 >/dev/null
is "who comes back to their row under another id is not created again" \
  "$(jobs | grep created)" ""
sql "SELECT scim_map_switch('learner', 'off'); SELECT scim_map_drop('learner')" \
  >/dev/null

# ---- workers

rules "'created', 'User', NULL, 'invite', 1"
for name in ida jon kim; do user "$name"; done
claim="UPDATE scim_outbox
   SET claimed = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), tries = tries + 1
 WHERE job = (SELECT job FROM scim_outbox
               WHERE kind = 'invite' AND done IS NULL AND tries < 5
                 AND (claimed IS NULL OR claimed < strftime(
                      '%Y-%m-%dT%H:%M:%fZ', 'now', '-10 minutes'))
               ORDER BY job LIMIT 1)
RETURNING id, tries;"
is "a job is claimed by one statement, the oldest first" \
  "$(stock "$db" "$claim $claim")" "ida|1
jon|1"
is "done by another" "$(stock "$db" "UPDATE scim_outbox SET done = '2026-11-21'
  WHERE id = 'ida' AND claimed IS NOT NULL RETURNING id;
  SELECT id FROM scim_outbox WHERE done IS NULL AND job > $seen")" "ida
jon
kim"
is "who does not come back loses it" "$(stock "$db" "UPDATE scim_outbox
  SET claimed = '2026-11-21T00:00:00.000Z' WHERE id = 'jon'; $claim $claim $claim")" \
"jon|2
kim|1"
is "five tries, and no more" "$(stock "$db" "UPDATE scim_outbox
  SET claimed = NULL, tries = 4 WHERE id = 'kim'; $claim
  UPDATE scim_outbox SET claimed = NULL WHERE id = 'kim'; $claim")" "kim|5"
is "what is open is found by its index" "$(stock "$db" ".eqp on" "$claim" |
  grep -o 'SEARCH scim_outbox USING INDEX scim_outbox_open (kind=?)')" \
  "SEARCH scim_outbox USING INDEX scim_outbox_open (kind=?)"
is "and what was there once by its own" "$(sql ".eqp full" "EXPLAIN QUERY PLAN
  SELECT 1 FROM scim_outbox AS o WHERE o.tenant = 'a' AND o.kind = 'b'
   AND o.id = 'c'" ".eqp off" | grep -o 'scim_outbox_once.*' | head -n 1)" \
  "scim_outbox_once (tenant=? AND kind=? AND id=?)"

# ---- rules that are wrong

rules
while IFS='|' read -r values message; do
  is "refused: $values" "$(sql "INSERT INTO scim_rule (event, type, filter, kind,
    once) VALUES ($values)"
    sql "SELECT count(*) FROM scim_rule")" "$message
0"
done <<'BAD'
'made', 'User', NULL, 'invite', 1|Error: stepping, JSON path error near '1 (invite), event must be created, updated, activated, deactivated, deleted, member_added or member_removed'
'created', 'user', NULL, 'invite', 1|Error: stepping, JSON path error near '1 (invite), type names an unknown type'
'created', 'Robot', NULL, 'invite', 1|Error: stepping, JSON path error near '1 (invite), type names an unknown type'
'member_added', 'User', NULL, 'invite', 1|Error: stepping, JSON path error near '1 (invite), type has no members'
'created', 'User', NULL, '', 1|Error: stepping, CHECK constraint failed: kind <> '' (19)
'created', 'User', NULL, 'invite', 2|Error: stepping, CHECK constraint failed: once BETWEEN 0 AND 1 (19)
NULL, 'User', NULL, 'invite', 1|Error: stepping, NOT NULL constraint failed: scim_rule.event (19)
BAD
rules "'created', 'User', NULL, 'invite', 1"
is "an update that is wrong is refused as well" \
  "$(sql "UPDATE scim_rule SET event = 'made'" | grep -o "event must be.*d,")
$(sql "SELECT event FROM scim_rule")" "event must be created, updated, activated, deactivated, deleted,
created"
rules "'created', 'User', 'userName eqq \"x\"', 'broken', 1" \
  "'created', 'User', 'nickname pr', 'nick', 1" \
  "'created', 'User', 'displayNam pr', 'typo', 1" \
  "'created', 'User', 'meta.created pr', 'meta', 1" \
  "'member_added', 'Group', 'members eq \"x\"', 'members', 1" \
  "'created', 'User', '', 'empty', 1" \
  "'created', 'User', NULL, 'invite', 1"
user lea '"nickName":"L"'
is "a filter that cannot be read takes out its own rule alone" "$(jobs)" \
"User|lea|created|nick
User|lea|created|invite"
is "and is told, with its place" "$(sql "SELECT definition, place, mistake, source
    FROM scim_mistake" | sed 's/^[0-9]* //')" \
"(broken)|filter|the filter is wrong at byte 10: expected an operator (eq, ne, co, \
sw, ew, gt, ge, lt, le or pr); found 'eqq'|scim_rule
(typo)|filter|the filter names the unknown attribute 'displayNam'|scim_rule
(meta)|filter|a rule cannot look at 'meta', which is not in the document|scim_rule
(members)|filter|a rule cannot look at 'members', which is not in the document|\
scim_rule
(empty)|filter|the filter is wrong at its end: expected an attribute|scim_rule"
generation="SELECT value FROM scim_meta WHERE name = 'generation'"
before=$(sql "$generation")
user max
is "it is told once" "$(sql "$generation")" "$before"
sql "UPDATE scim_rule SET filter = 'userName pr' WHERE kind = 'broken'"
is "what is put right is wrong no more" \
  "$(sql "SELECT count(*) FROM scim_mistake WHERE definition LIKE '%(broken)'")" 0
forget
user ned
is "and works" "$(jobs | grep broken)" "User|ned|created|broken"
sql "UPDATE scim_rule SET filter = 'userName pr' WHERE type = 'User';
    DELETE FROM scim_rule WHERE type = 'Group';
  INSERT INTO scim_rule (event, type, filter, kind) VALUES ('created', 'User',
    'nickName pr', 'late');
  SELECT scim_init();
  UPDATE scim_schema SET definition = replace(definition, 'nickName', 'nick')
   WHERE id LIKE '%:User'; SELECT scim_init()" >/dev/null
is "an attribute that goes takes the rule that names it along" \
  "$(sql "SELECT place, mistake FROM scim_mistake")" \
  "filter|the filter names the unknown attribute 'nickName'"
sql "UPDATE scim_schema SET definition = replace(definition, 'nick\"', 'nickName\"')
   WHERE id LIKE '%:User'; SELECT scim_init()" >/dev/null
is "and one that comes back brings it back" \
  "$(sql "SELECT count(*), sum(mistake IS NOT NULL) FROM scim_rule
    WHERE kind = 'late'; SELECT count(*) FROM scim_mistake")" "1|0
0"

# ---- whatever the connection is like

while read -r how; do
  rules "'created', 'User', 'userName pr', 'invite', 1" \
    "'member_added', 'Group', NULL, 'joined', 1"
  connect "" "$how"
  name=${how//[^a-z_]/}
  apply POST /Users "{\"userName\":\"$name\"}" "$name" >/dev/null
  apply POST /Groups "{\"displayName\":\"$name\",\"members\":[
    {\"value\":\"$name\"}]}" "g$name" >/dev/null
  is "the same with $how" "$(jobs)" "User|$name|created|invite
Group|g$name|member_added|joined"
  connect
done <<'HOW'
PRAGMA foreign_keys = 1;
PRAGMA recursive_triggers = 1;
PRAGMA reverse_unordered_selects = 1;
PRAGMA legacy_alter_table = 1;
HOW
is "another connection hears of a new rule" "$(rules
  process "INSERT INTO scim_rule (event, kind) VALUES ('created', 'heard')"
  user oda; jobs)" "User|oda|created|heard"

finish
