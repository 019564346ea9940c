#!/bin/bash
# A request from its beginning to its end: dry runs, and the row that each
# attempt leaves in the log.
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

# ---- Dry runs

is "a dry run answers what would be" \
  "$(ask '[.status, .body.id, .headers.ETag] | join(" ")' POST /Users "$ann" \
    '{"dry_run":true,"id":"ann"}')" '201 ann W/"1"'
is "and nothing is there" "$(ask .status GET /Users/ann)" 404
is "no row is in the log either" "$(sql "SELECT max(status), count(*)
  FROM scim_log WHERE after LIKE '%ann%' OR id = 'ann'")" "|0"
user ann
apply POST /Groups '{"displayName":"d","members":[{"value":"ann"}]}' \
  '{"id":"d"}' >/dev/null
before=$(rows)
for request in "PUT {\"userName\":\"eve\"}" "DELETE " \
  'PATCH {"Operations":[{"op":"replace","path":"userName","value":"eve"}]}'; do
  ask .status "${request%% *}" /Users/ann "${request#* }" '{"dry_run":true}' \
    >/dev/null
  is "${request%% *} tried is not done" \
    "$(ask '[.body.userName, .headers.ETag] | join(" ")' GET /Users/ann)" \
    'ann W/"1"'
done
is "the members shown are those that there would be (N20)" "$(
  ask '[.body.displayName, .body.members[].value] | join(" ")' PATCH /Groups/d \
    '{"Operations":[{"op":"add","path":"members","value":[{"value":"new"}]},
      {"op":"replace","path":"displayName","value":"e"}]}' '{"dry_run":true}'
  ask '.body.members' POST /Groups '{"displayName":"f",
    "members":[{"value":"ann"}]}' '{"dry_run":true}' | quick_jq -c '[.[].value]')" 'e ann new
["ann"]'
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

finish
