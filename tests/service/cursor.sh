#!/bin/bash
# Pages by cursor (RFC 9865).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

for name in e b d a c; do user "$name"; done
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
ask .status POST /Users '{"userName":"x"}' '{"tenant":"acme"}' >/dev/null
ask .status POST /Users '{"userName":"y"}' '{"tenant":"acme"}' >/dev/null

# read_page: prints the ids of $folder/page, and puts next and previous into
# files.
read_page() {
  local lines
  mapfile -t lines < <(quick_jq -r "($ids), (.body.nextCursor // \"\"),
    (.body.previousCursor // \"\")" "$folder/page")
  printf '%s\n' "${lines[0]}"
  printf '%s' "${lines[1]}" >"$folder/next"
  printf '%s' "${lines[2]}" >"$folder/previous"
}

# page QUERY [CURSOR]: the ids, then next and previous in $folder.
page() {
  apply GET "/Users?count=2&cursor=${2:-}${1:+&$1}" "" "${options:-}" \
    >"$folder/page"
  read_page
}
next() { printf '%s' "$(<"$folder/next")"; }
previous() { printf '%s' "$(<"$folder/previous")"; }
refusal() { quick_jq -r "$status" "$folder/page"; }

# ---- Forward and back

is "an empty cursor asks for the first page" "$(page "")" "e b"
is "the first page has no previous one" "$(previous)" ""
is "a list by cursor has no startIndex" \
  "$(quick_jq -c '.body | [.totalResults, .itemsPerPage, .startIndex]' \
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

# ---- The ends (N16)

# walk QUERY: the ids of the pages all the way forward, with | between them.
walk() {
  page "$1"
  while [ -n "$(next)" ]; do
    printf '| '
    page "$1" "$(next)"
  done
}
# nothing QUERY CURSOR: a page of nothing, as page.
nothing() {
  apply GET "/Users?count=0&cursor=$2${1:+&$1}" >"$folder/page"
  read_page
}
for query in "" sortBy=userName 'sortBy=userName&sortOrder=descending' \
  'filter=userName%20pr' 'sortBy=title' 'filter=id%20pr'; do
  all=$(walk "$query" | tr '\n' ' ')
  first=${all%% |*}
  is "N16: count=0 has a way on, to the first page ($query)" \
    "$(nothing "$query" "")$(page "$query" "$(next)")" "$first"
  page "$query" >/dev/null
  middle=$(page "$query" "$(next)")
  page "$query" >/dev/null
  is "N16: in the middle it stays where it is ($query)" \
    "$(nothing "$query" "$(next)")$(page "$query" "$(next)")" "$middle"
  page "$query" >/dev/null
  is "N16: and has a way back ($query)" \
    "$(nothing "$query" "$(next)")$(page "$query" "$(previous)")" "$first"
  page "$query" >/dev/null
  page "$query" "$(next)" >/dev/null
  page "$query" "$(next)" >/dev/null
  is "N16: backwards it stays too ($query)" \
    "$(nothing "$query" "$(previous)")$(page "$query" "$(previous)")" "$middle"
  page "$query" >/dev/null
  page "$query" "$(next)" >/dev/null
  cursor=$(previous)
  sql "SAVEPOINT gone"
  for id in $first; do ask .status DELETE "/Users/$id" >/dev/null; done
  is "N16: a page before which all was deleted is the first ($query)" \
    "$(page "$query" "$cursor")$(previous)" ""
  is "N16: from an empty one on the way back there is one on ($query)" \
    "$(page "$query" "$(next)")" "$middle"
  is "N16: which has none before it ($query)" "$(previous)" ""
  sql "ROLLBACK TO gone; RELEASE gone"
done
page "" >/dev/null
cursor=$(next)
sql "SAVEPOINT gone"
for id in $(page ""); do ask .status DELETE "/Users/$id" >/dev/null; done
page "" "$cursor" >/dev/null
is "N16: forward, when all before was deleted, there is no previous page" \
  "$(previous)" ""
is "N16: sorted neither" "$(page sortBy=userName >/dev/null; cursor=$(next)
  for id in $(quick_jq -r "$ids" "$folder/page"); do
    ask .status DELETE "/Users/$id" >/dev/null
  done
  page sortBy=userName "$cursor" >/dev/null; previous)" ""
sql "ROLLBACK TO gone; RELEASE gone"

# ---- Decimals (N17)

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:example:Dot\",
  \"name\":\"Dot\",\"attributes\":[{\"name\":\"size\",\"type\":\"decimal\"}]}')"
sql "INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Dot\",
  \"endpoint\":\"/Dots\",\"schema\":\"urn:example:Dot\"}')"
number=0
for size in 1.7976931348623157e308 -1.2234559435016964e+260 5e-324 \
  1.7976931348623157e308 -1.2234559435016964e+260 5e-324 0.1 \
  2.2250738585072011e-308 2.2250738585072011e-308 9007199254740993; do
  number=$((number + 1))
  ask .status POST /Dots "{\"size\":$size}" "{\"id\":\"d$number\"}" >/dev/null
done
for order in ascending descending; do
  seen="" cursor="" steps=0
  while [ $((steps += 1)) -le 12 ]; do
    apply GET "/Dots?count=1&sortBy=size&sortOrder=$order&cursor=$cursor" \
      >"$folder/page"
    seen="$seen $(quick_jq -r "$ids" "$folder/page")"
    cursor=$(quick_jq -r '.body.nextCursor // empty' "$folder/page")
    [ -n "$cursor" ] || break
  done
  is "N17: pages by a decimal have every row once, $order" "$seen" \
    " $(ask "$ids" GET "/Dots?sortBy=size&sortOrder=$order")"
done

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
     tail -n 1 | quick_jq -r "$status")" "400 invalidCursor"
is "another tenant has cursors of its own" \
  "$(options='{"tenant":"acme"}' page "" | wc -w)" 2
is "a count that is no number is invalidCount" \
  "$(ask "$status" GET '/Users?cursor=&count=many')" "400 invalidCount"
counted='[.status, .body.totalResults, .body.itemsPerPage,
  (.body.Resources | length)]'
is "M16: a negative count is 0 (RFC 9865 section 2)" \
  "$(ask "$counted" GET '/Users?cursor=&count=-1')" "[200,5,0,0]"
is "M16: in a search too" \
  "$(ask "$counted" POST /Users/.search '{"cursor":"","count":-7}')" \
  "[200,5,0,0]"
is "M16: and over all types" "$(ask "$counted" GET '/?cursor=&count=-1')" \
  "$(ask "$counted" GET '/?cursor=&count=0')"
first=$(ask .body GET '/?cursor=&count=3')
next=$(printf '%s' "$first" | quick_jq -r .nextCursor)
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
is "which says how old it may be" "$(quick_jq -r .body.detail "$folder/page")" \
  "the cursor is older than 3600 seconds"
finish
