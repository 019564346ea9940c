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
sql "DELETE FROM scim_resource_type WHERE name = 'Group'"
is "of a type that has gone there is nothing" "$(ask .body.totalResults GET /)" 3
sql "DELETE FROM scim_resource_type"
is "without any type there is nothing to list" "$(why '' /)" \
  "404 the database defines no resource types"

finish
