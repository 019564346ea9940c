#!/bin/bash
# Making tokens and clients, and giving them other secrets: options, rotation,
# one token an IdP.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null

# opens SECRET [NOW]: the status of a request, and why not.
opens() {
  sql "SELECT r ->> '\$.status' || coalesce(' ' || (r ->> '\$.body.detail'), '')
    FROM (SELECT scim_apply('GET', '/Users', NULL, json_object('authorization',
      'Bearer $1', 'now', '${2:-2026-06-01T10:00:00Z}')) AS r)"
}
error() { sql "$1" | sed 's/^Error: stepping, //'; }
content() { dump | sha256sum; }

# ---- What is kept of a secret

secret=$(sql "SELECT scim_token('acme', 'first', '{\"idp\":\"Entra\",
  \"scopes\":\"users:read groups:read\",\"now\":\"2026-05-01T00:00:00Z\"}')")
is "its last four characters, its IdP, its scopes" \
  "$(sql "SELECT last_four, idp, scopes, kind, client, expires FROM scim_token")" \
  "${secret: -4}|Entra|users:read groups:read|token||"
is "an expiry that is given is kept, in UTC" "$(sql "SELECT length(scim_token('acme',
  'x', '{\"expires\":\"2027-01-01T00:00:00+01:00\",
  \"now\":\"2026-01-01\"}'));
  SELECT expires FROM scim_token WHERE label = 'x'")" "48
2026-12-31T23:00:00.000Z"

# ---- Rotation

now='{"now":"2026-06-01T10:00:00Z"}'
new=$(sql "SELECT scim_token_rotate(1, 60, '$now')")
is "a rotation returns another secret" \
  "$([ "$new" != "$secret" ] && printf '%s\n' "$new" |
    grep -c '^scim_[A-Za-z0-9_-]\{43\}$')" 1
is "and changes nothing else of the row" "$(sql "SELECT label, idp, scopes,
  created, revoked, last_four FROM scim_token WHERE token = 1")" \
  "first|Entra|users:read groups:read|2026-05-01T00:00:00.000Z||${new: -4}"
is "within the grace both are good" "$(opens "$new") $(opens "$secret" \
  2026-06-01T10:00:59.999Z)" "200 200"
is "after it the old one is told that it was replaced" \
  "$(opens "$new" 2026-06-01T10:01:00Z) $(opens "$secret" \
    2026-06-01T10:01:00Z)" "200 401 the bearer token was replaced by another"
is "both have the same number in the log" "$(
  for one in "$secret" "$new"; do
    sql "SELECT scim_apply('DELETE', '/Users/nobody', NULL, json_object(
      'authorization', 'Bearer $one', 'now', '2026-06-01T10:00:30Z'))"
  done >/dev/null
  sql "SELECT token, count(*) FROM scim_log GROUP BY token")" "1|2"
third=$(sql "SELECT scim_token_rotate(1, 3600, '$now')")
is "a second rotation ends the first secret at once" \
  "$(opens "$secret") $(opens "$new") $(opens "$third")" \
  "401 the bearer token is not known 200 200"
fourth=$(sql "SELECT scim_token_rotate(1, 0, '$now')")
is "without a grace the one of before ends at once" \
  "$(opens "$new") $(opens "$third") $(opens "$fourth")" \
  "401 the bearer token is not known 401 the bearer token is not known 200"
is "none of them is stored" "$(dump |
  grep -cF -e "$secret" -e "$new" -e "$third" -e "$fourth")" 0
is "a revoked token takes its old secret along" "$(
  last=$(sql "SELECT scim_token_rotate(1, 3600, '$now')")
  sql "UPDATE scim_token SET revoked = '2026-06-01' WHERE token = 1"
  opens "$last"; opens "$fourth")" "401 the bearer token is revoked
401 the bearer token is revoked"
sql "UPDATE scim_token SET previous_until = 'soon', revoked = NULL
  WHERE token = 1"
is "a grace that cannot be read is over" "$(opens "$fourth")" \
  "401 the bearer token was replaced by another"

client=$(sql "SELECT scim_client('acme', 'c', '{\"id\":\"c\"}')")
sql "SELECT scim_token('acme', 'old', '{\"expires\":\"2026-01-01\",
  \"now\":\"2025-01-01\"}')" >/dev/null
sql "UPDATE scim_token SET revoked = '2026-06-01' WHERE label = 'x'"
number() { sql "SELECT token FROM scim_token WHERE label = '$1'"; }
before=$(content)
while IFS='#' read -r call want; do
  is "$call" "$(error "SELECT $call")" "$want"
done <<END
scim_token_rotate(99, 1)#there is no token 99
scim_token_rotate($(number c), 1)#there is no token $(number c)
scim_token_rotate($(number old), 1)#the token $(number old) has expired
scim_token_rotate($(number x), 1)#the token $(number x) is revoked
scim_token_rotate('one', 1)#the argument 'token' must be an integer from 1 to 9223372036854775807
scim_token_rotate(NULL, 1)#the argument 'token' must be an integer from 1 to 9223372036854775807
scim_token_rotate(1.5, 1)#the argument 'token' must be an integer from 1 to 9223372036854775807
scim_token_rotate(1, -1)#the argument 'grace' must be an integer from 0 to 31536000
scim_token_rotate(1, NULL)#the argument 'grace' must be an integer from 0 to 31536000
scim_token_rotate(1, '1 day')#the argument 'grace' must be an integer from 0 to 31536000
scim_token_rotate(1, 31536001)#the argument 'grace' must be an integer from 0 to 31536000
scim_token_rotate(1, 1, '{"expires":"2030-01-01"}')#there is no option 'expires'
scim_token_rotate(1, 1, '{"now":"soon"}')#the option 'now' must be a dateTime
scim_token_rotate(1, 1, '{"random":"7"}')#the option 'random' must be 64 hexadecimal digits
scim_token_rotate(1, 1, '[]')#the options must be a JSON object
scim_token('acme', 'l', '{"idp":7}')#the option 'idp' must be a string
scim_token('acme', 'l', '{"id":"x"}')#there is no option 'id'
scim_token('acme', 'l', '{"random":"$(printf '%063d' 0)g"}')#the option 'random' must be 64 hexadecimal digits
scim_client('acme', 'l', '{"id":"c"}')#the option 'id' is that of another client
scim_client('acme', 'l', '{"id":"a:b"}')#the option 'id' cannot be an id: 'a:b'
scim_client('acme', 'l', '{"id":""}')#the option 'id' cannot be an id: ''
scim_client('acme', 'l', '{"resource":"x"}')#there is no option 'resource'
scim_client('acme', 'l', '{"scopes":"all"}')#the option 'scopes' has words with a blank between them, each of read, write, users:read, users:write, groups:read, groups:write, admin; not 'all'
scim_client('acme', 'l', '{"expires":"soon"}')#the option 'expires' must be a dateTime
scim_token('acme', 'l', '{"expires":"2020-01-01T00:00:00Z"}')#the option 'expires' is a time that has come: '2020-01-01T00:00:00.000Z'
scim_client('acme', 'l', '{"expires":"2020-01-01T00:00:00Z"}')#the option 'expires' is a time that has come: '2020-01-01T00:00:00.000Z'
scim_token('acme', 'l', '{"expires":"2026-01-01T01:00:00+01:00","now":"2026-01-01T00:00:00Z"}')#the option 'expires' is a time that has come: '2026-01-01T00:00:00.000Z'
scim_token('acme', 'l', '{"expires":"2026-01-01T00:00:00Z","now":"2026-01-01T00:00:01Z","digest":"$(printf '%064d' 0)"}')#the option 'expires' is a time that has come: '2026-01-01T00:00:00.000Z'
scim_client('', 'l')#a tenant and a label are needed
scim_client('acme', NULL)#a tenant and a label are needed
scim_client_rotate('nobody', 1)#there is no client 'nobody'
scim_client_rotate(NULL, 1)#there is no client ''
scim_client_rotate('c', 'x')#the argument 'grace' must be an integer from 0 to 31536000
scim_client_rotate('c', 1, '{"id":"d"}')#there is no option 'id'
END
is "none of it changes anything" "$(content)" "$before"
is "a client has an id and a secret, and takes the id that it is given" \
  "$(jq -rc 'keys_unsorted | join(" ")' <<<"$client") $(jq -r .client_id \
    <<<"$client")" "client_id client_secret c"
is "or has a UUID" "$(sql "SELECT scim_client('acme', 'u') ->> '\$.client_id'" |
  grep -cE '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')" 1
is "clients are seen in a view" "$(sql "SELECT client_id, tenant, label, scopes,
  last_four FROM scim_client WHERE client_id = 'c'")" \
  "c|acme|c|read write|$(jq -r .client_secret <<<"$client" | tail -c 5)"

# ---- The same everywhere

bits=$(printf '%064d' 1)
is "with the bits given, two databases have the same secret and rows" "$(
  for i in 1 2; do
    connect "$folder/same$i.db"
    sql "SELECT scim_init();
      SELECT scim_token('t', 'l', '{\"random\":\"$bits\",
        \"now\":\"2026-01-01T00:00:00Z\"}');
      SELECT scim_token_rotate(1, 60, '{\"random\":\"${bits/1/2}\",
        \"now\":\"2026-01-01T00:00:00Z\"}');
      SELECT scim_client('t', 'l', '{\"random\":\"${bits/1/3}\",\"id\":\"i\",
        \"now\":\"2026-01-01T00:00:00Z\"}');
      SELECT * FROM scim_token"
  done | sort | uniq -c | awk '{ print $1 }' | sort -u)" 2
connect

is "a call that comes again when what it made has expired finds it" "$(
  sql "SELECT scim_token('acme', 'late', json_object('digest',
      '$(printf '%064d' 5)', 'expires', '2026-02-01', 'now', time)) =
      '$(printf '%064d' 5)'
    FROM (SELECT '2026-01-01' AS time UNION ALL SELECT '2026-03-01');
    SELECT count(*) FROM scim_token WHERE label = 'late'")" "1
1
1"

# ---- One token an IdP

valid() { sql "SELECT group_concat(label, ' ') FROM (SELECT label FROM scim_token
  WHERE tenant = '${1:-one}' AND revoked IS NULL AND kind <> 'access'
  ORDER BY token)"; }
mint() { # FUNCTION LABEL IDP [TENANT]
  sql "SELECT length($1('${4:-one}', '$2', json_object('idp', $3)))" >/dev/null
}
sql "INSERT INTO scim_tenant (name) VALUES ('one'), ('two')"
mint scim_token a "'Entra'"; mint scim_token b "'Entra'"
is "without the setting a new token revokes none" "$(valid)" "a b"
sql "UPDATE scim_tenant SET settings = '{\"one_token_per_idp\":true}'
  WHERE name = 'one'"
mint scim_token other "'Okta'"; mint scim_token none NULL
mint scim_token elsewhere "'Entra'" two
mint scim_token c "'ENTRA'"
is "with it, those of the same IdP and tenant" "$(valid), $(valid two)" \
  "other none c, elsewhere"
mint scim_client d "'Entra'"
is "a client counts as well" "$(valid)" "other none d"
mint scim_token e "'Entra'"
is "both ways" "$(valid)" "other none e"
is "an empty IdP is none" "$(mint scim_token f "''"; mint scim_token g "''"; valid)" \
  "other none e f g"
is "the moment is that of the new token" "$(sql "SELECT revoked FROM scim_token,
  (SELECT length(scim_token('one', 'h', '{\"idp\":\"Entra\",
    \"now\":\"2031-01-01T00:00:00Z\"}'))) WHERE label = 'e'")" \
  "2031-01-01T00:00:00.000Z"
sql "UPDATE scim_tenant SET settings = json_object('one_token_per_idp', false)
  WHERE name = 'one'"
mint scim_token i "'Entra'"
is "0 is off, as json_object has it" "$(valid)" "other none f g h i"
is "other values are refused" "$(for value in '"yes"' 2 '[]' null '"true"'; do
  sql "UPDATE scim_tenant SET settings = '{\"one_token_per_idp\":$value}'
    WHERE name = 'one'" | grep -o 'one_token_per_idp must be true or false'
done | sort | uniq -c | xargs)" "5 one_token_per_idp must be true or false"
is "an access token revokes none" "$(
  sql "UPDATE scim_tenant SET settings = '{\"one_token_per_idp\":1}'
    WHERE name = 'one'"
  secret=$(sql "SELECT scim_client('one', 'j', '{\"idp\":\"Okta\",\"id\":\"j\"}')
    ->> '\$.client_secret'")
  for i in 1 2; do
    sql "SELECT scim_apply('POST', '/oauth/token',
      'grant_type=client_credentials&client_id=j&client_secret=$secret')"
  done | grep -c '"status":200'
  valid)" "2
none f g h i j"

finish
