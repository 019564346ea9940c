#!/bin/bash
# scimd token add | list | revoke, and what they do to a running server.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

is "token add needs a database" \
  "$("$SCIMD" token add --db "$db" --label x 2>/dev/null; echo $?)" 1
is "and does not make one" "$(ls "$dir" | grep -c scim.db)" 0
start

secret=$("$SCIMD" token add --db "$db" --label 'Entra "test"' 2>"$dir/err")
is "token add prints the secret alone" \
  "$(printf '%s' "$secret" | grep -cE '^scim_[A-Za-z0-9_-]+$')" 1
is "on one line" "$(printf '%s\n' "$secret" | grep -c '')" 1
is "and complains of nothing" "$(cat "$dir/err")" ""
is "it is valid at once" \
  "$(code -H "Authorization: Bearer $secret" "$url/Users")" 200

list() { "$SCIMD" token list --db "$db" | quick_jq -r "$1"; }
number=$(list 'select(.label == "Entra \"test\"") | .token')
is "token list shows it, one JSON object a line" "${number:+yes}" yes
is "of the default tenant" "$(list "select(.token == $number) | .tenant")" \
  default
is "but not its secret" \
  "$("$SCIMD" token list --db "$db" | grep -c "$secret")" 0
is "nor does the file" "$(cat "$db"* | grep -ac "$secret")" 0

is "token revoke succeeds" \
  "$("$SCIMD" token revoke --db "$db" "$number" 2>&1)$?" 0
is_error "a revoked token is a 401 at once" 401 \
  -H "Authorization: Bearer $secret" "$url/Users"
is "the list says so" \
  "$(list "select(.token == $number) | .revoked | type")" string
is "it cannot be revoked twice" \
  "$("$SCIMD" token revoke --db "$db" "$number" 2>/dev/null; echo $?)" 1
is "an unknown one cannot be revoked" \
  "$("$SCIMD" token revoke --db "$db" 999999 2>/dev/null; echo $?)" 1
is "the other token is still valid" "$(code -H "$bearer" "$url/Users")" 200

future=$("$SCIMD" token add --db "$db" --label future \
  --expires 2999-01-01T00:00:00Z)
is "a token that expires later is valid" \
  "$(code -H "Authorization: Bearer $future" "$url/Users")" 200
past=$("$SCIMD" token add --db "$db" --label past \
  --expires 2999-01-01T00:00:00Z)
sqlite3 "$db" "UPDATE scim_token SET expires = '2001-01-01T00:00:00.000Z'
  WHERE label = 'past'"
is_error "an expired one is a 401" 401 -H "Authorization: Bearer $past" \
  "$url/Users"
tokens=$(list .token)
for kind in token client; do
  is "a $kind that has expired already is a 1, with the reason, and is not made" \
    "$("$SCIMD" $kind add --db "$db" --label x \
      --expires 2001-01-01T00:00:00Z 2>&1; echo $?)" \
    "scimd: the option 'expires' is a time that has come: '2001-01-01T00:00:00.000Z'
1"
done
is "the list is as before" "$(list .token)" "$tokens"
is "a time that is none is a 1" \
  "$("$SCIMD" token add --db "$db" --label x --expires soon 2>/dev/null
    echo $?)" 1

# ---- without a valid token

# The pages of the write-ahead log and of the file, which any write changes.
content() { cat "$db" "$db-wal" | sha256sum; }
refusals() {
  for header in 'X: y' 'Authorization: Bearer wrong' \
    "Authorization: Bearer $secret" "Authorization: Bearer $past"; do
    for method in POST PUT PATCH DELETE; do
      code -H "$header" -X "$method" -H "$json" -d "$(user stranger)" \
        "$url/Users"
      echo
    done
  done | sort | uniq -c | xargs
}
before=$(content)
is "whoever has no valid token is refused" "$(refusals)" "16 401"
is "and nothing is written" "$(content)" "$before"
is "but counted, by method and status" \
  "$(curl -s "$root/metrics" | grep -F '"401"' |
    sed 's/.*method="\([A-Z]*\)".* /\1 /' | xargs)" \
  "GET 2 POST 4 PUT 4 PATCH 4 DELETE 4"
is "a stranger is not invited to send its body" \
  "$(curl -s -m 20 -o /dev/null -D - -H 'Expect: 100-continue' -H "$json" \
    -d "$(user stranger)" "$url/Users" | grep -c '100 Continue')" 0
is "a body over --max-body changes nothing about it" \
  "$(head -c 20000000 /dev/zero | code -H "$json" --data-binary @- \
    "$url/Users")" 401
# The configuration is for everybody (findings/protocol.md S1).
config=$url/ServiceProviderConfig
is "whoever has no token is shown the configuration, with a body or not (S1)" "$(
  for header in 'X: y' 'Authorization: Basic eDp5'; do
    code -H "$header" "$config"; echo
    code -H "$header" -I "$config"; echo
    code -H "$header" "$config?filter=x"; echo
    code -H "$header" -X GET -H "$json" -d '{}' "$config"; echo
  done | sort | uniq -c | xargs)" "8 200"
is "a wrong token, another method and another page are 401" "$(
  code -H 'Authorization: Bearer no' "$config"; echo
  code -H 'Authorization: Bearer no' -X GET -d '{}' "$config"; echo
  code -X POST -H "$json" -d '{}' "$config"; echo
  code -X PUT "$config"; echo
  code "$config/x"; echo
  code -X GET -d '{}' "$url/Schemas"; echo
  code "$url/ResourceTypes")" "401
401
401
401
401
401
401"
is "nothing is written for it" "$(content)" "$before"
is "and no body is asked for" \
  "$(curl -s -m 20 -o /dev/null -D - -H 'Expect: 100-continue' -H "$json" \
    -X GET -d '{}' "$config" | tr -d '\r' | awk '/^HTTP/ { print $2 }' | xargs)" \
  200
is "a body over --max-body is not read, and changes nothing about it" \
  "$(head -c 20000000 /dev/zero | code -X GET -H "$json" --data-binary @- \
    "$config")" 200
is "its references are to where it was asked" "$(curl -s "$config" |
  quick_jq -r .meta.location)" "$config"
is "with a token its body may be anything too" \
  "$(code -H "$bearer" -X GET -d '{' "$config")" 200
hold 'BEGIN IMMEDIATE; SELECT 1;'
is "nor does it wait for the writer" "$(refusals)" "16 401"
let_go

# ---- who was let in a moment ago

stop
start --threads 1
is "a token that is revoked behind a write is refused at the next" "$(
  create first; echo; sqlite3 "$db" "UPDATE scim_token
    SET revoked = '2020-01-01T00:00:00.000Z' WHERE label = 'test'"
  create second; echo; create third
  sqlite3 "$db" "UPDATE scim_token SET revoked = NULL WHERE label = 'test'")" \
  "201
401
401"
is "and what it sent is nowhere" "$(sqlite3 "$db" "SELECT count(*) FROM scim_user
  WHERE user_name IN ('second', 'third')")" 0
is "another token at the same worker is asked about" \
  "$(create fourth) $(code -H "Authorization: Bearer ${token%?}x" -H "$json" \
    -d "$(user fifth)" "$url/Users")" "201 401"

# ---- beside a writer

sqlite3 "$db" "BEGIN IMMEDIATE; UPDATE scim_meta SET value = value" \
  ".shell touch '$dir/held'; sleep 0.3" "COMMIT" >/dev/null &
holder=$!
await test -e "$dir/held"
is "a token is made when a writer lets go, whatever he wrote" \
  "$("$SCIMD" token add --db "$db" --label waits 2>&1 | grep -c '^scim_')" 1
wait "$holder"

# ---- tenants

acme=$("$SCIMD" token add --db "$db" --tenant acme --label acme)
create jane >/dev/null
is "a token sees its own tenant only" \
  "$(curl -s -H "Authorization: Bearer $acme" "$url/Users" |
    quick_jq .totalResults)" 0
is "where the same name is free" \
  "$(code -H "Authorization: Bearer $acme" -H "$json" -d "$(user jane)" \
    "$url/Users")" 201

finish
