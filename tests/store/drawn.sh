#!/bin/bash
# A database that is replicated: what draws the clock, randomness or another file
# is refused, with the name of the option that is missing, and changes nothing;
# with the option it is done. On one machine all of it is as it was.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty
key=$(printf '%064d' 1)
digest=$(printf '%064d' 2)

# why STATEMENT: what is said, without what is around it.
why() {
  sql "$1" | sed 's/^Error: stepping, //; s/^.*this database is replicated: //
    s/ ([0-9]*)$//'
}
needs() { printf "the option '%s' is needed" "$1"; }

# ---- Making it

init() { sql "SELECT scim_init('$1')" | sed 's/^Error: stepping, //'; }
is "to make one needs the time" "$(why "SELECT scim_init('{\"replicated\":true,
  \"cursor_key\":\"$key\"}')")" "$(needs now)"
is "and the key of cursors" "$(why "SELECT scim_init('{\"replicated\":true,
  \"now\":\"2026-01-01\"}')")" "$(needs cursor_key)"
for wrong in '"abc"' "\"${key}0\"" "\"${key%1}A\"" '""'; do
  is "a key of cursors is not $wrong" "$(init "{\"cursor_key\":$wrong}")" \
    "the option 'cursor_key' must be 64 hexadecimal digits in small letters"
done
is "nothing was made by then" "$(sql "SELECT count(*) FROM sqlite_schema")" 0
is "a name that is no option is refused" "$(init '{"replicate":true}')" \
  "there is no option 'replicate'"
full="{\"replicated\":true,\"now\":\"2026-01-01\",\"cursor_key\":\"$key\"}"
version=$(init "$full")
is "with both it is made, and what was given is in it" "$version|$(sql "
  SELECT created FROM scim_tenant;
  SELECT value FROM scim_meta WHERE name IN ('cursor_key', 'replicated')")" \
  "$version|2026-01-01T00:00:00.000Z
$key
1"
before=$(dump)
is "another key and another time are for tables that are made" \
  "$(init "{\"replicated\":true,\"now\":\"2027-01-01\",\"cursor_key\":\"$digest\"}"
  init ''; init '{"replicated":null}')|$(dump | diff - <(echo "$before"))" \
  "$version
$version
$version|"

# ---- What would draw

sql "SELECT scim_token('acme', 't', '{\"now\":\"2026-01-01\",\"digest\":\"$key\"}');
  SELECT scim_client('acme', 'c', '{\"now\":\"2026-01-01\",\"digest\":\"$digest\",
    \"id\":\"client\"}');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"now\":\"2026-01-01\",\"id\":\"ann\"}');
  CREATE TABLE person (id INTEGER PRIMARY KEY, upn TEXT);
  INSERT INTO person (upn) VALUES ('zoe');
  SELECT scim_map('m', '{\"type\":\"User\",\"table\":\"person\",\"key\":\"id\",
    \"match\":[[\"upn\"]],\"columns\":{\"upn\":{\"from\":\"userName\"}}}',
    '{\"now\":\"2026-01-01\"}');
  SELECT scim_map_switch('m', 'on', '{\"now\":\"2026-01-01\"}')" >/dev/null
before=$(dump)
while IFS='|' read -r option statement; do
  is "$option: $statement" "$(why "$statement")" "$(needs "$option")"
done <<'EOF2'
now|SELECT scim_apply('POST', '/Users', '{"userName":"bob"}')
now|SELECT scim_apply('POST', '/Users', '{"userName":"bob"}', '{"id":"b"}')
id|SELECT scim_apply('POST', '/Users', '{"userName":"bob"}', '{"now":"2026-02-01"}')
id|SELECT scim_apply('POST', '/Bulk', '{"Operations":[{"method":"POST","path":"/Users","bulkId":"b","data":{"userName":"bob"}}]}', '{"now":"2026-02-01"}')
now|SELECT scim_apply('PUT', '/Users/ann', '{"userName":"ann","title":"x"}')
now|SELECT scim_apply('PATCH', '/Users/ann', '{"Operations":[{"op":"add","path":"title","value":"x"}]}')
now|SELECT scim_apply('PATCH', '/Users/ann', '{}')
now|SELECT scim_apply('DELETE', '/Users/ann')
now|SELECT scim_apply('DELETE', '/Users/none')
now|INSERT INTO scim (method, target) VALUES ('DELETE', '/Users/ann')
now|SELECT scim_token('acme', 'x')
digest|SELECT scim_token('acme', 'x', '{"now":"2026-02-01"}')
now|SELECT scim_token('acme', 'x', '{"digest":"0000000000000000000000000000000000000000000000000000000000000009"}')
digest|SELECT scim_token_rotate(1, 0, '{"now":"2026-02-01"}')
id|SELECT scim_client('acme', 'x', '{"now":"2026-02-01"}')
digest|SELECT scim_client('acme', 'x', '{"now":"2026-02-01","id":"x"}')
digest|SELECT scim_client_rotate('client', 0, '{"now":"2026-02-01"}')
now|SELECT scim_prune('2026-01-01')
now|SELECT scim_release('acme')
now|SELECT scim_tenant_remove('acme', 9)
now|SELECT scim_map('m', '{"type":"User","table":"person","key":"id","columns":{"upn":{"from":"title"}}}')
now|SELECT scim_map_switch('m', 'off')
now|SELECT scim_map_drop('m')
random|SELECT scim_map_adopt('m', '{"now":"2026-02-01"}')
EOF2
is "a tenant that is inserted needs its time" \
  "$(why "INSERT INTO scim_tenant (name) VALUES ('x')")" \
  "scim_tenant needs created"
is "and so does a job" "$(why "INSERT INTO scim_outbox (tenant, id, kind)
  VALUES ('acme', 'ann', 'k')")" "scim_outbox needs created"
is "no file of this machine is loaded" \
  "$(why "ATTACH ':memory:' AS other" "x"; why "SELECT scim_replay('other')")" \
  "what is in another file may not be loaded"
is "of all that nothing was done" "$(dump | diff <(echo "$before") -)" ""
is "who reads may ask the clock" "$(sql "
  SELECT scim_apply('GET', '/Users/ann') ->> '\$.status';
  SELECT count(*) FROM scim_filter('User', 'userName eq \"ann\"')")" "200
1"
is "a stranger is told the same as ever, and nothing is written" "$(sql "
  SELECT scim_apply('DELETE', '/Users/ann', NULL,
    '{\"authorization\":\"Bearer x\"}') ->> '\$.status'")" 401

# ---- With the options

is "with the options it is done, and a secret is told by its digest" "$(sql "
  SELECT scim_token('acme', 'x', '{\"now\":\"2026-02-01\",\"last_four\":\"wxyz\",
    \"digest\":\"${key/0/9}\"}');
  SELECT scim_token_rotate(1, 60, '{\"now\":\"2026-02-01\",\"digest\":\"${key/0/8}\"}');
  SELECT scim_client('acme', 'x', '{\"now\":\"2026-02-01\",\"id\":\"x\",
    \"digest\":\"${key/0/7}\",\"last_four\":\"abcd\"}');
  SELECT scim_client_rotate('x', 0, '{\"now\":\"2026-02-01\",
    \"digest\":\"${key/0/6}\"}');
  SELECT token, last_four, previous_until FROM scim_token WHERE token <> 2;
  INSERT INTO scim_tenant (name, created) VALUES ('x', '2026');
  INSERT INTO scim_outbox (tenant, id, kind, created) VALUES ('x', 'y', 'z', 't');
  SELECT scim_map_adopt('m', '{\"now\":\"2026-02-01\",\"random\":\"$key\"}');
  SELECT created FROM scim_resource WHERE name = 'zoe'")" "${key/0/9}
${key/0/8}
{\"client_id\":\"x\",\"client_secret\":\"${key/0/7}\"}
{\"client_id\":\"x\",\"client_secret\":\"${key/0/6}\"}
1||2026-02-01T00:01:00.000Z
3|wxyz|
4||
1
2026-02-01T00:00:00.000Z"
again=$(sql "
  SELECT scim_token('acme', 'y', '{\"now\":\"2026-02-02\",\"digest\":\"${key/0/5}\"}');
  SELECT scim_token('acme', 'y', '{\"now\":\"2026-02-02\",\"digest\":\"${key/0/5}\"}');
  SELECT scim_token_rotate(1, 60, '{\"now\":\"2026-02-01\",\"digest\":\"${key/0/8}\"}');
  SELECT scim_client('acme', 'y', '{\"now\":\"2026-02-02\",\"id\":\"y\",\"digest\":\"${key/0/4}\"}');
  SELECT scim_client('acme', 'y', '{\"now\":\"2026-02-02\",\"id\":\"y\",\"digest\":\"${key/0/4}\"}');
  SELECT scim_client_rotate('x', 0, '{\"now\":\"2026-02-01\",\"digest\":\"${key/0/6}\"}');
  SELECT count(*) FROM scim_token WHERE label = 'y'")
is "what comes again with its digest is told as the first time, and not done" "$again" \
  "${key/0/5}
${key/0/5}
${key/0/8}
{\"client_id\":\"y\",\"client_secret\":\"${key/0/4}\"}
{\"client_id\":\"y\",\"client_secret\":\"${key/0/4}\"}
{\"client_id\":\"x\",\"client_secret\":\"${key/0/6}\"}
2"
is "but not for another label" "$(sql "SELECT scim_token('acme', 'z',
  '{\"now\":\"2026-02-02\",\"digest\":\"${key/0/5}\"}')" | grep -c "UNIQUE\|unique\|constraint\|taken")" 1
while IFS='|' read -r options want; do
  is "options of a secret: $options" "$(sql \
    "SELECT scim_token('acme', 'x', '$options')")" "Error: stepping, $want"
done <<EOF2
{"digest":"abc"}|the option 'digest' must be 64 hexadecimal digits in small letters
{"digest":"$key","last_four":"abc"}|the option 'last_four' must be four characters
{"last_four":"abcd"}|the option 'last_four' is without the option 'digest'
{"digest":"$key","random":"$key"}|the options 'digest' and 'random' are of two secrets
EOF2
is "scim_secret draws one, with what is stored of it, and stores nothing" \
  "$(sql "WITH s (j) AS MATERIALIZED (SELECT scim_secret())
    SELECT j ->> 'secret' GLOB 'scim_*', length(j ->> 'digest'),
           substr(j ->> 'secret', -4) = j ->> 'last_four' FROM s;
    SELECT scim_secret() = scim_secret();
    SELECT count(*) FROM scim_token")" "1|64|1
0
6"

# ---- No more

is "it can be replicated no more, and all is as it was" "$(init '{"replicated":false}')
$(sql "SELECT count(*) FROM scim_meta WHERE name = 'replicated';
  INSERT INTO scim_tenant (name) VALUES ('y');
  INSERT INTO scim_outbox (tenant, id, kind) VALUES ('y', 'ann', 'k');
  SELECT created > '2026-11' AND length(created) = 24 FROM scim_tenant
   WHERE name = 'y';
  SELECT created > '2026-11' AND length(created) = 24 FROM scim_outbox
   WHERE tenant = 'y';
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}') ->> '\$.status'")" \
  "$version
0
1
1
201"
finish
