#!/bin/bash
# Rates: refused tokens by address and in all (D11), requests with one token.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# many <n> <curl options>: so many requests by one connection; the statuses,
# each with how often it came.
many() {
  local n=$1
  shift
  curl -s -o /dev/null -w '%{http_code}\n' "$@" "$url/Users?x=[1-$n]" |
    sort | uniq -c | awk '{ print $2, $1 }'
}
# count <statuses of many> <status>: how often it came.
count() { printf '%s\n' "$1" | awk -v status="$2" '$1 == status { print $2 }'; }
content() { cat "$db" "$db-wal" | sha256sum; }
# put_off <curl options>: the status, of the first 429 if one comes within some
# requests: a stranger's turn may have come just now. Another takes it.
put_off() {
  local got
  for _ in $(seq 20); do
    code -H "$wrong" "$url/Users" >/dev/null
    got=$(code "$@")
    [ "$got" = 429 ] && break
  done
  echo "$got"
}
wrong='Authorization: Bearer wrong'

# ---- D11: by default

start
is "a good token is let in" "$(code -H "$bearer" "$url/Users")" 200
before=$(content)
got=$(many 3000 -H "$wrong" -H "$json" -d "$(user stranger)")
is "of 3000 writes with a wrong token the first 1000 are refused" \
  "$([ "$(count "$got" 401)" -ge 1000 ] && echo yes || echo "$got")" yes
is "and then they are put off" \
  "$([ "$(count "$got" 429)" -ge 100 ] && echo yes || echo "$got")" yes
is "nothing else comes of them" "$(printf '%s\n' "$got" | grep -vcE '^4(01|29) ')" 0
is "and nothing is written: no row, no page, nothing to sync" \
  "$(content)" "$before"
stop

# ---- strangers

start --failures 1
code -H "$bearer" "$url/Users" >/dev/null
many 300 -H "$wrong" >/dev/null
is "a stranger's request is 429" "$(put_off -H "$wrong" "$url/Users")" 429
is "with a SCIM Error" "$(curl -s -H "$wrong" "$url/Users?x=[1-9]" |
  grep -o '"status":"429","detail":"[^"]*"' | sort -u)" \
  '"status":"429","detail":"There are too many requests without a valid token."'
is "which says when to come again (RFC 6585 section 4)" \
  "$(field Retry-After -H "$wrong" "$url/Users?x=[1-9]" |
    grep -cvE '^[12]$') $(field Retry-After -H "$wrong" "$url/Users?x=[1-9]" |
    grep -c . | sed 's/[1-9]/some/')" "0 some"
is "so is one without a token" "$(put_off "$url/Users")" 429
is "and one that would write" \
  "$(put_off -H "$wrong" -H "$json" -d "$(user stranger)" "$url/Users")" 429
is "and one for what everybody may see" \
  "$(put_off "$url/ServiceProviderConfig")" 429
is "his body is not asked for" \
  "$(curl -s -m 20 -o /dev/null -D - -H 'Expect: 100-continue' -H "$wrong" \
    -H "$json" -d "$(user stranger)" "$url/Users" | grep -c '100 Continue')" 0
is "one who was let in before is not put off, from the same address" \
  "$(code -H "$bearer" "$url/Users") $(create known) $(
    code -H "$bearer" -X OPTIONS "$url/Users")" "200 201 204"
is "nor are the shim's own pages" \
  "$(code "$root/healthz") $(code "$root/metrics")" "200 200"
is "nor is another address" \
  "$(code --interface 127.0.0.2 -H "$wrong" "$url/Users")" 401
is "it is counted" \
  "$([ "$(metric 'scimd_refused_tokens_total{reason="invalid"}')" -ge 100 ] &&
    [ "$(metric 'scimd_throttled_requests_total{reason="strangers"}')" -ge 100 ] &&
    echo yes)" yes
new=$("$SCIMD" token add --db "$db" --label new)
is "a good token that is new is looked at when its turn has come" \
  "$(until_is 200 code -H "Authorization: Bearer $new" "$url/Users")" 200
many 300 -H "$wrong" >/dev/null
is "and from then on always" "$(many 50 -H "Authorization: Bearer $new")" "200 50"
"$SCIMD" token revoke --db "$db" \
  "$(sqlite3 "$db" "SELECT token FROM scim_token WHERE label = 'new'")" >/dev/null
is "once it is revoked it is a stranger's" \
  "$(many 20 -H "Authorization: Bearer $new" | cut -d ' ' -f 1 | xargs)" "401 429"
for i in 3 4 5 6 7 8; do
  many 110 --interface "127.0.0.$i" -H "$wrong" >/dev/null
done
is "all addresses together have a limit" \
  "$(many 20 --interface 127.0.0.9 -H "$wrong" | grep -c '^429')" 1
is "for whom was let in too there is none" "$(code -H "$bearer" "$url/Users")" 200
stop

# ---- clients of OAuth

start --failures 1
made=$("$SCIMD" client add --db "$db" --label client)
id=$(printf '%s' "$made" | quick_jq -r .client_id)
secret=$(printf '%s' "$made" | quick_jq -r .client_secret)
ask() { code "$@" -d grant_type=client_credentials "$url/oauth/token"; }
is "a client gets its token" "$(ask -u "$id:$secret") $(
  ask -d "client_id=$id" --data-urlencode "client_secret=$secret")" "200 200"
curl -s -o /dev/null -u "$id:wrong" -d grant_type=client_credentials \
  "$url/oauth/token?x=[1-300]"
is "one that guesses is put off" "$(put_off -u "$id:guess" \
  -d grant_type=client_credentials "$url/oauth/token")" 429
is "it is counted as one" \
  "$([ "$(metric 'scimd_refused_tokens_total{reason="client"}')" -ge 100 ] &&
    echo yes)" yes
is "one that is known is not, wherever its secret is" "$(ask -u "$id:$secret") $(
  ask -d "client_id=$id" --data-urlencode "client_secret=$secret")" "200 200"
stop

# ---- no limit

start --failures 0
is "with --failures 0 all are refused, none is put off" \
  "$(many 1500 -H "$wrong")" "401 1500"
is "without --rate nobody who was let in is" \
  "$(many 500 -H "$bearer")" "200 500"
stop

# ---- requests with one token

start --rate 1 --burst 20
other=$("$SCIMD" token add --db "$db" --label other)
got=$(many 300 -H "$bearer")
is "with --rate and --burst the burst is served" \
  "$([ "$(count "$got" 200)" -ge 20 ] && echo yes || echo "$got")" yes
is "and then most are put off" \
  "$([ "$(count "$got" 429)" -ge 100 ] && echo yes || echo "$got")" yes
reply=$(curl -s -D - -H "$bearer" "$url/Users?x=[1-9]" | tr -d '\r')
is "with a 429 that says when to come again" \
  "$(printf '%s\n' "$reply" | grep -cE '^Retry-After: [12]$' |
    sed 's/[1-9]/some/')" some
is "in SCIM's words" "$(printf '%s\n' "$reply" |
  grep -o '"status":"429","detail":"There are too many requests with this token."' |
  sort -u | wc -l)" 1
users=$(sqlite3 "$db" 'SELECT count(*) FROM scim_user')
got=$(curl -s -o /dev/null -w '%{http_code}\n' -H "$bearer" -H "$json" \
  -d "$(user throttled)" "$url/Users?x=[1-9]" | sort | uniq -c)
is "what was put off is not done, and what was done not put off" \
  "$(($(sqlite3 "$db" 'SELECT count(*) FROM scim_user') - users))" \
  "$(printf '%s\n' "$got" | awk '$2 == 201 { n = $1 } END { print n + 0 }')"
is "another token has a rate of its own" \
  "$(many 10 -H "Authorization: Bearer $other")" "200 10"
is "strangers have none" "$(many 100 -H "$wrong")" "401 100"
is "it is counted too" \
  "$([ "$(metric 'scimd_throttled_requests_total{reason="token"}')" -ge 100 ] &&
    echo yes)" yes
stop

# ---- requests with one token, as its tenant has it

# set '<settings>': of the tenant; they hold two seconds later at the latest.
set_tenant() {
  sqlite3 "$db" "UPDATE scim_tenant SET settings = '$1' WHERE name = 'default'"
}
# until_many <n> <pattern> <curl options>: asks so often, again and again, until
# that comes of it, and prints it.
until_many() {
  local n=$1 pattern=$2 i got
  shift 2
  for ((i = 0; i < patience * 2; i++)); do
    got=$(many "$n" "$@" | xargs)
    [[ $got == $pattern ]] && break
    nap 0.5
  done
  echo "$got"
}
set_tenant '{"rate":1,"burst":15}'
sqlite3 "$db" "INSERT INTO scim_tenant (name) VALUES ('free')"
free=$("$SCIMD" token add --db "$db" --tenant free --label free)
start
code -H "$bearer" "$url/Users" >/dev/null
got=$(many 300 -H "$bearer")
is "a tenant's burst is served without --rate" \
  "$([ "$(count "$got" 200)" -ge 15 ] && echo yes || echo "$got")" yes
is "and then most are put off" \
  "$([ "$(count "$got" 429)" -ge 100 ] && echo yes || echo "$got")" yes
is "also what would write" "$(many 20 -H "$bearer" -H "$json" \
  -d "$(user limited)" | grep -c '^429')" 1
is "another tenant has no limit" \
  "$(many 300 -H "Authorization: Bearer $free")" "200 300"
set_tenant '{"rate":1000000}'
is "what is set while it runs holds soon" \
  "$(until_many 100 '200 100' -H "$bearer")" "200 100"
set_tenant '{"rate":1,"burst":3}'
is "also a lower one" \
  "$([[ $(until_many 100 '*429*' -H "$bearer") == *429* ]] && echo yes)" yes
stop
start --rate 1 --burst 5
many 2 -H "$bearer" >/dev/null
set_tenant '{"rate":0}'
is "a rate of 0 is no limit, whatever --rate says" \
  "$(until_many 100 '200 100' -H "$bearer")" "200 100"
code -H "Authorization: Bearer $free" "$url/Users" >/dev/null
got=$(many 200 -H "Authorization: Bearer $free")
is "who has set none has that of --rate" \
  "$([ "$(count "$got" 429)" -ge 50 ] && echo yes || echo "$got")" yes
stop

is "of tokens nothing is in the log" \
  "$(grep -cE "$token|$other|wrong" "$dir/log")" 0
is "--burst without --rate is refused" \
  "$("$SCIMD" serve --db "$db" --burst 5 2>&1; echo $?)" \
  "scimd: --burst needs --rate
2"

# ---- a 429 costs no SQL: a stand-in counts how often it is asked

cat >"$dir/stub.c" <<'CODE'
#include <sqlite3ext.h>
#include <stdlib.h>
#include <fcntl.h>
#include <unistd.h>
SQLITE_EXTENSION_INIT1
static void apply(sqlite3_context *context, int n, sqlite3_value **values) {
  int file = open(getenv("STUB_CALLS"), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (write(file, "x", 1) == 1) close(file);
  sqlite3_result_text(context, "{\"status\":401,\"headers\":{}}", -1,
                      SQLITE_STATIC);
}
static void init(sqlite3_context *context, int n, sqlite3_value **values) {
  sqlite3_exec(sqlite3_context_db_handle(context),
               "CREATE TABLE IF NOT EXISTS scim_meta (name UNIQUE, value);"
               "INSERT OR IGNORE INTO scim_meta VALUES ('version', 1)", NULL,
               NULL, NULL);
}
static void fault(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  (void)values;
  sqlite3_result_null(context);
}

static void limits(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n, (void)values;
  sqlite3_result_null(context);
}

int sqlite3_scim_init(sqlite3 *db, char **message,
                      const sqlite3_api_routines *routines) {
  SQLITE_EXTENSION_INIT2(routines);
  sqlite3_create_function(db, "scim_init", 0, SQLITE_UTF8, NULL, init, NULL,
                          NULL);
  sqlite3_create_function(db, "scim_limits", 1, SQLITE_UTF8, NULL, limits, NULL,
                          NULL);
  sqlite3_create_function(db, "scim_body_fault", 2, SQLITE_UTF8, NULL, fault,
                          NULL, NULL);
  return sqlite3_create_function(db, "scim_apply", 4, SQLITE_UTF8, NULL, apply,
                                 NULL, NULL);
}
CODE
mkdir "$dir/stub"
${CC:-cc} -shared -fPIC -o "$dir/stub/scim.so" "$dir/stub.c" || exit 1
db=$dir/stub/scim.db
export STUB_CALLS=$dir/calls
start --extension "$dir/stub/scim.so" --failures 1
got=$(many 300 -H "$wrong" -H "$json" -d "$(user stranger)")
is "the extension is asked for each 401, and for no 429" \
  "$(stat -c %s "$dir/calls")" "$(count "$got" 401)"
is "of which there were some" \
  "$([ "$(count "$got" 429)" -ge 100 ] && echo yes || echo "$got")" yes

finish
