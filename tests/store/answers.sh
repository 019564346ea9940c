#!/bin/bash
# The views that people ask: the same rows as the plain definitions that they had
# before, on histories of chance; and a condition on a person, a request, a
# moment, a tenant or a token reaches the indexes in every arm, whatever the
# tables hold. Plans, not times: SQLite tells what it would read.
#
# SCIM_CASES is the number of histories, 8 unless told; SCIM_SEED the first.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
chance 8 1
open_database
sql "SELECT scim_init()" >/dev/null
connect # statistics are read with the schema

# walks "<query>": the tables that the plan reads from their beginning to their
# end. Not among them: what is no table, and the indexes of deletions, which are as
# long as there were deletions.
walks() {
  local answer
  query "EXPLAIN QUERY PLAN $1"
  awk '
    !match($0, /SCAN .*|AUTOMATIC.*|BLOOM.*/) { next }
    { step = substr($0, RSTART) }
    step ~ /VIRTUAL TABLE|SCAN \(|SCAN ([0-9]+ )?CONSTANT/ { next }
    step ~ /INDEX scim_log_(gone|groups_left)/ { next }
    step ~ /SCAN (request|start|inside|i|s|w|c|caller|once)$/ { next }
    !told[step]++ { print step }' <<<"$answer"
}

# reached "<view>" "<condition>"…: what is walked through all the same.
reached() {
  local view=$1 condition
  shift
  for condition; do
    walks "SELECT * FROM $view WHERE $condition"
  done
}

is "a walk is told of" "$(walks "SELECT * FROM scim_log WHERE detail = 'x'")" \
  "SCAN scim_log"
is "users by id, name and address" "$(reached scim_user "id = 'x'" \
  "user_name = 'x'" "email = 'x'" "tenant = 'x' AND id = 'x'")" ""
is "addresses by user and their name" "$(reached scim_email "user = 'x'" \
  "user_name = 'x'" "tenant = 'x' AND user_name = 'x'")" ""
is "groups by id, name and tenant" "$(reached scim_group "id = 'x'" \
  "display_name = 'x'" "tenant = 'x'")" ""
is "names by id and name" "$(reached scim_name "id = 'x'" "name = 'x'" \
  "tenant = 'x' AND name = 'x'")" ""
for view in scim_membership scim_membership_interval; do
  is "$view by group, member and the name of either" "$(reached $view \
    "group_id = 'x'" "group_name = 'x'" "member = 'x'" "member_name = 'x'" |
    grep -vE 'SCAN t$')" ""
done
is "effective ones by group, its name, tenant, member and the member's name; which \
group is in which is few rows, read once for a group" \
  "$(reached scim_membership_effective "tenant = 'x'" "member = 'x'" \
    "tenant = 'x' AND member = 'x'" "member_name = 'x'" |
    grep -vE 'SCAN nested$|AUTOMATIC .*\((parent|top)='
  reached scim_membership_effective "group_id = 'x'" "group_name = 'x'" \
    "member = 'x' AND group_id = 'x'" |
    grep -vE 'SCAN nested$|SCAN w LEFT-JOIN|AUTOMATIC .*\((parent|top)=')" ""
is "also where they are counted, or joined with people by name" \
  "$(for query in "count(*) FROM scim_membership_effective
       WHERE member = (SELECT id FROM scim_user WHERE user_name = 'x')" \
      "count(*) FROM scim_membership_effective WHERE member_name = 'x'" \
      "u.id, count(*) FROM scim_user AS u JOIN scim_membership_effective AS e
       ON e.tenant = u.tenant AND e.member = u.id
       WHERE u.user_name = 'x' GROUP BY u.id"; do
    walks "SELECT $query"
  done | grep -vE 'SCAN nested$|AUTOMATIC .*\((parent|top)=')" ""
is "the history of one id, the latest first" \
  "$(walks "SELECT * FROM scim_history WHERE id = 'x' ORDER BY seq DESC")" ""
is "and its events, and who left it" \
  "$(walks "SELECT * FROM scim_change WHERE id = 'x' ORDER BY seq DESC")" ""
for view in scim_history scim_log_named; do
  is "$view by seq, time, id, tenant and token" "$(reached $view \
    "seq > 1" "seq = 1" "time > 'x'" "time BETWEEN 'x' AND 'y'" "id = 'x'" \
    "tenant = 'x'" "token = 1" "tenant = 'x' AND time > 'x'")" ""
done
is "scim_change by seq, tenant and token" "$(reached scim_change \
  "seq > 1" "tenant = 'x'" "token = 1" "tenant = 'x' AND time > 'x'")" ""
is "a consumer's subquery is a condition too" "$(reached scim_change \
  "seq > (SELECT seq FROM scim_consumer WHERE name = 'x')")" ""
is "runs by token" "$(reached scim_sync "token = 1" \
  "tenant = 'x' AND token = 1")" ""
# logs "<query>": by which indexes the plan finds rows of the log, and whether
# it makes one of its own for them.
logs() {
  sql "EXPLAIN QUERY PLAN $1" |
    grep -oE 'SCAN scim_log$|INDEX scim_log_[a-z_]+|INDEX \(action.*' | sort -u
}
is "the view group_as_of finds a group, its name, a tenant and a member by index" \
  "$(reached scim_report_group_as_of "group_id = 'x'" "group_name = 'x'" \
    "tenant = 'x'" "member = 'x'" "tenant = 'x' AND member = 'x'" \
    "member_name = 'x'")" ""
is "and asks the log for nothing" \
  "$(logs "SELECT * FROM scim_report_group_as_of")" ""
is "and the report finds what it asks of the log by index, and stops at a moment" \
  "$(logs "$(cat sql/reports/group_as_of.sql)"
  sql "EXPLAIN QUERY PLAN $(cat sql/reports/group_as_of.sql)" |
    grep -c 'scim_log_member (time<?)')" \
  "INDEX scim_log_groups_left
INDEX scim_log_id
INDEX scim_log_member
2"
is "dangling members by group, its name, tenant, member and the member's name" \
  "$(reached scim_report_dangling_members "group_id = 'x'" "group_name = 'x'" \
    "tenant = 'x'" "member = 'x'" "tenant = 'x' AND member = 'x'" \
    "member_name = 'x'")" ""
is "groups without people by group, its name and tenant, and all, from the groups" \
  "$(reached scim_report_empty_groups "group_id = 'x'" "group_name = 'x'" \
    "tenant = 'x'" 1 | grep -v '^SCAN p$')" ""
# By a tenant, and all.
is "who left by a token is what the index of losses has, and others are among what
trusted callers did" \
  "$(for condition in "tenant = 'x'" 1; do
    sql "EXPLAIN QUERY PLAN SELECT * FROM scim_report_leavers WHERE $condition" |
      grep -oE '(SCAN|SEARCH) k USING INDEX scim_log_(loss|token).*' | sort -u
  done)" "SEARCH k USING INDEX scim_log_loss (tenant=?)
SEARCH k USING INDEX scim_log_token (token=? AND tenant=?)
SCAN k USING INDEX scim_log_loss
SEARCH k USING INDEX scim_log_token (token=?)"
is "shared addresses by a user: the user's, each with its neighbour" \
  "$(for column in user user_name; do
    sql "EXPLAIN QUERY PLAN SELECT * FROM scim_report_duplicate_emails
      WHERE $column = 'x'" | grep -oE '(SCAN|SEARCH) ([uvo]|scim.*|shared) .*'
  done)" \
  "SEARCH u USING INDEX sqlite_autoindex_scim_resource_1 (ANY(tenant) AND id=?)
SEARCH v USING PRIMARY KEY (tenant=? AND type=? AND attribute=?)
SEARCH o USING PRIMARY KEY (tenant=? AND type=? AND attribute=? AND key=?)
SEARCH u USING INDEX scim_resource_name (name=?)
SEARCH v USING PRIMARY KEY (tenant=? AND type=? AND attribute=?)
SEARCH o USING PRIMARY KEY (tenant=? AND type=? AND attribute=? AND key=?)"
is "who joined and left groups by user and name" \
  "$(reached scim_report_user_group_changes "user = 'x'" "user_name = 'x'" \
    "tenant = 'x' AND user = 'x'" "user = 'x' ORDER BY seq DESC LIMIT 1")" ""
is "and all by what changed groups, not by who was in them" \
  "$(for query in "* FROM scim_report_user_group_changes" \
      "count(*) FROM scim_report_user_group_changes" \
      "* FROM scim_report_user_group_changes WHERE tenant = 'x'" \
      "* FROM scim_report_user_group_changes ORDER BY seq DESC LIMIT 9"; do
    walks "SELECT $query"
  done | grep -vE 'SCAN (l|scim_report_user_group_changes)$' | sort -u)" \
  "SCAN l USING INDEX scim_log_member"
for report in department_changes reactivated leavers; do
  is "the report $report by time and id" "$(reached scim_report_$report \
    "time > 'x'" "seq > 1" "user = 'x'")" ""
done

# A name: one arm is of what has none. SQLite plans a walk there and begins none,
# because NULL is no name; so what it does is counted, not told by the plan.
# steps "<query>": how many steps of its machine SQLite takes.
steps() {
  sql ".stats vmstep" "$1" ".stats off" | sed -n 's/^VM-steps: //p'
}
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9999)
  INSERT INTO scim_log (time, tenant, method, target, status, action, id, after)
  SELECT 'x', 'x', 'POST', '/Users', 201, 'create', i, '{\"a\":1}' FROM n" \
  >/dev/null
for view in scim_history scim_change scim_log_named scim_report_reactivated \
  scim_report_department_changes scim_report_leavers; do
  name=name
  [[ $view != *report* ]] || name=user_name
  for order in "" " ORDER BY seq DESC"; do
    steps=$(steps "SELECT * FROM $view WHERE $name = 'x'$order")
    is "$view by name$order takes fewer steps than the log has rows" \
      "$((steps > 0 && steps < 9999))" 1
  done
done
sql "UPDATE scim_log SET action = 'delete', type = 'User', name = 'n' || id,
  before = json_object('userName', 'n' || id), after = NULL" >/dev/null
for view in scim_name scim_history scim_change scim_log_named \
  scim_report_reactivated scim_report_department_changes scim_report_leavers \
  scim_report_user_group_changes; do
  name=name
  [[ $view != *report* ]] || name=user_name
  steps=$(steps "SELECT * FROM $view WHERE $name = 'n7'")
  is "$view by the name of who was deleted takes fewer than there are deletions" \
    "$((steps > 0 && steps < 9999))" 1
done

# Ten thousand runs of one token, an hour apart.
sql "SELECT scim_token('x', 'IdP');
  UPDATE scim_log SET token = (SELECT token FROM scim_token),
  time = strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', seq || ' hours')" >/dev/null
steps=$(sql ".stats vmstep" "SELECT started FROM scim_report_last_sync" \
  ".stats off")
is "the last run of each token is found from its end" \
  "${steps%%V*} $((${steps##* } < 9999))" "2027-02-21T15:00:00.000Z
 1"

steps=$(sql "DELETE FROM scim_token" ".stats vmstep" \
  "SELECT tenant, label IS NULL, started FROM scim_report_last_sync" ".stats off")
is "also of a token that is no more, whose label nobody knows" \
  "${steps%%V*} $((${steps##* } < 9999))" "x|1|2027-02-21T15:00:00.000Z
 1"

sql "CREATE TABLE learner (email TEXT, upn TEXT)" >/dev/null
is "a table of an application finds users by address" "$(walks \
  "SELECT * FROM learner AS own JOIN scim_user AS u ON u.email = own.email")" \
  "SCAN own"
is "also those that it does not find" "$(walks "SELECT own.email
  FROM learner AS own LEFT JOIN scim_user AS u ON u.email = own.email
 WHERE u.id IS NULL")" "SCAN own"
is "and by the filter index, in any order of the two" "$(walks "SELECT *
  FROM scim_value AS v JOIN learner AS own ON v.key = lower(own.email)
 WHERE v.tenant = 'x' AND v.type = 'User' AND v.attribute = 'emails.value'")" \
  "SCAN own"
sql "DROP TABLE learner" >/dev/null

is "statistics of the application's own stay" "$(sql "
  UPDATE sqlite_stat1 SET stat = '7 7 1' WHERE tbl = 'scim_member'
     AND idx = 'scim_member_value';
  SELECT scim_init() > 0, stat FROM sqlite_stat1
   WHERE idx = 'scim_member_value'")" "1|7 7 1"
is "$cases histories of chance are told as before" \
  "$($PYTHON_WRAPPER "${python:-python3}" tests/store/answers.py \
    "$extension" "$cases" "${SCIM_SEED:-1}" 2>&1)" "the same"

is "scim_history has each leaf once, whatever objects and lists are within" \
  "$(connect :memory:
  sql "SELECT scim_init()" >/dev/null
  sql "INSERT INTO scim_log (time, tenant, method, target, status, action,
      type, id, version, before, after) VALUES ('2026-01-01T00:00:00.000Z', 'x',
      'PUT', '/Users/deep', 200, 'update', 'User', 'deep', 2,
      '{\"name\":{\"a\":\"x\",\"gone\":[1]},\"whole\":{\"c\":1},\"t\":\"u\"}',
      '{\"schemas\":[],\"id\":\"i\",\"name\":{\"a\":null,\"b\":[1,{\"c\":2}]},
        \"urn:x:Ext\":{\"list\":[[2]],\"manager\":{\"value\":\"m\",\"l\":[3]},
        \"no\":{}},\"whole\":null,\"t\":[{\"v\":1}]}');
    INSERT INTO scim_shape (form) VALUES ('{\"name\":{\"a\":0,\"b\":0,\"gone\":0},
      \"urn:x:Ext\":{\"list\":0,\"manager\":{\"value\":0,\"l\":0}},
      \"whole\":{\"c\":0},\"t\":0}');
    UPDATE scim_log SET shape = 1;
    SELECT attribute, old, new FROM scim_history WHERE id = 'deep' ORDER BY 1")" "name.a|x|
name.b||[1,{\"c\":2}]
name.gone|[1]|
t|u|[{\"v\":1}]
urn:x:Ext:list||[[2]]
urn:x:Ext:manager.l||[3]
urn:x:Ext:manager.value||m
whole.c|1|"

# The files, which have parameters: one that is given leads, one that is not is none.
# 3000 people, all in one group and each changed, and as many groups.
is "a report whose parameters are given reads no more than what they ask for" \
  "$(connect "$folder/reports.db"
  sql "SELECT scim_init()" >/dev/null
  connect "$folder/reports.db" # statistics are read with the schema
  sql "CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL
      SELECT i + 1 FROM n LIMIT 3000) SELECT i FROM n;
    INSERT INTO scim (method, target, body, options)
    SELECT 'POST', '/Users', json_object('userName', 'n' || i, 'emails',
             json_array(json_object('value', 'e' || i))),
           json_object('id', 'u' || i, 'now', '2026-01-01') FROM n;
    INSERT INTO scim (method, target, body, options)
    SELECT 'PATCH', '/Users/u' || i, json_object('Operations', json_array(
             json_object('op', 'replace', 'path', 'active', 'value',
                         json(iif(i % 2, 'true', 'false'))),
             json_object('op', 'add', 'path', 'urn:ietf:params:scim:schemas:'
               || 'extension:enterprise:2.0:User:department', 'value', 'D'))),
           '{\"now\":\"2026-02-01\"}' FROM n;
    INSERT INTO scim (method, target, body)
    SELECT 'POST', '/Groups', json_object('displayName', 'All', 'members',
             json_group_array(json_object('value', 'u' || i))) FROM n;
    INSERT INTO scim (method, target, body)
    SELECT 'POST', '/Groups', '{\"displayName\":\"Empty\"}' FROM n;
    INSERT INTO scim (method, target, body)
    SELECT 'POST', '/Groups', '{\"displayName\":\"Small\",
      \"members\":[{\"value\":\"alone\"}]}';
    INSERT INTO scim (method, target, body, options)
    VALUES ('POST', '/Users', '{\"userName\":\"one\"}', '{\"id\":\"u0\"}');
    INSERT INTO scim (method, target, body)
    SELECT 'POST', '/Groups', '{\"displayName\":\"Own\",
      \"members\":[{\"value\":\"u0\"}]}'" >/dev/null
  for file in sql/reports/*.sql; do
    for given in tenant=x group=x group=Small user=u0 user=one user=x; do
      grep -v '^--' "$file" | grep -q ":${given%=*}" || continue
      answer=$(sql ".parameter clear" \
        ".parameter set :${given%=*} ${given#*=}" ".parameter set :days ''" \
        ".stats vmstep" ".read $file" ".stats off")
      # Told in fewer steps of the machine than there are people.
      steps=${answer##*VM-steps: }
      [ "$((steps > 0 && steps < 3000))" = 1 ] || echo "$file $given: $steps"
      [[ $file$given != *changes*user=[uo]* || $answer == *"|one|joined|"* ]] ||
        echo "$file $given: $answer"
    done
  done)" ""

# Asked while the group is there, and when it is gone as well.
is "a user whose id a group has later is who left, but joined and left nothing" \
  "$(connect :memory:
  sql "SELECT scim_init();
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}', '{\"id\":\"x\"}');
    SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"G\",
      \"members\":[{\"value\":\"x\"}]}');
    SELECT scim_apply('DELETE', '/Users/x');
    SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"H\"}',
      '{\"id\":\"x\"}')" >/dev/null
  asked="SELECT user, how FROM scim_report_leavers;
    SELECT user, change FROM scim_report_user_group_changes"
  sql "$asked"
  sql "SELECT scim_apply('DELETE', '/Groups/x')" >/dev/null
  sql "$asked")" "x|deleted
x|deleted"

finish
