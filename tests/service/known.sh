#!/bin/bash
# Callers who are remembered: what has changed since, by this connection or by
# another, is noticed by the very next request.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann
user ben
sql "INSERT INTO scim_tenant (name) VALUES ('other')" >/dev/null
token=$(sql "SELECT scim_token('default', 't')")

# The options of who has a token.
with='{"authorization":"Bearer %s","base_url":"http://x"}'

# get '<jq filter>' TARGET [TOKEN]: a GET as the shim asks it, by a statement
# that reads: so one state of the database is held fast, and the caller may be
# remembered. Twice, since only the second can be by what is remembered.
get() {
  local options literals answer i
  printf -v options "$with" "${3:-$token}"
  literals "$2" "" "$options"
  for i in 1 2; do
    query "SELECT scim_apply('GET', $literals)
             FROM scim_meta WHERE name = 'version'"
  done
  look "$1" "$answer"
}
why='[.status, .body.detail // empty] | join(" ")'

# elsewhere "<statements>": what another process changes; here: this one.
elsewhere() { process "$1" >/dev/null; }
here() { sql "$1" >/dev/null; }

# asked: how often a token was looked up in the database by this connection.
asked() {
  sql "SELECT coalesce(sum(runs), 0) FROM scim_stmt
        WHERE sql LIKE '%previous_digest = :digest%'"
}

# ---- It is remembered at all

is "a token is good" "$(get .status /Users/ann)" 200
before=$(asked)
is "and again" "$(get .status /Users/ann) $(get .status /Users)" "200 200"
is "without being looked for again" "$(asked)" "$before"
sql "SELECT scim_apply('GET', '/Users/ann', NULL,
       $(literal "$(printf "$with" "$token")"))" >/dev/null
is "where nothing is held fast, it is looked for" "$(($(asked) - before))" 1
is "another token of the same length is another" \
  "$(get "$why" /Users/ann "${token%?}!")" "401 the bearer token is not known"
is "and leaves this one" "$(get .status /Users/ann)" 200

# ---- Tokens

for where in elsewhere here; do
  is "a token is good, of which is changed by $where:" \
    "$(get .status /Users/ann)" 200
  $where "UPDATE scim_token SET revoked = '2020-01-01T00:00:00.000Z'"
  is "revoked" "$(get "$why" /Users/ann)" "401 the bearer token is revoked"
  $where "UPDATE scim_token SET revoked = NULL"
  is "and not any more" "$(get .status /Users/ann)" 200
  $where "UPDATE scim_token SET expires = '2020-01-01T00:00:00.000Z'"
  is "its end" "$(get "$why" /Users/ann)" "401 the bearer token has expired"
  $where "UPDATE scim_token SET expires = NULL"
  is "and without one" "$(get .status /Users/ann)" 200
  $where "UPDATE scim_token SET scopes = 'groups:read'"
  is "its scopes" "$(get .status /Users/ann)" 403
  $where "UPDATE scim_token SET scopes = 'read write'"
  is "and back" "$(get .status /Users/ann)" 200
  $where "UPDATE scim_token SET tenant = 'other'"
  is "its tenant" "$(get .status /Users/ann)" 404
  $where "UPDATE scim_token SET tenant = 'default'"
  is "which is the old one again" "$(get .status /Users/ann)" 200
  $where "UPDATE scim_tenant SET enabled = 0"
  is "its tenant is switched off" "$(get .status /Users/ann)" 403
  $where "UPDATE scim_tenant SET enabled = 1"
  is "and on" "$(get .status /Users/ann)" 200
  $where "UPDATE scim_tenant SET settings = '{\"page_max\":1}'
           WHERE name = 'default'"
  is "a setting that makes pages small" \
    "$(get .body.itemsPerPage /Users)" 1
  $where "UPDATE scim_tenant SET base_url = 'http://y', settings = '{}'
           WHERE name = 'default'"
  is "the base of its URLs" "$(get .headers.Location /Users/ann)" \
    http://y/Users/ann
  $where "UPDATE scim_tenant SET base_url = NULL"
  is "which it has no longer" "$(get .headers.Location /Users/ann)" \
    http://x/Users/ann
  $where "INSERT INTO scim_schema (definition) VALUES (json_object('id',
            'urn:$where', 'name', '$where', 'attributes', json_array()))"
  is "a schema" "$(get .status "/Schemas/urn:$where")" 200
  $where "DELETE FROM scim_schema WHERE id = 'urn:$where'"
  is "that is gone again" "$(get .status "/Schemas/urn:$where")" 404
  $where "DELETE FROM scim_resource WHERE id = 'nobody';
          SELECT scim_apply('POST', '/Users', '{\"userName\":\"$where\"}',
            '{\"id\":\"$where\"}')"
  is "and the data" "$(get .status "/Users/$where")" 200
done

# ---- A rotation

number=$(sql "SELECT token FROM scim_token")
new=$(sql "SELECT scim_token_rotate($number, 3600)")
is "a secret that was replaced is good for its time" \
  "$(get .status /Users/ann) $(get .status /Users/ann "$new")" "200 200"
before=$(asked)
get .status /Users/ann >/dev/null
is "but is not remembered" "$(($(asked) - before))" 2
elsewhere "UPDATE scim_token SET previous_until = '2020-01-01T00:00:00.000Z'"
is "and ends" "$(get "$why" /Users/ann) $(get .status /Users/ann "$new")" \
  "401 the bearer token was replaced by another 200"
token=$new

# ---- Changes that are undone

get .status /Users/ann >/dev/null
sql "BEGIN; UPDATE scim_tenant SET enabled = 0" >/dev/null
is "what is changed and not committed counts for who did it" \
  "$(get .status /Users/ann)" 403
sql "ROLLBACK" >/dev/null
is "and not when it is undone" "$(get .status /Users/ann)" 200
sql "BEGIN; SELECT count(*) FROM scim_meta" >/dev/null
is "in a transaction of the caller's" "$(get .status /Users/ann)" 200
sql "COMMIT" >/dev/null

# ---- Time goes on

# Nothing is written when a token comes to its end.
soon=$(sql "SELECT scim_token('default', 's', json_object('expires',
  strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+4 seconds')))")
first=$(get .status /Users/ann "$soon")
for i in $(seq 100); do
  last=$(get "$why" /Users/ann "$soon")
  [ "$last" = 200 ] || break
  nap 0.2
done
is "a token that is remembered comes to its end all the same" \
  "$first $last" "200 401 the bearer token has expired"

# ---- Many callers

# More than there are places, of two tenants: each sees his own.
sql "SELECT scim_apply('POST', '/Users', '{\"userName\":\"o\"}',
       '{\"id\":\"only\",\"tenant\":\"other\"}')" >/dev/null
want=$(sql "SELECT count(*) FROM scim_user WHERE tenant = 'default'")
counts=
for i in $(seq 40); do
  tokens[i]=$(sql "SELECT scim_token('$([ $((i % 2)) = 0 ] && echo default ||
    echo other)', 'many')")
done
for i in $(seq 40); do
  counts+="$((i % 2)) $(get .body.totalResults /Users "${tokens[i]}")"$'\n'
done
is "each of forty callers sees his own tenant" \
  "$(sort <<<"$counts" | uniq -c | awk 'NF == 3 { print $1, $2, $3 }')" \
  "20 0 $want
20 1 1"

# Of so many that no place is left over. Who came last to a place is remembered,
# and is the first of the place to ask when they come again from the last to the
# first; all others ask in vain, and drive him out.
sql "CREATE TEMP TABLE origin AS
       WITH number (n) AS (SELECT 1 UNION ALL
              SELECT n + 1 FROM number WHERE n < 1000)
       SELECT n, 'http://' || hex(randomblob(16)) AS base FROM number"
# all ASC|DESC: how many of them have the reply 200. The order of what is within
# the brackets holds for what is around it because of its LIMIT.
all() {
  sql "SELECT sum(scim_apply('GET', '/Users/ann', NULL,
                json_object('authorization', 'Bearer $token',
                  'base_url', base)) ->> 'status' = 200)
         FROM scim_meta, (SELECT base FROM origin ORDER BY n $1 LIMIT 1000)
        WHERE name = 'version'"
}
is "a thousand callers are let in" "$(all ASC)" 1000
before=$(asked)
is "and again" "$(all DESC)" 1000
is "32 of them are remembered" "$((1000 - ($(asked) - before)))" 32

finish
