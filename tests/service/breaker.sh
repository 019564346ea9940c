#!/bin/bash
# The breaker: deactivations and deletions by a token beyond a limit are held,
# until somebody lets them through.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

day=2026-11-20T
secret=$(sql "SELECT scim_token('default', 'Entra ID')")
# by TIME [MORE]: the options of a request with the token at that time of day.
by() {
  printf '{"authorization":"Bearer %s","now":"%s%s:00Z"%s}' "$secret" "$day" \
    "$1" "${2:+,$2}"
}
# people FIRST LAST: users p1 … made by SQL long before.
people() {
  sql "SELECT count(scim_apply('POST', '/Users',
      json_object('userName', 'p' || value),
      json_object('id', 'p' || value, 'now', '2026-01-01')))
    FROM (WITH RECURSIVE n (value) AS (SELECT $1 UNION ALL
      SELECT value + 1 FROM n WHERE value < $2) SELECT value FROM n)" >/dev/null
}
off='{"Operations":[{"op":"replace","path":"active","value":false}]}'
on='{"Operations":[{"op":"replace","path":"active","value":true}]}'
# back TIME PERSON…: the people are active again.
back() {
  local person time=$1
  shift
  for person; do
    apply PATCH "/Users/$person" "$on" "{\"now\":\"$day$time:00Z\"}" >/dev/null
  done
}
leave() { ask "${3:-.status}" PATCH "/Users/$1" "$off" "$(by "$2")"; }
active() { sql "SELECT count(*) FROM scim_user WHERE active"; }
alerts() {
  sql "SELECT kind, token, held, since, released, until FROM scim_alert"
}

# ---- A number

people 1 20
is "without the setting nobody is held" \
  "$(for i in 1 2 3 4 5 6; do leave "p$i" 08:00; done | sort -u)" 200
for i in 1 2 3 4 5 6; do
  apply PATCH "/Users/p$i" "$on" '{"now":"2026-11-20T08:01:00Z"}' >/dev/null
done
tenant '{"breaker":{"deactivations":3}}'
is "as many as the limit go through" \
  "$(leave p1 10:00; leave p2 10:10; leave p3 10:20)" "200
200
200"
is "one more is held: 503, and when to try again" \
  "$(leave p4 10:30 '[.status, .headers["Retry-After"], .body.status,
       .body.scimType]')" '[503,"1801","503",null]'
is "the detail says what it is about, and what to do" \
  "$(leave p4 10:30 .body.detail)" "held by the breaker of the tenant: within \
60 minutes 3 users were deactivated or deleted, and no more than 3 may be, \
until scim_release('default') lets them"
is "the user is as before" "$(ask '[.body.active, .body.meta.version]' \
  GET /Users/p4)" '[true,"W/\"3\""]'
is "a deletion is held as well" \
  "$(ask .status DELETE /Users/p4 '' "$(by 10:30)")" 503
is "and a PUT" "$(ask .status PUT /Users/p4 '{"userName":"p4","active":false}' \
  "$(by 10:30)")" 503
while read -r spelling; do
  is "and $spelling" \
    "$(ask .status PATCH /Users/p4 "$spelling" "$(by 10:31)")" 503
done <<'SPELLINGS'
{"Operations":[{"op":"Replace","path":"active","value":"False"}]}
{"Operations":[{"op":"Add","path":"active","value":"False"}]}
{"Operations":[{"op":"replace","value":{"active":false}}]}
{"Operations":[{"op":"replace","value":{"displayName":"x","active":false}}]}
{"Operations":[{"op":"REPLACE","path":"ACTIVE","value":"FALSE"}]}
{"Operations":[{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":false}]}
{"Operations":[{"op":"replace","path":"title","value":"x"},{"op":"replace","path":"active","value":false}]}
SPELLINGS
is "other writes go on" "$(
  ask .status PATCH /Users/p4 '{"Operations":[{"op":"replace","path":"title",
    "value":"Boss"}]}' "$(by 10:32)"
  ask .status POST /Users '{"userName":"new"}' "$(by 10:32)"
  ask .status PUT /Users/p4 '{"userName":"p4"}' "$(by 10:32)"
  ask .status POST /Groups '{"displayName":"g"}' "$(by 10:32)")" "200
201
200
201"
is "who is made inactive was never active" "$(ask .status POST /Users \
  '{"userName":"off","active":false}' "$(by 10:32)")" 201
is "one who has gone already can be changed" "$(leave p1 10:33
  ask .status PUT /Users/p1 '{"userName":"p1","active":false,"title":"x"}' \
    "$(by 10:33)")" "200
200"
is "and deleted: it is the same person" \
  "$(ask .status DELETE /Users/p1 '' "$(by 10:33)")" 204
is "a group is no user" "$(id=$(ask '.body.Resources[0].id' GET /Groups)
  ask .status DELETE "/Groups/$id" '' "$(by 10:34)")" 204
is "whoever has the file is trusted" "$(ask .status PATCH /Users/p5 "$off" \
  "{\"now\":\"${day}10:34:00Z\"}")" 200
is "and does not count: p4 is held as before, with the same numbers" \
  "$(leave p4 10:34 .body.detail | grep -o '[0-9]* users')" "3 users"
is "a request that is held leaves a row in the log, and no deactivation" \
  "$(sql "SELECT status, action, id, json_extract(after, '\$.active'),
       count(*) FROM scim_log WHERE status = 503 GROUP BY 1, 2, 3, 4")" \
  "503||p4||12"
is "there is one alert, not one a request" "$(alerts)" \
  "breaker|1|12|${day}10:30:00.000Z||"
is "it says what the client was told" "$(sql "SELECT detail = (SELECT detail
  FROM scim_log WHERE status = 503 ORDER BY seq LIMIT 1) FROM scim_alert")" 1
is "a dry run is told the same, and leaves nothing" \
  "$(ask .status PATCH /Users/p4 "$off" "$(by 10:35 '"dry_run":true')")
$(alerts)" "503
breaker|1|12|${day}10:30:00.000Z||"

# ---- The window

is "the first that is out of the window makes room for one" \
  "$(leave p6 11:11; leave p7 11:12)" "200
503"
is "the alert of another window is another" \
  "$(leave p8 11:34; leave p9 11:34; leave p10 11:34; alerts)" "200
200
503
breaker|1|13|${day}10:30:00.000Z||
breaker|1|1|${day}11:34:00.000Z||"

# ---- The release

release() { sql "SELECT scim_release('default', '{\"now\":\"$day$1:00Z\"}')"; }
is "scim_release says until when" "$(release 12:00)" "${day}13:00:00.000Z"
is "and closes what is open" "$(alerts)" \
  "breaker|1|13|${day}10:30:00.000Z|${day}12:00:00.000Z|${day}13:00:00.000Z
breaker|1|1|${day}11:34:00.000Z|${day}12:00:00.000Z|${day}13:00:00.000Z"
is "until then everybody goes" "$(for i in 10 11 12 13 14; do
  leave "p$i" 12:30; done | sort | uniq -c | tr -s ' ')" " 5 200"
is "what it let through does not count afterwards" \
  "$(for i in 15 16 17 18; do leave "p$i" 13:01; done)" "200
200
200
503"
is "it opens an alert again" "$(alerts | tail -n 1)" \
  "breaker|1|1|${day}13:01:00.000Z||"
is "a release before anything is held counts too" "$(
  sql "DELETE FROM scim_alert"; release 13:02 >/dev/null; leave p18 13:30
  alerts)" "200
breaker||0|${day}13:02:00.000Z|${day}13:02:00.000Z|${day}14:02:00.000Z"
is "a tenant that is not there is named" \
  "$(sql "SELECT scim_release('nobody')")" \
  "Error: stepping, there is no tenant 'nobody'"
is "and NULL is none" "$(sql "SELECT scim_release(NULL)" | grep -c 'no tenant')" 1
is "as is an option that nobody knows" \
  "$(sql "SELECT scim_release('default', '{\"minutes\":5}')" | grep -c minutes)" 1
is "a trigger cannot release" "$(sql "CREATE VIEW v AS
  SELECT scim_release('default')" "SELECT * FROM v" "DROP VIEW v" | grep -o 'unsafe use of.*')" \
  "unsafe use of scim_release()"

# ---- A part

sql "DELETE FROM scim_alert; UPDATE scim_log SET token = NULL
      WHERE token IS NOT NULL;
     DELETE FROM scim_resource; DELETE FROM scim_count;
     DELETE FROM scim_unique; DELETE FROM scim_value"
people 1 30
sql "SELECT count(scim_apply('PATCH', '/Users/p' || value, '$off', NULL))
       FROM json_each('[21,22,23,24,25,26,27,28,29,30]')" >/dev/null
is "those who are active are counted" \
  "$(sql "SELECT live, active FROM scim_count WHERE type = 'User'")" "30|20"
tenant '{"breaker":{"percent":10}}'
is "a tenth of the twenty who are active may go" \
  "$(leave p1 14:00; leave p2 14:00; leave p3 14:00)" "200
200
503"
is "who comes back and goes again is one" "$(
  ask .status PATCH /Users/p2 "$on" "$(by 14:01)"; leave p2 14:02
  leave p3 14:02)" "200
200
503"
is "it was a tenth of those active before" "$(leave p3 14:03 .body.detail |
  grep -o '[0-9]* users were.*more than [0-9]*')" \
  "2 users were deactivated or deleted, and no more than 2"
tenant '{"breaker":{"percent":1}}'
is "one may always go, or nobody could leave a small customer" \
  "$(leave p4 16:00; leave p5 16:00)" "200
503"
tenant '{"breaker":{"percent":50,"deactivations":2}}'
is "of two limits the lower holds" \
  "$(leave p5 18:00; leave p6 18:00; leave p7 18:00)" "200
200
503"
tenant '{"breaker":{"percent":100}}'
is "all of them may go when all may" \
  "$(for i in $(seq 7 20); do leave "p$i" 20:00; done | sort -u)
$(leave p3 20:00)
$(active)" "200
200
0"
tenant '{"breaker":{"deactivations":0}}'
back 21:50 p1
is "none may go when none may" \
  "$(leave p1 22:00 '[.status, .headers["Retry-After"]]')" '[503,"3600"]'
tenant '{"breaker":{"deactivations":1,"minutes":5}}'
back 21:51 p2 p3 p4
is "the minutes are the window's" \
  "$(leave p1 22:00; leave p2 22:04 '.headers["Retry-After"]'
     leave p2 22:05)" "200
61
200"

# ---- Bulk

back 22:20 p1 p2 p5 p6 p7
tenant '{"breaker":{"deactivations":2}}'
part() { printf '{"method":"%s","path":"/Users/%s"%s}' "$1" "$2" \
  "${3:+,\"data\":$3}"; }
is "each part counts, and those behind it that do no harm are done" \
  "$(ask '[.status, [.body.Operations[].status],
           .body.Operations[2].response.status]' POST /Bulk \
    "{\"Operations\":[$(part PATCH p3 "$off"),$(part DELETE p4),
      $(part PATCH p5 "$off"),$(part DELETE p6),
      $(part PATCH p7 '{"Operations":[{"op":"add","path":"title","value":"t"}]}')
      ]}" "$(by 23:30)")" '[200,["200","204","503","503","200"],"503"]'
is "it is one alert" "$(sql "SELECT held FROM scim_alert
  ORDER BY alert DESC LIMIT 1")" 2

# ---- Tenants and tokens

sql "INSERT INTO scim_tenant (name) VALUES ('other')"
other=$(sql "SELECT scim_token('other', 'x')")
second=$(sql "SELECT scim_token('default', 'second')")
ask .status POST /Users '{"userName":"o"}' \
  '{"id":"o","tenant":"other"}' >/dev/null
is "another tenant is not held" "$(ask .status DELETE /Users/o '' \
  "{\"authorization\":\"Bearer $other\",\"now\":\"${day}23:31:00Z\"}")" 204
is "another token of the tenant is: the people are the same" \
  "$(ask .status PATCH /Users/p5 "$off" \
    "{\"authorization\":\"Bearer $second\",\"now\":\"${day}23:31:00Z\"}")" 503
is "releasing the other lets nobody through here" "$(
  sql "SELECT scim_release('other', '{\"now\":\"${day}23:31:00Z\"}')"
  leave p5 23:32)" "2026-11-21T00:31:00.000Z
503"

# ---- What was rolled back, and what it costs

day=2026-11-25T

is "what was rolled back does not count" "$(
  sql "BEGIN"; leave p5 00:40; leave p6 00:40; sql "ROLLBACK"
  leave p5 00:41)" "200
200
200"
is "the index finds those who have gone, whatever else the log holds" \
  "$(sql "SELECT runs > 0 FROM scim_stmt WHERE sql LIKE
       '%INDEXED BY scim_log_loss%'"
     sql "EXPLAIN QUERY PLAN SELECT id FROM scim_log INDEXED BY scim_log_loss
       WHERE token IS NOT NULL AND type = 'User' AND (action = 'delete' OR
         action = 'update' AND instr(after, '\"active\":false') > 0)
         AND tenant = 'default' AND time > '2026'" | tail -n 1 |
       grep -o 'scim_log_loss (.*')" "1
scim_log_loss (tenant=? AND time>?)"
sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:x:Badge\",
       \"attributes\":[{\"name\":\"badge\",\"type\":\"complex\",
         \"subAttributes\":[{\"name\":\"active\",\"type\":\"boolean\"}]}]}');
     UPDATE scim_resource_type SET definition = json_insert(definition,
       '\$.schemaExtensions[#]', json('{\"schema\":\"urn:x:Badge\",
         \"required\":false}')) WHERE name = 'User'"
is "something else that is called active is no user" "$(
  tenant '{"breaker":{"deactivations":0}}'
  ask .status PATCH /Users/p7 '{"Operations":[{"op":"add",
    "path":"urn:x:Badge:badge.active","value":false}]}' "$(by 12:00)"
  sql "SELECT after -> 'urn:x:Badge' FROM scim_log WHERE id = 'p7' ORDER BY seq DESC LIMIT 1"
  tenant '{"breaker":{"deactivations":1}}'
  leave p7 12:00)" '200
{"badge":{"active":false}}
200'

finish
