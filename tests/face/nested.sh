#!/bin/bash
# A change within another: triggers on our tables, and on those of the application
# that maps write, call scim_apply in the middle of a request. What is there
# afterwards is what the log tells, by all of scim_check; what would meet the half
# of a change is refused.
#
# SCIM_CASES is the number of cases, 120 unless told, and 4,200 are all of them.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc
chance 120 12

is "$cases requests within whose statements others are made leave what the log \
tells" "$(by_chance tests/face/nested_property.py)" sound

# ---- What a trigger is told

sql "CREATE TABLE told (reply);
CREATE TABLE call (method, target, body);
CREATE TEMP TRIGGER row AFTER INSERT ON scim_resource
WHEN NEW.id IN ('ann', 'bob') BEGIN
  INSERT INTO told SELECT scim_apply(method, target, body) FROM call;
END;
INSERT INTO call VALUES ('DELETE', '/Users/ann', NULL)"
is "who is just being created is not deleted" "$(user ann
  sql "SELECT reply ->> 'status', reply ->> '\$.body.detail' FROM told;
    SELECT count(*) FROM scim_user;
    SELECT action, id, status FROM scim_log ORDER BY seq; DELETE FROM told")" \
  "409|the resource \"ann\" is just being changed, by the statement that this is \
called in
1
create|ann|201
|ann|409"
is "but may get something else at once, behind it in the log" "$(
  sql "UPDATE call SET method = 'PATCH', target = '/Users/bob', body = '{
    \"Operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"}]}'"
  user bob
  sql "SELECT reply ->> 'status' FROM told;
    SELECT version, doc ->> 'title' FROM scim_resource WHERE id = 'bob';
    SELECT action, version, status FROM scim_log WHERE id = 'bob' ORDER BY seq;
    SELECT version, doc ->> 'title'
      FROM scim_as_of('User', (SELECT max(time) FROM scim_log))
     WHERE id = 'bob';
    SELECT * FROM scim_check; DROP TRIGGER row")" "200
2|T
create|1|201
update|2|200
2|T"
is "when the log tells of it all is done: then it may go" "$(
  sql "DELETE FROM told; CREATE TEMP TRIGGER last AFTER INSERT ON scim_log
    WHEN NEW.id = 'cid' AND NEW.action = 'create' BEGIN
      INSERT INTO told SELECT scim_apply('DELETE', '/Users/cid');
    END"
  user cid
  sql "SELECT reply ->> 'status' FROM told;
    SELECT action, status FROM scim_log WHERE id = 'cid' ORDER BY seq;
    SELECT * FROM scim_check; DROP TRIGGER last")" "204
create|201
delete|204"

# ---- What the next steps of the outer change would undo

sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"g\"}',
  '{\"id\":\"g\"}')" >/dev/null
user dan
is "who is being deleted joins no group" "$(
  sql "DELETE FROM told; CREATE TEMP TRIGGER goes AFTER DELETE ON scim_unique
    BEGIN
      INSERT INTO told SELECT scim_apply('PATCH', '/Groups/g', '{\"Operations\":[
        {\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"dan\"}]}]}');
      INSERT INTO told SELECT scim_apply('POST', '/Groups',
        '{\"displayName\":\"h\",\"members\":[{\"value\":\"dan\"}]}');
    END;
    SELECT scim_apply('DELETE', '/Users/dan') ->> 'status';
    SELECT reply ->> 'status', reply ->> '\$.body.detail' FROM told;
    SELECT count(*) FROM scim_member; SELECT * FROM scim_check;
    DROP TRIGGER goes")" "204
409|the resource \"dan\" is just being changed, by the statement that this is \
called in
409|the resource \"dan\" is just being changed, by the statement that this is \
called in
0"
is "a log that is pruned within a change keeps what is behind the change" "$(
  sql "DELETE FROM told; CREATE TEMP TRIGGER prunes AFTER INSERT ON scim_resource
    WHEN NEW.id = 'eve' BEGIN
      INSERT INTO told SELECT scim_apply('PATCH', '/Users/bob', '{
        \"Operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":\"V\"}]}',
        '{\"now\":\"2001-01-01T00:00:00Z\"}');
      INSERT INTO told SELECT scim_prune(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
    END"
  user eve
  sql "SELECT group_concat(action || id, ' ') FROM scim_log; SELECT * FROM scim_check;
    DROP TRIGGER prunes")" "createeve updatebob"

# ---- Within a statement that writes, where RAISE(FAIL) leaves what was before it

sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"old\",
  \"members\":[{\"value\":\"eve\"}]}', '{\"id\":\"old\"}')" >/dev/null
operation() { printf "'PATCH', '%s', '{\"Operations\":[%s]}'" "$1" "$2"; }
create="'POST', '/Groups', '{\"displayName\":\"f\",
  \"members\":[{\"value\":\"bob\"}]}'"
join=$(operation /Groups/old '{"op":"add","path":"members","value":[{"value":
  "bob"}]}')
leave=$(operation /Groups/old '{"op":"remove","path":"members"}')
# A stranger by a name, who has none so far; and one who has, from another group.
stranger='{"op":"add","path":"members","value":[{"value":"stranger","display":"S"}]}'
named='{"op":"add","path":"members","value":[{"value":"known","display":"Other"}]}'
call=$(operation /Groups/old "$stranger")
recall=$(operation /Groups/old "$named")
found="'POST', '/Groups', '{\"displayName\":\"s\",\"members\":[{\"value\":
  \"stranger\",\"display\":\"S\"}]}'"
sql "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"k\",\"members\":[
  {\"value\":\"known\",\"display\":\"Known\"}]}', '{\"id\":\"k\"}')" >/dev/null
rename=$(operation /Users/eve '{"op":"replace","path":"userName","value":"e"}')
delete="'DELETE', '/Users/eve', NULL"
while IFS='|' read -r request event inner; do
  taken || continue
  is "FAIL is an SQL error: $request, $event" "$(
    sql "CREATE TEMP TRIGGER fails $event BEGIN
        $inner SELECT RAISE(FAIL, 'no');
      END" >/dev/null
    sql "INSERT INTO scim (method, target, body) VALUES (${!request})" 2>&1 |
      grep -c ' no (19)$'
    sql "SELECT * FROM scim_check; DROP TRIGGER fails;
      SELECT id, name FROM scim_name
       WHERE id = 'stranger' OR id = 'known' AND name <> 'Known'")" 1
done <<'CASES'
create|BEFORE INSERT ON scim_value|UPDATE call SET target = target; INSERT INTO told SELECT scim_apply('PATCH', '/Users/bob', '{"Operations":[{"op":"add","path":"nickName","value":"N"}]}');
create|AFTER INSERT ON scim_value|
create|BEFORE INSERT ON scim_resource|
join|BEFORE UPDATE ON scim_resource|
leave|BEFORE UPDATE ON scim_resource|
rename|BEFORE UPDATE ON scim_resource|
delete|BEFORE DELETE ON scim_resource|
delete|BEFORE DELETE ON scim_unique|
call|AFTER INSERT ON scim_name|
call|BEFORE INSERT ON scim_stay|
call|AFTER INSERT ON scim_stay|
call|BEFORE INSERT ON scim_member|
call|AFTER INSERT ON scim_member|
call|BEFORE UPDATE ON scim_resource|
call|BEFORE INSERT ON scim_log|
recall|AFTER UPDATE ON scim_name|
recall|BEFORE INSERT ON scim_stay|
recall|AFTER INSERT ON scim_stay|
recall|BEFORE INSERT ON scim_member|
recall|AFTER INSERT ON scim_member|
recall|BEFORE UPDATE ON scim_resource|
recall|BEFORE INSERT ON scim_log|
found|AFTER INSERT ON scim_name|
found|BEFORE INSERT ON scim_stay|
found|AFTER INSERT ON scim_stay|
found|BEFORE INSERT ON scim_member|
found|AFTER INSERT ON scim_member|
found|BEFORE INSERT ON scim_resource|
found|BEFORE INSERT ON scim_log|
CASES
enough 29

# What is refused before anything is written is a reply; so is the name that a
# stranger has anyway.
called() { # REQUEST EVENT
  sql "CREATE TEMP TRIGGER fails $2 BEGIN SELECT RAISE(FAIL, 'no'); END;
    DELETE FROM told; INSERT INTO told SELECT scim_apply($1);
    SELECT reply ->> 'status', reply ->> '\$.body.detail' FROM told;
    SELECT * FROM scim_check; DROP TRIGGER fails;
    SELECT id, name FROM scim_name WHERE id IN ('stranger', 'known')"
}
is "a stranger who is not called leaves nothing" \
  "$(called "$call" "BEFORE INSERT ON scim_name")" "400|no
known|Known"
is "nor does one who keeps the name" "$(
  called "$(operation /Groups/old "${named/Other/Known}")" \
    "BEFORE INSERT ON scim_stay")" "400|no
known|Known"

# Of two groups the name that was sent last counts, also by one who has left them; and
# each row of the log is read once, for all who are called.
sql "DELETE FROM told; INSERT INTO told VALUES
    (scim_apply('POST', '/Groups', '{\"displayName\":\"1\",\"members\":[
      {\"value\":\"p\",\"display\":\"Old\"},{\"value\":\"q\",\"display\":\"Q\"},
      {\"value\":\"r\",\"display\":\"R\"}]}', '{\"id\":\"one\"}')),
    (scim_apply('POST', '/Groups', '{\"displayName\":\"2\",\"members\":[
      {\"value\":\"p\",\"display\":\"Young\"},
      {\"value\":\"q\",\"display\":\"Other\"}]}', '{\"id\":\"two\"}')),
    (scim_apply($(operation /Groups/one '{"op":"replace","path":
      "members[value eq \"q\"].display","value":"Newest"}'))),
    (scim_apply($(operation /Groups/two '{"op":"remove","path":"members"}')))"
calls() { # P Q R: what is said where these are called so, and refused
  sql "CREATE TEMP TRIGGER fails BEFORE INSERT ON scim_stay
      BEGIN SELECT RAISE(FAIL, 'no'); END" >/dev/null
  sql "DELETE FROM told"
  sql "INSERT INTO told SELECT scim_apply($(operation /Groups/old '{"op":"add",
    "path":"members","value":[{"value":"p","display":"'"$1"'"},
      {"value":"q","display":"'"$2"'"},{"value":"r","display":"'"$3"'"}]}'))" 2>&1 |
    grep -c ' no (19)$'
  sql "SELECT reply ->> 'status' FROM told; SELECT * FROM scim_check;
    DROP TRIGGER fails;
    SELECT name FROM scim_name WHERE id IN ('p', 'q', 'r') ORDER BY id"
}
names='Young
Newest
R'
is "who are called as before leave nothing" "$(calls Young Newest R)" "0
400
$names"
for who in "Old Newest R" "Young Other R" "Young Newest S"; do
  is "one who is called otherwise does: $who" "$(calls $who)" "1
$names"
done

# thousands NUMBER: of steps that it takes to refuse so many who are called as before.
thousands() {
  local list name group=/Groups/of$1
  query "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
    SELECT json_group_array(json_object('value', 'of$1-' || i, 'display', '+' || i))
      FROM n"
  list="{\"displayName\":\"G\",\"members\":$answer}"
  apply POST /Groups "${list//+/A}" "{\"id\":\"of$1\"}" >/dev/null
  for name in B A B; do apply PUT "$group" "${list//+/$name}"; done >/dev/null
  apply PATCH "$group" \
    '{"Operations":[{"op":"remove","path":"members.display"}]}' >/dev/null
  sql "CREATE TEMP TRIGGER fails BEFORE UPDATE ON scim_resource
    BEGIN SELECT RAISE(FAIL, 'no'); END" ".progress 1000" \
    "INSERT INTO scim (method, target, body)
      VALUES ('PUT', '$group', '${list//+/B}')" \
    ".progress 0" "DROP TRIGGER fails" | grep -c '^Progress'
}
few=$(thousands 100) more=$(thousands 400)
is "four times as many take no more than six times the steps" \
  "$((few > 10 && more < 6 * few)) $few $more" "1 $few $more"

# ---- A tenant

is "a tenant is not removed in the middle of a request of its own" "$(
  sql "CREATE TEMP TRIGGER removes AFTER INSERT ON scim_resource BEGIN
      INSERT INTO told SELECT scim_tenant_remove('default', 1000);
    END"
  apply POST /Users '{"userName":"gil"}' 2>&1 | grep -o 'a request.*in$'
  sql "SELECT * FROM scim_check; DROP TRIGGER removes")" \
  "a request of the tenant 'default' is just being carried out, by the statement \
that this is called in"

# ---- While a map is switched on

sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT);
SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
  \"key\":\"id\",\"columns\":{\"upn\":{\"from\":\"userName\"}}}');
DELETE FROM told;
CREATE TEMP TRIGGER given AFTER INSERT ON learner WHEN NEW.upn = 'bob' BEGIN
  INSERT INTO told SELECT scim_apply('DELETE', '/Users/bob');
END" >/dev/null
is "who is just being given a row is not deleted" "$(
  sql "SELECT scim_map_switch('learner', 'on');
    SELECT reply ->> 'status' FROM told; SELECT upn FROM learner ORDER BY upn;
    SELECT * FROM scim_check; DROP TRIGGER given")" "3
409
ann
bob
eve"

# ---- Members whom the outer change has still to write

# meets MEMBERS VALUES OPERATION [SOURCE]: a group of the members is sent the values;
# when the first is written, a trigger PATCHes the group. What it is told, who is in
# the group then, and whether the log makes the same of it.
meets() {
  sql "DELETE FROM told;
    SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"m\",\"members\":$1}',
      '{\"id\":\"m\"}')" >/dev/null
  sql "CREATE TEMP TRIGGER first AFTER INSERT ON scim_member
    WHEN NEW.value = 'p1' AND NEW.source = 'idp' BEGIN
      INSERT INTO told SELECT scim_apply('PATCH', '/Groups/m',
        '{\"Operations\":[$3]}', '{\"source\":\"${4:-idp}\"}');
    END;
    SELECT scim_apply($(operation /Groups/m '{"op":"add","path":"members",
      "value":'"$2"'}')) ->> 'status';
    SELECT 'trigger', reply ->> 'status' FROM told;
    SELECT value, display, source FROM scim_member
     WHERE \"group\" = (SELECT resource FROM scim_resource WHERE id = 'm')
     ORDER BY 1, 3;
    SELECT * FROM scim_check; DROP TRIGGER first;
    SELECT scim_apply('DELETE', '/Groups/m') ->> 'status'" | tr '\n' ' '
}
one='{"value":"p1"}' two='{"value":"p2","display":"Outer"}'
add='{"op":"add","path":"members","value":[{"value":"p2","display":"Inner"}]}'
name='{"op":"replace","path":"members[value eq \"p2\"].display","value":"Inner"}'
drop='{"op":"remove","path":"members[value eq \"p2\"]"}'
there='[{"value":"p2","display":"Old"}]'
outer="200 trigger|409 p1||idp p2|Outer|idp 204 "
is "who is still to join is not put in" "$(meets '[]' "[$one,$two]" "$add")" "$outer"
is "who is still to get a name gets no other one" \
  "$(meets "$there" "[$one,$two]" "$name")" "$outer"
is "nor is he taken out" "$(meets "$there" "[$one,$two]" "$drop")" "$outer"
is "by the other source he is somebody else" \
  "$(meets '[]' "[$one,$two]" "$add" manual)" \
  "200 trigger|200 p1||idp p2|Outer|idp p2|Inner|manual 204 "
is "and who is not in the request may be" "$(meets "$there" "[$one]" "$name")" \
  "200 trigger|200 p1||idp p2|Inner|idp 204 "
is "or who is written by then" \
  "$(meets '[]' "[$one,${two//p2/p0}]" "${name//p2/p0}")" \
  "200 trigger|200 p0|Inner|idp p1||idp 204 "

# ---- While a map is to write

is "what a map is to write of is changed no further, and has its row" "$(
  sql "DELETE FROM told;
    CREATE TEMP TRIGGER row AFTER INSERT ON scim_resource BEGIN
      INSERT INTO told SELECT scim_apply('PATCH', '/Users/' || NEW.id, '{
        \"Operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"}]}');
    END"
  user fay
  sql "SELECT reply ->> 'status' FROM told; SELECT status FROM scim_log
     WHERE id = 'fay' ORDER BY seq;
    SELECT upn FROM learner WHERE upn = 'fay'; SELECT * FROM scim_check;
    SELECT * FROM scim_map_preview('learner'); DROP TRIGGER row")" "409
201
409
fay"

# ---- Without end

is "a trigger that fires itself by way of scim_apply is ended, and leaves nothing" "$(
  sql "SELECT scim_map_switch('learner', 'off')" >/dev/null
  sql "DELETE FROM told;
    CREATE TEMP TRIGGER again AFTER INSERT ON scim_resource BEGIN
      INSERT INTO told SELECT scim_apply('POST', '/Groups', '{
        \"displayName\":\"again\"}');
    END;
    SELECT reply ->> 'status', reply ->> '\$.body.detail'
      FROM (SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"first\"}')
            AS reply)"
  sql "SELECT count(*) FROM scim_group WHERE display_name IN ('first', 'again');
    SELECT * FROM scim_check; DROP TRIGGER again")" \
  "Error: stepping, more than 32 calls are within each other: does a trigger \
fire itself by way of one?
0"

finish
