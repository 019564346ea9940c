#!/bin/bash
# The setting rehire: a POST that names somebody who was deactivated or deleted.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

off='{"Operations":[{"op":"replace","path":"active","value":false}]}'
hire() { # BODY [JQ [OPTIONS]]: a POST
  ask "${2:-[.status, .body.id]}" POST /Users "$1" "${3:-}"
}
log() { # the last row of the log
  sql "SELECT method, target, status, action, id, version FROM scim_log
        ORDER BY seq DESC LIMIT 1"
}
start() { # SETTINGS: ann is inactive, bob was deleted, cy is there
  sql "DELETE FROM scim_resource; DELETE FROM scim_count; DELETE FROM scim_log;
       DELETE FROM scim_unique; DELETE FROM scim_value; DELETE FROM scim_member;
       DELETE FROM scim_former"
  tenant '{}'
  user ann '"externalId":"A1","title":"Old","nickName":"annie"'
  apply POST /Users '{"userName":"BØB","externalId":"B1","title":"Old"}' \
    '{"id":"bob"}' >/dev/null
  user cy '"externalId":"C1"'
  apply POST /Groups '{"displayName":"g","members":[{"value":"ann"},
    {"value":"bob"}]}' '{"id":"g"}' >/dev/null
  apply PATCH /Users/ann "$off" >/dev/null
  apply PATCH /Users/bob "$off" >/dev/null
  apply DELETE /Users/bob >/dev/null
  tenant "$1"
}

# ---- new, the default

for settings in '{}' '{"rehire":"new"}'; do
  start "$settings"
  is "$settings: who was deleted is somebody new" \
    "$(hire '{"userName":"bøb","externalId":"B1"}' '[.status, .body.id,
         .body.meta.version]' '{"id":"new"}')" '[201,"new","W/\"1\""]'
  is "$settings: who is inactive has the name still" \
    "$(hire '{"userName":"ANN"}' '[.status, .body.scimType]')" \
    '[409,"uniqueness"]'
  is "$settings: one externalId may be of two" \
    "$(hire '{"userName":"ann2","externalId":"A1"}' .status)" 201
done

# ---- refuse

start '{"rehire":"refuse"}'
is "refuse: who was deleted is refused, in any case of letters" \
  "$(hire '{"userName":"bØB"}' '[.status, .body.scimType, .body.detail[:59]]')" \
  "[409,\"uniqueness\",\"the 'userName' is that of User 'bob', who was deleted at 20\"]"
is "who is inactive as well, with the reason" \
  "$(hire '{"userName":"Ann"}' .body.detail)" "the 'userName' is that of User \
'ann', who is inactive: the setting rehire of the tenant refuses to create \
them anew"
is "by externalId, where the userName is nobody's" \
  "$(hire '{"userName":"x","externalId":"B1"}' .body.detail | cut -c1-37
     hire '{"userName":"x","externalId":"A1"}' .body.detail | cut -c1-37)" \
  "the 'externalId' is that of User 'bob
the 'externalId' is that of User 'ann"
is "which has a case" "$(hire '{"userName":"x","externalId":"b1"}' .status)" 201
is "who is active is taken, as ever" "$(hire '{"userName":"cy"}' .body.detail)" \
  "the value of 'userName' is that of another User"
is "one who is new is welcome" "$(hire '{"userName":"dee"}' .status)" 201
is "the refusal is in the log" "$(hire '{"userName":"ann"}' .status; log)" \
  "409
POST|/Users|409|||"
is "nobody has changed" "$(sql "SELECT id, version, active FROM scim_user
  WHERE id IN ('ann', 'bob')")" "ann|2|0"
is "in another tenant nobody is known" "$(
  sql "INSERT INTO scim_tenant (name, settings)
       VALUES ('other', '{\"rehire\":\"refuse\"}')"
  hire '{"userName":"bøb","externalId":"A1"}' .status \
    '{"tenant":"other"}')" 201

# ---- revive: who is inactive

start '{"rehire":"revive"}'
is "revive: who is inactive has the id of before, and is active" \
  "$(hire '{"userName":"Ann","externalId":"A2","title":"New"}' \
    '[.status, .headers.Location, .body.id, .body.active, .body.userName,
      .body.title, .body.nickName, .body.meta.version, .body.groups[0].value]')" \
  '[201,"/Users/ann","ann",true,"Ann","New",null,"W/\"3\"","g"]'
is "the log tells that they were changed" "$(log)" \
  "POST|/Users|201|update|ann|3"
is "and how" "$(sql "SELECT attribute, old, new FROM scim_history
  WHERE id = 'ann' AND seq = (SELECT max(seq) FROM scim_log) ORDER BY 1")" \
  "active|0|1
externalId|A1|A2
nickName|annie|
title|Old|New
userName|ann|Ann"
is "they are found by what they are now" "$(
  ask "$ids" GET '/Users?filter=externalId%20eq%20%22A2%22'
  ask "$ids" GET '/Users?filter=externalId%20eq%20%22A1%22')" "ann"
is "again they are taken" "$(hire '{"userName":"ann"}' .status)" 409
apply PATCH /Users/ann "$off" >/dev/null
is "an option id does not make them another" \
  "$(hire '{"userName":"ann"}' '[.status, .body.id]' '{"id":"other"}')" \
  '[201,"ann"]'
apply PATCH /Users/ann "$off" >/dev/null
is "by externalId with another userName" \
  "$(hire '{"userName":"ann3","externalId":"A2"}' '[.status, .body.id]')" \
  '[201,"'"$(sql "SELECT id FROM scim_user WHERE user_name = 'ann3'")"'"]'

start '{"rehire":"revive"}'
is "by externalId, where the userName is nobody's" \
  "$(hire '{"userName":"annie","externalId":"A1"}' \
    '[.status, .body.id, .body.userName]')" '[201,"ann","annie"]'
is "a dry run tells the id, and changes nothing" "$(start '{"rehire":"revive"}'
  hire '{"userName":"ann"}' '[.status, .body.id]' '{"dry_run":true}'
  sql "SELECT version, active FROM scim_user WHERE id = 'ann'")" \
  '[201,"ann"]
2|0'
is "a name that somebody active has is 409, whatever the externalId" \
  "$(hire '{"userName":"cy","externalId":"A1"}' .status)" 409
is "what is wrong is wrong" "$(hire '{"userName":"ann","emails":7}' .status
  hire '{"externalId":"A1"}' .status)" "400
400"

# ---- revive: who was deleted

is "who was deleted has the id of before" \
  "$(hire '{"userName":"bøb","title":"New"}' '[.status, .headers.Location,
      .body.id, .body.active, .body.title, .body.externalId,
      .body.meta.version, .body.groups]')" \
  '[201,"/Users/bob","bob",true,"New",null,"W/\"3\"",null]'
is "the log tells that they were made" "$(log)" "POST|/Users|201|create|bob|3"
is "and history that it is the same person" "$(sql "SELECT name, deleted
  FROM scim_name WHERE id = 'bob'" "SELECT action FROM scim_log
  WHERE id = 'bob' AND action IS NOT NULL ORDER BY seq")" "bøb|
create
update
delete
create"
is "as it was then, and is now" "$(sql "SELECT count(*)
  FROM scim_as_of('User', '2100-01-01') WHERE id = 'bob' AND version = 3")" 1
is "the name that they had before is nobody's then" "$(
  apply PATCH /Users/bob '{"Operations":[{"op":"replace","path":"userName",
    "value":"bob2"}]}' >/dev/null
  hire '{"userName":"bøb"}' '[.status, .body.id]' '{"id":"bob3"}')" \
  '[201,"bob3"]'
is "of two who had a name it is the last" "$(
  apply DELETE /Users/bob3 >/dev/null; apply DELETE /Users/bob >/dev/null
  hire '{"userName":"bøb"}' .body.id; hire '{"userName":"bob2"}' .body.id)" \
  "bob3
bob"
is "their keys are in the indexes" \
  "$(ask "$ids" GET '/Users?filter=userName%20eq%20%22B%C3%98B%22')" bob3
is "counts are right" "$(sql "SELECT live, active,
    (SELECT count(*) FROM scim_user), (SELECT count(*) FROM scim_user
      WHERE active) FROM scim_count WHERE type = 'User'")" "4|3|4|3"
is "a version that has no next stays" "$(apply DELETE /Users/bob >/dev/null
  sql "UPDATE scim_former SET version = 9223372036854775807"
  hire '{"userName":"bob2"}' .body.meta.version)" 'W/"9223372036854775807"'

# ---- Bulk

start '{"rehire":"revive"}'
bulk='{"Operations":[
  {"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"h",
    "members":[{"value":"bulkId:b"},{"value":"bulkId:a"}]}},
  {"method":"POST","path":"/Users","bulkId":"b","data":{"userName":"bøb"}},
  {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"ann"}}]}'
is "in a bulk request what refers to them gets the id of before" \
  "$(ask '[.body.Operations[] | [.status, (.location // "" |
       sub(".*/Users/"; ""))]][1:]' POST /Bulk "$bulk")
$(sql "SELECT group_concat(member) FROM (SELECT member FROM scim_membership
    WHERE group_name = 'h' ORDER BY 1)")" \
  '[["201","bob"],["201","ann"]]
ann,bob'
apply PATCH /Users/ann "$off" >/dev/null
manager=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
circle='{"Operations":[
  {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"ann",
    "'$manager'":{"manager":{"value":"bulkId:z"}}}},
  {"method":"POST","path":"/Users","bulkId":"z","data":{"userName":"zoe",
    "'$manager'":{"manager":{"value":"bulkId:a"}}}}]}'
is "in a circle they are refused, and nobody refers to what is not there" \
  "$(ask '[.body.Operations[].status]' POST /Bulk "$circle")
$(sql "SELECT active FROM scim_user WHERE id = 'ann';
       SELECT count(*) FROM scim_user WHERE user_name = 'zoe'")" \
  '["409","400"]
0
0'

# ---- What it costs

is "the deleted are found by a key, however many there are" "$(sql "EXPLAIN
  QUERY PLAN SELECT id FROM scim_former WHERE tenant = 'default' AND
    type = 'User' AND attribute = 'userName' AND key = 'bob'" | tail -n 1 |
  grep -o 'PRIMARY KEY.*')" \
  "PRIMARY KEY (tenant=? AND type=? AND attribute=? AND key=?)"

finish
