#!/bin/bash
# scim_tenant_remove, and tenants that are switched off.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:x:Badge\",
  \"name\":\"Badge\",\"attributes\":[{\"name\":\"code\",\"type\":\"string\",
  \"uniqueness\":\"global\"}]}');
INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Badge\",
  \"endpoint\":\"/Badges\",\"schema\":\"urn:x:Badge\"}');
CREATE TABLE app (tenant, id);
CREATE TRIGGER app_user AFTER INSERT ON scim_resource
BEGIN INSERT INTO app VALUES (NEW.tenant, NEW.id); END"
# fill TENANT: five users, a group of them, a badge, a token, a client.
fill() {
  local i options="{\"tenant\":\"$1\"}"
  for i in 1 2 3 4 5; do
    apply POST /Users "{\"userName\":\"u$i\",\"emails\":[{\"value\":\"u$i@x\"}]}" \
      "{\"tenant\":\"$1\",\"id\":\"$1$i\"}"
  done
  apply POST /Groups "{\"displayName\":\"g\",\"members\":[{\"value\":\"$11\"},
    {\"value\":\"$12\"},{\"value\":\"gone\"}]}" "$options"
  apply POST /Badges "{\"code\":\"$1\"}" "$options"
  sql "SELECT scim_client('$1', 'client')"
}
token=$(sql "SELECT scim_token('acme', 'IdP')")
fill acme >/dev/null
sql "SELECT scim_token('other', 'IdP')" >/dev/null
fill other >/dev/null
idp="{\"authorization\":\"Bearer $token\"}"
why() {
  ask '[.status, .body.detail // empty] | join(" ")' "$1" "$2" "${4-}" "$3"
}

# rows TENANT: of every table that has rows of tenants.
rows() {
  sql "SELECT (SELECT count(*) FROM scim_resource WHERE tenant = '$1'),
    (SELECT count(*) FROM scim_member WHERE \"group\" IN (SELECT resource FROM
      scim_resource WHERE tenant = '$1')),
    (SELECT count(*) > 0 FROM scim_value WHERE tenant = '$1'),
    (SELECT count(*) FROM scim_unique WHERE resource IN (SELECT resource FROM
      scim_resource WHERE tenant = '$1')),
    (SELECT count(*) FROM scim_count WHERE tenant = '$1'),
    (SELECT count(*) FROM scim_log WHERE tenant = '$1'),
    (SELECT count(*) FROM scim_token WHERE tenant = '$1'),
    (SELECT count(*) FROM scim_tenant WHERE name = '$1')"
}
all() { sql "SELECT (SELECT count(*) FROM scim_resource) +
  (SELECT count(*) FROM scim_member) + (SELECT count(*) FROM scim_value) +
  (SELECT count(*) FROM scim_unique) + (SELECT count(*) FROM scim_count) +
  (SELECT count(*) FROM scim_log) + (SELECT count(*) FROM scim_token) +
  (SELECT count(*) FROM scim_stay) + (SELECT count(*) FROM scim_name) +
  (SELECT count(*) FROM scim_tenant)"; }

# ---- Switched off

sql "UPDATE scim_tenant SET enabled = 0 WHERE name = 'acme'"
off="403 provisioning is switched off for this directory: the request and the \
token are fine; please ask the provider of the application to switch it on"
is "a tenant that is switched off refuses its IdP, whatever it asks" \
  "$(for target in /Users /Users/acme1 /Schemas /nowhere /; do
    why GET $target "$idp"
  done | sort -u)" "$off"
before=$(sql "SELECT count(*) FROM scim_log WHERE tenant = 'acme'")
is "a write too, which is logged" \
  "$(why DELETE /Users/acme1 "$idp")
$(sql "SELECT status, token IS NOT NULL FROM scim_log ORDER BY seq DESC LIMIT 1")" \
  "$off
403|1"
is "the platform may go on in SQL" "$(why GET /Users/acme1 '{"tenant":"acme"}')" 200
is "and others are not concerned" \
  "$(why GET /Users/other1 '{"tenant":"other"}')" 200
is "enabled is 1 or 0" "$(sql "UPDATE scim_tenant SET enabled = 2" |
  grep -c 'CHECK constraint failed')" 1
sql "UPDATE scim_tenant SET enabled = 1 WHERE name = 'acme'"
is "switched on it goes on" "$(why GET /Users/acme1 "$idp")" 200

# ---- Removed

untouched=$(rows other)
app=$(sql "SELECT count(*) FROM app")
is "there is something of every kind to remove" "$(rows acme)" "7|3|1|6|3|8|2|1"
total=$(all)
is "a call removes as many rows as it may" "$(
  sql "SELECT scim_tenant_remove('acme', 4)") $((total - $(all)))" "4 4"
is "members go before their groups" "$(rows acme | cut -d'|' -f1,2)" "7|0"
gone="403 this directory is being removed: provisioning to it has ended; please \
ask the provider of the application"
is "from then on everybody is refused" \
  "$(why GET /Users "$idp"
  why POST /Users "$idp" '{"userName":"late"}'
  why POST /Users '{"tenant":"acme"}' '{"userName":"late"}')" "$gone
$gone
$gone"
is "switching it on does not help" \
  "$(sql "UPDATE scim_tenant SET enabled = 1, settings = '{}' WHERE name = 'acme'"
  why GET /Users "$idp")" "$gone"
is "no token is minted for it" \
  "$(sql "SELECT scim_token('acme', 'late')" | sed 's/.*stepping, //')" \
  "the tenant 'acme' is being removed"
is "and nothing is logged, or it would never end" \
  "$(rows acme | cut -d'|' -f6)" 8
removed=4 calls=1
while n=$(sql "SELECT scim_tenant_remove('acme', 7)") && [ "$n" -gt 0 ]; do
  removed=$((removed + n)) calls=$((calls + 1))
  [ $calls -gt 50 ] && break
  connect # by another process, as after a crash
done
is "calls go on until nothing is left, and the last says 0" "$n $(rows acme)" \
  "0 0|0|0|0|0|0|0|0"
is "together they have removed what there was" "$removed" "$((total - $(all)))"
is "every other tenant's rows are there" "$(rows other)" "$untouched"
is "and the application's" "$(sql "SELECT count(*) FROM app")" "$app"
is "its token is not known any more" "$(why GET /Users "$idp")" \
  "401 the bearer token is not known"
is "its names are free again, the global ones too" \
  "$(ask .status POST /Badges '{"code":"acme"}' '{"tenant":"other"}')" 201
is "numbers of what is gone are not given again" \
  "$(sql "SELECT scim_token('other', 'new')" >/dev/null
  sql "SELECT max(token) FROM scim_token")" 5
is "a tenant that was never there has nothing" \
  "$(sql "SELECT scim_tenant_remove('nobody', 5)")" 0
# Of every table no more rows go than a call says, however many there are.
sql "INSERT INTO scim_tenant (name) VALUES ('jobs');
  INSERT INTO scim_outbox (tenant, id, kind)
  SELECT 'jobs', value, 'invite' FROM generate_series(1, 5);
  INSERT INTO scim_alert (tenant, kind, since, detail)
  SELECT 'jobs', 'breaker', '2026-01-01T00:00:00.000Z', value
    FROM generate_series(1, 5)" >/dev/null
is "no more goes than is told" "$(sql "SELECT scim_tenant_remove('jobs', 2);
  SELECT count(*) FROM scim_outbox WHERE tenant = 'jobs';
  SELECT scim_tenant_remove('jobs', 4);
  SELECT count(*) FROM scim_outbox WHERE tenant = 'jobs';
  SELECT count(*) FROM scim_alert WHERE tenant = 'jobs';
  SELECT scim_tenant_remove('jobs', 100); SELECT scim_tenant_remove('jobs', 1)")" \
  "2
3
4
0
4
5
0"
is "one call may be all" "$(sql "SELECT scim_tenant_remove('other', 1000) > 20")
$(rows other)" "1
0|0|0|0|0|0|0|0"
for pragma in 'reverse_unordered_selects = 1' 'recursive_triggers = 1' \
  'foreign_keys = 1' 'legacy_alter_table = 1' 'defer_foreign_keys = 1'; do
  connect "$db" "PRAGMA $pragma;"
  fill settings >/dev/null
  is "with PRAGMA $pragma it is the same" "$(sum=0 total=$(all)
    while n=$(sql "SELECT scim_tenant_remove('settings', 3)") &&
      [ "$n" -gt 0 ]; do sum=$((sum + n)); done
    echo $((total - $(all) - sum)))
$(rows settings)" "0
0|0|0|0|0|0|0|0"
done
connect
fill behind >/dev/null
sql "INSERT INTO scim_consumer (name, seq) SELECT 'mailer', max(seq) - 2
  FROM scim_log" >/dev/null
is "what a consumer has not read waits for it, and a call says so" "$(
  sql "SELECT scim_tenant_remove('behind', 1000) > 0" \
    "SELECT scim_tenant_remove('behind', 1000)" | sed 's/^Error: stepping, //'
  rows behind)" "1
the log of the tenant 'behind' has rows that a consumer (scim_consumer) has not read
0|0|0|0|0|2|0|1"
is "when it has, the rest goes" "$(sql "UPDATE scim_consumer
  SET seq = (SELECT max(seq) FROM scim_log);
  SELECT scim_tenant_remove('behind', 1000), scim_tenant_remove('behind', 1000)"
  rows behind)" "3|0
0|0|0|0|0|0|0|0"
is "no table with rows of tenants was forgotten" "$(sql "
  SELECT t.name FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c
   WHERE t.type = 'table' AND t.name GLOB 'scim_*' AND c.name = 'tenant'
     AND t.name <> 'scim_map_fold'
     AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS s
                      WHERE s.name = 'scim_work_remove'
                        AND instr(s.sql, 'DELETE FROM ' || t.name || char(10)))")" ""
sql "DELETE FROM scim_consumer;
  INSERT INTO scim_tenant (name) VALUES ('odd')" >/dev/null
apply POST /Users '{"userName":"u"}' '{"tenant":"odd"}' >/dev/null
is "nor need its settings, or its row, be there" "$(
  sql "DROP TRIGGER scim_tenant_update;
    UPDATE scim_tenant SET settings = '{' WHERE name = 'odd';
    SELECT scim_tenant_remove('odd', 2); DELETE FROM scim_tenant
     WHERE name = 'odd'; SELECT scim_tenant_remove('odd', 1000) > 0;
    SELECT scim_tenant_remove('odd', 1000)"
  rows odd)" "2
1
0
0|0|0|0|0|0|0|0"
is "the file is whole" "$(sql "PRAGMA integrity_check")" ok

before=$(dump | sha256sum)
while IFS='#' read -r call want; do
  is "$call" "$(sql "SELECT $call" | sed 's/^Error: stepping, //')" "$want"
done <<'END'
scim_tenant_remove('default', 0)#the argument 'limit' must be an integer from 1 to 1000000
scim_tenant_remove('default', NULL)#the argument 'limit' must be an integer from 1 to 1000000
scim_tenant_remove('default', 'all')#the argument 'limit' must be an integer from 1 to 1000000
scim_tenant_remove('default', 1, '{"force":true}')#there is no option 'force'
scim_tenant_remove('default', 1, '{"now":"x"}')#the option 'now' must be a dateTime
scim_tenant_remove(NULL, 1)#0
END
is "none of it changes anything" "$(dump | sha256sum)" "$before"

# ---- A URL a tenant

sql "SELECT scim_token('Crème & Co/1', 'IdP')" >"$folder/token"
at() { # PATH [TOKEN]: status, detail, and where Location leads
  ask '[.status, .body.detail // .body.totalResults, .body.Resources[0].meta.location
    // empty] | join(" ")' GET /Users '' \
    "{\"authorization\":\"Bearer ${2:-$(cat "$folder/token")}\",
      \"tenant_path\":\"$1\",\"base_url\":\"https://x/{tenant}/v2/\"}"
}
ask .status POST /Users '{"userName":"u"}' '{"tenant":"Crème & Co/1","id":"u"}' \
  >/dev/null
here="200 1 https://x/Cr%C3%A8me%20%26%20Co%2F1/v2/Users/u"
is "a name is decoded, and written in one way in URLs" \
  "$(for path in Cr%C3%A8me%20%26%20Co%2F1 Cr%c3%a8me%20%26%20Co%2f1 \
    'Crème & Co%2F1' '%43rème & Co/1'; do at "$path"; done | sort -u)" "$here"
wrong="401 the bearer token is not valid at this URL"
is "any other name is refused in the same words, be it a tenant's or none" \
  "$(for path in default nobody 'cr%C3%A8me%20%26%20Co%2F1' Cr%C3 '' %00 \
    'Cr%C3%A8me+%26+Co%2F1' 'Cr%25C3%25A8me%20%26%20Co%2F1'; do
    at "$path"
  done | sort | uniq -c | xargs)" "8 $wrong"
is "a token that is none is not known anywhere" "$(at default x)
$(at nobody x)" "401 the bearer token is not known
401 the bearer token is not known"
is "whoever is trusted is of the tenant that the URL names" \
  "$(why GET /Users/u '{"tenant_path":"Cr%C3%A8me%20%26%20Co%2F1"}') \
$(why GET /Users/u '{"tenant_path":"default"}' | cut -c 1-3) \
$(why GET /Users/u '{"tenant_path":"default","tenant":"x"}' | cut -c 1-3)" \
  "200 404 401"
is "a refused write leaves no row" "$(before=$(sql "SELECT count(*) FROM scim_log")
  ask .status POST /Users '{}' "{\"authorization\":\"Bearer $(cat \
    "$folder/token")\",\"tenant_path\":\"default\"}"
  echo $(($(sql "SELECT count(*) FROM scim_log") - before)))" "401
0"
is "a tenant's own base URL may say {tenant} as well" "$(
  sql "UPDATE scim_tenant SET base_url = 'https://own/{tenant}'
    WHERE name GLOB 'Cr*'"
  ask .body.meta.location GET /Users/u '' '{"tenant":"Crème & Co/1"}')" \
  https://own/Cr%C3%A8me%20%26%20Co%2F1/Users/u
is "references too" "$(ask .status POST /Groups '{"displayName":"g",
    "members":[{"value":"u"}]}' '{"tenant":"Crème & Co/1","id":"g"}' >/dev/null
  ask '.body.members[0]."$ref"' GET /Groups/g '' '{"tenant":"Crème & Co/1"}')" \
  https://own/Cr%C3%A8me%20%26%20Co%2F1/Users/u

finish
