#!/bin/bash
# Members of groups have two sources: what the identity provider has put there
# and what the platform has. Neither changes the other's, and a token sees the
# identity provider's only, unless show_manual_members says otherwise. No group
# is within itself.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc
for name in ann bob cid dan eve; do user "$name"; done
token=$(sql "SELECT scim_token('default', 'IdP')")
idp="{\"authorization\":\"Bearer $token\"}"
manual='{"source":"manual"}'

# group ID '<members>' [OPTIONS]: a group whose name is its id in capitals.
group() {
  local members
  members=$(printf ',{"value":"%s"}' $2)
  [ -n "$2" ] || members=
  apply POST /Groups "{\"displayName\":\"${1^^}\",\"members\":[${members#,}]}" \
    "{\"id\":\"$1\"${3:+,${3:1:-1}}}" >/dev/null
}
# change OP GROUP '<members>' [OPTIONS]: the status of a PATCH.
change() {
  local members
  members=$(printf ',{"value":"%s"}' $3)
  ask '[.status, .body.detail // empty] | join(" ")' PATCH "/Groups/$2" \
    "{\"Operations\":[{\"op\":\"$1\",\"path\":\"members\",\"value\":[
      ${members#,}]}]}" "$4"
}
# rows GROUP: its members with their sources.
rows() {
  sql "SELECT group_concat(member || ' ' || source, ', ')
         FROM (SELECT member, source FROM scim_membership
                WHERE group_id = '$1' ORDER BY member, source)"
}
# members GROUP [OPTIONS]: whom a GET shows.
members() {
  ask '[.body.members[]?.value] | join(" ")' GET "/Groups/$1" '' "$2"
}
# last '<columns>': of the newest row of the log.
last() { sql "SELECT $1 FROM scim_log ORDER BY seq DESC LIMIT 1"; }

# ---- Two rows

group g ann "$idp"
is "who has a token adds the IdP's" "$(rows g)" "ann idp"
is "the platform adds its own" "$(change add g 'ann bob' "$manual")
$(rows g)" "200
ann idp, ann manual, bob manual"
is "the log says whose" "$(last "member_add, member_drop, source")" \
  '[{"value":"ann"},{"value":"bob"}]||manual'
is "the IdP adds whom the platform has" "$(change add g bob "$idp")
$(rows g)" "200
ann idp, ann manual, bob idp, bob manual"
is "the log says so" "$(last "member_add, source")" '[{"value":"bob"}]|idp'
is "and takes out its own only" "$(change remove g 'ann bob' "$idp")
$(rows g)" "200
ann manual, bob manual"
is "the log tells of these" "$(last "member_drop, source")" '["ann","bob"]|idp'
change add g 'ann cid' "$idp" >/dev/null
is "a replace leaves the platform's" "$(change replace g dan "$idp")
$(rows g)" "200
ann manual, bob manual, dan idp"
is "so does a PUT" "$(ask .status PUT /Groups/g \
  '{"displayName":"G","members":[{"value":"eve"}]}' "$idp")
$(rows g)" "200
ann manual, bob manual, eve idp"
is "and one without members" \
  "$(ask .status PUT /Groups/g '{"displayName":"G"}' "$idp")
$(rows g)" "200
ann manual, bob manual"
change add g 'ann dan' "$idp" >/dev/null
is "a remove of all as well" "$(ask .status PATCH /Groups/g \
  '{"Operations":[{"op":"remove","path":"members"}]}' "$idp")
$(rows g)" "200
ann manual, bob manual"
change add g 'ann dan' "$idp" >/dev/null
is "the platform removes its own only" "$(change remove g 'ann dan' "$manual")
$(rows g)" "200
ann idp, bob manual, dan idp"
is "and replaces its own only" "$(change replace g 'cid dan' "$manual")
$(rows g)" "200
ann idp, cid manual, dan idp, dan manual"
is "by PUT too" "$(ask .status PUT /Groups/g \
  '{"displayName":"G","members":[{"value":"bob"}]}' "$manual")
$(rows g)" "200
ann idp, bob manual, dan idp"
is "a filter that needs the members takes out none of the platform's" "$(
  ask .status PATCH /Groups/g '{"Operations":[{"op":"remove",
    "path":"members[type eq \"User\"]"}]}' "$idp"
  rows g)" "200
bob manual"
is "nor makes them the IdP's" "$(
  change add g ann "$idp" >/dev/null
  ask .status PATCH /Groups/g '{"Operations":[{"op":"remove",
    "path":"members[value ne \"ann\"]"}]}' "$idp"
  rows g)" "200
ann idp, bob manual"
is "who says nothing changes the IdP's" "$(change replace g cid)
$(rows g)" "200
bob manual, cid idp"
is "what changes nothing is no change" "$(change remove g bob "$idp")
$(last "action IS NULL, coalesce(member_add, member_drop, source) IS NULL")
$(change add g bob "$manual")
$(last "action IS NULL, coalesce(member_add, member_drop, source) IS NULL")" "200
1|1
200
1|1"
is "counted each once" "$(change add g bob "$idp"
  sql "SELECT members FROM scim_group WHERE id = 'g'")" "200
2"

# ---- Who goes, goes whole

group h 'eve dan' "$idp"
change add h 'eve bob' "$manual" >/dev/null
is "a member that is deleted leaves by both" "$(
  ask .status DELETE /Users/eve '' "$idp"
  rows h)" "204
bob manual, dan idp"
is "and the log names each group once" "$(last groups_left)" '["h"]'
user eve
change add h eve "$idp" >/dev/null
change add h 'eve dan' "$manual" >/dev/null
is "a group that is deleted takes both along" "$(
  ask .status DELETE /Groups/h '' "$idp"
  sql "SELECT count(*) FROM scim_member AS m WHERE NOT EXISTS (
         SELECT 1 FROM scim_resource WHERE resource = m.\"group\")")" "204
0"
is "and the log names each member once, nobody's in particular" \
  "$(last "member_drop, source IS NULL")" '["bob","dan","eve"]|1'

# ---- Who sees what

group g2 'ann bob' "$idp"
change add g2 'bob cid' "$manual" >/dev/null
is "a token sees the IdP's" "$(members g2 "$idp")" "ann bob"
is "who has the file sees all, each once" "$(members g2)" "ann bob cid"
is "the platform sees its own" "$(members g2 "$manual")" "bob cid"
is "who says idp sees what a token does" \
  "$(members g2 '{"source":"idp"}')" "ann bob"
is "in the reply to a change as well" "$(ask '[.body.members[].value] |
  join(" ")' PUT /Groups/g2 '{"displayName":"G2","members":[{"value":"ann"},
  {"value":"bob"}]}' "$idp")" "ann bob"
is "in lists" "$(ask '[.body.Resources[].members[].value] | join(" ")' GET \
  '/Groups?filter=displayName%20eq%20%22g2%22' '' "$idp")" "ann bob"
is "and with attributes chosen" "$(ask '[.body.members[].value] | join(" ")' \
  GET '/Groups/g2?attributes=members' '' "$idp")" "ann bob"

# found '<filter>' [OPTIONS]: ids of what matches.
found() { ask "$ids" GET "/$1?filter=${2// /%20}" '' "$3"; }
member='members.value eq %22cid%22'
is "a filter finds what is seen" \
  "$(found Groups "$member" "$idp") | $(found Groups "$member")" "g | g g2"
is "with a sort, by the evaluator" \
  "$(found Groups "$member&sortBy=displayName" "$idp") |\
 $(found Groups "$member&sortBy=displayName")" "g | g g2"
is "and within brackets, by no index" \
  "$(found Groups "members[value co %22cid%22]" "$idp") |\
 $(found Groups "members[value co %22cid%22]")" "g | g g2"

# groups USER [OPTIONS]: the groups of a user, and how.
groups() {
  ask '[.body.groups[]? | .value + " " + .type] | sort | join(", ")' GET \
    "/Users/$1" '' "$2"
}
group top g2 "$manual"
group over top "$idp"
is "the groups of a user are those by the IdP's memberships" \
  "$(groups ann "$idp")" "g2 direct"
is "all the way up, for who sees all" "$(groups ann)" \
  "g2 direct, over indirect, top indirect"
is "by hand in the first place" "$(groups cid "$idp") | $(groups cid)" \
  "g direct | g direct, g2 direct, over indirect, top indirect"
is "filters on them agree" "$(found Users 'groups.value eq %22over%22' "$idp") |\
 $(found Users 'groups.value eq %22over%22')" " | ann bob cid"
is "and on a direct one" "$(found Users 'groups.value eq %22g2%22' "$idp") |\
 $(found Users 'groups.value eq %22g2%22')" "ann bob | ann bob cid"
is "by the evaluator too" "$(
  found Users 'groups[value sw %22g2%22]&sortBy=userName' "$idp") |\
 $(found Users 'groups[value sw %22g2%22]&sortBy=userName')" \
  "ann bob | ann bob cid"

tenant '{"show_manual_members":true}'
is "show_manual_members: a token sees all, each once" \
  "$(members g2 "$idp")" "ann bob cid"
is "groups as well" "$(groups ann "$idp")" \
  "g2 direct, over indirect, top indirect"
is "filters too" "$(found Groups "$member" "$idp")" "g g2"
is "but changes the IdP's, all the same" "$(change remove g2 'bob cid' "$idp")
$(rows g2)" "200
ann idp, bob manual, cid manual"
is "a filter that needs the members included" "$(ask .status PATCH /Groups/g2 \
  '{"Operations":[{"op":"remove","path":"members[type eq \"User\"]"}]}' "$idp"
  rows g2)" "200
bob manual, cid manual"
is "whom it names it adds" "$(change replace g2 'ann cid' "$idp")
$(rows g2)" "200
ann idp, bob manual, cid idp, cid manual"
tenant '{"show_manual_members":1}'
is "1 is true" "$(members g2 "$idp")" "ann bob cid"
for no in false 0; do
  tenant "{\"show_manual_members\":$no}"
  is "$no is the default" "$(members g2 "$idp")" "ann cid"
done
for bad in '"true"' 2 null '[]' 1.0; do
  is "$bad is no value for it" \
    "$(tenant "{\"show_manual_members\":$bad}" | grep -o 'show_manual_[^.]*')" \
    "show_manual_members must be true or false'"
done

# ---- The size of a reply counts the rows of both

tenant '{"group_reply":3}'
group r 'ann bob' "$idp"
change add r ann "$manual" >/dev/null
is "as many rows as the setting are shown" "$(change add r ann "$idp")" 200
is "one more is not" "$(change add r cid "$idp")" 204
is "by the platform neither" "$(change add r ann "$manual")" 204
is "one less is shown again" "$(change remove r cid "$idp")" 200
is "another source is another row" "$(change add r bob "$manual")" 204
tenant '{}'

# ---- A hierarchy that is kept by hand

group world '' "$idp"
group europe ann "$idp"
change add world europe "$manual" >/dev/null
ask .status PUT /Groups/world '{"displayName":"WORLD","members":[
  {"value":"dan"}]}' "$idp" >/dev/null
ask .status PUT /Groups/europe '{"displayName":"EUROPE","members":[]}' \
  "$idp" >/dev/null
is "it survives every PUT" "$(rows world)" "dan idp, europe manual"

# ---- No group within itself

into="400 'members' would put a group into itself:"
is "a group in itself" "$(change add world world "$idp")" \
  "$into WORLD -> WORLD"
is "or in one that is in it by hand" "$(change add europe world "$idp")" \
  "$into EUROPE -> WORLD -> EUROPE"
is "by hand it is refused too" "$(change add europe world "$manual")" \
  "$into EUROPE -> WORLD -> EUROPE"
change add europe sales >/dev/null
is "a group that was named before it is there" "$(why() { ask \
  '[.status, .body.detail // empty] | join(" ")' "$@"; }
  why POST /Groups '{"displayName":"Sales","members":[{"value":"world"}]}' \
    '{"id":"sales"}')" "$into Sales -> WORLD -> EUROPE -> Sales"
group sales ann
is "in a PUT" "$(ask '[.status, .body.scimType, .body.detail] | join(" ")' PUT \
  /Groups/sales '{"displayName":"Sales","members":[{"value":"ann"},
  {"value":"world"}]}' "$idp")" \
  "400 invalidValue ${into#400 } Sales -> WORLD -> EUROPE -> Sales"
is "in a PATCH that needs the members" "$(ask .status PATCH /Groups/sales \
  '{"Operations":[{"op":"replace","path":"members[value eq \"ann\"].value",
  "value":"world"}]}' "$idp")" 400
is "in a dry run" "$(change add sales world \
  '{"dry_run":true}')" "$into SALES -> WORLD -> EUROPE -> SALES"
is "nothing of it is there" "$(rows sales) | $(rows europe)" \
  "ann idp | sales idp"
is "the log has the refusal" "$(change add sales world "$idp" >/dev/null
  last "status, scim_type, detail, action IS NULL, source IS NULL")" \
  "400|invalidValue|${into#400 } SALES -> WORLD -> EUROPE -> SALES|1|1"
is "a second membership of one that is there closes nothing" \
  "$(change add world europe "$idp") $(change add world europe "$idp")" "200 200"
is "once the way is broken it is allowed" "$(change remove europe sales)
$(change add sales world)" "200
200"
sql "INSERT INTO scim_member SELECT resource, 'sales', 'Group', NULL, 'idp'
       FROM scim_resource WHERE id = 'europe'"
is "in a circle that is there already people come and go" \
  "$(change add sales bob "$idp") $(change remove sales ann "$idp")" "200 200"
is "its groups are listed, and each once" "$(groups bob | tr ',' '\n' |
  grep -cE 'sales|world|europe')" 3
is "and in effect it has what it has" "$(sql "SELECT group_concat(member, ' ')
  FROM (SELECT member FROM scim_membership_effective WHERE group_id = 'sales'
         ORDER BY member)")" "bob dan europe sales world"
change remove sales world >/dev/null

# ---- What the log tells

group l '' "$idp"
at() { printf '{"now":"2050-01-01T00:00:%s.000Z"%s}' "$1" "${2:+,${2:1:-1}}"; }
change add l 'ann bob' "$(at 01 "$idp")" >/dev/null
change add l 'bob cid' "$(at 02 "$manual")" >/dev/null
change remove l bob "$(at 03 "$idp")" >/dev/null
change add l bob "$(at 04 "$idp")" >/dev/null
change remove l 'bob cid' "$(at 05 "$manual")" >/dev/null
apply DELETE /Users/bob '' "$(at 06 "$idp")" >/dev/null
is "scim_history has the source" "$(sql "SELECT substr(time, 18, 2), old, new,
    source FROM scim_history WHERE id = 'l' AND attribute = 'members'
   ORDER BY seq, old, new")" "01||ann|idp
01||bob|idp
02||bob|manual
02||cid|manual
03|bob||idp
04||bob|idp
05|bob||manual
05|cid||manual
06|bob||"
then_in() { # SECOND: who was in the group then
  sql ".parameter set :group 'L'" \
    ".parameter set :time \"'2050-01-01T00:00:$1'\"" \
    ".read sql/reports/group_as_of.sql" | cut -d'|' -f4,7 | paste -sd,
}
is "group_as_of is exact" "$(for second in 01 02 03 04 05 06; do
  then_in "$second"
done)" "ann|idp,bob|idp
ann|idp,bob|idp,bob|manual,cid|manual
ann|idp,bob|manual,cid|manual
ann|idp,bob|idp,bob|manual,cid|manual
ann|idp,bob|idp
ann|idp"
user bob

# ---- In effect

group all '' "$idp"
group part 'ann bob' "$idp"
group team 'bob cid' "$idp"
change add all 'part dan' "$idp" >/dev/null
change add all 'team dan' "$manual" >/dev/null
change add part 'eve lost' "$manual" >/dev/null
sql "INSERT INTO scim_name (tenant, id, name)
  SELECT tenant, 'lost', 'Lost' FROM scim_resource WHERE id = 'all'"
is "everybody who is in a group is there, once, and how" "$(sql "
  SELECT group_name, member, member_type, member_name, source
    FROM scim_membership_effective WHERE group_id = 'all' ORDER BY member")" \
"ALL|ann|User|ann|idp
ALL|bob|User|bob|idp
ALL|cid|User|cid|manual
ALL|dan|User|dan|idp
ALL|eve|User|eve|manual
ALL|lost||Lost|manual
ALL|part|Group|PART|idp
ALL|team|Group|TEAM|manual"
is "it has the columns of scim_membership" "$(sql "
  SELECT group_concat(name) FROM pragma_table_info('scim_membership_effective')
")" "$(sql "SELECT group_concat(name) FROM pragma_table_info('scim_membership')")"
is "and agrees with groups" "$(sql "SELECT count(*) FROM scim_resource AS u
  WHERE u.type = 'User' AND (
        SELECT group_concat(group_id) FROM (
        SELECT group_id FROM scim_membership_effective
         WHERE member = u.id ORDER BY 1)) IS DISTINCT FROM (
        SELECT group_concat(value ->> 'value') FROM (
        SELECT value FROM json_each(scim_apply('GET', '/Users/' || u.id, NULL,
               NULL), '\$.body.groups') ORDER BY value ->> 'value'))")" 0
is "a stock sqlite3 reads it" "$(stock "$db" "SELECT count(*)
  FROM scim_membership_effective WHERE group_id = 'all'")" 8
sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
apply POST /Groups '{"displayName":"ACME","members":[{"value":"part"}]}' \
  '{"tenant":"acme"}' >/dev/null
is "nobody is in a group of another tenant" "$(sql "SELECT member, member_type
  FROM scim_membership_effective WHERE tenant = 'acme'")" "part|"

# ---- What a member is called

# said GROUP: its members, their types and display names.
said() {
  ask '[.body.members[]? | [.value, .type // "-", .display // "-"] |
    join(" ")] | join(", ")' GET "/Groups/$1"
}
# patched GROUP '<operations>': the status of a PATCH, and the members then.
patched() {
  echo "$(ask .status PATCH "/Groups/$1" "{\"Operations\":[$2]}"): $(said "$1")"
}
# put GROUP '<members>' [OPTIONS]: the same of a PUT.
put() {
  echo "$(ask .status PUT "/Groups/$1" "{\"displayName\":\"$1\",
    \"members\":[$2]}" "$3"): $(said "$1")"
}
# stays GROUP: since when, and until when, each is in it, and by whom.
stays() {
  sql "SELECT member, joined, \"left\", idp, manual FROM scim_stay
        WHERE group_id = '$1' ORDER BY member, joined"
}
version() { ask .body.meta.version GET "/Groups/$1"; }
all='{"value":"ann","display":"A"},{"value":"bob","display":"B"},
  {"value":"x","type":"User","display":"X"}'
again='{"op":"replace","path":"members","value":['"$all"']}'
name='members[value eq \"x\"].display'
away='{"op":"remove","path":"'$name'"}'
group named ann
is "members have the names that were sent" "$(patched named "$again")" \
  "200: ann User A, bob User B, x User X"
since=$(stays named)
is "a name can be taken away" "$(patched named "$away")" \
  "200: ann User A, bob User B, x User -"
is "the log says that it is no more, and of nobody that he came" \
  "$(last 'action, member_add, member_drop, member_patch, source')" \
  'update|||{"x":{"display":null}}|idp'
is "taken away again it is no change" "$(before=$(version named)
  patched named "$away"; last action
  [ "$(version named)" = "$before" ] && echo same)" \
  "200: ann User A, bob User B, x User -

same"
patched named "$again" >/dev/null
is "a name that comes is one of who was there" "$(last 'member_add, member_patch')" \
  '|{"x":{"display":"X"}}'
is "null in its place takes it away" "$(patched named \
  '{"op":"replace","path":"'"$name"'","value":null}')" \
  "200: ann User A, bob User B, x User -"
is "and so of all at once" "$(patched named \
  '{"op":"remove","path":"members.display"}')" \
  "200: ann User -, bob User -, x User -"
patched named "$again" >/dev/null
is "a dry run tells of it" "$(ask '[.change | .action, .member_add, .member_drop,
    .member_patch] | map(tojson) | join(" ")' PATCH /Groups/named \
    "{\"Operations\":[$away]}" '{"dry_run":true}'; said named)" \
  '"update" null null {"x":{"display":null}}
ann User A, bob User B, x User X'
is "a replace of the members says all of them" "$(patched named \
  '{"op":"replace","path":"members","value":[{"value":"ann"},{"value":"bob",
    "display":null},{"value":"x","display":"Y"}]}'; last member_patch)" \
  '200: ann User -, bob User -, x User Y
{"ann":{"display":null},"bob":{"display":null},"x":{"display":"Y"}}'
patched named "$again" >/dev/null
is "so does a PUT" "$(put named '{"value":"x"},{"value":"ann","display":null},
  {"value":"bob","type":"User"}')" "200: ann User -, bob User -, x User -"
is "which changes nothing when that is so" "$(before=$(version named)
  put named '{"value":"x"},{"value":"ann"},{"value":"bob"}'
  [ "$(version named)" = "$before" ] && echo same)" \
  "200: ann User -, bob User -, x User -
same"
put named "$all" >/dev/null
is "who goes and comes in one request is called what is said then" "$(
  patched named '{"op":"remove","path":"members[value eq \"x\" or value eq \"ann\"]"},
   {"op":"add","path":"members","value":[{"value":"x"},{"value":"ann"}]}')" \
  "200: ann User -, bob User B, x User -"
patched named "$again" >/dev/null
is "so is who was not in a list before an add" "$(patched named \
  '{"op":"replace","path":"members","value":[{"value":"ann","display":"A"}]},
   {"op":"add","path":"members","value":[{"value":"x"},{"value":"bob"},
     {"value":"ann"}]}')" "200: ann User A, bob User -, x User -"
patched named "$again" >/dev/null
is "and a filter sees that" "$(patched named \
  '{"op":"replace","path":"members","value":[{"value":"ann"},{"value":"x"},
     {"value":"x","display":"Y"},{"value":"bob"}]},
   {"op":"replace","path":"members[display pr].display","value":"Z"}')" \
  "200: ann User -, bob User -, x User Z"
patched named "$again" >/dev/null
is "an add leaves what it does not name" "$(patched named \
  '{"op":"add","path":"members","value":[{"value":"ann"},{"value":"bob",
    "display":null},{"value":"x","type":"Group","display":"Y"}]}'
  last 'member_add, member_patch')" \
  '200: ann User A, bob User B, x User Y
|{"x":{"display":"Y"}}'
is "by none of it anybody came or went" "$(stays named)" "$since"
is "a part of a bulk request takes names away as well" "$(
  ask '[.body.Operations[].status] | join(" ")' POST /Bulk '{"Operations":[
    {"method":"PATCH","path":"/Groups/named","data":{"Operations":['"$away"']}},
    {"method":"PUT","path":"/Groups/named","data":{"displayName":"named",
      "members":[{"value":"ann"},{"value":"x"},{"value":"bob","display":"B"}]}}]}'
  said named)" "200 200
ann User -, bob User B, x User -"
is "ids in other letters, or with quotes, are others" "$(
  put named '{"value":"x","display":"small"},{"value":"X","display":"large"},
    {"value":"q\"\\\u00e9","display":"Q"}'
  patched named '{"op":"remove","path":"members[not (value eq \"x\")].display"}'
  last member_patch)" \
  '200: X - large, q"\é - Q, x User small
200: X - -, q"\é - -, x User small
{"X":{"display":null},"q\"\\é":{"display":null}}'
apply POST /Groups '{"displayName":"M","members":[{"value":"ann",
  "display":"of the IdP"},{"value":"x","display":"M"}]}' '{"id":"mine"}' >/dev/null
put mine '{"value":"ann","display":"ours"}' "$manual" >/dev/null
put mine '{"value":"ann"}' "$manual" >/dev/null
is "the names of the other source stay, and those of other groups" "$(said mine
  last 'member_patch, source')" 'ann User of the IdP, x - M
{"ann":{"display":null}}|manual'
sql "UPDATE scim_tenant SET settings = '{\"empty_strings\":\"keep\"}'"
is "a name without letters is one, to the letter, and goes as others do" "$(
  put mine '{"value":"ann","display":""}' >/dev/null; last member_patch
  put mine '{"value":"ann"}' >/dev/null; last member_patch)" \
  '{"ann":{"display":""}}
{"ann":{"display":null}}'

# Whoever stays does not join.
sql "UPDATE scim_tenant SET settings = '{\"dangling_references\":\"reject\"}';
  INSERT INTO scim_rule (event, type, kind, once)
    VALUES ('member_added', 'Group', 'joined', 0),
           ('member_removed', 'Group', 'left', 0);
  CREATE TABLE fired (what TEXT);
  CREATE TRIGGER joined AFTER INSERT ON scim_member
    BEGIN INSERT INTO fired VALUES ('joined ' || NEW.value); END;
  CREATE TRIGGER removed AFTER DELETE ON scim_member
    BEGIN INSERT INTO fired VALUES ('left ' || OLD.value); END;
  CREATE TRIGGER named AFTER UPDATE OF display ON scim_member
    BEGIN INSERT INTO fired VALUES (OLD.value || ' ' || coalesce(OLD.display, '-')
                 || ' -> ' || coalesce(NEW.display, '-')); END"
is "where members have to exist, who is there has no need to" "$(
  patched named "$away"; patched named '{"op":"replace","path":"'"$name"'",
    "value":"new"}'; patched named '{"op":"add","path":"members",
    "value":[{"value":"y"}]}')" '200: X - -, q"\é - -, x User -
200: X - -, q"\é - -, x User new
400: X - -, q"\é - -, x User new'
is "the application sees that a row changes, and nobody join" \
  "$(sql "SELECT * FROM fired")" "x small -> -
x - -> new"
is "no rule fires, and nobody comes or goes in the feed and the history" "$(
  sql "SELECT count(*) FROM scim_outbox;
    SELECT (SELECT count(*) FROM scim_change AS c WHERE c.seq = l.seq),
           (SELECT count(*) FROM scim_history AS h WHERE h.seq = l.seq)
      FROM scim_log AS l WHERE member_patch IS NOT NULL
     ORDER BY l.seq DESC LIMIT 2")" "0
0|0
0|0"
sql "CREATE TRIGGER refuses BEFORE UPDATE OF display ON scim_member
  WHEN NEW.display IS NULL BEGIN SELECT RAISE(IGNORE); END"
is "who ignores it refuses it" "$(patched named "$away"; last 'status, action')" \
  '400: X - -, q"\é - -, x User new
400|'
sql "DROP TRIGGER refuses; DROP TRIGGER joined; DROP TRIGGER removed;
  DROP TRIGGER named; DELETE FROM scim_rule;
  UPDATE scim_tenant SET settings = '{}'"
is "the log and the rows agree" "$(sql "SELECT kind, id, detail FROM scim_check
  WHERE id IN ('named', 'mine', 'x', 'X') OR kind = 'chain'")" ""
is "a name that went and is there again is told" "$(sql "SAVEPOINT s" \
  "UPDATE scim_member SET display = 'large' WHERE value = 'X'" \
  "SELECT detail FROM scim_check WHERE id = 'named'" "ROLLBACK TO s" "RELEASE s")" \
  "scim_member names X as nobody has sent it last"

# ---- Costs

sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < 20000)
     INSERT INTO scim_member SELECT resource, printf('m%05d', i), NULL, NULL,
       iif(i % 2, 'idp', 'manual')
       FROM n, scim_resource WHERE id IN ('all', 'team')"
# steps '<statement>': how many steps of SQLite's machine it takes.
steps() {
  sql ".stats vmstep" "$1" ".stats off" | awk '/VM-steps/ { print $2 }' | tail -n 1
}
cost() { steps "SELECT count(*) FROM scim_membership_effective
  WHERE tenant = 'default' AND group_id = '$1'"; }
small=$(cost part) large=$(cost team)
is "a small group costs little beside large ones" \
  "$((small > 0 && small < 2000 && large > 20000))" 1

# A stranger's type is that of a membership, and not looked for in all of them.
# strangers COUNT: as many groups more, of ten strangers who are in all of them.
strangers() {
  sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
          WHERE i < $1)
       INSERT INTO scim (method, target, body, options)
       SELECT 'POST', '/Groups', json_object('displayName', 'Crowd', 'members',
                (SELECT json_group_array(json_object('value', 'x' || i))
                   FROM n WHERE i <= 10)), '{\"tenant\":\"acme\"}'
         FROM n" >/dev/null
  steps "SELECT max(member_type) FROM scim_membership_effective
    WHERE tenant = 'acme'"
}
few=$(strangers 40) twice=$(strangers 40) four=$(strangers 80)
is "strangers in many groups cost as much as there are memberships" \
  "$((twice > few && four - twice < 3 * (twice - few)))" 1

# ---- Members who are not there yet (N15 of findings/protocol.md)

later() { # later '<member>': what an add of it makes of the member "later"
  ask '.body.members[] | select(.value == "later") | [.type, .display] |
    map(. // "-") | join(" ")' PATCH /Groups/coming '{"Operations":[{"op":"add",
      "path":"members","value":['"$1"']}]}'
}
group coming
is "a type that is sent is kept" \
  "$(later '{"value":"later","type":"User"}')" "User -"
is "also by an add that has none" \
  "$(later '{"value":"later","display":"E"}')" "User E"
is "a display name by one that has none" "$(later '{"value":"later"}')" "User E"
is "or in one request" "$(later '{"value":"later","display":"F"},
  {"value":"later"}') $(
  ask '.body.members[] | .display' PUT /Groups/coming '{"displayName":"C",
    "members":[{"value":"later","display":"G"},{"value":"later"}]}')" "User F G"
is "but for one who was taken out in between" "$(ask '.body.members[] |
  has("display")' PATCH /Groups/coming '{"Operations":[
    {"op":"add","path":"members","value":[{"value":"ann","display":"A"}]},
    {"op":"remove","path":"members[value eq \"ann\"]"},
    {"op":"remove","path":"members[value eq \"later\"]"},
    {"op":"add","path":"members","value":[{"value":"ann"}]}]}'
  later '{"value":"later","type":"User","display":"E"}')" "false
User E"
sql "UPDATE scim_member SET type = NULL WHERE value = 'later'"
is "a type that comes later is taken" \
  "$(later '{"value":"later","type":"User"}')" "User E"
is "what is so already changes nothing" "$(version() {
    ask .body.meta.version GET /Groups/coming
  }
  before=$(version)
  later '{"value":"later","type":"Group","display":"E"}'
  [ "$(version)" = "$before" ] && echo same)" "User E
same"

# ---- Members as they were shown

base='{"base_url":"https://x.test/scim/v2"}'
group echo ann
echoed() { # echoed URI: what a replace of the member "ann" with that makes of it
  ask '[.status, .body.members[0].display, .body.members[0]["$ref"]] |
    join(" ")' PATCH /Groups/echo '{"Operations":[{"op":"replace",
      "path":"members[value eq \"ann\"]","value":{"value":"ann","type":"User",
      "$ref":"'"$1"'","display":"'"$2"'"}}]}' "$base"
}
number=0
for uri in https://x.test/scim/v2/Users/ann ../Users/ann Users/ann /Users/ann \
  http://inside:8080/scim/v2/users/ann; do
  number=$((number + 1))
  is "a member may be sent with the \$ref $uri" "$(echoed "$uri" "A$number")" \
    "200 A$number https://x.test/scim/v2/Users/ann"
done
is "that of somebody else is refused" "$(echoed ../Users/bob B)" "400  "
is "and so in a list, beside a change that needs all members" "$(
  ask '[.status, .body.members[0].display] | join(" ")' PATCH /Groups/echo \
    '{"Operations":[{"op":"replace","path":"members.display","value":"Z"},
      {"op":"add","path":"members","value":[
        {"$ref":"https://x.test/scim/v2/Users/ann"}]}]}' "$base")" "200 Z"

# ---- Who may say what a member is called

sql "INSERT INTO scim_schema (definition) VALUES (json_object(
    'id', 'urn:example:Team', 'name', 'Team', 'attributes', json('[
    {\"name\":\"displayName\",\"type\":\"string\"},
    {\"name\":\"members\",\"type\":\"complex\",\"multiValued\":true,
     \"subAttributes\":[{\"name\":\"value\",\"type\":\"string\"},
       {\"name\":\"display\",\"type\":\"string\"}]}]')));
  INSERT INTO scim_resource_type (definition) VALUES (json_object(
    'name', 'Team', 'endpoint', '/Teams', 'schema', 'urn:example:Team'))"
apply POST /Teams '{"displayName":"t","members":[
  {"value":"x","display":"X"}]}' '{"id":"crew"}' >/dev/null
for mutability in readOnly immutable readWrite; do
  sql "UPDATE scim_schema SET definition = json_set(definition,
    '\$.attributes[1].subAttributes[1].mutability', '$mutability')
    WHERE id = 'urn:example:Team'"
  for body in '{"value":"x","display":"X"}' '{"value":"x"}'; do
    ask '[.status, .body.members[0].display] | join(" ")' PUT /Teams/crew \
      "{\"displayName\":\"t\",\"members\":[$body]}"
  done
done >"$folder/called"
is "a name that is not a client's is not taken away by who says none" \
  "$(cat "$folder/called")" "200 X
200 X
200 X
200 X
200 X
200 "

sql "UPDATE scim_member SET type = NULL WHERE value = 'ann'"
apply PATCH /Groups/coming '{"Operations":[{"op":"add","path":"members",
  "value":[{"value":"ann","type":"Group"}]}]}' >/dev/null
is "whose row has lost its type gets what he is, not what is said" "$(sql "
  SELECT DISTINCT m.type FROM scim_member AS m
    JOIN scim_resource AS r ON r.resource = m.\"group\"
   WHERE r.id = 'coming' AND m.value = 'ann'")" User

# ---- Who is said twice

twice='{"op":"add","path":"members","value":[{"value":"x","type":"User"}]}'
again='{"op":"add","path":"members","value":[{"value":"x","type":"Group"}]}'
none='{"op":"remove","path":"members[display eq \"nobody\"]"}'
for id in edit list two; do
  apply POST /Groups '{"displayName":"g"}' "{\"id\":\"$id\"}" >/dev/null
done
apply PATCH /Groups/edit "{\"Operations\":[$twice,$again]}" >/dev/null
apply PATCH /Groups/list "{\"Operations\":[$twice,$again,$none]}" >/dev/null
for one in "$twice" "$again"; do
  apply PATCH /Groups/two "{\"Operations\":[$one]}" >/dev/null
done
is "of a stranger the type that was said stays, in one PATCH as in two" "$(
  sql "SELECT r.id, m.type FROM scim_member AS m
     JOIN scim_resource AS r ON r.resource = m.\"group\"
    WHERE r.id IN ('edit', 'list', 'two') ORDER BY r.id")" "edit|User
list|User
two|User"

# ---- What somebody is who was nobody before

apply PUT /Groups/echo '{"displayName":"echo","members":[
  {"value":"u","type":"Group"},{"value":"v"},{"value":"w","type":"User"}]}' \
  >/dev/null
apply POST /Users '{"userName":"u"}' '{"id":"u"}' >/dev/null
apply POST /Users '{"userName":"v"}' '{"id":"v"}' >/dev/null
apply POST /Groups '{"displayName":"w"}' '{"id":"w"}' >/dev/null
is "of who is made the type is what he is, whatever was said" "$(
  ask '[.body.members[]."$ref"] | sort | join(" ")' GET /Groups/echo '' "$base")" \
  "https://x.test/scim/v2/Groups/w https://x.test/scim/v2/Users/u https://x.test/scim/v2/Users/v"

# ---- Bad input

why() { ask '[.status, .body.detail] | join(" ")' "$@"; }
is "manual is not for a token" "$(why GET /Groups/g '' \
  "{\"source\":\"manual\",${idp:1}")" "400 the option 'source' is manual for\
 the platform only: not together with 'authorization'"
before=$(rows g)
is "and changes nothing" "$(why PATCH /Groups/g '{"Operations":[{"op":"add",
  "path":"members","value":[{"value":"dan"}]}]}' \
  "{\"source\":\"manual\",${idp:1}" | cut -c1-3)
$(rows g)" "400
$before"
is "idp is" "$(ask .status GET /Groups/g '' "{\"source\":\"idp\",${idp:1}")" 200
is "both, or another, is none" "$(for source in '"both"' '""' '"IDP"' 1 '[]'; do
  ask .status GET /Groups/g '' "{\"source\":$source}"
done | uniq -c | sed 's/^ *//')" "5 400"
is "a stranger is told nothing of it" "$(ask .status GET /Groups/g '' \
  '{"source":"manual","authorization":"Bearer x"}')" 401
is "a row is of one of the two" "$(sql "INSERT INTO scim_member
  SELECT resource, 'ann', NULL, NULL, 'both' FROM scim_resource
   WHERE id = 'g'" | grep -o 'CHECK constraint failed')" \
  "CHECK constraint failed"

finish
