#!/bin/bash
# Dry runs: a request that is carried out, tells what it has changed, and is
# undone, application and all.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

URN=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
dry='"dry_run":true'
# Everything that is in the file, with sequences.
digest() { dump | md5sum; }
# change METHOD TARGET BODY [OPTION]: what a dry run says of it.
change() { ask .change "$1" "$2" "$3" "{$dry${4:+,$4}}"; }
# done_so METHOD TARGET BODY OPTION: the request tried and then done; prints
# the action and what differs between the two, or between the change and the
# log.
done_so() {
  local tried real
  tried=$(apply "$1" "$2" "$3" "{$dry,$4}")
  real=$(apply "$1" "$2" "$3" "{$4}")
  sql "SELECT t ->> '\$.change.action',
      iif(json_remove(t, '\$.change') = json(r), NULL, 'another reply ' || r),
      iif((t -> '\$.change.before') IS json(before), NULL, 'before'),
      iif((t -> '\$.change.after') IS json(after), NULL, 'after'),
      iif((t -> '\$.change.member_add') IS json(member_add), NULL, 'add'),
      iif((t -> '\$.change.member_drop') IS json(member_drop), NULL, 'drop'),
      iif((t -> '\$.change.groups_left') IS json(groups_left), NULL, 'left'),
      iif((t ->> '\$.change.action') = coalesce(action, 'none'), NULL, action)
    FROM (SELECT $(literal "$tried") AS t, $(literal "$real") AS r), scim_log
   ORDER BY seq DESC LIMIT 1" | tr -s '|' ' '
}

# ---- An application

sql "
  CREATE TABLE learner (id INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT,
    email TEXT UNIQUE, upn TEXT, boss INTEGER, status TEXT) STRICT;
  CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT) STRICT;
  CREATE TABLE learner_tag (learner INTEGER, tag INTEGER) STRICT;
  CREATE TABLE audit (what TEXT);
  INSERT INTO learner VALUES (7, 'default', 'ann@x.no', 'old', NULL, 'active');
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"tenant\":\"customer\",\"columns\":{
      \"email\":{\"from\":\"emails.value\"},\"upn\":{\"from\":\"userName\"},
      \"boss\":{\"from\":\"$URN:manager.value\",\"as\":\"key\"},
      \"status\":{\"active\":\"active\",\"inactive\":\"gone\"}},
    \"match\":[\"email\"],\"none\":\"create\",\"many\":\"review\",
    \"deleted\":\"inactive\"}');
  SELECT scim_map('tag', '{\"type\":\"Group\",\"table\":\"tag\",\"key\":\"id\",
    \"columns\":{\"name\":{\"from\":\"displayName\"}},\"none\":\"create\",
    \"deleted\":\"delete\",\"members\":{\"table\":\"learner_tag\",
      \"group\":\"tag\",\"member\":\"learner\",\"of\":\"learner\"}}');
  SELECT scim_map_switch('learner', 'on'), scim_map_switch('tag', 'on');
  CREATE TRIGGER audited AFTER INSERT ON scim_log
  BEGIN INSERT INTO audit VALUES (NEW.target); END;
  INSERT INTO scim_rule (rule, event, kind)
  VALUES ('hello', 'created', 'hello')" >/dev/null

# ---- What is told

ann='{"userName":"ann","emails":[{"value":"ann@x.no"}]}'
is "a row that becomes the user's is told with what it has and what it is to be" \
  "$(change POST /Users "$ann" '"id":"ann"' | sorted_jq .maps)" \
'[{"action":"update","columns":{"upn":{"have":"old","want":"ann"}},'\
'"id":"ann","key":7,"map":"learner","table":"learner"}]'
is "a create is as it is done" "$(done_so POST /Users "$ann" \
  '"id":"ann","now":"2026-11-20T10:00:00Z"')" "create "
bob="{\"userName\":\"bob\",\"emails\":[{\"value\":\"bob@x.no\"}],
  \"$URN\":{\"manager\":{\"value\":\"cy\"}}}"
is "a new row is told, and with the key that it would get" \
  "$(change POST /Users "$bob" '"id":"bob"' | sorted_jq '.maps[0] |
    [.action, .key, .columns.email, .columns.status]')" \
  '["create",8,{"have":null,"want":"bob@x.no"},{"have":null,"want":"active"}]'
is "which is not used up" "$(done_so POST /Users "$bob" \
  '"id":"bob","now":"2026-11-20T10:00:01Z"'; sql "SELECT id FROM learner
  WHERE upn = 'bob'")" "create 
8"
is "and whose row it completes, is told too" \
  "$(change POST /Users '{"userName":"cy"}' '"id":"cy"' |
    sorted_jq '.maps[] | [.id, .columns.boss]' | tr '\n' ' ')" \
  '["cy",null] ["bob",{"have":null,"want":9}] '
group='{"displayName":"G","members":[{"value":"ann"},{"value":"bob"}]}'
is "rows of a join table are told" \
  "$(change POST /Groups "$group" '"id":"g"' | sorted_jq '.maps[] |
    [.table, .action, .columns.name.want, .columns.learner.want]' |
    tr '\n' ' ')" \
'["tag","create","G",null] ["learner_tag","create",null,7] '\
'["learner_tag","create",null,8] '
is "a group is as it is done, members and all" "$(done_so POST /Groups \
  "$group" '"id":"g","now":"2026-11-20T10:00:02Z"')" "create "
is "and one who leaves it" "$(change PATCH /Groups/g '{"Operations":[{"op":
  "remove","path":"members[value eq \"ann\"]"}]}' | sorted_jq .)" \
'{"action":"update","maps":[{"action":"delete","columns":{"learner":'\
'{"have":7,"want":null},"tag":{"have":1,"want":null}},"map":"tag",'\
'"table":"learner_tag"}],"member_drop":["ann"]}'
is "so are a PUT and a PATCH" "$(
  done_so PUT /Users/ann '{"userName":"Ann","title":"x"}' \
    '"now":"2026-11-20T10:00:03Z"'
  done_so PATCH /Users/ann '{"Operations":[{"op":"remove","path":"title"},
    {"op":"add","path":"nickName","value":"A"}]}' '"now":"2026-11-20T10:00:04Z"'
  done_so PATCH /Groups/g '{"Operations":[{"op":"add","path":"members","value":
    [{"value":"cy"}]},{"op":"remove","path":"members[value eq \"bob\"]"}]}' \
    '"now":"2026-11-20T10:00:05Z"')" "update 
update 
update "
is "nothing that changes is the action none" "$(
  done_so PUT /Users/ann '{"userName":"Ann","nickName":"A"}' \
    '"now":"2026-11-20T10:00:06Z"'
  change GET /Users/ann '')" 'none 
{"action":"none"}'
is "a failure is the same and changes nothing" "$(
  done_so POST /Users '{"userName":"ANN"}' '"id":"x"'
  done_so DELETE /Users/nobody '' '"id":"x"'
  done_so PATCH /Users/ann '{"Operations":7}' '"id":"x"')" "none 
none 
none "
is "a delete tells the groups that are left" "$(change DELETE /Users/ann '' |
  sorted_jq '[.before.userName, .groups_left, .maps[0].columns.status]')" \
  '["Ann",["g"],{"have":"active","want":"gone"}]'

# ---- Bulk

bulk='{"Operations":[
  {"method":"POST","path":"/Users","bulkId":"1","data":{"userName":"eve",
   "emails":[{"value":"eve@x.no"}]}},
  {"method":"PATCH","path":"/Groups/g","data":{"Operations":[{"op":"add",
   "path":"members","value":[{"value":"bulkId:1"}]}]}},
  {"method":"POST","path":"/Users","bulkId":"2","data":{"userName":"EVE"}},
  {"method":"DELETE","path":"/Users/ann"},
  {"method":"DELETE","path":"/Users/ann"},
  {"method":"PATCH","path":"/Users/bob","data":{"Operations":[{"op":"replace",
   "path":"userName","value":"bob"}]}}]}'
is "each operation of a bulk sees those before it, and tells its own change" \
  "$(ask '[.change.action, (.body.Operations[] | .status, .change.action)] |
    join(" ")' POST /Bulk "$bulk" "{$dry}")" \
  "bulk 201 create 200 update 409 none 204 delete 404 none 200 none"
is "with its rows" "$(ask '.body.Operations[1].change.maps[0].columns.learner' \
  POST /Bulk "$bulk" "{$dry}")" '{"have":null,"want":9}'

# ---- Nothing stays

all=$(printf '%s\n' "POST|/Users|{\"userName\":\"new\"}" \
  "PUT|/Users/ann|{\"userName\":\"anna\"}" "DELETE|/Users/bob|" \
  "DELETE|/Groups/g|" "POST|/Users|{\"userName\":\"bob\"}" \
  'PATCH|/Users/ann|{"Operations":[{"op":"replace","path":"active","value":false}]}' \
  "POST|/Groups|{\"displayName\":\"H\",\"members\":[{\"value\":\"ann\"}]}" \
  "POST|/Bulk|${bulk//$'\n'/}" "GET|/Users|" "PATCH|/Users/none|{}")
secret=$(sql "SELECT scim_token('default', 'dry')")
# tried: all of them, with the token and without; prints the statuses.
tried() {
  local method target body
  while IFS='|' read -r method target body; do
    ask .status "$method" "$target" "$body" "{$dry}"
    ask .status "$method" "$target" "$body" \
      "{$dry,\"authorization\":\"Bearer $secret\"}"
  done <<<"$all" | uniq | tr '\n' ' '
}
want="201 200 204 409 200 201 200 400 "
before=$(digest)
is "every method is tried" "$(tried)" "$want"
is "and nothing of it stays: no row, count, sequence or time of use" \
  "$(digest)" "$before"
is "in a transaction" "$(sql "BEGIN;
  INSERT INTO audit VALUES ('mine')"; tried)" "$want"
inside=$(digest)
is "and a savepoint of the caller's" "$(sql "SAVEPOINT mine"; tried
  sql "RELEASE mine")" "$want"
is "what the caller has done before stays as it is" "$(digest)" "$inside"
is "and is his to undo" "$(sql ROLLBACK; digest)" "$before"
is "as the generation is, by which connections know their schemas" "$(sql "
  SELECT value FROM scim_meta WHERE name = 'generation'")" \
  "$(apply POST /Users '{"userName":"q"}' "{$dry}" >/dev/null
    sql "SELECT value FROM scim_meta WHERE name = 'generation'")"

is "a SELECT that reads the table meanwhile goes on, each with what was before" \
  "$(sql "SELECT count(*), sum(reply ->> 'status' = 204) FROM (
    SELECT scim_apply('DELETE', '/Users/' || id, NULL, '{\"dry_run\":true}')
           AS reply FROM scim_resource WHERE type = 'User')
    UNION ALL SELECT count(*), 0 FROM scim_resource WHERE type = 'User'")
$(digest)" "2|2
2|0
$before"

# ---- What the application says

sql "
  CREATE TABLE seat (login TEXT UNIQUE, boss TEXT
    REFERENCES seat (login) DEFERRABLE INITIALLY DEFERRED);
  CREATE TRIGGER seated AFTER INSERT ON scim_resource WHEN NEW.type = 'User'
  BEGIN
    INSERT INTO seat VALUES (NEW.doc ->> 'title', NEW.doc ->> 'nickName');
    SELECT RAISE(ABORT, 'scim:403::not you')
     WHERE NEW.doc ->> 'userName' = 'abort';
    SELECT RAISE(FAIL, 'scim:409:uniqueness:no seats')
     WHERE NEW.doc ->> 'userName' = 'fail';
    SELECT RAISE(ROLLBACK, 'scim:409:uniqueness:gone')
     WHERE NEW.doc ->> 'userName' = 'rollback';
  END;
  INSERT INTO seat VALUES ('taken', NULL);
  PRAGMA foreign_keys = on" >/dev/null
before=$(digest)
refusals() {
  local body
  for body in '"userName":"abort"' '"userName":"fail"' \
    '"userName":"x","title":"taken"' '"userName":"x","nickName":"nobody"' \
    '"userName":"x","title":"free"'; do
    ask '[.status, .body.scimType // .change.action] | join(" ")' POST /Users \
      "{$body}" "{$1}"
  done
}
is "its triggers, its UNIQUE and its deferred keys refuse as in a real run" \
  "$(refusals "$dry")" "403 none
409 uniqueness
409 uniqueness
400 invalidValue
201 create"
is "and nothing stays" "$(digest)" "$before"
is "in a transaction with keys of its own that dangle, nothing does either" \
  "$(sql "BEGIN; INSERT INTO seat VALUES ('me', 'later')"; inside=$(digest)
    refusals "$dry"; [ "$(digest)" = "$inside" ] && echo same
    sql "INSERT INTO seat VALUES ('later', NULL); COMMIT;
      DELETE FROM seat WHERE login IN ('me', 'later')")" "403 none
409 uniqueness
409 uniqueness
201 create
201 create
same"
is "a trigger that rolls back ends no more than the dry run" \
  "$(ask .status POST /Users '{"userName":"rollback"}' "{$dry}"; digest)" \
  "409
$before"
is "a real run says the same" "$(refusals '"now":"2026-11-20T10:00:07Z"')" \
"403 
409 uniqueness
409 uniqueness
400 invalidValue
201 "

# ---- Where nothing can be undone

before=$(digest)
is "in a statement that writes it is worked out, and says so" "$(sql "
  CREATE TEMP TABLE replies AS SELECT scim_apply('POST', '/Users',
    '{\"userName\":\"abort\"}', '{\"dry_run\":true}') AS reply;
  SELECT reply ->> 'status', reply ->> '\$.change.action',
    reply ->> '\$.change.tried', reply ->> '\$.change.maps' FROM replies;
  DROP TABLE replies")" "201|create|0|"
is "so it is by the table scim" "$(sql "INSERT INTO scim (method, target, body,
    options) VALUES ('POST', '/Users', '{\"userName\":\"new\"}',
    '{\"dry_run\":true}'); SELECT last_insert_rowid(), changes()")" "0|1"
is "and where only reading is allowed" "$(
  sql "PRAGMA query_only = on"
  ask '[.status, .change.tried]' POST /Users '{"userName":"new"}' "{$dry}"
  sql BEGIN
  ask '[.status, .change.tried]' POST /Users '{"userName":"new"}' "{$dry}"
  sql "ROLLBACK; PRAGMA query_only = off")" "[201,false]
[201,false]"
is "a file without tables is the same error as ever" "$(connect :memory:
  sql "SELECT scim_apply('POST', '/Users', '{}', '{\"dry_run\":true}')"
  connect)" "$(connect :memory:; sql "SELECT scim_apply('POST', '/Users',
    '{}')"; connect)"
is "none of them leaves anything" "$(digest)" "$before"

# ---- Who sees what

# by SCOPES: what a token with them is told of a new user and of a deleted one.
by() {
  local token
  token=$(sql "SELECT scim_token('default', 'x', '{\"scopes\":\"$1\"}')")
  change POST /Users '{"userName":"ann2","title":"free2",
    "emails":[{"value":"A@X"}]}' \
    "\"id\":\"z\",\"authorization\":\"Bearer $token\"" |
    sorted_jq '[.action, .after.userName, .maps[0].columns.upn]'
  change DELETE /Users/bob '' "\"authorization\":\"Bearer $token\"" |
    sorted_jq 'del(.before.schemas) | del(.before.emails)'
}
is "who may not read is told the action alone" "$(by users:write)" \
'["create",null,null]
{"action":"delete"}'
is "who may, what would be written, and not what rows of the application hold" \
  "$(by 'users:read users:write' | sorted_jq \
    'if type == "array" then . else .maps[0].columns end')" \
'["create","ann2",{"want":"ann2"}]
{"status":{"want":"gone"}}'
is "with the scope admin that too" "$(by 'read write admin' | sorted_jq \
    'if type == "array" then .[2] else .maps[0].columns end')" \
'{"have":null,"want":"ann2"}
{"status":{"have":"active","want":"gone"}}'
is "who may not write is refused" "$(
  token=$(sql "SELECT scim_token('default', 'x', '{\"scopes\":\"read\"}')")
  ask '[.status, .change]' DELETE /Users/bob '' \
    "{$dry,\"authorization\":\"Bearer $token\"}")" '[403,{"action":"none"}]'
is "no attribute is told that is never returned, and null stays null" "$(
  sql "UPDATE scim_schema SET definition = json_set(definition,
    (SELECT fullkey || '.returned' FROM json_each(definition, '\$.attributes')
      WHERE value ->> 'name' = 'nickName'), 'never')
   WHERE id LIKE '%core:2.0:User'"
  change PATCH /Users/ann '{"Operations":[{"op":"add","path":"title",
    "value":"free3"},{"op":"replace","path":"nickName","value":"B"}]}' \
    "\"authorization\":\"Bearer $secret\"" | sorted_jq '[.before, .after]')" \
  '[{"title":null},{"title":"free3"}]'

finish
