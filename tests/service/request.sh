#!/bin/bash
# A request as a whole: ids, dry runs, the row that each attempt leaves in the
# log, and where the resource is said to be.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# why METHOD TARGET BODY OPTIONS: the status, and the detail of an error.
why() {
  ask '[.status, .body.detail // empty] | join(" ")' "$1" "$2" "$3" "${4-}"
}
# The newest row of the log.
last() {
  sql "SELECT method || ' ' || target || ' ' || status || ' ' ||
              coalesce(scim_type || ' ', '') ||
              coalesce(action, 'none') || ' ' ||
              coalesce(id, '-')
         FROM scim_log ORDER BY seq DESC LIMIT 1"
}
rows() { sql "SELECT count(*) FROM scim_log"; }
ann='{"userName":"ann"}'

# ---- Ids

is "an id that nobody brings is a UUID of version 4" \
  "$(ask .body.id POST /Users '{"userName":"u"}' |
    grep -cE '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')" \
  1
is "two are not the same" \
  "$(for i in 1 2; do ask .body.id POST /Users "{\"userName\":\"u$i\"}"; done |
    sort -u | grep -c .)" 2
as() { why POST /Users "$ann" "{\"dry_run\":true,\"id\":\"$1\"}"; }
wrong() { printf "400 the option 'id' cannot be an id: '%s'" "$1"; }
long=$(printf '%064d' 0)
for id in A-z0_9.x a "$long" bulk-Id; do
  is "the id $id is taken" "$(as "$id")" 201
done
for id in "a b" a/b 'a%41' 'a?b' é "${long}0" xbulkIdx XBULKID . .. .search; do
  is "the id '$id' is not" "$(as "$id")" "$(wrong "$id")"
done
is "an empty one is none" "$(as '')" 201
is "an option that nobody knows is named" \
  "$(why POST /Users "$ann" '{"dryrun":true}' | grep -c "'dryrun'")" 1

# ---- Dry runs

is "a dry run answers what would be" \
  "$(ask '[.status, .body.id, .headers.ETag] | join(" ")' POST /Users "$ann" \
    '{"dry_run":true,"id":"ann"}')" '201 ann W/"1"'
is "and nothing is there" "$(ask .status GET /Users/ann)" 404
is "no row is in the log either" "$(sql "SELECT max(status), count(*)
  FROM scim_log WHERE after LIKE '%ann%' OR id = 'ann'")" "|0"
user ann
before=$(rows)
for request in "PUT {\"userName\":\"eve\"}" "DELETE " \
  'PATCH {"Operations":[{"op":"replace","path":"userName","value":"eve"}]}'; do
  ask .status "${request%% *}" /Users/ann "${request#* }" '{"dry_run":true}' \
    >/dev/null
  is "${request%% *} tried is not done" \
    "$(ask '[.body.userName, .headers.ETag] | join(" ")' GET /Users/ann)" \
    'ann W/"1"'
done
is "one that fails fails" "$(why POST /Users "$ann" '{"dry_run":true}')" \
  "409 the value of 'userName' is that of another User"
is "and none of them is logged" "$(rows)" "$before"

# ---- The log

is "a success is a row" "$(ask .status DELETE /Users/ann; last)" "204
DELETE /Users/ann 204 delete ann"
is "a failure as well" "$(ask .status DELETE /Users/ann; last)" "404
DELETE /Users/ann 404 none ann"
is "with its scimType" "$(ask .status POST /Users '{'; last)" "400
POST /Users 400 invalidSyntax none -"
is "where there is no such place there is no id" \
  "$(ask .status PUT /nowhere/x '{}'; last)" "404
PUT /nowhere/x 404 none -"
is "a method that is none is an attempt too" "$(ask .status BREW /Users; last)" \
  "405
BREW /Users 405 none -"
is "a wrong option as well" \
  "$(ask .status POST /Users "$ann" '{"source":"x"}'; last)" "400
POST /Users 400 invalidValue none -"
is "the query is not kept, what is behind it neither" \
  "$(ask .status DELETE '/Users/x?secret=1'; last)" "404
DELETE /Users/x 404 none x"
path=/Users/$(printf 'é%.0s' $(seq 300))
ask .status DELETE "$path" >/dev/null
is "a long path is cut between characters" \
  "$(sql "SELECT length(CAST(target AS BLOB)) FROM scim_log
           ORDER BY seq DESC LIMIT 1")" 511
before=$(rows)
ask .status GET /Users/nobody >/dev/null
ask .status HEAD /nowhere >/dev/null
ask .status POST /Users/.search '{' >/dev/null
ask .status GET /Users '' '{"source":"x"}' >/dev/null
is "reads leave no row, whatever is wrong with them" "$(rows)" "$before"
ask .status POST /Users "$ann" '{"authorization":"Bearer x"}' >/dev/null
is "nor do strangers" "$(rows)" "$before"

# ---- Where it is

where() {
  ask '[.headers.Location, .body.meta.location] | join(" ")' \
    "$1" "$2" "$3" "${4-}"
}
is "a create says where the resource is" \
  "$(where POST /Users "$ann" '{"id":"ann","base_url":"https://h/v2"}')" \
  "https://h/v2/Users/ann https://h/v2/Users/ann"
is "the endpoint is spelt as it was defined" "$(where GET /users/ann '')" \
  "/Users/ann /Users/ann"
is "a create that failed is nowhere" "$(ask '.headers | keys' POST /Users \
  "$ann" '{"id":"x"}')" '[]'

finish
