# What a request may cost at most, and what a client is told (README, "Limits").
# Everything is counted, so that nothing here depends on the time.

. tests/service/service.inc

# json EXPRESSION: the JSON that SQLite makes of it, with n from a table of
# numbers from 0 on.
json() {
  sql "WITH RECURSIVE numbers (n) AS (
         SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 99999)
       SELECT $1"
}
# rows COUNT EXPRESSION: a JSON array with one for each number.
rows() { printf '(SELECT json_group_array(json(%s)) FROM numbers WHERE n < %s)' "$2" "$1"; }
# says TARGET...: status, scimType and detail.
says() { ask '[.status, .body.scimType // empty, .body.detail // empty] |
  map(tostring) | join(" ")' "$@"; }
# apply_file: what apply does, with the body from a file, however long.
body_says() {
  printf '%s' "$3" >"$folder/body.json"
  look '[.status, .body.scimType // empty, .body.detail // empty] |
    map(tostring) | join(" ")' "$(sql "SELECT scim_apply($(literal "$1"),
      $(literal "$2"), readfile('$folder/body.json'), $(literal "${4:-}"))")"
}
over='compares values more than 5000000 times; it must be sent in several parts, or with simpler filters'

# ---- Comparisons

emails=$(json "json_object('userName', 'u', 'emails', $(rows 1000 \
  "json_object('value', n || '@example.com')"))")
is "a user has 1,000 e-mails" \
  "$(body_says POST /Users "$emails" '{"id":"u"}')" 201
patch=$(json "json_object('Operations', $(rows 4000 "json_object('op', 'remove',
  'path', 'emails[value eq \"a\" or value eq \"b\" or value eq \"c\"]')"))")
is "D5 a: operations x terms x values have a limit" \
  "$(body_says PATCH /Users/u "$patch")" "413 the request $over"
is "and nothing was done" "$(ask .body.meta.version GET /Users/u)" 'W/"1"'
few=$(json "json_object('Operations', $(rows 400 "json_object('op', 'remove',
  'path', 'emails[value eq \"a\" or value eq \"b\" or value eq \"c\"]')"))")
is "400 of them are within it" "$(body_says PATCH /Users/u "$few")" 200
bulk=$(json "json_object('Operations', $(rows 12 "json_object('method', 'PATCH',
  'path', '/Users/u', 'data', json($(literal "$few")))"))")
printf '%s' "$bulk" >"$folder/body.json"
is "a bulk request has one budget for all its parts" "$(
  sql "SELECT scim_apply('POST', '/Bulk', readfile('$folder/body.json'), NULL)" |
    jq -rc '[.status] + [.body.Operations[] | .status | tonumber] |
      group_by(.) | map([.[0], length]) | tostring')" "[[200,4],[413,9]]"
is "and each of them is logged" "$(sql "SELECT count(*) FROM scim_log
  WHERE status = 413")" 10
large=$(json "json_object('Operations', $(rows 900 "json_object('method',
  'PATCH', 'path', '/Users/u', 'data', json_object('Operations', json_array(
  json_object('op', 'replace', 'path', 'title', 'value', 't' || n))))"))")
printf '%s' "$large" >"$folder/body.json"
is "so do large documents that are written again and again" "$(
  sql "SELECT scim_apply('POST', '/Bulk', readfile('$folder/body.json'), NULL)" |
    jq -rc '[.body.Operations[].status] | unique | tostring')" '["200","413"]'

# Each of the operations says the type, so all values are looked at again: are two
# of them the same now? A few are compared, many are hashed.
for many in 10 20; do
  long=$(json "json_object('userName', 'v$many', 'emails', $(rows $many \
    "json_object('type', 't' || n, 'value', printf('%05d%.*c', n, 60000, 'x'))"))")
  patch=$(json "json_object('Operations', $(rows 2000 "json_object('op', 'replace',
    'path', 'emails[type eq \"t1\"].type', 'value', 't1')"))")
  is "$many long values are not gone through by each of 2,000 operations" \
    "$(body_says POST /Users "$long" "{\"id\":\"v$many\"}")
$(body_says PATCH /Users/v$many "$patch")" "201
413 the request $over"
done
gone=$(json "json_object('Operations', $(rows 2000 "json_object('op', 'remove',
  'path', 'emails', 'value', json_array(json_object('value', 'a')))"))")
is "nor are they by each that takes away a short one" \
  "$(body_says PATCH /Users/v20 "$gone")" "413 the request $over"

# Each takes more than a quarter of the budget: their trial fits, and would not
# a second time.
circle=$(json "json_object('Operations', (SELECT json_group_array(json_object(
  'method', 'POST', 'path', '/Users', 'bulkId', u, 'data', json_object(
    'userName', u, 'emails', json((SELECT json_group_array(json_object('value',
      n || replace(printf('%.29000c', 'x'), 'x', 'É'))) FROM numbers WHERE n < 25)),
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', json_object(
      'manager', json_object('value', 'bulkId:' || other)))))
  FROM (SELECT 'c1' AS u, 'c2' AS other UNION ALL SELECT 'c2', 'c1')))")
printf '%s' "$circle" >"$folder/body.json"
is "what was tried has paid: no part of a circle is left alone" "$(
  sql "SELECT scim_apply('POST', '/Bulk', readfile('$folder/body.json'), NULL)" |
    jq -rc '[.body.Operations[].status] | tostring')" '["201","201"]'

# ---- Members

group=$(json "json_object('displayName', 'g', 'members', $(rows 20000 \
  "json_object('value', 'm' || n)"))")
is "a group has 20,000 members" \
  "$(body_says POST /Groups "$group" '{"id":"g"}')" 201
sql "UPDATE scim_member SET display = value"
mixed=$(json "json_object('Operations', json_insert($(rows 500 \
  "json_object('op', 'add', 'path', 'members', 'value',
   json_array(json_object('value', 'n' || n)))"), '\$[#]', json_object('op',
   'remove', 'path', 'members[display ew \"7\"]')))")
is "D5 c: 500 adds and a filter on display" \
  "$(body_says PATCH /Groups/g "$mixed")" 204
is "are done" "$(sql "SELECT count(*) FROM scim_member")" 18500
is "and logged as what they are" "$(sql "SELECT json_array_length(member_add),
  json_array_length(member_drop) FROM scim_log WHERE status = 204")" "500|2000"

sql "INSERT INTO scim_resource (tenant, type, id, version, created, modified, doc)
     SELECT tenant, r.type, 'g' || value, 1, created, modified, doc
       FROM scim_resource AS r, json_each('[1,2,3,4]') WHERE r.id = 'g';
     WITH RECURSIVE numbers (n) AS (
       SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 45000)
     INSERT INTO scim_member (\"group\", value)
     SELECT resource, 'm' || n FROM scim_resource, numbers WHERE id GLOB 'g[1-4]'"
several='{"Operations":[{"method":"DELETE","path":"/Groups/g1"},{"method":"DELETE",
  "path":"/Groups/g2"},{"method":"DELETE","path":"/Groups/g3"},{"method":"DELETE",
  "path":"/Groups/g4"},{"method":"PUT","path":"/Users/nobody","data":{}}]}'
statuses='[.status] + [.body.Operations[] | .status | tonumber] | tostring'
is "a bulk request changes 80,000 rows, whatever it is that has them" \
  "$(ask "$statuses" POST /Bulk "$several" '{"dry_run":true}')" \
  "[200,204,204,413,413,413]"
is "the operations that are too many say so" \
  "$(ask '.body.Operations[2].response.detail' POST /Bulk "$several")" \
  "the operations before this one have changed more than 80000 rows; it must be sent in another request"
is "and are done by the next one" "$(ask "$statuses" POST /Bulk "$several") $(
  sql "SELECT group_concat(id, ' ') FROM scim_resource WHERE id GLOB 'g[1-4]'")" \
  "[200,404,404,204,204,413] "

# What refers to each other in a circle is made as a whole: the rows of the group,
# which is made first, are no reason to refuse the user whom it names.
sql "INSERT INTO scim_resource (tenant, type, id, version, created, modified, doc)
     SELECT tenant, type, 'g5', 1, created, modified, doc
       FROM scim_resource WHERE id = 'g';
     WITH RECURSIVE numbers (n) AS (
       SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 45000)
     INSERT INTO scim_member (\"group\", value)
     SELECT resource, 'm' || n FROM scim_resource, numbers WHERE id = 'g5'"
# circle [OPERATION]: the group is deleted, and another made in a circle.
circle() {
  printf '%s' "$(json "json_object('Operations', json_array(
    json_object('method', 'DELETE', 'path', '/Groups/g5'), $1
    json_object('method', 'POST', 'bulkId', 'u', 'path', '/Users', 'data',
      json_object('userName', 'u5', 'title', 'bulkId:p')),
    json_object('method', 'POST', 'bulkId', 'p', 'path', '/Groups', 'data',
      json_object('displayName', 'p', 'members', json_insert($(rows 40000 \
        "json_object('value', 'm' || n)"), '\$[#]',
        json_object('value', 'bulkId:u')))),
    json_object('method', 'PUT', 'path', '/Users/nobody', 'data', json('{}'))))"
  )" >"$folder/body.json"
  look "$statuses" "$(sql "SELECT scim_apply('POST', '/Bulk',
    readfile('$folder/body.json'), '{\"dry_run\":true}')")"
}
is "of a circle all is done, however many rows it has, and nothing after it" \
  "$(circle)" "[200,204,201,201,413]"
is "or nothing, where there were too many before it" "$(circle "json_object(
  'method', 'POST', 'bulkId', 'q', 'path', '/Groups', 'data',
    json_object('displayName', 'q', 'members', $(rows 36000 \
      "json_object('value', 'm' || n)"))),")" \
  "[200,204,201,413,413,413]"

# ---- Values

long=$(printf '%65536d' 1)
is "a text of 64 KiB is taken" \
  "$(body_says POST /Users "{\"userName\":\"v\",\"title\":\"$long\"}" \
    '{"id":"v"}')" 201
is "D5 b: one byte more is not" \
  "$(body_says PATCH /Users/v "{\"Operations\":[{\"op\":\"add\",
    \"path\":\"title\",\"value\":\"x$long\"}]}")" \
  "400 invalidValue the value of 'title' has more than 65536 bytes"
is "nor in a list" \
  "$(body_says PUT /Users/v "{\"userName\":\"v\",\"emails\":[
    {\"value\":\"x$long\"}]}")" \
  "400 invalidValue the value of 'emails.value' has more than 65536 bytes"
is "binary may be longer" \
  "$(body_says PATCH /Users/v "{\"Operations\":[{\"op\":\"add\",
    \"path\":\"x509Certificates\",\"value\":[{\"value\":\"${long// /A}AAAA\"}]}]}")" 200
sql "UPDATE scim_resource SET doc = json_set(doc, '\$.title', 'x' || '$long')
  WHERE id = 'v'"
is "what is stored and longer can be read" \
  "$(ask '.body.title | length' GET /Users/v)" 65537
is "stays when something else changes" \
  "$(body_says PATCH /Users/v '{"Operations":[{"op":"add","path":"nickName",
    "value":"v"}]}') $(ask '.body.title | length' GET /Users/v)" "200 65537"
is "and can be removed" "$(body_says PATCH /Users/v '{"Operations":[
  {"op":"remove","path":"title"}]}')" 200

# ---- Bodies

values=$(json "json_object('userName', 'w', 'x', $(rows 49999 "'{}'"), 'y',
  $(rows 49999 "'[]'"))")
is "a body has 200,000 values" \
  "$(body_says POST /Users "$values" '{"id":"w"}')" 201
is "one more is 413" "$(body_says POST /Users "${values%\}},\"z\":1}")" \
  "413 the request body has more than 200000 JSON values; it must be sent in several parts"
is "what is in strings does not count" "$(
  body_says POST /Users "{\"userName\":\"s\",\"x\":\"${values//\"/\\\"}\"}")" 201
tenant '{"max_values":9}'
is "max_values may be less" "$(body_says POST /Users \
  '{"userName":"x","x":[1,2,3,4,5,6,7]}')" \
  "413 the request body has more than 9 JSON values; it must be sent in several parts"
is "as many are taken" "$(body_says POST /Users \
  '{"userName":"x","x":[1,2,3,4,5,6]}')" 201
tenant '{}'

# ---- Groups of a user

sql "WITH RECURSIVE numbers (n) AS (
       SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2999)
     INSERT INTO scim_resource (tenant, type, id, version, created, modified,
            doc)
     SELECT 'default', 'Group', 'd' || n, 1, '2026-01-01T00:00:00.000Z',
            '2026-01-01T00:00:00.000Z', '{\"displayName\":\"d\"}'
       FROM numbers;
     INSERT INTO scim_member (\"group\", value)
     SELECT resource, 'v' FROM scim_resource WHERE length(id) < 9 AND id GLOB 'd*';
     INSERT INTO scim_member (\"group\", value, source)
     SELECT resource, 'v', 'manual' FROM scim_resource WHERE length(id) < 9
        AND id GLOB 'd1*'"
is "D14: who is in 3,000 groups is in each once" \
  "$(ask '[.body.groups[].value] | [length, (unique | length)] | tostring' \
    GET /Users/v)" "[3000,3000]"

# ---- Times

at() { printf '{"now":"%s"}' "$1"; }
put='{"userName":"t","title":"%s"}'
apply POST /Users '{"userName":"t"}' '{"id":"t","now":"2026-01-02T00:00:00Z"}' \
  >/dev/null
apply POST /Groups '{"displayName":"t","members":[{"value":"t"}]}' \
  '{"id":"tg","now":"2026-01-02T00:00:00Z"}' >/dev/null
times='[.status, .body.meta.created, .body.meta.lastModified] | join(" ")'
is "D16: the clock goes back a day, lastModified goes on" "$(ask "$times" PUT \
  /Users/t "$(printf "$put" a)" "$(at 2026-01-01T00:00:00Z)")" \
  "200 2026-01-02T00:00:00.000Z 2026-01-02T00:00:00.001Z"
is "it goes on when the clock has caught up" "$(ask "$times" PUT \
  /Users/t "$(printf "$put" b)" "$(at 2026-01-02T00:00:01Z)")" \
  "200 2026-01-02T00:00:00.000Z 2026-01-02T00:00:01.000Z"
is "the group of one who is deleted does not go back" "$(
  apply DELETE /Users/t '' "$(at 2026-01-01T00:00:00Z)" >/dev/null
  ask "$times" GET /Groups/tg)" \
  "200 2026-01-02T00:00:00.000Z 2026-01-02T00:00:01.001Z"
is "the log has the same times, and the past is found by them" "$(
  sql "SELECT group_concat(substr(time, 9, 15), ' ')
         FROM (SELECT time FROM scim_log WHERE id = 't' ORDER BY seq);
       SELECT doc ->> 'title' FROM scim_as_of('User', '2026-01-02T00:00:00.001Z')
        WHERE id = 't'")" \
  "02T00:00:00.000 02T00:00:00.001 02T00:00:01.000 02T00:00:01.001
a"

# ---- Groups above a group

# Groups deep1 to deep2000, each in the one that follows. A member that comes to the
# first must be none of the others.
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)
  SELECT count(scim_apply('POST', '/Groups', json_object('displayName', 'deep' || i,
    'members', json_array(json_object('value', 'deep' || (i - 1)))),
    json_object('id', 'deep' || i))) FROM n" >/dev/null
# joins MEMBER: what becomes of a hundred PATCHes that add one to the first.
joins() {
  json "json_object('Operations', $(rows 100 "json_object('method', 'PATCH',
    'path', '/Groups/deep1', 'data', json_object('Operations', json_array(
      json_object('op', 'add', 'path', 'members', 'value',
        json_array(json_object('value', $1))))))"))" >"$folder/body.json"
  sql "SELECT scim_apply('POST', '/Bulk', readfile('$folder/body.json'), NULL)" |
    jq -rc '[.body.Operations[].status | tonumber] | group_by(.) |
      map([.[0], length]) | tostring'
}
is "one who joins a group that lies deep is no matter" \
  "$(says PATCH /Groups/deep1 '{"Operations":[{"op":"add","path":"members",
    "value":[{"value":"first"}]}]}')" 200
is "but that a hundred do is, by the groups above" "$(joins "'p' || n")" \
  "[[200,78],[413,22]]"
is "and so is a circle that is refused again and again" \
  "$(joins "'deep2000'")" "[[400,30],[413,70]]"

# Names of 60,000 letters are 30,000 steps each to be folded.
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  SELECT count(scim_apply('POST', '/Users', json_object('userName', 'long' || i,
    'displayName', replace(hex(zeroblob(30000)), '0', 'A'))) ->> 'status') FROM n;
  UPDATE scim_schema SET definition = definition || ' ' WHERE id LIKE '%:Group';
  UPDATE scim_schema SET definition = definition || ' ' WHERE id LIKE '%:User'" \
  >/dev/null
is "the indexes that a write builds anew are not its work" \
  "$(says POST /Users '{"userName":"next"}')
$(sql "SELECT count(*) FROM scim_index WHERE NOT built")" "201
0"

finish
