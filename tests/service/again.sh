#!/bin/bash
# A request that is sent again is answered as the first time and done once: each
# method, failures, parts of a bulk request, tokens of clients; also when it comes
# late, or has not been done.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
digits() { printf '%064d' "$1"; }
sql "SELECT scim_init('{\"replicated\":true,\"now\":\"2026-01-01\",
  \"cursor_key\":\"$(digits 1)\"}')" >/dev/null

# send METHOD TARGET BODY OPTIONS [REST]: what an expression says of the reply.
send() {
  sql "SELECT r ->> '\$.status' || ' ' || coalesce(r ->> '\$.headers.ETag', '') ||
      ' ' || coalesce(r ->> '\$.body.detail', r ->> '\$.body.userName', '')
    FROM (SELECT scim_apply($(literal "$1"), $(literal "$2"), $(literal "$3"),
      $(literal "{\"now\":\"2026-02-0$5\",$4}")) AS r)"
}
# what is there, but for the log.
state() {
  sql "SELECT count(*), max(seq) FROM scim_log; SELECT id, version, doc
    FROM scim_resource ORDER BY id; SELECT * FROM scim_outbox"
}
# once SENTENCE WANT METHOD TARGET BODY OPTIONS DAY: sent, and sent twice more.
once() {
  local first second before
  first=$(send "$3" "$4" "$5" "$6" "$7")
  before=$(state)
  second=$(send "$3" "$4" "$5" "$6,\"again\":true" "$7"
    send "$3" "$4" "$5" "$6,\"again\":true" "$7")
  is "$1" "$first
$second
$(state | diff <(echo "$before") -)" "$2
$2
$2
"
}
sql "INSERT INTO scim_rule (event, type, kind, once)
  VALUES ('created', 'User', 'hi', 0), ('updated', 'User', 'new', 0)" >/dev/null
add='{"Operations":[{"op":"add","path":"title","value":"x"}]}'

once "POST" '201 W/"1" ann' POST /Users '{"userName":"ann"}' '"id":"ann"' 1
once "POST of a name that is taken" \
  "409  the value of 'userName' is that of another User" \
  POST /Users '{"userName":"ann"}' '"id":"bob"' 1
once "PATCH, whose If-Match is of before" '200 W/"2" ann' PATCH /Users/ann "$add" \
  '"id":"r1","if_match":"W/\"1\""' 2
once "PATCH that finds what it renames no more" '200 W/"3" ann' PATCH /Users/ann \
  '{"Operations":[{"op":"add","path":"emails[value eq \"a@x\"].value",
    "value":"b@x"}]}' '"id":"r2"' 3
is "which has made one address" "$(sql "SELECT doc ->> '\$.emails'
  FROM scim_resource WHERE id = 'ann'")" '[{"value":"b@x"}]'
once "PATCH that removes, and finds nothing then" '200 W/"4" ann' PATCH /Users/ann \
  '{"Operations":[{"op":"remove","path":"emails[value eq \"b@x\"]"}]}' \
  '"id":"r3"' 4
once "PATCH that changes nothing" '200 W/"4" ann' PATCH /Users/ann "$add" \
  '"id":"r4"' 5
once "PATCH that is wrong" "400  a PATCH must have Operations, an array" \
  PATCH /Users/ann '{}' '"id":"r5"' 5
once "PUT" '200 W/"5" ann' PUT /Users/ann '{"userName":"ann","title":"y"}' \
  '"id":"r7","if_match":"W/\"4\""' 6
once "PUT of nobody" "404  there is no User 'none'" PUT /Users/none \
  '{"userName":"no"}' '"id":"r8"' 6
once "a place that is none" "404  there is no endpoint '/Nowhere'" POST /Nowhere \
  '{}' '"id":"r9"' 6
once "DELETE" '204  ' DELETE /Users/ann '' '"id":"r10"' 7
once "DELETE of nobody" "404  there is no User 'ann'" DELETE /Users/ann '' \
  '"id":"r11"' 7
is "a POST that comes late, when what it made is gone, makes nothing" \
  "$(send POST /Users '{"userName":"ann"}' '"id":"ann","again":true' 1
  sql "SELECT count(*) FROM scim_resource WHERE id = 'ann'")" \
  "404  what the request made or changed was deleted since
0"
is "a PATCH that comes late is not done over a later one" "$(
  send POST /Users '{"userName":"cy"}' '"id":"cy"' 1
  send PATCH /Users/cy "$add" '"id":"c1"' 2
  send PATCH /Users/cy "${add/'"x"'/'"z"'}" '"id":"c2"' 3
  send PATCH /Users/cy "$add" '"id":"c1","again":true' 2
  sql "SELECT doc ->> '\$.title' FROM scim_resource WHERE id = 'cy'")" \
  '201 W/"1" cy
200 W/"2" cy
200 W/"3" cy
200 W/"3" cy
z'
is "what has not been done is done" \
  "$(send POST /Users '{"userName":"di"}' '"id":"di","again":true' 8
  send PATCH /Users/di "$add" '"id":"d1","again":true' 8
  send DELETE /Users/di '' '"id":"d2","again":true' 8)" '201 W/"1" di
200 W/"2" di
204  '
is "two of the same moment are told apart by their names" \
  "$(send PATCH /Users/cy "$add" '"id":"e1","again":true' 8
  send PATCH /Users/cy "${add/title/nickName}" '"id":"e2","again":true' 8)" \
  '200 W/"4" cy
200 W/"5" cy'
is "a clock that was behind does not hide it" \
  "$(send PATCH /Users/cy "${add/'"x"'/'"w"'}" '"id":"e3","again":true' 1
  send PATCH /Users/cy "${add/'"x"'/'"w"'}" '"id":"e3","again":true' 1)" \
  '200 W/"6" cy
200 W/"6" cy'
is "what another request of its name has done is not done" \
  "$(send PATCH /Users/cy "$add" '"id":"f1"' 8
  send PATCH /Users/di "$add" '"id":"f1","again":true' 8
  send PUT /Users/cy '{"userName":"cy"}' '"id":"f1","again":true' 8
  send PATCH /Users/cy "$add" '"id":"f1","again":true' 8)" \
  "200 W/\"7\" cy
404  there is no User 'di'
200 W/\"8\" cy
200 W/\"8\" cy"
is "it is found by its name, however much came since" \
  "$(sql "EXPLAIN QUERY PLAN SELECT seq FROM scim_log WHERE request = 'r' AND
    +tenant = 'default' AND +time >= ''" | sed 's/.*SEARCH/SEARCH/;$!d')" \
  'SEARCH scim_log USING INDEX scim_log_request (request=?)'
sql "UPDATE scim_tenant SET settings = '{\"patch_reply\":\"204\",
  \"rehire\":\"revive\"}'" >/dev/null
once "a PATCH whose reply is empty" '204 W/"9" ' PATCH /Users/cy "$add" \
  '"id":"e4"' 8
once "somebody who comes back under his id of before" '201 W/"6" ann' POST /Users \
  '{"userName":"ann"}' '"id":"back"' 8

# ---- Who is held by the breaker

sql "SELECT scim_token('default', 'idp', '{\"now\":\"2026-01-01\",
    \"digest\":\"$(digits 7)\"}');
  UPDATE scim_tenant SET settings = json_set(settings,
    '\$.breaker', json('{\"deactivations\":1}'))" >/dev/null
held() { # <options>: a deletion by the token, which is one too many
  sql "SELECT scim_apply('DELETE', '/Users/di', NULL, '{\"now\":\"2026-02-09T00:10:00Z\",
    \"authorization\":\"Bearer -\",\"token_digest\":\"$(digits 7)\",
    \"id\":\"held\"$1}')"
}
for name in ed flo di; do
  send POST /Users "{\"userName\":\"$name\"}" "\"id\":\"$name\"" 9 >/dev/null
done
for name in ed flo; do
  send DELETE "/Users/$name" '' "\"authorization\":\"Bearer -\",\"id\":\"$name 2\",
    \"token_digest\":\"$(digits 7)\"" 9 >/dev/null
done
first=$(held)
is "a deletion that is held is told so again, and when to come again" "$(
  echo "$first" | grep -c '"Retry-After":"[0-9]*"'
  held ',"again":true' | diff <(echo "$first") -)" 1

# ---- Bulk requests

bulk='{"Operations":[
  {"method":"POST","path":"/Users","bulkId":"u","data":{"userName":"eve"}},
  {"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"G",
    "members":[{"value":"bulkId:u"}]}},
  {"method":"PATCH","path":"/Users/cy","data":'"${add/'"x"'/'"v"'}"'},
  {"method":"POST","path":"/Users","bulkId":"n","data":{"userName":"ANN"}},
  {"method":"DELETE","path":"/Users/none"}]}'
reply() {
  sql "SELECT scim_apply('POST', '/Bulk', $(literal "$bulk"),
    '{\"now\":\"2026-03-01\",\"id\":\"bulk\"$1}')"
}
first=$(reply)
before=$(state)
again=$(reply ',"again":true')
is "a bulk request, part by part" "$(sql "SELECT group_concat(value ->> 'status')
  FROM json_each($(literal "$again"), '\$.body.Operations')")
$(diff <(echo "$first") <(echo "$again"))$(state | diff <(echo "$before") -)" \
  "201,201,204,409,404
"
is "ids follow from that of the request, and are not the same" "$(sql "
  SELECT count(DISTINCT id), min(id GLOB '*-*-8*-*-*') FROM scim_log
   WHERE time >= '2026-03' AND action = 'create'")" "2|1"

# ---- Tokens of clients

sql "SELECT scim_client('default', 'c', '{\"now\":\"2026-01-01\",\"id\":\"client\",
  \"random\":\"$(digits 3)\"}')" >"$folder/client"
secret=$(sed 's/.*"client_secret":"\([^"]*\)".*/\1/' "$folder/client")
grant() {
  sql "SELECT scim_apply('POST', '/oauth/token', 'grant_type=client_credentials&client_id=client&client_secret=$secret',
    '{\"now\":\"2026-03-0$1\",\"id\":\"o\",\"authorization\":\"\",
      \"digest\":\"$(digits 4)\"$2}') -> 'body'"
}
is "a request for a token makes one, and tells its digest" \
  "$(grant 1; grant 1 ',"again":true'; grant 1 ',"again":true'
  sql "SELECT count(*) FROM scim_token WHERE kind = 'access';
    SELECT count(*) FROM scim_log WHERE target = '/oauth/token'")" \
  "$(for _ in 1 2 3; do
    printf '{"access_token":"%s","token_type":"Bearer","expires_in":3600,"scope":"read write"}\n' \
      "$(digits 4)"; done)
1
1"

# ---- What is refused

is "it needs a name" "$(send DELETE /Users/cy '' '"again":true' 9)" \
  "400  the option 'again' is without the option 'id'"
sql "SELECT scim_init('{\"replicated\":false}')" >/dev/null
is "it is for a database that is replicated" \
  "$(send DELETE /Users/cy '' '"again":true,"id":"z"' 9)" \
  "Error: stepping, the option 'again' is for a database that is replicated"
is "which alone keeps names" "$(send DELETE /Users/cy '' '"id":"z"' 9
  sql "SELECT count(*) FROM scim_log WHERE request = 'z'")" "204  
0"
finish
