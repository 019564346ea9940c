#!/bin/bash
# Groups of a bulk request that would be within each other: the last of them is
# refused with the way named, whatever refers to it fails, and nothing is left.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc
user ann
apply POST /Groups '{"displayName":"Old"}' '{"id":"old"}' >/dev/null

# group BULKID MEMBER…: a create of a group that is called like its bulkId in
# capitals.
group() {
  local id=$1 members
  shift
  members=$(printf ',{"value":"%s"}' "$@")
  printf '{"method":"POST","path":"/Groups","bulkId":"%s","data":{
    "displayName":"%s","members":[%s]}}' "$id" "${id^^}" "${members#,}"
}
# into GROUP MEMBER: a PATCH that adds a member.
into() {
  printf '{"method":"PATCH","path":"/Groups/%s","data":{"Operations":[{
    "op":"add","path":"members","value":[{"value":"%s"}]}]}}' "$1" "$2"
}
# bulk '<operations>' [OPTIONS]: statuses, details, and the groups that are
# there afterwards; these are taken away again.
bulk() {
  ask '[.body.Operations[] | .status, .response.detail // empty] | join(" | ")' \
    POST /Bulk "{\"Operations\":[$1]}" "$2"
  sql "SELECT group_concat(doc ->> 'displayName') FROM scim_resource
        WHERE type = 'Group' AND id <> 'old';
       SELECT count(*) FROM scim_member WHERE value NOT IN (
         SELECT id FROM scim_resource)"
  sql "SELECT scim_apply('DELETE', '/Groups/' || id, NULL, NULL)
         FROM (SELECT id FROM scim_resource
                WHERE type = 'Group' AND id <> 'old')" >/dev/null
}
into="'members' would put a group into itself:"
# none BULKID: what comes of an operation that refers to it in vain.
none() {
  echo "400 | the operation refers to the bulkId '$1', which stands for no \
resource"
}

is "two groups" "$(bulk "$(group p bulkId:q),$(group q ann bulkId:p)")" \
  "$(none q) | 400 | $into Q -> P -> Q

0"
is "three, and what is beside stays" "$(bulk "$(group p bulkId:q),
    $(group q bulkId:r),$(group r bulkId:p),$(group s ann)")" \
  "$(none q) | $(none r) | 400 | $into R -> P -> Q -> R | 201
S
0"
is "what leads to them fails as well" "$(bulk "$(group a bulkId:p),
    $(group p bulkId:q),$(group q bulkId:p)")" \
  "$(none p) | $(none q) | 400 | $into Q -> P -> Q

0"
is "what they lead to does not" "$(bulk "$(group p bulkId:q bulkId:z),
    $(group q bulkId:p),$(group z ann)")" \
  "$(none q) | 400 | $into Q -> P -> Q | 201
Z
0"
is "a group in itself" "$(bulk "$(group p bulkId:p)")" \
  "400 | $into P -> P

0"
is "two circles" "$(bulk "$(group p bulkId:q),$(group q bulkId:p),
    $(group r bulkId:s),$(group s bulkId:r)")" \
  "$(none q) | 400 | $into Q -> P -> Q | $(none s) | 400 | $into S -> R -> S

0"
is "groups that form no circle" "$(bulk "$(group p bulkId:q bulkId:r),
    $(group q bulkId:r),$(group r ann)")" "201 | 201 | 201
R,Q,P
0"
is "a circle that a change closes" "$(bulk "$(group p bulkId:q),
    $(group q ann),$(into bulkId:q bulkId:p)")" \
  "201 | 201 | 400 | $into Q -> P -> Q
Q,P
0"
is "one through a group that is there" \
  "$(bulk "$(group p old),$(into old bulkId:p)")" \
  "201 | 400 | $into Old -> P -> Old
P
0"
is "by hand it is the same" "$(bulk "$(group p bulkId:q),$(group q bulkId:p)" \
  '{"source":"manual"}')" "$(none q) | 400 | $into Q -> P -> Q

0"
is "names in another case are the same" "$(bulk "$(group p bulkId:q),
    {\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"q\",\"data\":{
     \"displayName\":\"Q\",\"MEMBERS\":[{\"Value\":\"bulkId:p\"}]}}")" \
  "$(none q) | 400 | $into Q -> P -> Q

0"
is "a chain of 1,000 that its last closes is refused whole" "$(
  quick_jq -nc '{Operations: [range(1000) | {method: "POST", path: "/Groups",
    bulkId: "g\(.)", data: {displayName: "g\(.)",
    members: [{value: "bulkId:g\((. + 1) % 1000)"}]}}]}' >"$folder/big.json"
  sql "SELECT count(*), value ->> 'status'
         FROM json_each(scim_apply('POST', '/Bulk',
                CAST(readfile('$folder/big.json') AS TEXT), NULL),
                '\$.body.Operations')
        GROUP BY 2;
       SELECT count(*) FROM scim_resource WHERE type = 'Group'")" "1000|400
1"

# dense <groups> <members> <bytes>: each has those behind it for members, and a
# name of so many bytes. How many are refused, in 64 MB; and how long the longest
# detail is.
dense() {
  quick_jq -nc --argjson n "$1" --argjson m "$2" --argjson size "$3" \
    '{Operations: [range($n) as $i | {method: "POST", path: "/Groups",
    bulkId: "g\($i)", data: {displayName: ("é" * ($size / 2) + "\($i)"),
    members: [range($m) | {value: "bulkId:g\(($i + . + 1) % $n)"}]}}]}' \
    >"$folder/big.json"
  sql "PRAGMA hard_heap_limit = 64000000;
    SELECT count(*), value ->> 'status',
         max(length(value ->> '\$.response.detail'))
    FROM json_each(scim_apply('POST', '/Bulk',
         CAST(readfile('$folder/big.json') AS TEXT), NULL),
         '\$.body.Operations') GROUP BY 2;
    PRAGMA hard_heap_limit = 0" | sed '1d;$d'
}
is "groups of many others cost no memory for each that is refused" \
  "$(dense 300 90 0)" "300|400|596"
is "nor do long names: of these the beginning is told" \
  "$(dense 60 40 60000)" "60|400|326"

finish
