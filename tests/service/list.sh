#!/bin/bash
# GET of a list (RFC 7644 section 3.4.2): its parameters, and what is wrong with
# them. Pages by cursor are in cursor.sh, sorts in sort.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

for name in ann bob eve; do user $name; done
head='.body | [.totalResults, .startIndex, .itemsPerPage,
  ([.Resources[].id] | join("+"))] | join(" ")'
list() { ask "$head" GET "/Users?$1"; }
why() {
  ask '[.status, .body.scimType // empty, .body.detail // empty] | join(" ")' \
    GET "${2:-/Users}?$1"
}

# ---- Pages (section 3.4.2.4)

is "a list is in the order of creation" "$(list '')" "3 1 3 ann+bob+eve"
is "a page in the middle" "$(list 'startIndex=2&count=1')" "3 2 1 bob"
is "the last one is short" "$(list 'startIndex=3&count=5')" "3 3 1 eve"
is "behind the end there is nothing" "$(list 'startIndex=4')" "3 4 0 "
is "nor far behind it, whatever number that is" \
  "$(ask '.body.Resources' GET '/Users?startIndex=999999999999999999999')" "[]"
is "before the beginning is the beginning" "$(list 'startIndex=-5&count=1')" \
  "3 1 1 ann"
is "0 as well" "$(list 'startIndex=0&count=1')" "3 1 1 ann"
is "a count of 0 is the total alone" "$(list 'count=0')" "3 1 0 "
is "one below it too" "$(list 'count=-1')" "3 1 0 "
is "an empty parameter is none" "$(list 'startIndex=&count=')" \
  "3 1 3 ann+bob+eve"
integer() {
  printf "400 invalidValue the parameter '%s' must be an integer" "$1"
}
for number in x 1.5 1e2 0x1 '1+'; do
  is "count=$number is no number" "$(why "count=$number")" "$(integer count)"
done
is "startIndex=a is none either" "$(why 'startIndex=a')" "$(integer startIndex)"
is "by cursor it is the count that is wrong" "$(why 'cursor=&count=x')" \
  "400 invalidCount the parameter 'count' must be an integer"
is "a cursor that is none" "$(why 'cursor=x')" \
  "400 invalidCursor the cursor is not one of this list"

# ---- Filter and sort

is "the total is that of the filter" \
  "$(list 'filter=userName+gt+"ann"&count=1')" "2 1 1 bob"
is "an empty filter is a wrong one" "$(why 'filter=' | cut -d' ' -f1,2)" \
  "400 invalidFilter"
is "the order is one of two, in any case" \
  "$(list 'sortBy=userName&sortOrder=DESCENDING')" "3 1 3 eve+bob+ann"
is "or it is named" "$(why 'sortBy=userName&sortOrder=down')" \
  "400 invalidValue sortOrder is ascending or descending, not 'down'"
is "an attribute that is not there" "$(why 'sortBy=usrName')" \
  "400 invalidValue sortBy names the unknown attribute 'usrName'"
is "one that is never shown is as good as not there" "$(why 'sortBy=password')" \
  "400 invalidValue sortBy names the unknown attribute 'password'"
is "an order without a sort does nothing" "$(list 'sortOrder=descending')" \
  "3 1 3 ann+bob+eve"
is "what is there already is in the log of nobody" "$(sql "
  SELECT count(*) FROM scim_log")" 3

# ---- A list of everything

apply POST /Groups '{"displayName":"g"}' '{"id":"g"}' >/dev/null
is "a page goes over the types" \
  "$(ask "$head" GET '/?startIndex=3&count=2')" "4 3 2 eve+g"
is "attributes hold for each" "$(ask '[.body.Resources[] | del(.schemas, .meta) |
  keys | join("+")] | join(" ")' GET '/?attributes=userName,displayName')" \
  "id+userName id+userName id+userName displayName+id"

# ---- As it is stored, or as a tree

apply POST /Groups '{"displayName":"above","members":[{"value":"g"}]}' \
  '{"id":"above"}' >/dev/null
apply PATCH /Groups/g '{"Operations":[{"op":"add","path":"members","value":
  [{"value":"ann"},{"value":"eve"}]}]}' >/dev/null
base='{"base_url":"https://x.example/scim"}'
# pages TARGET LESS: does a page show the same by way of a tree, which a name that
# is left out makes of it? And how many resources there are.
pages() {
  local target=$1 less=$2
  sql "SELECT json_remove(value, '\$.displayName', '\$.userName', $less) =
        json_remove(tree, '\$.displayName', '\$.userName', $less), count(*)
    FROM (SELECT a.value, b.value AS tree FROM
      json_each(scim_apply('GET', '$target', NULL, '$base') ->> '\$.body',
        '\$.Resources') AS a JOIN
      json_each(scim_apply('GET', '$target' ||
        iif(instr('$target', 'excl'), ',', '?excludedAttributes=') ||
        'displayName,userName', NULL, '$base') ->> '\$.body',
        '\$.Resources') AS b USING (key)) GROUP BY 1"
}
is "a page of users shows the same either way" \
  "$(pages /Users "'\$.none'")" "1|3"
is "also without groups" \
  "$(pages '/Users?excludedAttributes=groups' "'\$.none'")" "1|3"
is "and groups, without members" \
  "$(pages '/Groups?excludedAttributes=members' "'\$.none'")" "1|2"
is "what is left out is not there" \
  "$(ask '[.body.Resources[] | keys | join("+")] | join(" ")' GET \
    '/Groups?excludedAttributes=members')" \
  "displayName+id+meta+schemas displayName+id+meta+schemas"
is "references of a page are absolute" \
  "$(ask '[.body.Resources[].groups[]? | ."$ref"] | unique | join(" ")' GET \
    /Users '' "$base")" \
  "https://x.example/scim/Groups/above https://x.example/scim/Groups/g"
# runs TARGET: how many statements the second reply takes.
runs() {
  sql "SELECT scim_apply('GET', '$1', NULL, NULL)" >/dev/null
  sql "CREATE TEMP TABLE IF NOT EXISTS run (n)" "DELETE FROM run" \
    "INSERT INTO run SELECT sum(runs) FROM scim_stmt" \
    "SELECT NULL FROM (SELECT scim_apply('GET', '$1', NULL, NULL))" \
    "SELECT sum(runs) - n FROM scim_stmt, run" | tail -1
}
is "three people in groups cost as many statements as two" \
  "$(runs '/Users?count=3')" "$(runs '/Users?count=2')"
is "those that are left out cost none" \
  "$(($(runs '/Users?count=3') - $(runs '/Users?excludedAttributes=groups')))" 5

# ---- One in many groups

# join GROUP: makes one with bob in it.
join() {
  apply POST /Groups "{\"displayName\":\"$1\",\"members\":[{\"value\":\"bob\"}]}" \
    "{\"id\":\"$1\"}" >/dev/null
}
# groups TARGET: bob's, and how, of a reply that has him somewhere.
groups() {
  ask '[.. | .groups? // empty | .[] | .value + " " + .type] | join(", ")' \
    GET "$1"
}
find='/Users?filter=userName%20eq%20%22bob%22'
for group in one two three; do join $group; done
three=$(runs /Users/bob) found=$(runs "$find")
join four
is "whose groups are in no other costs no more statements in four than in three" \
  "$(runs /Users/bob) $(runs "$find")" "$three $found"
flat='one direct, two direct, three direct, four direct'
is "and is shown with all of them" "$(groups /Users/bob)" "$flat"
is "as well where he is found alone" "$(groups "$find")" "$flat"
apply PATCH /Groups/above '{"Operations":[{"op":"add","path":"members","value":
  [{"value":"three"}]}]}' >/dev/null
is "and with the one above them, if there is one" \
  "$(groups /Users/bob) | $(groups "$find") | $(groups '/Users?count=2')" \
  "$flat, above indirect | $flat, above indirect | g direct, above indirect, $flat, above indirect"

apply DELETE /Groups/four >/dev/null
for group in one two three; do apply DELETE /Groups/$group >/dev/null; done
sql "DELETE FROM scim_resource_type WHERE name = 'Group'"
is "of a type that has gone there is nothing" "$(ask .body.totalResults GET /)" 3
sql "DELETE FROM scim_resource_type"
is "without any type there is nothing to list" "$(why '' /)" \
  "404 the database defines no resource types"

finish
