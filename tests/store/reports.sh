#!/bin/bash
# The views and the reports answer from known data, in a stock sqlite3 that
# has never seen the extension.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
db=$folder/reports.db
cat "${BUILD:-build}/gen/install.sql" tests/store/reports_data.sql |
  stock -bail "$db" || exit 1

# sql "<statement>": rows as columns|of|text, from a sqlite3 without scim.
sql() {
  stock -readonly -bail "$db" "$1"
}

# report <name> [<parameter> <value>] …: the report, read at a fixed moment.
report() {
  local name=$1 options=(-cmd ".parameter set :now \"'2026-11-21T12:00:00Z'\"")
  shift
  while [ $# -gt 0 ]; do
    options+=(-cmd ".parameter set $1 \"'$2'\"")
    shift 2
  done
  stock -readonly -bail "${options[@]}" "$db" <"sql/reports/$name.sql"
}

# ---- views ---------------------------------------------------------------

is "scim_user has a column for what people ask of a user" \
  "$(sql "SELECT * FROM scim_user WHERE id = 'u-ada'")" \
  "default|u-ada|ada@example.com|e1|1|Ada L|Ada|Lovelace|Analyst|\
ada@example.com|Research|7|u-bob|Bob|\
2026-03-01T08:00:01.000Z|2026-11-06T08:00:00.000Z|2"

is "scim_user shows the primary address, else work, else the first" \
  "$(sql "SELECT user_name, email FROM scim_user WHERE email NOT NULL
           AND tenant = 'default' ORDER BY 1")" \
"ada@example.com|ada@example.com
bob@example.com|bob@example.com
cyd@example.com|éVA@example.com"

is "scim_user.active is 1, 0, or NULL where nobody said" \
  "$(sql "SELECT id, quote(active) FROM scim_user
           WHERE id IN ('u-ada', 'u-cyd', 'u-gus') ORDER BY id")" \
"u-ada|1
u-cyd|NULL
u-gus|0"

is "scim_group counts direct members" \
  "$(sql "SELECT display_name, members FROM scim_group ORDER BY 1")" \
"Empty|0
Idle|1
Operations|1
Sales|3"

is "scim_email has a row for each address that has a value" \
  "$(sql "SELECT user, value, type, \"primary\" FROM scim_email
           WHERE user IN ('u-ada', 'u-bob')")" \
"u-ada|ada@home.example|home|0
u-ada|ada@example.com|Work|0
u-bob|Éva@example.com||0
u-bob|bob@example.com||1"

cp "$db" "$folder/other.db"
is "and none where a definition has texts for addresses" \
  "$(stock -bail "$folder/other.db" "UPDATE scim_resource
       SET doc = json_set(doc, '\$.emails', json('[\"e@x.example\",1,null,[]]'))
     WHERE id = 'u-bob';
    UPDATE scim_resource SET doc = json_set(doc, '\$.emails', 'e@x.example')
     WHERE id = 'u-eve';
    SELECT user, value FROM scim_email
     WHERE user IN ('u-ada', 'u-bob', 'u-eve')")" \
"u-ada|ada@home.example
u-ada|ada@example.com"

is "scim_membership names both ends and the source" \
  "$(sql "SELECT group_name, member, member_type, member_name, source
            FROM scim_membership ORDER BY group_name, member")" \
"Idle|u-gus|User|gus@example.com|idp
Operations|g-sales|Group|Sales|idp
Sales|u-bob|User|bob@example.com|manual
Sales|u-eve|User|eve@example.com|idp
Sales|x-lost|User|Lost|idp"

is "scim_name remembers the deleted" \
  "$(sql "SELECT type, name, deleted FROM scim_name
           WHERE id IN ('u-ada', 'u-dan', 'g-old') ORDER BY id")" \
"Group|Old|2026-11-16T08:00:00.000Z
User|ada@example.com|
User|dan@example.com|2026-11-20T08:00:00.000Z"

is "scim_history has a row for each changed attribute, with old and new" \
  "$(sql "SELECT label, method, action, name, attribute, old, new
            FROM scim_history WHERE id = 'u-ada' AND action = 'update'
           ORDER BY attribute")" \
"Entra|PATCH|update|ada@example.com|name.familyName||Lovelace
Entra|PATCH|update|ada@example.com|name.givenName||Ada
Entra|PATCH|update|ada@example.com|nickName|A|
Entra|PATCH|update|ada@example.com|\
urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department|\
Sales|Research"

is "scim_history shows what a create set, without id and schemas" \
  "$(sql "SELECT attribute, old, new FROM scim_history
           WHERE id = 'u-eve' AND action = 'create'
           ORDER BY attribute")" \
"active||1
urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value|\
|u-bob
userName||eve@example.com"

is "scim_history shows an array as JSON" \
  "$(sql "SELECT new FROM scim_history
           WHERE id = 'u-cyd' AND attribute = 'emails'")" \
'[{"value":"éVA@example.com"}]'

is "scim_history shows what a delete took, and calls SQL by its name" \
  "$(sql "SELECT label, name, attribute, old, quote(new) FROM scim_history
           WHERE id = 'u-fay' AND action = 'delete'")" \
"(sql)|fay@example.com|userName|fay@example.com|NULL"

is "scim_history tells of members, also of those that were deleted" \
  "$(sql "SELECT time, label, old, new FROM scim_history
           WHERE id = 'g-sales' AND attribute = 'members'
             AND time > '2026-11' ORDER BY seq, old")" \
"2026-11-07T08:00:00.000Z|Entra||u-eve
2026-11-07T08:00:00.000Z|Entra|u-ada|
2026-11-20T08:00:00.000Z|Entra|u-dan|"

is "scim_sync counts the requests of each run" \
  "$(sql "SELECT label, started, ended, requests, created, updated,
                 deactivated, reactivated, deleted, failed
            FROM scim_sync WHERE tenant = 'default' AND token = 1
             AND (started < '2026-06' OR started > '2026-11-10')")" \
"Entra|2026-03-01T08:00:01.000Z|2026-03-01T08:02:04.000Z|16|12|4|0|0|0|0
Entra|2026-05-01T08:00:00.000Z|2026-05-01T08:00:00.000Z|1|0|1|1|0|0|0
Entra|2026-11-10T08:00:00.000Z|2026-11-10T08:00:00.000Z|1|0|1|1|0|0|0
Entra|2026-11-16T08:00:00.000Z|2026-11-16T08:00:00.000Z|1|0|0|0|0|1|0
Entra|2026-11-20T08:00:00.000Z|2026-11-20T08:29:59.000Z|3|0|0|0|0|1|2"

is "scim_sync counts a reactivation" \
  "$(sql "SELECT updated, reactivated FROM scim_sync
           WHERE started = '2026-11-05T20:00:00.000Z'")" "1|1"

is "scim_sync leaves out requests without a valid token" \
  "$(sql "SELECT count(*) FROM scim_sync WHERE tenant IS NULL")" "0"

# ---- reports -------------------------------------------------------------

is "active_without_manager: none, or one that is gone" \
  "$(report active_without_manager)" \
"acme|u-zoe|zoe@acme.example|||
default|u-bob|bob@example.com|Bob||
default|u-cyd|cyd@example.com|||u-ghost"

is "every report can be asked of one tenant" \
  "$(report active_without_manager :tenant acme)" \
  "acme|u-zoe|zoe@acme.example|||"

is "leavers: who left, how, and who did it; a clean-up is no second leaving" \
  "$(report leavers)" \
"2026-11-15T08:00:00.000Z|default|u-fay|fay@example.com|deleted|(sql)|\
2026-11-15T08:00:00.000Z
2026-11-10T08:00:00.000Z|default|u-dan|dan@example.com|deactivated|Entra|\
2026-11-20T08:00:00.000Z"

is "leavers: further back, without those who came back" \
  "$(report leavers :days 365 | cut -d'|' -f3)" \
"u-fay
u-dan
u-gus"

is "group_as_of: today" \
  "$(report group_as_of :group Sales)" \
"default|g-sales|Sales|x-lost|Lost|2026-03-01T08:02:00.000Z|idp
default|g-sales|Sales|u-bob|bob@example.com|2026-03-01T08:02:01.000Z|manual
default|g-sales|Sales|u-eve|eve@example.com|2026-11-07T08:00:00.000Z|idp"

is "group_as_of: on a day in June, with a member deleted since" \
  "$(report group_as_of :group g-sales :time 2026-06-01 | cut -d'|' -f4,5)" \
"x-lost|Lost
u-ada|ada@example.com
u-bob|bob@example.com
u-dan|dan@example.com"

is "group_as_of: a group that is gone today had members then" \
  "$(report group_as_of :group Old :time 2026-06-01 | cut -d'|' -f4)" "u-ada"
is "group_as_of: a deleted group has no members" \
  "$(report group_as_of :group Old)" ""
is "group_as_of: nobody before the first sync" \
  "$(report group_as_of :time 2026-01-01)" ""

is "group_as_of agrees with scim_membership about now" \
  "$(report group_as_of | cut -d'|' -f2,4,7 | sort)" \
  "$(sql "SELECT group_id, member, source FROM scim_membership" | sort)"

is "department_changes: from what to what" \
  "$(report department_changes)" \
"2026-11-06T08:00:00.000Z|default|u-ada|ada@example.com|Sales|Research|Entra"
is "department_changes: none in the last day" \
  "$(report department_changes :days 1)" ""

is "last_sync: the last run of each identity provider" \
  "$(report last_sync)" \
"acme|Acme|2026-11-20T08:00:00.000Z|2026-11-20T08:00:00.000Z|1|1|0|0|0|0|0
default|Entra|2026-11-20T08:00:00.000Z|2026-11-20T08:29:59.000Z|\
3|0|0|0|0|1|2"

is "duplicate_emails: folded by Unicode, within a tenant" \
  "$(report duplicate_emails)" \
"default|éva@example.com|u-bob|bob@example.com|1
default|éva@example.com|u-cyd|cyd@example.com|"

is "failed_requests: by reason, with the last as an example" \
  "$(report failed_requests)" \
"default|Entra|POST|409|uniqueness|2|2026-11-20T08:29:59.000Z|/Users|\
userName \"bob@example.com\" is taken
||POST|401||1|2026-11-20T09:00:00.000Z|/Users|no such token"

is "dangling_members: members that are nobody here" \
  "$(report dangling_members)" \
  "default|g-sales|Sales|x-lost|Lost|idp"

is "empty_groups: nobody active inside, nesting considered" \
  "$(report empty_groups)" \
"default|g-empty|Empty|0|2026-03-01T08:01:03.000Z
default|g-idle|Idle|1|2026-03-01T08:01:02.000Z"

is "reactivated: who came back, after how long" \
  "$(report reactivated)" \
  "2026-11-05T20:00:00.000Z|default|u-eve|eve@example.com|Entra|35.5"

is "token_inventory: the state of every token" \
  "$(report token_inventory :tenant default | cut -d'|' -f3,5,8)" \
"Entra|good|2026-11-20T08:00:00.000Z
Leaked|revoked|
Okta|expiring|
Shelf|unused|
Trial|expired|"

is "stale_accounts: active and unchanged for half a year" \
  "$(report stale_accounts)" \
"default|u-bob|bob@example.com|2026-03-01T08:00:02.000Z|\
2026-03-01T08:00:02.000Z|1
default|u-cyd|cyd@example.com|2026-03-01T08:00:03.000Z|\
2026-03-01T08:00:03.000Z|1"

is "user_group_changes: joined and left, by name" \
  "$(report user_group_changes :user dan@example.com | cut -d'|' -f1,5-8)" \
"2026-03-01T08:02:00.000Z|joined|g-sales|Sales|Entra
2026-11-20T08:00:00.000Z|left|g-sales|Sales|Entra"

is "every report runs without parameters" \
  "$(for file in sql/reports/*.sql; do
       stock -readonly -bail "$db" <"$file" | grep 'rror'; done)" ""

is "every report begins with a question and its columns, and has a test" \
  "$(for file in sql/reports/*.sql; do
       sed -n '1{/^-- .*?$/!p};2{/^-- tenant\|^-- time/!p}' "$file"
       grep -q "report $(basename "$file" .sql)" "$0" || echo "$file"
     done)" ""

# ---- A log that was pruned

is "a log is pruned" "$(sqlite3 -batch -bail -cmd ".load $extension" "$db.2" "
  SELECT scim_init() > 0;
  SELECT count(scim_apply('POST', '/Users', json_object('userName', value),
                          json_object('id', value, 'now', '2026-01-01')))
    FROM json_each('[\"ann\", \"bob\"]');
  SELECT scim_apply('POST', '/Groups', json_object('displayName', 'Sales',
      'members', json_array(json_object('value', 'ann'))),
    json_object('id', 'g', 'now', '2026-02-01')) ->> 'status';
  SELECT scim_apply('PATCH', '/Groups/g', json_object('Operations', json_array(
      json_object('op', 'add', 'path', 'members',
        'value', json_array(json_object('value', 'bob'))))),
    json_object('now', '2026-04-01')) ->> 'status';
  SELECT scim_prune('2026-03-15');" | xargs)" \
  "1 2 201 200 2026-03-15T00:00:00.000Z"
db=$db.2
is "who was in a group at the horizon has been since then" \
  "$(report group_as_of | cut -d'|' -f4,6)" "ann|2026-03-15T00:00:00.000Z
bob|2026-04-01T00:00:00.000Z"
is "at the horizon only they were" \
  "$(report group_as_of :time 2026-03-15 | cut -d'|' -f4)" ann
is "of what was before nothing is told" \
  "$(report group_as_of :time 2026-03-14)" ""
is "the view says the same of today" \
  "$(stock -readonly "$db" "SELECT member, since FROM scim_report_group_as_of
    ORDER BY member")" "$(report group_as_of | cut -d'|' -f4,6)"

# ---- Who is inactive, and then nothing is said of it

db=$db.3
is "whoever was inactive is so no more when active goes" "$(
  sqlite3 -batch -bail -cmd ".load $extension" "$db" "
    SELECT scim_init() > 0;
    SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\",\"active\":false}',
      '{\"id\":\"ann\",\"now\":\"2026-11-01\"}') ->> 'status';
    SELECT scim_apply('PATCH', '/Users/ann', '{\"Operations\":[{\"op\":\"add\",
      \"path\":\"title\",\"value\":\"x\"}]}', '{\"now\":\"2026-11-02\"}')
      ->> 'status';
    SELECT scim_apply('PATCH', '/Users/ann', '{\"Operations\":[{\"op\":\"remove\",
      \"path\":\"active\"}]}', '{\"now\":\"2026-11-03\"}') ->> 'status'"
  sql "SELECT event FROM scim_change WHERE event GLOB '*activated'"
  sql "SELECT updated, deactivated, reactivated FROM scim_sync ORDER BY started"
  report reactivated)" "1
201
200
200
activated
0|0|0
1|0|0
1|0|1
2026-11-03T00:00:00.000Z|default|ann|ann|(sql)|2.0"

finish
