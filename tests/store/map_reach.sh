#!/bin/bash
# How many rows a change of members may bring to a table of members, where a map
# counts those in nested groups (README, "Limits"): max_joined.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc
. tests/store/map.lib

over() {
  printf "413 this might bring more than %s rows (max_joined) to maps that count those in nested groups, here to '%s'; fewer must join at once" "$1" "${2:-tag}"
}
# says METHOD TARGET [BODY [OPTIONS]]: status and detail.
says() { ask '[.status, .body.detail // empty] | join(" ")' "$@"; }
# ids PREFIX FROM TO: members of these ids, as JSON.
ids() {
  sql "WITH RECURSIVE n (i) AS (SELECT $2 UNION ALL SELECT i + 1 FROM n WHERE i < $3)
    SELECT json_group_array(json_object('value', '$1' || i)) FROM n"
}
# put, add, remove GROUP MEMBERS
put() { says PUT "/Groups/$1" "{\"displayName\":\"$1\",\"members\":$2}"; }
add() {
  says PATCH "/Groups/$1" "{\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":$2}]}"
}
remove() {
  says PATCH "/Groups/$1" "{\"Operations\":[{\"op\":\"remove\",\"path\":\"members\",\"value\":$2}]}"
}
make() { says POST /Groups "{\"displayName\":\"$1\",\"members\":${2:-[]}}" "{\"id\":\"$1\"${3:-}}"; }
# rows GROUP...: how many each has.
rows() {
  local group
  for group; do
    sql "SELECT count(*) FROM lt JOIN tag ON tag.id = lt.tag WHERE name = '$group'"
  done | tr '\n' ' '
}
tag() {
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",\"deleted\":\"delete\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},$members,\"nested\":\"${1:-effective}\"}}"
}

sql "$tables; CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE lt (tag INTEGER, learner INTEGER, PRIMARY KEY (tag, learner))"
map learner "{$learner,\"columns\":{\"upn\":{\"from\":\"userName\"}}}"
tag
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40)
  SELECT count(scim_apply('POST', '/Users', json_object('userName', 'u' || i),
    json_object('id', 'u' || i))) FROM n" >/dev/null
tenant '{"max_joined":20}'
team=$(ids u 1 10)

# ---- What comes

make top >/dev/null; make mid '[]' >/dev/null; make low '[]' >/dev/null
add top '[{"value":"mid"}]' >/dev/null; add mid '[{"value":"low"}]' >/dev/null
is "as many as the limit may join a group" "$(make flat "$(ids u 1 20)")" 201
is "one more may not" "$(make more "$(ids u 1 21)")" "$(over 20)"
is "where a group lies in two others each counts thrice" \
  "$(add low "$(ids u 1 7)")" "$(over 20)"
is "of this nothing is done" "$(rows top mid low; sql "
  SELECT count(*) FROM scim_member AS m JOIN scim_resource AS r
      ON r.resource = m.\"group\" WHERE r.id = 'low'")" "0 0 0 0"
is "but the log tells of it" "$(sql "SELECT status, action FROM scim_log
  ORDER BY seq DESC LIMIT 1")" "413|"
is "six may" "$(add low "$(ids u 1 6)"; rows top mid low)" "200
6 6 6 "
is "who is in a group that joins counts as well" \
  "$(make team "$team"; add low '[{"value":"team"}]')" "201
$(over 20)"
is "in one above it there is room" "$(add mid '[{"value":"team"}]'
  rows top mid low)" "200
10 10 6 "
is "a new group takes those along who are in its members" \
  "$(make all '[{"value":"team"},{"value":"flat"}]'
    make two "[{\"value\":\"team\"},{\"value\":\"u21\"},{\"value\":\"u22\"}]"
    rows all two)" "201
201
20 12 "
is "with one too many it is refused" \
  "$(make three '[{"value":"flat"},{"value":"u40"}]')" "$(over 20)"
is "a dry run is told the same" \
  "$(make three '[{"value":"flat"},{"value":"u40"}]' ',"dry_run":true')" \
  "$(over 20)"
is "each part of a bulk request has the limit by itself" "$(
  part() { printf '{"method":"PATCH","path":"/Groups/low","data":{"Operations":[{"op":"add","path":"members","value":%s}]}}' "$1"; }
  ask '[.body.Operations[].status] | join(" ")' POST /Bulk \
    "{\"Operations\":[$(part "$(ids u 11 16)"),$(part "$(ids u 21 27)"),$(part "$(ids u 31 36)")]}"
  rows low)" "200 413 200
18 "
# Whoever is there does not join by another name.
named() {
  sql "SELECT json_group_array(json_object('value', value, 'display', $1))
         FROM scim_member JOIN scim_resource ON resource = \"group\"
        WHERE id = 'low'"
}
taken="tag = (SELECT key FROM scim_link WHERE id = 'low')
  AND learner = (SELECT key FROM scim_link WHERE id = 'u1')"
sql "CREATE TABLE aside AS SELECT * FROM lt WHERE $taken; DELETE FROM lt WHERE $taken"
is "names of 18 members who are there are no rows that come" "$(
  add low "$(named "'N'")"; sql "SELECT count(display) FROM scim_member"
  add low "$(named "'O'")"; put low "$(named NULL)"
  sql "SELECT count(display) FROM scim_member"; rows top mid low)" "200
18
200
200
0
22 22 17 "
sql "INSERT INTO lt SELECT * FROM aside"

# ---- What goes

is "a PUT is refused for those who come, not for those who go" "$(
  put low "$(ids u 34 40)"; put low "$(ids u 35 40)"; rows top mid low)" "200
200
16 16 6 "
is "and where too many come nobody goes" "$(put low "$(ids u 1 7)"; rows low)" \
  "$(over 20)
6 "
tenant '{"max_joined":1}'
is "who goes always goes: by PATCH" "$(remove mid '[{"value":"team"}]'
  rows top mid low)" "200
6 6 6 "
is "by PUT" "$(put low '[]'; rows top mid low)" "200
0 0 0 "
is "by DELETE" "$(gone /Groups/team; rows all two)" "204
20 2 "
is "a deletion of a user too" "$(gone /Users/u21; rows two)" "204
1 "

# ---- What has no limit

is "a change that adds nobody" \
  "$(says PATCH /Groups/flat '{"Operations":[{"op":"replace","path":"displayName","value":"even"}]}')" 200
is "a map that counts direct members" "$(
  tag direct; add low "$(ids u 1 12)"; rows top mid low)" "200
0 0 12 "
is "SQL that switches a map, which is no request" "$(
  tag; rows top mid low even)" "12 12 12 20 "

# ---- A group that gets its row later

is "whose group gets a row only now, they count" "$(
  sql "SELECT scim_map_switch('tag', 'off'); SELECT scim_map_drop('tag')" >/dev/null
  tenant '{"max_joined":20}'
  sql "DELETE FROM lt; DELETE FROM tag; INSERT INTO tag (name) VALUES ('found')"
  map tag "{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",\"none\":\"ignore\",
    \"match\":[\"name\"],\"columns\":{\"name\":{\"from\":\"displayName\"}},
    $members,\"nested\":\"effective\"}}"
  make late "$(ids u 22 30)"
  add late '[{"value":"low"}]' # 20 and 12: neither has a row
  rename='{"Operations":[{"op":"replace","path":"displayName","value":"found"}]}'
  says PATCH /Groups/late "$rename"
  remove late "$(ids u 30 30)"; says PATCH /Groups/late "$rename"
  rows found)" "201
200
$(over 20)
200
200
20 "

# ---- Who brings no row

is "strangers bring none, however many they are" "$(make odd "$(ids nobody 1 25)")" 201
is "nor does a group with none, nor who is in it" "$(
  make unknown "$(ids u 1 25)"; add late '[{"value":"unknown"}]')" \
  "201
$(over 20)"
is "whose group has one, but lies in groups without" "$(
  make outer '[{"value":"late"}]'; add outer "$(ids u 1 25)")" "201
200"

# ---- All that is asked of one request

# Each of these would count nearly as far as the limit: it has a budget for that.
sql "SELECT scim_map_switch('tag', 'off'); SELECT scim_map_drop('tag')" >/dev/null
tag
tenant '{"max_joined":100000}'
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 60000)
  INSERT INTO scim_member (\"group\", value) SELECT resource, 'x' || i
    FROM n, scim_resource WHERE id = 'flat'"
is "a bulk request may not count again and again" "$(
  sql "SELECT scim_apply('POST', '/Bulk', json_object('Operations', (
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9)
      SELECT json_group_array(json_object('method', 'POST', 'path', '/Groups',
        'bulkId', 'b' || i, 'data', json_object('displayName', 'b' || i, 'members',
          json_array(json_object('value', 'flat'))))) FROM n)))" |
    jq -rc '[.body.Operations[].status | tonumber] | group_by(.) |
      map([.[0], length]) | tostring')" "[[201,3],[413,6]]"

is "but one that is raised holds for one of them" "$(
  tenant '{"max_joined":1000000}'
  sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 170000)
    INSERT OR IGNORE INTO scim_member (\"group\", value) SELECT resource, 'x' || i
      FROM n, scim_resource WHERE id = 'flat'"
  make whole '[{"value":"flat"}]')" 201

finish
