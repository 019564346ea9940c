#!/bin/bash
# Bearer tokens: only a digest is kept, and nothing but the secret opens.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

# ask <authorization> [method, target, body] [now]: status and reply.
ask() {
  sql "SELECT scim_apply(${2:-'GET', '/Users', NULL}, json_object(
    'authorization', '$1', 'now', '${3:-2026-06-01T10:30:00Z}'))"
}
status() { ask "$@" | quick_jq -c .status; }
create="'POST', '/Users', json_object('userName', hex(randomblob(8)),
  'password', 'hunter2 in clear')"

sql "PRAGMA journal_mode = WAL; SELECT scim_init()" >/dev/null
secret=$(sql "SELECT scim_token('default', 'full')")
reader=$(sql "SELECT scim_token('default', 'reader', '{\"scopes\":\"read\"}')")
writer=$(sql "SELECT scim_token('default', 'writer', '{\"scopes\":\"write\"}')")
brief=$(sql "SELECT scim_token('acme', 'brief',
  '{\"expires\":\"2026-07-01T00:00:00Z\",\"now\":\"2026-05-01T00:00:00Z\"}')")

# ---- the secret

is "a secret is scim_ and 256 bits, each another" \
  "$(printf '%s\n' "$secret" "$reader" "$writer" "$brief" | sort -u |
    grep -c '^scim_[A-Za-z0-9_-]\{43\}$')" 4
is "what is stored is its SHA-256" \
  "$(sql "SELECT digest FROM scim_token WHERE label = 'full'")" \
  "$(printf %s "$secret" | sha256sum | cut -d ' ' -f 1)"
is "a token makes its tenant" \
  "$(sql "SELECT name FROM scim_tenant ORDER BY 1")" "acme
default"
is "a token without tenant or label, or with odd scopes, is not made" \
  "$(for call in "'', 'x'" "NULL, 'x'" "'default', NULL" \
    "'default', 'x', '{\"scopes\":\"all\"}'" \
    "'default', 'x', '{\"expires\":\"soon\"}'" "'default', 'x', '{'"; do
    sql "SELECT scim_token($call)" | grep -c '^Error'
  done | tr -d '\n') $(sql "SELECT count(*) FROM scim_token")" "111111 4"

# ---- the scheme

for scheme in Bearer bearer BEARER BeArEr; do
  is "the scheme may be written $scheme" "$(status "$scheme $secret")" 200
done
is "the word Bearer may come twice" "$(status "Bearer Bearer $secret")" 200
is "more than one space may follow" "$(status "Bearer   $secret ")" 200
for wrong in '' "$secret" "Basic $secret" "Bearer x$secret" \
  "Bearer ${secret}x" "Bearer ${secret%?}" "Bearer scim_" \
  "Bearer $(printf %s "$secret" | sha256sum | cut -d ' ' -f 1)"; do
  is "401 for '${wrong//$secret/SECRET}'" \
    "$(ask "$wrong" | quick_jq -c '[.status, .body.status,
      (.headers | has("WWW-Authenticate"))]')" '[401,"401",true]'
done
for wrong in Bearer 'Bearer ' 'bearer   ' 'Bearer Bearer'; do
  is "400 for '$wrong', in which there is no token" \
    "$(ask "$wrong" | quick_jq -c '[.status, .body.status,
      (.headers | has("WWW-Authenticate"))]')" '[400,"400",true]'
done
# The whole file, with what a write would do on the way.
content() { sqlite3 "$db" .dump | sha256sum; }
sql "INSERT INTO scim_index (type, attribute) VALUES ('User', 'title')"
before=$(content)
is "a wrong token changes nothing, and nothing is logged or built" \
  "$(for wrong in '' wrong 'Bearer wrong' "Bearer ${secret}x"; do
    for method in POST PUT PATCH DELETE; do
      status "$wrong" "'$method', '/Users/$method', '{}'"
    done
  done | sort | uniq -c | xargs) $(content)" "16 401 $before"
is "whatever else is wrong with the request" \
  "$(sql "SELECT scim_apply('POST', '/Users', '{', '{\"authorization\":\"x\",
    \"now\":\"soon\"}') ->> '\$.status'") $(content)" "401 $before"
is "an authorization of null is a missing one" \
  "$(sql "SELECT scim_apply('GET', '/Users', NULL, '{\"authorization\":null}')
    ->> '\$.status'")" 401
is "WWW-Authenticate names the scheme" \
  "$(ask '' | quick_jq -r '.headers["WWW-Authenticate"]' | grep -c '^Bearer')" 1

# ---- scopes, expiry, revocation, tenant

is "read reads and does not write" \
  "$(status "Bearer $reader") $(status "Bearer $reader" "$create")" "200 403"
is "write writes and does not read" \
  "$(status "Bearer $writer") $(status "Bearer $writer" "$create")" "403 201"
is "a 403 is a SCIM Error" "$(ask "Bearer $reader" "$create" |
  quick_jq -r '.body | .status + " " + .schemas[0]')" \
  "403 urn:ietf:params:scim:api:messages:2.0:Error"
get="'GET', '/Users', NULL"
is "a token expires at its moment, in any zone" \
  "$(for now in 2026-06-30T23:59:59Z 2026-07-01T00:00:00Z \
    2026-07-01T01:59:59+02:00 2027-01-01T00:00:00Z; do
    status "Bearer $brief" "$get" "$now"
  done | tr '\n' ' ')" "200 401 200 401 "
is "the token decides on the tenant, whatever the options say" "$(sql "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"a\"}', json_object(
    'authorization', 'Bearer $brief', 'tenant', 'default',
    'now', '2026-06-01T00:00:00Z')) ->> '\$.status';
  SELECT tenant FROM scim_user WHERE user_name = 'a'")" "201
acme"
sql "UPDATE scim_token SET revoked = '2026-06-01T00:00:00.000Z'
  WHERE label = 'reader'"
is "a revoked token is refused at once" "$(status "Bearer $reader")" 401
before=$(content)
is "and leaves no row either: whoever holds an old one could fill the disk" \
  "$(status "Bearer $reader" "$create") $(content)" "401 $before"
is "nor does one that has expired" \
  "$(status "Bearer $brief" "$create" 2026-08-01T00:00:00Z) $(content)" \
  "401 $before"
is "what a valid token is refused for is logged with it" \
  "$(status "Bearer $writer" "'POST', '/Users', '{'") $(sql "
    SELECT t.label, l.status FROM scim_log AS l JOIN scim_token AS t
     USING (token) ORDER BY l.seq DESC LIMIT 1")" "400 writer|400"

# ---- last use

used="SELECT last_used FROM scim_token WHERE label = 'full'"
status "Bearer $secret" >/dev/null
is "reads do not note the last use" "$(sql "$used")" ""
status "Bearer $secret" "$create" 2026-06-01T10:31:12Z >/dev/null
is "a write notes it, to the hour" "$(sql "$used")" "2026-06-01T10:00:00.000Z"
status "Bearer $secret" "'DELETE', '/Users/nobody', NULL" \
  2026-06-01T12:59:59Z >/dev/null
is "a write that fails does too" "$(sql "$used")" "2026-06-01T12:00:00.000Z"
status "Bearer $secret" "$get" 2026-06-02T00:00:00Z >/dev/null
is "and reads do not move it" "$(sql "$used")" "2026-06-01T12:00:00.000Z"

# ---- nothing leaks

# The WAL is looked at while the connection keeps it.
held=$(sql "SELECT scim_token('default', 'held')")
status "Bearer $held" "$create" >/dev/null
is "no file of the database holds a secret, the WAL included" \
  "$([ -s "$db-wal" ] && for word in "$secret" "$reader" "$writer" "$brief" \
    "$held"; do grep -cF -e "${word#scim_}" "$db" "$db-wal"; done |
    grep -v ':0$'; echo checked)" checked
is "and none a password" \
  "$(grep -cF 'hunter2 in clear' "$db" "$db-wal" | grep -v ':0$')" ""
is "a dump and the log hold neither" "$(sql .dump |
  grep -c "scim_[A-Za-z0-9_-]\{43\}\|hunter2\|Bearer [A-Za-z0-9]")" 0
is "a secret in a target or a wrong header does not reach the log either" \
  "$(status "Bearer $secret extra" "$create") $(sql .dump |
    grep -cF -e "${secret#scim_}")" "401 0"

finish
