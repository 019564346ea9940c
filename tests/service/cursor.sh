#!/bin/bash
# Pages by cursor (RFC 9865).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

for name in e b d a c; do user "$name"; done
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
ask .status POST /Users '{"userName":"x"}' '{"tenant":"acme"}' >/dev/null
ask .status POST /Users '{"userName":"y"}' '{"tenant":"acme"}' >/dev/null

# page QUERY [CURSOR]: the ids, then next and previous in $folder.
page() {
  apply GET "/Users?count=2&cursor=${2:-}${1:+&$1}" "" "${options:-}" \
    >"$folder/page"
  jq -r "$ids" "$folder/page"
  jq -r '.body.nextCursor // empty' "$folder/page" >"$folder/next"
  jq -r '.body.previousCursor // empty' "$folder/page" >"$folder/previous"
}
next() { cat "$folder/next"; }
previous() { cat "$folder/previous"; }
refusal() { jq -r "$status" "$folder/page"; }

# ---- Forward and back

is "an empty cursor asks for the first page" "$(page "")" "e b"
is "the first page has no previous one" "$(previous)" ""
is "a list by cursor has no startIndex" \
  "$(jq -c '.body | [.totalResults, .itemsPerPage, .startIndex]' \
     "$folder/page")" "[5,2,null]"
is "next leads on" "$(page "" "$(next)")" "d a"
is "next leads to the last page" "$(page "" "$(next)")" "c"
is "the last page has no next one" "$(next)" ""
is "previous leads back" "$(page "" "$(previous)")" "d a"
is "and back to the first page" "$(page "" "$(previous)")" "e b"
is "where there is no previous one" "$(previous)" ""
is "forward again after going back" "$(page "" "$(next)")" "d a"
is "without the parameter pages go by index" \
  "$(ask '.body | [.startIndex, has("nextCursor")]' GET '/Users?count=2')" \
  "[1,false]"
is "a page that has everything has no cursor" \
  "$(ask '.body | [has("nextCursor"), has("previousCursor"), .itemsPerPage]' \
     GET '/Users?cursor')" "[false,false,5]"
is "an empty list has no cursor" \
  "$(ask '.body | [.totalResults, has("nextCursor"), has("previousCursor")]' \
     GET '/Groups?cursor=')" "[0,false,false]"
is "a count of 0 has only the total" \
  "$(ask '.body | [.totalResults, .itemsPerPage]' \
     GET '/Users?cursor=&count=0')" \
  "[5,0]"

# ---- Filters and sorts

is "sorted, the first page" "$(page 'sortBy=userName&sortOrder=descending')" \
  "e d"
is "sorted, the next one" \
  "$(page 'sortBy=userName&sortOrder=descending' "$(next)")" "c b"
is "sorted, back" \
  "$(page 'sortBy=userName&sortOrder=descending' "$(previous)")" "e d"
is "filtered, the first page" "$(page 'filter=userName%20ne%20%22b%22')" "e d"
is "filtered, the next one" \
  "$(page 'filter=userName%20ne%20%22b%22' "$(next)")" "a c"
search() {
  ask "$1" POST /Users/.search '{"schemas":[
    "urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
    "count":3,"cursor":"'"$2"'","sortBy":"userName"}'
}
is "POST .search takes a cursor" \
  "$(search "$ids" "$(search .body.nextCursor "")")" "d e"

# ---- What comes and goes in between

page 'sortBy=userName' >"$folder/ids"
is "before a delete" "$(cat "$folder/ids")" "a b"
ask .status DELETE /Users/b >/dev/null
user aa
is "nothing is skipped when the last one shown is deleted" \
  "$(page 'sortBy=userName' "$(next)")" "c d"
is "what is created before the place shows on the way back only" \
  "$(page 'sortBy=userName' "$(previous)")" "a aa"

# ---- Wrong ones

page "" >/dev/null
cursor=$(next)
page "" "${cursor}x" >/dev/null
is "a longer cursor is invalidCursor" "$(refusal)" "400 invalidCursor"
middle=$((${#cursor} / 2))
other=A
[ "${cursor:middle:1}" != A ] || other=B
page "" "${cursor:0:middle}$other${cursor:middle+1}" >/dev/null
is "a tampered cursor is invalidCursor" "$(refusal)" "400 invalidCursor"
page "" "nonsense" >/dev/null
is "nonsense is invalidCursor" "$(refusal)" "400 invalidCursor"
page "" "%00%FF" >/dev/null
is "what is no text is invalidCursor" "$(refusal)" "400 invalidCursor"
page "sortBy=userName" "$cursor" >/dev/null
is "a cursor of another sort is invalidCursor" "$(refusal)" "400 invalidCursor"
page "filter=id%20pr" "$cursor" >/dev/null
is "a cursor of another filter is invalidCursor" "$(refusal)" \
  "400 invalidCursor"
is "a cursor of another type is invalidCursor" \
  "$(ask "$status" GET "/Groups?cursor=$cursor")" "400 invalidCursor"
is "a cursor of another tenant is invalidCursor" \
  "$(ask "$status" GET "/Users?count=2&cursor=$cursor" "" \
     '{"tenant":"acme"}')" "400 invalidCursor"
is "a cursor of another database is invalidCursor" \
  "$(sqlite3 -cmd ".load $extension" :memory: "SELECT scim_init();
       SELECT scim_apply('GET', '/Users?cursor=$cursor', NULL, NULL)" |
     tail -n 1 | jq -r "$status")" "400 invalidCursor"
is "another tenant has cursors of its own" \
  "$(options='{"tenant":"acme"}' page "" | wc -w)" 2
is "a count that is no number is invalidCount" \
  "$(ask "$status" GET '/Users?cursor=&count=many')" "400 invalidCount"
is "a negative count is invalidCount" \
  "$(ask "$status" GET '/Users?cursor=&count=-1')" "400 invalidCount"
first=$(ask .body GET '/?cursor=&count=3')
next=$(printf '%s' "$first" | jq -r .nextCursor)
is "the root has cursors too, which go on where the page ended" \
  "$(ask '[.body.Resources[].id]' GET "/?count=3&cursor=$next")" \
  "$(ask '[.body.Resources[].id]' GET '/?startIndex=4&count=3')"

# ---- Time

options='{"now":"2026-11-21T12:00:00Z"}' page "" >/dev/null
is "a cursor is good for an hour" \
  "$(options='{"now":"2026-11-21T13:00:00Z"}' page "" "$(next)")" "a c"
options='{"now":"2026-11-21T12:00:00Z"}' page "" >/dev/null
options='{"now":"2026-11-21T13:00:01Z"}' page "" "$(next)" >/dev/null
is "and then it is expiredCursor" "$(refusal)" "400 expiredCursor"
is "which says how old it may be" "$(jq -r .body.detail "$folder/page")" \
  "the cursor is older than 3600 seconds"
finish
