#!/bin/bash
# What a request is called by: the id of a new resource, and where the one that
# it is about is said to be.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# why METHOD TARGET BODY OPTIONS: the status, and the detail of an error.
why() {
  ask '[.status, .body.detail // empty] | join(" ")' "$1" "$2" "$3" "${4-}"
}
ann='{"userName":"ann"}'

# ---- Ids

is "an id that nobody brings is a UUID of version 7" \
  "$(ask .body.id POST /Users '{"userName":"u"}' |
    grep -cE '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')" \
  1
is "which begins with the milliseconds of its time" \
  "$(for now in 1970-01-01T00:00:00.001Z 2022-02-22T19:22:22.000Z; do
    ask .body.id POST /Users "{\"userName\":\"$now\"}" "{\"now\":\"$now\"}" |
      cut -c1-15
  done | paste -sd ' ')" "00000000-0001-7 017f22e2-79b0-7"
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
