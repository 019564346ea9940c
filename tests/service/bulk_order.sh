#!/bin/bash
# The order in which a bulk request is done: "the same stateful result is
# achieved as for non-optimized processing" (RFC 7644 section 3.7;
# findings/protocol.md M1). Each request
# is sent twice: as one, and operation by operation in its order, the creates
# with their bulkIds as ids. Statuses and all that is stored must be equal.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
user ann
user bob '"title":"smith"'
user cyd
group() { # ID '<members>'
  ask .status POST /Groups "{\"displayName\":\"$1\",\"members\":[$2]}" \
    "{\"id\":\"$1\"}" >/dev/null
}
group g '{"value":"bob"}'
group h '{"value":"ann"},{"value":"bob"}'
people=$folder/people.db
cp "$db" "$people"

# ---- Operations, in few words

post() { # BULKID PATH '<data>'
  printf '{"method":"POST","path":"%s","bulkId":"%s","data":%s}' "$2" "$1" "$3"
}
new() { # BULKID NAME ['<more members>']
  post "$1" /Users "{\"userName\":\"$2\"${3:+,$3}}"
}
party() { # BULKID MEMBER…
  local id=$1 members
  shift
  members=$(printf ',{"value":"%s"}' "$@")
  post "$id" /Groups "{\"displayName\":\"$id\",\"members\":[${members#,}]}"
}
patch() { # PATH OP ATTRIBUTE ['<value>']
  printf '{"method":"PATCH","path":"%s","data":{"Operations":[{"op":"%s",
    "path":"%s"%s}]}}' "$1" "$2" "${3//\"/\\\"}" "${4:+,\"value\":$4}"
}
join_group() { patch "$1" add members "[{\"value\":\"$2\"}]"; } # PATH MEMBER
delete() { printf '{"method":"DELETE","path":"%s"}' "$1"; }
boss() { # BULKID or id: a manager as a member of a user
  printf '"%s":{"manager":{"value":"%s"}}' "$enterprise" "$1"
}

# ---- Both ways

# Every resource and every member, one a line.
stored="
  SELECT id || ' ' || type || ' ' || version || ' ' || doc FROM scim_resource
   UNION ALL
  SELECT g.id || ' has ' || m.value || ' ' || ifnull(m.type, 'nobody')
    FROM scim_member AS m
    JOIN scim_resource AS g ON g.resource = m.\"group\""

# one_by_one '<operations>' '<reply>': statements for the operations, without those
# that the reply refuses because of what they refer to.
one_by_one() {
  quick_jq -r --argjson operations "[$1]" '
    def text: if . == null then "NULL"
      else "\u0027" + gsub("\u0027"; "\u0027\u0027") + "\u0027" end;
    def plain: gsub("bulkId:"; "");
    .body.Operations | to_entries[] |
    select(.value.response.detail // "" | test("operation refers to") | not) |
    $operations[.key] |
    "SELECT scim_apply(\(.method | text), \(.path | plain | text), " +
    "\(if .data then .data | tostring | plain else null end | text), " +
    "\(if .bulkId then {id: .bulkId} | tostring else null end | text)) " +
    "->> \u0027status\u0027;"' <<<"$2"
}

# settings '<settings>': what the tenant wants from now on.
settings() {
  cp "$people" "$db"
  tenant "$1"
  cp "$db" "$people"
}

# alike "<sentence>" "<statuses>" '<operations>': those that are refused because
# of what they refer to are left out the other way.
alike() {
  local literals answer rest told together alone
  cp "$people" "$db"
  literals "{\"Operations\":[$3]}"
  query "SELECT scim_apply('POST', '/Bulk', $literals, NULL); $stored"
  reply=${answer%%$'\n'*} rest=${answer#*$'\n'}
  # The statuses, those that there are one by one, and what writes bulkIds for ids.
  mapfile -t told < <(quick_jq -r '.body.Operations |
    (map(.status) | join(" ")),
    (map(select(.response.detail // "" | test("operation refers to") | not) |
      .status) | join(" ")),
    (.[] | select(.bulkId and .location) |
      "s/\(.location | sub(".*/"; ""))/\(.bulkId)/g")' <<<"$reply")
  is "$1" "${told[0]}" "$2"
  together=${told[1]}$'\n'$(
    sed "$(printf '%s\n' "${told[@]:2}")" <<<"$rest" | sort)
  cp "$people" "$db"
  query "$(one_by_one "$3" "$reply") SELECT '--'; $stored"
  alone=${answer%%--$'\n'*}
  is "$1, with the outcome of one by one" "$together" \
    "$(echo $alone; sort <<<"${answer#*--$'\n'}")"
}
# The texts of the errors of the last request.
details() {
  quick_jq -r '[.body.Operations[] | .response.detail // "-"] | join("; ")' \
    <<<"$reply"
}
# none BULKID: what is said to an operation that refers to it in vain.
none() {
  echo "the operation refers to the bulkId '$1', which stands for no resource"
}
late="the operation refers to a resource that cannot be created before it"

# ---- What was sent first is done first

alike "a member who is added and removed is gone" "200 200 201" \
  "$(patch /Groups/g add members '[{"value":"bulkId:n"},{"value":"ann"}]'),
   $(patch /Groups/g remove 'members[value eq "ann"]'),$(new n new)"
alike "the second title wins" "200 200 201" \
  "$(patch /Users/ann replace "" "{\"title\":\"first\",$(boss bulkId:n)}" |
     sed 's/"path":"",//'),
   $(patch /Users/ann replace title '"second"'),$(new n new)"
alike "all members who are removed are gone" "200 200 201" \
  "$(join_group /Groups/g bulkId:n),$(patch /Groups/g remove members),
   $(new n new)"
alike "who is changed and then deleted was changed" "200 204 201" \
  "$(patch /Users/cyd replace "$enterprise:manager.value" '"bulkId:n"'),
   $(delete /Users/cyd),$(new n new)"
alike "the first of two with the same name gets it" "201 409 201" \
  "$(new a new "$(boss bulkId:n)"),$(new b new),$(new n boss)"
alike "so it does when nobody refers to the first" "400 201 409" \
  "$(join_group /Groups/g bulkId:b),$(new a new),$(new b new)"
is "and what refers to the second is told why it fails" "$(details)" \
  "$(none b); -; the value of 'userName' is that of another User"

# ---- Creates that come forward

alike "a chain of managers, the last one first" "201 201 201 201" \
  "$(new a a "$(boss bulkId:b)"),$(new b b "$(boss bulkId:c)"),
   $(new c c "$(boss bulkId:d)"),$(new d d)"
alike "a chain in the other order" "201 201 201" \
  "$(new a a),$(new b b "$(boss bulkId:a)"),$(new c c "$(boss bulkId:b)")"
alike "groups within groups" "201 201 201 201" \
  "$(party p bulkId:q bulkId:n),$(party q bulkId:r bulkId:n),$(party r ann),
   $(new n new)"
alike "a change of what is created earlier" "201 200 200 201" \
  "$(party p ann),$(join_group /Groups/bulkId:p bulkId:n),
   $(patch /Groups/bulkId:p remove 'members[value eq "ann"]'),$(new n new)"
alike "a reference within the path of a PATCH" "200 200 201" \
  "$(join_group /Groups/g bulkId:n),
   $(patch /Groups/g remove 'members[value eq "bulkId:n"]'),$(new n new)"
alike "two references within a path" "201 201 200 201" \
  "$(party p bulkId:n bulkId:m),$(new m m),$(patch /Groups/bulkId:p remove \
    'members[value eq "bulkId:n" or value eq "bulkId:m"]'),$(new n new)"
alike "a PUT with members to come" "200 200 201 201" \
  '{"method":"PUT","path":"/Groups/g","data":{"displayName":"put","members":[
     {"value":"bulkId:n"},{"value":"bulkId:m"}]}},
   '"$(patch /Groups/g replace displayName '"then"'),$(new m m),$(new n new)"
alike "a name in a group does not take a name" "201 201" \
  "$(post p /Groups '{"displayName":"new","members":[{"value":"bulkId:n",
     "display":"new"}]}'),$(new n new)"
alike "nor does the name of a manager" "200 201" \
  "$(patch /Users/ann replace "$enterprise:manager" \
     '{"value":"bulkId:n","displayName":"new"}'),$(new n new)"

# A change of what does not exist yet refers to its create like any other, so
# there is no order of single requests to compare it with.
cp "$people" "$db"
is "a change before its create comes after it" \
  "$(ask '[.body.Operations[].status] | join(" ")' POST /Bulk "{\"Operations\":[
     $(patch /Users/bulkId:n add title '"first"'),
     $(patch /Users/bulkId:n replace title '"second"'),$(new n new)]}")
$(sql "SELECT doc ->> 'title', version FROM scim_resource
        WHERE doc ->> 'userName' = 'new'")" "200 200 201
second|3"
is "a manager to come" \
  "$(ask '[.body.Operations[].status] | join(" ")' POST /Bulk "{\"Operations\":[
     $(patch /Users/ann add "$enterprise:manager" '"bulkId:n"'),
     $(new n newer)]}")" "200 201"
is "is there, and the reference leads to the new user" \
  "$(ask ".body[\"$enterprise\"].manager.\"\$ref\"" GET /Users/ann)" \
  "Users/$(sql "SELECT id FROM scim_resource
                 WHERE doc ->> 'userName' = 'newer'")"

# ---- Creates that may not pass what is before them

alike "a name is freed and given again" "204 201" \
  "$(delete /Users/bob),$(new n bob)"
alike "so it is when an operation before refers to the new one" "200 204 201" \
  "$(join_group /Groups/g bulkId:n),$(delete /Users/bob),$(new n bob)"
alike "by a change of the name" "201 200 201" \
  "$(party p bulkId:n),$(patch /Users/bob replace userName '"bobby"'),
   $(new n bob)"
alike "by a change without a path" "201 200 201" \
  "$(party p bulkId:n),$(patch /Users/bob replace path \
     '{"userName":"bobby"}' | sed 's/"path":"path",//'),$(new n BOB)"
alike "a name that is taken first is gone" "400 200 409" \
  "$(join_group /Groups/g bulkId:n),$(patch /Users/bob replace userName \
     '"new"'),$(new n new)"
alike "also when it is written in another way" "400 200 409" \
  "$(join_group /Groups/g bulkId:n),
   $(patch /Users/bob replace \
     urn:ietf:params:scim:schemas:core:2.0:User:userName '"NEW"'),$(new n new)"
alike "by a PUT" "400 200 409" "$(join_group /Groups/g bulkId:n),
   {\"method\":\"PUT\",\"path\":\"/Users/bob\",\"data\":{\"userName\":\"New\"}},
   $(new n new)"
alike "one name goes from hand to hand" "200 200 200 201" \
  "$(join_group /Groups/g bulkId:n),
   $(patch /Users/cyd replace userName '"carl"'),
   $(patch /Users/bob replace userName '"cyd"'),$(new n bob)"
# Who has a name may be somebody who is still to be created, or to be renamed.
alike "the name of one who comes and goes before is free" \
  "201 409 204 200 201" "$(new a new),$(new b new),$(delete /Users/bulkId:a),
   $(join_group /Groups/g bulkId:c),$(new c new)"
alike "also when all of them would come forward" "400 201 409 204 409 201" \
  "$(join_group /Groups/g bulkId:d),$(new a new),$(new b new),
   $(delete /Users/bulkId:a),$(new d bob "$(boss bulkId:c)"),$(new c new)"
alike "so is the name of one who is renamed twice" "400 200 409 200 409 201" \
  "$(join_group /Groups/g bulkId:d),
   $(patch /Users/cyd replace userName '"new"'),$(new b new),
   $(patch /Users/cyd replace userName '"carl"'),
   $(new d bob "$(boss bulkId:c)"),$(new c new)"
alike "who takes a name before it is freed does not get it" \
  "400 409 200 409" "$(join_group /Groups/g bulkId:n),
   $(patch /Users/ann replace userName '"bob"'),
   $(patch /Users/bob replace userName '"new"'),$(new n new)"
alike "a deleted member is not in a group that is made later" "200 204 201" \
  "$(join_group /Groups/g bulkId:p),$(delete /Users/cyd),$(party p cyd ann)"
alike "a deleted member is in no group that was made before" "201 204 201" \
  "$(party p cyd bulkId:n),$(delete /Users/cyd),$(new n new)"
alike "an operation that would have to be before and after is refused" \
  "409 204 201" "$(patch /Users/bob replace "$enterprise:manager.value" \
     '"bulkId:n"'),$(delete /Users/bob),$(new n bob)"
is "and told why" "$(details)" "$late; -; -"
alike "also when it takes the name itself" "409 201" \
  "$(patch /Users/ann replace path "{\"userName\":\"new\",$(boss bulkId:n)}" |
     sed 's/"path":"path",//'),$(new n new)"
is "and is told the same" "$(details)" "$late; -"

# What a group is wanted to be like holds back what would change it.
watched() { # '<version>' NAME: statuses, and the details of what is refused
  cp "$people" "$db"
  ask '[.body.Operations[].status] | join(" ")' POST /Bulk "{\"Operations\":[
    {\"version\":$1,$(join_group /Groups/h bulkId:n | tail -c +2),
    $(delete /Users/bob),$(new n "$2")]}"
  sql "SELECT detail FROM scim_log WHERE detail IS NOT NULL"
}
is "a deletion comes forward" "$(watched null bob)" "200 204 201"
is "but not past the version of a group that it would change" \
  "$(watched '"W/\"1\""' bob)" "409 204 201
$late"
is "which is the one that was sent when nothing comes forward" \
  "$(watched '"W/\"1\""' new; watched '"W/\"2\""' new)" \
  "200 204 201
412 204 201
the version is W/\"1\", not the one of If-Match"

# ---- Creates that fail

alike "who refers to a failure fails" "400 400" \
  "$(join_group /Groups/g bulkId:n),$(post n /Users '{"nickName":"none"}')"
is "and is told so" "$(details)" "$(none n); 'userName' is required"
alike "so does a group" "400 400" \
  "$(party p bulkId:n ann),$(post n /Users '{}')"
alike "and all of a chain" "400 400 400 400" \
  "$(party p bulkId:a),$(new a a "$(boss bulkId:b)"),
   $(new b b "$(boss bulkId:c)"),$(post c /Users '{}')"
alike "what refers to nothing goes on" "400 200 409 201" \
  "$(party p bulkId:n),$(patch /Users/ann add title '"boss"'),$(new n bob),
   $(new m m)"
alike "a change of a failure fails" "400 409 400" \
  "$(patch /Users/bulkId:n add title '"boss"'),$(new n bob),
   $(delete /Users/bulkId:n)"

# ---- Circles

alike "two who refer to each other" "201 201" \
  "$(new a a "$(boss bulkId:b)"),$(new b b "$(boss bulkId:a)")"
alike "three managers" "201 201 201" "$(new a a "$(boss bulkId:b)"),
   $(new b b "$(boss bulkId:c)"),$(new c c "$(boss bulkId:a)")"
alike "a circle and what leads to it" "200 201 201 200" \
  "$(join_group /Groups/g bulkId:a),$(new a a "$(boss bulkId:b)"),
   $(new b b "$(boss bulkId:a)"),$(join_group /Groups/h bulkId:b)"
alike "of a circle with a fault nothing is left" "400 400" \
  "$(new a a "$(boss bulkId:b)"),$(post b /Users "{$(boss bulkId:a)}")"
is "and the faulty one says what is wrong" "$(details)" \
  "$(none b); 'userName' is required"
alike "whichever it is" "400 400 400" \
  "$(post a /Users "{$(boss bulkId:b)}"),
   $(new b b "$(boss bulkId:c)"),$(new c c "$(boss bulkId:a)")"
alike "nor of one with two faults" "400 400 400" \
  "$(new a a "$(boss bulkId:b)"),$(post b /Users "{$(boss bulkId:c)}"),
   $(post c /Users "{$(boss bulkId:a)}")"
alike "nor of one that wants a name twice" "409 400 400" \
  "$(new a a "$(boss bulkId:c)"),$(new b new "$(boss bulkId:a)"),
   $(new c new "$(boss bulkId:b)")"
alike "a circle that fails leaves others alone" "400 400 201 201 400" \
  "$(new a a "$(boss bulkId:b)"),$(post b /Users "{$(boss bulkId:a)}"),
   $(new c c "$(boss bulkId:d)"),$(new d d "$(boss bulkId:c)"),
   $(join_group /Groups/g bulkId:b)"

# ---- failOnErrors

# limited "<sentence>" "<statuses>" LIMIT '<operations>' '<names>': how far a
# request comes, and which new names there are then.
limited() {
  cp "$people" "$db"
  is "$1" "$(ask '[.body.Operations[].status] | join(" ")' POST /Bulk \
    "{\"failOnErrors\":$3,\"Operations\":[$4]}")" "$2"
  is "$1: the rest is not done" "$(sql "
    SELECT group_concat(coalesce(doc ->> 'userName', doc ->> 'displayName'))
      FROM scim_resource WHERE id NOT IN ('ann', 'cyd', 'g', 'h')")" "$5"
}
limited "a failure counts in its place" "400 201 400" 2 \
  "$(join_group /Groups/g bulkId:n),$(new m m),$(post n /Users '{}'),
   $(new o o)" "bob,m"
limited "what refers to a failure may be the last" "400 400" 1 \
  "$(join_group /Groups/g bulkId:n),$(new m m),$(post n /Users '{}')" bob
limited "what is last brings nothing forward" "404" 1 \
  "$(join_group /Groups/none bulkId:n),$(new n new)" bob
limited "nor only a part" "400 400" 1 \
  "$(party p bulkId:n bulkId:m),$(new n new),$(post m /Users '{}')" bob
limited "nor another operation" "409" 1 \
  "$(join_group /Groups/g bulkId:n),$(delete /Users/bob),$(new n bob)" bob
limited "without a failure it is as ever" "200 201 201 201" 1 \
  "$(join_group /Groups/g bulkId:a),$(new a a "$(boss bulkId:b)"),
   $(new b b "$(boss bulkId:a)"),$(new n new)" "bob,b,a,new"
limited "nothing is left of a circle" "400 400" 1 \
  "$(new a a "$(boss bulkId:b)"),$(post b /Users "{$(boss bulkId:a)}")" bob
limited "0 is no limit" "400 400 201" 0 \
  "$(join_group /Groups/g bulkId:n),$(post n /Users '{}'),$(new m m)" "bob,m"

# ---- Values that a tenant wants to be unique, members that must exist

settings '{"unique_attributes":["Group.displayName"]}'
alike "a wanted value is freed and given again" "200 204 201" \
  "$(join_group /Groups/g bulkId:n),$(delete /Groups/h),
   $(post n /Groups '{"displayName":"h"}')"
alike "or is taken first" "400 200 409" \
  "$(join_group /Groups/g bulkId:n),
   $(patch /Groups/h replace displayName '"new"'),
   $(post n /Groups '{"displayName":"new"}')"
settings '{"dangling_references":"reject"}'
is "members to come, where members must exist" \
  "$(ask '[.body.Operations[].status] | join(" ")' POST /Bulk "{\"Operations\":[
     $(party p bulkId:n),$(join_group /Groups/g bulkId:n),$(new n new)]}")" \
  "201 200 201"
cp "$people" "$db"
alike "nobody's member is refused all the same" "400 400 400" \
  "$(party p bulkId:q),$(party q nobody),$(join_group /Groups/g bulkId:p)"

# ---- Large requests

# big '<jq program>': a request that jq writes, done within 700 MB.
big() {
  quick_jq -nc "$1" >"$folder/big.json"
  cp "$people" "$db"
  (ulimit -v 716800 && sql "SELECT group_concat(number || 'x' || status)
    FROM (SELECT count(*) AS number, value ->> 'status' AS status
            FROM json_each(scim_apply('POST', '/Bulk',
                   CAST(readfile('$folder/big.json') AS TEXT), NULL),
                   '$.body.Operations')
           GROUP BY 2)")
}
settings '{"max_values":4194304}'
[ -n "${SANITIZED:-}${VALGRIND:-}" ] && ulimit() { :; }
is "D5b: 270,000 references in one operation" "$(big '{Operations: [
    {method: "POST", path: "/Users", bulkId: "a", data: {userName: "a"}},
    {method: "POST", path: "/Users", bulkId: "b", data: {userName: "b",
     x: [range(270000) | "bulkId:a"]}}]}')" 2x201
is "forward too" "$(big '{Operations: [
    {method: "POST", path: "/Users", bulkId: "b", data: {userName: "b",
     x: [range(270000) | "bulkId:a"]}},
    {method: "POST", path: "/Users", bulkId: "a", data: {userName: "a"}}]}')" \
  2x201
is "as members" "$(big '{Operations: [
    {method: "POST", path: "/Groups", bulkId: "b", data: {displayName: "b",
     members: [range(100000) | {value: "bulkId:a"}]}},
    {method: "POST", path: "/Users", bulkId: "a", data: {userName: "a"}}]}')" \
  2x201
is "a chain of 1,000" "$(big '{Operations: [range(1000) |
    {method: "POST", path: "/Groups", bulkId: "g\(.)", data: {displayName: "g",
     members: (if . < 999 then [{value: "bulkId:g\(. + 1)"}] else [] end)}}]}')" \
  1000x201
# managers <jq of the userName>: users, each with the next one as manager.
managers() {
  big '{Operations: [range(1000) | {method: "POST", path: "/Users",
    bulkId: "u\(.)", data: {userName: ('"$1"'), "'"$enterprise"'": {
     manager: {value: "bulkId:u\((. + 1) % 1000)"}}}}]}'
}
is "a circle of 1,000" "$(managers '"m\(.)"')" 1000x201
is "a circle of 1,000 with a fault" \
  "$(managers 'if . < 999 then "m\(.)" else null end')" 1000x400
is "and nothing is left of it" "$(sql "SELECT count(*) FROM scim_resource
  WHERE doc ->> 'userName' LIKE 'm%'")" 0
sql "PRAGMA hard_heap_limit = 48000000" >/dev/null
is "a circle does not need the ids of all for each" "$(managers '"m\(.)"')" \
  1000x201
sql "PRAGMA hard_heap_limit = 0" >/dev/null
# Each would be planned behind all others that take the same name. What was done
# before is told, and stays.
is "a circle of 999 who want one name is planned so long, and no longer" "$(
  big '{Operations: ([{method: "POST", path: "/Users", bulkId: "first",
    data: {userName: "first"}}] + [range(999) | {method: "POST",
    path: "/Users", bulkId: "u\(.)", data: {userName: "m", "'"$enterprise"'": {
     manager: {value: "bulkId:u\((. + 1) % 999)"}}}}])}' | sed 's/[0-9]*x4/4/g')" 1x201,400,409,413
is "and of these nothing is done" "$(sql "SELECT group_concat(doc ->> 'userName')
  FROM scim_resource WHERE doc ->> 'userName' IN ('m', 'first')")" first
finish
