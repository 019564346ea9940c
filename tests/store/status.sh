#!/bin/bash
# The view scim_status: the latest run of each tenant, as scim_sync has them, what
# failed in it and what to do about it, and what else waits for a person.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null
for name in entra okta; do
  declare "$name=$(sql "SELECT scim_token('acme', '$name',
    '{\"now\":\"2026-11-01T00:00:00Z\"}')")"
done

# apply <secret or tenant> <time> <method> <target> [body [id]]
apply() {
  local who="'authorization', 'Bearer $1'"
  [[ $1 == scim_* ]] || who="'tenant', '$1'"
  sql "SELECT scim_apply('$3', '$4', $(literal "${5:-}"), json_object($who,
    'now', '2026-11-$2Z', 'id', '${6:-unused}')) ->> '\$.status'" >/dev/null
}
user() { apply "$1" "$2" POST /Users "{\"userName\":\"$3\"}" "$3"; }
active() { # <secret> <time> <id> <value>
  apply "$1" "$2" PATCH "/Users/$3" "{\"Operations\":[{\"op\":\"replace\",
    \"path\":\"active\",\"value\":$4}]}"
}

# status "<columns>" [tenant]
status() {
  sql "SELECT $1 FROM scim_status WHERE tenant = '${2:-acme}'"
}
counts="last_run, created, updated, deactivated, deleted, failed"

is "a tenant that has heard from nobody has nothing" \
  "$(sql "SELECT * FROM scim_status ORDER BY tenant")" \
"acme|1||0|0|0|0|0|[]|0|0|0|0|0|0
default|1||0|0|0|0|0|[]|0|0|0|0|0|0"

# ---- the latest run

user "$entra" 20T08:00:00 old
user "$entra" 20T08:19:59.999 bob
active "$entra" 20T08:39:58.999 bob false
is "a run goes on while less than 20 minutes pass" "$(status "$counts")" \
  "2026-11-20T08:39:58.999Z|2|1|1|0|0"
active "$entra" 20T09:00:00 bob true
is "and ends where more do" "$(status "$counts")" \
  "2026-11-20T09:00:00.000Z|0|1|0|0|0"
user "$okta" 20T09:10:00 cyd
user "$okta" 20T09:10:00 dan
is "the latest is that of the token that was last heard of" \
  "$(status "$counts")" "2026-11-20T09:10:00.000Z|2|0|0|0|0"
user acme 20T09:11:00 eve
is "trusted callers are no IdP" "$(status "$counts")" \
  "2026-11-20T09:10:00.000Z|2|0|0|0|0"
user default 20T09:12:00 fay
apply default 20T09:13:00 DELETE /Users/fay
is "unless there is no other" "$(status "$counts" default)" \
  "2026-11-20T09:13:00.000Z|1|0|0|1|0"
apply acme 20T09:14:00 POST /Groups '{"displayName":"G"}' g
is "users and groups are those that live" "$(status "users, groups")|$(
  status "users, groups" default)" "5|1|0|0"

# ---- failures

user "$entra" 21T08:00:00 BOB
user "$entra" 21T08:00:01 CYD
apply "$entra" 21T08:00:02 PATCH /Users/nobody '{"Operations":[]}'
apply "$entra" 21T08:00:03 POST /Users '{"userName":7}'
active "$entra" 21T08:00:04 bob false
is "what failed is counted" "$(status "failed, deactivated")" "4|1"
is "by cause, the most frequent first" "$(sql "
  SELECT f.value ->> 'cause', f.value ->> 'count', f.value ->> 'example'
    FROM scim_status, json_each(failures) AS f WHERE tenant = 'acme'")" \
"uniqueness|2|POST /Users: the value of 'userName' is that of another User
404|1|PATCH /Users/nobody: there is no User 'nobody'
invalidValue|1|POST /Users: $(sql "SELECT detail FROM scim_log
  WHERE scim_type = 'invalidValue'")"
is "each with what to do" "$(sql "
  SELECT c.cause FROM scim_status, json_each(failures) AS f
    JOIN scim_cause AS c ON c.remedy = f.value ->> 'do'
   WHERE tenant = 'acme' ORDER BY f.key")" "uniqueness
404
invalidValue"
is "every error that there is has a remedy" "$(
  sed -n 's/.*{\([0-9]*\), \(NULL\|"[a-zA-Z]*"\)},/\1 \2/p' ext/model/error.c |
    tr -d '"' | grep -vE '^(200|401|500) ' | while read -r number type; do
      [ "$type" = NULL ] && type=$number
      sql "SELECT '$type' WHERE '$type' NOT IN (SELECT cause FROM scim_cause)"
    done)" ""
user "$entra" 21T09:00:00 gus
is "a run without failures has none" "$(status "failed, failures")" "0|[]"

# ---- jobs

sql "INSERT INTO scim_outbox (tenant, id, kind, tries, created, error) VALUES
  ('acme', 'bob', 'invite', 5, '2026-11-01T00:00:00.000Z', 'no such address'),
  ('acme', 'old', 'invite', 6, '2026-11-01T00:00:00.000Z', NULL),
  ('other', 'x', 'invite', 9, '2026-11-01T00:00:00.000Z', NULL);
  INSERT INTO scim_outbox (tenant, id, kind, tries, done) VALUES
  ('acme', 'cyd', 'invite', 5, '2026')"
is "jobs that were given up are failures, of no request" \
  "$(status "failed, lag, failures ->> '\$[0].cause',
    failures ->> '\$[0].count', failures ->> '\$[0].example'")" \
  "0|0|outbox|2|invite of old"
sql "DELETE FROM scim_outbox WHERE id = 'old'"
is "with their error" "$(status "failures ->> '\$[0].example'")" \
  "invite of bob: no such address"
is "other tenants have none of them" "$(status failures default)" "[]"
sql "DELETE FROM scim_outbox"

# ---- lag

ago() { later "-$1"; }
later() { printf "strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now', '%s seconds')" "$1"; }
near() { sql "SELECT group_concat(tenant || iif(abs(lag - $1) <= 60, '', lag))
  FROM (SELECT tenant, lag FROM scim_status WHERE lag > 0 ORDER BY tenant)"; }
sql "INSERT INTO scim_outbox (tenant, id, kind, created, claimed) VALUES
  ('acme', 'a', 'k', $(ago 1000), NULL), ('acme', 'b', 'k', $(ago 5000), 'x');
  INSERT INTO scim_outbox (tenant, id, kind, created, done) VALUES
  ('acme', 'c', 'k', $(ago 9000), 'x')"
is "lag is how long the oldest job waits that is not done" "$(near 5000)" acme
sql "DELETE FROM scim_outbox;
  INSERT INTO scim_log (time, tenant, method, target, status, action) VALUES
  ($(ago 7000), 'acme', 'POST', '/Users', 201, 'create'),
  ($(ago 3000), 'acme', 'POST', '/Users', 201, 'create'),
  ($(ago 2000), 'default', 'POST', '/Users', 409, NULL)"
is "without consumers the log makes none" "$(near 0)" ""
sql "INSERT INTO scim_consumer SELECT 'mirror', max(seq) - 3 FROM scim_log
  UNION SELECT 'other', max(seq) FROM scim_log"
is "or the oldest change that the slowest consumer has not read" "$(near 7000)" \
  acme
sql "UPDATE scim_consumer SET seq = seq + 1 WHERE name = 'mirror'"
is "which moves on with it" "$(near 3000)" acme
sql "UPDATE scim_consumer SET seq = (SELECT max(seq) FROM scim_log)"
is "to the end" "$(near 0)" ""
sql "DELETE FROM scim_consumer"

# ---- what waits for a person, and who is off

sql "INSERT INTO scim_alert (tenant, kind, since, detail, released) VALUES
    ('acme', 'breaker', 'x', 'x', NULL), ('acme', 'breaker', 'x', 'x', NULL),
    ('acme', 'breaker', 'x', 'x', 'x'), ('default', 'breaker', 'x', 'x', 'x');
  INSERT INTO scim_review (map, tenant, id, candidates, reason, since) VALUES
    ('m', 'acme', 'a', '[]', 'x', 'x'), ('n', 'acme', 'a', '[]', 'x', 'x'),
    ('m', 'acme', 'b', '[]', 'x', 'x')"
is "reviews, and alerts that are open" \
  "$(sql "SELECT tenant, reviews, alerts FROM scim_status ORDER BY tenant")" \
"acme|3|2
default|0|0"
sql "DELETE FROM scim_alert; DELETE FROM scim_review;
  UPDATE scim_tenant SET enabled = 0 WHERE name = 'acme'"
is "a tenant that is off" "$(status enabled)|$(status enabled default)" "0|1"
sql "UPDATE scim_tenant SET enabled = 1"

# ---- tokens

sql "UPDATE scim_token SET expires = $(later 1000000) WHERE label = 'okta';
  UPDATE scim_token SET expires = $(later 3000000) WHERE label = 'entra';
  INSERT INTO scim_token (tenant, label, digest, created, expires, revoked)
  VALUES ('acme', 'gone', 'a', 'x', $(later 1000), 'x'),
    ('acme', 'past', 'b', 'x', $(ago 1000), NULL),
    ('acme', 'ever', 'c', 'x', NULL, NULL),
    ('default', 'soon', 'd', 'x', $(later 10), NULL);
  INSERT INTO scim_token (tenant, label, digest, created, expires, kind) VALUES
    ('acme', 'OAuth', 'e', 'x', $(later 3600), 'access')"
is "tokens that expire within 30 days, and are good until then" \
  "$(sql "SELECT tenant, tokens_expiring FROM scim_status ORDER BY 1")" \
"acme|1
default|1"

# ---- the same as scim_sync, for random runs

is "the latest run is one of scim_sync, whatever the gaps" "$(sql "
  DELETE FROM scim_log;
  INSERT INTO scim_tenant (name) SELECT 't' || value
    FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]');
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
  INSERT INTO scim_log (time, tenant, token, method, target, status, action,
         before, after)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 1790000000
                  + abs(random()) % 20000000 / 1000.0, 'unixepoch'),
         't' || (1 + abs(random()) % 20), nullif(i % 4, 3), 'PATCH', '/Users',
         iif(i % 7, 200, 400 + i % 5),
         CASE i % 7 WHEN 1 THEN 'create' WHEN 2 THEN 'delete'
                    WHEN 0 THEN NULL ELSE 'update' END,
         '{\"active\":true}', json_object('active', json(iif(i % 3, 'true', 'false')))
    FROM n;
  CREATE TEMP TABLE latest AS
  SELECT tenant, max(ended) AS ended, created, updated, deactivated, deleted,
         failed FROM scim_sync WHERE token IS NOT NULL GROUP BY tenant;
  CREATE TEMP TABLE said AS SELECT * FROM scim_status WHERE tenant GLOB 't*';
  SELECT count(*), sum(created + updated + deleted) > 200 FROM latest;
  SELECT count(*) FROM (SELECT tenant, ended, created, updated, deactivated,
      deleted, failed FROM latest EXCEPT
    SELECT tenant, last_run, created, updated, deactivated, deleted, failed
      FROM said);
  SELECT count(*) FROM said WHERE failed <> coalesce((
    SELECT sum(value ->> 'count') FROM json_each(failures)), 0)")" "20|1
0
0"

# ---- what it costs

# steps: what SQLite's machine does for the view.
steps() {
  stock "$db" ".stats vmstep" "SELECT tenant, created FROM scim_status
    WHERE tenant = 'acme'" | sed -n 's/VM-steps: //p'
}
sql "DELETE FROM scim_log; DELETE FROM scim_tenant WHERE name GLOB 't*';
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
  INSERT INTO scim_log (time, tenant, token, method, target, status, action,
         type, id, before, after)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 1790000000 + i * 2, 'unixepoch')
         , 'acme', 1, 'PATCH', '/Users/u' || i, 200, 'update', 'User', 'u' || i,
         '{\"title\":\"a\"}', '{\"title\":\"b\"}' FROM n;
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
  INSERT INTO scim_log (time, tenant, token, method, target, status, action)
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 1790500000 + i, 'unixepoch'), 'acme', 1,
         'POST', '/Users', 409, NULL FROM n;
  SELECT scim_apply('DELETE', '/Users/x', NULL, NULL)" >/dev/null
is "a run of 100 requests behind 200,000 others costs less than 50,000 steps" \
  "$(status failed)|$(($(steps) < 50000))" "100|1"
sql "DELETE FROM scim_log WHERE status = 409 AND method = 'POST'"
is "one that is a run of 200,000 itself, less than 60 steps each" \
  "$(status updated)|$(($(steps) < 12000000))" "200000|1"
sql "INSERT INTO scim_consumer VALUES ('slow', 0)"
is "with a consumer at the very beginning not more" \
  "$(($(steps) < 12000000))" 1

finish
