#!/bin/bash
# Dry runs over HTTP: a place of its own below the base path, which is tried and
# undone in the batch of others, and whose reply nobody takes for a real one.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start --max-body 4000 --quiet
dry=$url/.dry-run
create ann >/dev/null
read_only=$("$SCIMD" token add --db "$db" --label r --scopes read)
digest() { sqlite3 "$db" .dump | md5sum; }
# send METHOD URL [BODY]: the reply.
send() {
  curl -s -m 20 -X "$1" -H "$bearer" -H "$json" ${3:+-d "$3"} "$2"
}
id=$(send GET "$url/Users?filter=userName+eq+%22ann%22" |
  quick_jq -r '.Resources[0].id')

# ---- What it answers

is "what would succeed is 200, and JSON that is no resource" \
  "$(curl -s -m 20 -D - -H "$bearer" -H "$json" -d "$(user bob)" "$dry/Users" |
    tr -d '\r' | grep -iE '^(HTTP|Content-Type|ETag|Location)')" \
'HTTP/1.1 200 OK
Content-Type: application/json'
is "it holds the reply with status, headers and change" \
  "$(send POST "$dry/Users" "$(user bob)" | quick_jq -c '[.status,
    .change.action, .change.after.userName, .body.userName,
    .headers.ETag, (.headers.Location | test("/scim/v2/Users/[0-9a-f-]+$"))]')" \
  '[201,"create","bob","bob","W/\"1\"",true]'
patch='{"Operations":[{"op":"replace","path":"active","value":false}]}'
is "every method that writes has its dry run" "$(
  for request in "PATCH $patch" "PUT $(user eve)" "DELETE "; do
    send "${request%% *}" "$dry/Users/$id" "${request#* }" |
      quick_jq -r '"\(.status) \(.change.action)"'
  done)" "200 update
200 update
204 delete"
bulk="{\"Operations\":[{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"1\",
  \"data\":$(user cy)},{\"method\":\"DELETE\",\"path\":\"/Users/$id\"}]}"
is "so has a bulk request, with a change for each operation" \
  "$(send POST "$dry/Bulk" "$bulk" | quick_jq -c '[.status, .change.action,
    (.body.Operations[] | .status, .change.action)]')" \
  '[200,"bulk","201","create","204","delete"]'
is "and a search, which changes nothing" \
  "$(send POST "$dry/Users/.search" '{"count":0}' |
    quick_jq -c '[.status, .change.action, .body.totalResults]')" \
  '[200,"none",1]'
is_error "what would fail fails in the same way" 409 -H "$bearer" -H "$json" \
  -d "$(user ANN)" "$dry/Users"
is_error "as does what is not there" 404 -X DELETE -H "$bearer" "$dry/Users/x"
is_error "and a body that is too large" 413 -H "$bearer" -H "$json" \
  -d "$(user "$(printf '%5000s' x)")" "$dry/Users"
is_error "and one of another type" 415 -H "$bearer" -H 'Content-Type: text/x' \
  -d "$(user bob)" "$dry/Users"
is "a version that is wanted counts" "$(code -X DELETE -H "$bearer" \
  -H 'If-Match: W/"7"' "$dry/Users/$id")" 412

# ---- For whom, and where

is "without a token it is the same 401" \
  "$(curl -s -i -H "$json" -d "$(user bob)" "$dry/Users" | grep -vi '^date')" \
  "$(curl -s -i -H "$json" -d "$(user bob)" "$url/Users" | grep -vi '^date')"
is_error "who may not write is refused" 403 \
  -H "Authorization: Bearer $read_only" -H "$json" -d "$(user bob)" "$dry/Users"
is "there is nothing to read there" "$(
  code -H "$bearer" "$dry/Users"
  code -I -H "$bearer" "$dry/Users"
  code -X OPTIONS -H "$bearer" "$dry/Users")" 404404404
is "and no token to get" "$(code -H "$bearer" \
  -d 'grant_type=client_credentials' "$dry/oauth/token")" 404
is "another spelling is a place where nothing is, and never a write" "$(
  for path in /.dry-runs /.DRY-RUN //.dry-run /.dry%2Drun /.dry-run/.dry-run \
    /x/.dry-run /Users/.dry-run /.dry_run /.dry-run%2F; do
    code -H "$bearer" -H "$json" -d "$(user bob)" --path-as-is \
      "$url$path/Users"
    echo
  done | sort | uniq -c | tr -s ' ')" " 9 404"
is "nothing of all that has been done; failures that were no dry runs are logged" \
  "$(sqlite3 "$db" "SELECT count(*) FROM scim_resource;
    SELECT DISTINCT status FROM scim_log WHERE status > 201 ORDER BY 1")" "1
404"
sqlite3 "$db" "DELETE FROM scim_log WHERE status > 201" # only those
before=$(digest)
for i in 1 2 3; do
  send POST "$dry/Users" "$(user bob)" >/dev/null
  send POST "$dry/Users" "$(user ann)" >/dev/null
done
is "dry runs leave nothing in the file" "$(digest)" "$before"

# ---- In the batch of others

# asked NAME PLACE: one request of many, for curl -K.
asked() {
  printf 'next\nurl = "%s/Users"\ndata = "{\\"userName\\":\\"%s\\"}"\n' "$2" "$1"
  printf 'header = "%s"\nheader = "%s"\noutput = /dev/null\n' "$bearer" "$json"
}
for i in $(seq 12); do
  asked "real$i" "$url"
  asked "dry$i" "$dry"
done | sed 1d >"$dir/requests"
curl -s -Z --parallel-max 24 --parallel-immediate -K "$dir/requests" \
  >/dev/null 2>&1
is "those that are real stay, and the others do not" "$(sqlite3 "$db" "
  SELECT substr(doc ->> 'userName', 1, 3), count(*) FROM scim_resource
   GROUP BY 1")" "ann|1
rea|12"
stop

# ---- A URL a tenant

acme=$("$SCIMD" token add --db "$db" --tenant acme --label a)
start --base-path '/{tenant}/v2' --quiet
is "the tenant is part of the base path, and the dry run is behind it" "$(
  for path in acme default; do
    curl -s -H "Authorization: Bearer $acme" -H "$json" -d "$(user bob)" \
      "$root/$path/v2/.dry-run/Users" | quick_jq -c '[.status,
        (.headers.Location // "" | test("/acme/v2/Users/"))]'
  done)" '[201,true]
["401",false]'

finish
