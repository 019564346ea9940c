#!/bin/bash
# What creating, replacing, modifying and deleting have in common: versions,
# times, and values that must be unique.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

why() {
  ask '[.status, .body.scimType // empty, .body.detail // empty] | join(" ")' \
    "$@"
}
taken="409 uniqueness the value of 'userName' is that of another User"

# ---- Conditions say why

user ann
is "another version is told" "$(why DELETE /Users/ann '' '{"if_match":"\"7\""}')" \
  '412 the version is W/"1", not the one of If-Match'
is "and one that must not be" \
  "$(why DELETE /Users/ann '' '{"if_none_match":"*"}')" \
  '412 the version is that of If-None-Match'
is "when both are wrong it is If-Match" \
  "$(why DELETE /Users/ann '' '{"if_none_match":"*","if_match":"\"7\""}')" \
  '412 the version is W/"1", not the one of If-Match'
is "a GET with both as well" \
  "$(why GET /Users/ann '' '{"if_none_match":"*","if_match":"\"7\""}')" \
  '412 the version is W/"1", not the one of If-Match'

# ---- Versions and times

stamp() { # the version and the second of the last change
  ask '[.body.meta.version, .body.meta.lastModified] | join(" ")' GET /Users/ann
}
at() { printf '{"now":"2100-01-01T00:00:%sZ"}' "$1"; }
apply PUT /Users/ann '{"userName":"ann","title":"a"}' "$(at 01)" >/dev/null
is "a change counts and is dated" "$(stamp)" 'W/"2" 2100-01-01T00:00:01.000Z'
apply PUT /Users/ann '{"userName":"ann","title":"a"}' "$(at 02)" >/dev/null
is "what changes nothing is not" "$(stamp)" 'W/"2" 2100-01-01T00:00:01.000Z'
apply PUT /Users/ann '{"userName":"ann","title":"A"}' "$(at 03)" >/dev/null
is "another case is a change" "$(stamp)" 'W/"3" 2100-01-01T00:00:03.000Z'

# D16: the clock is set back, and time goes on.
reply=$(apply PUT /Users/ann '{"userName":"ann","title":"B"}' "$(at 01)")
is "lastModified does not run backwards" \
  "$(look '[.body.meta.version, .body.meta.lastModified] | join(" ")' \
    "$reply"), $(stamp)" \
  'W/"4" 2100-01-01T00:00:03.001Z, W/"4" 2100-01-01T00:00:03.001Z'
apply POST /Groups '{"displayName":"back","members":[{"value":"ann"},
  {"value":"nobody"}]}' '{"id":"back","now":"2100-01-01T00:59:59.999Z"}' \
  >/dev/null
back() {
  apply "$1" "$2" "$3" "$(at 02)" >/dev/null
  ask '[.body.meta.version, .body.meta.lastModified] | join(" ")' \
    GET /Groups/back
}
is "nor does it of a group that gets a member" \
  "$(back PATCH /Groups/back '{"Operations":[{"op":"remove",
    "path":"members[value eq \"nobody\"]"}]}')" \
  'W/"2" 2100-01-01T01:00:00.000Z'
apply POST /Users '{"userName":"gone"}' '{"id":"gone"}' >/dev/null
apply PATCH /Groups/back '{"Operations":[{"op":"add","path":"members",
  "value":[{"value":"gone"}]}]}' '{"now":"2100-01-01T01:00:00.000Z"}' >/dev/null
is "or that loses one with its resource" "$(back DELETE /Users/gone '')" \
  'W/"4" 2100-01-01T01:00:00.001Z'
is "nothing was modified before it was created" \
  "$(sql "SELECT count(*) FROM scim_resource WHERE modified < created")" 0

# ---- What must be unique

is "a name that is taken is refused" \
  "$(why POST /Users '{"userName":"ann"}')" "$taken"
is "in another case as well" "$(why POST /Users '{"userName":"ANN"}')" "$taken"
user bob
for request in 'PUT {"userName":"ann"}' \
  'PATCH {"Operations":[{"op":"replace","path":"userName","value":"Ann"}]}'; do
  is "${request%% *} to it is refused" \
    "$(why "${request%% *}" /Users/bob "${request#* }")" "$taken"
done
is "one's own in another case is a change" \
  "$(why PUT /Users/ann '{"userName":"Ann"}')" 200
is "it stays taken" "$(why POST /Users '{"userName":"ann"}')" "$taken"
apply PUT /Users/ann '{"userName":"anna"}' >/dev/null
is "a name that was given up is free" \
  "$(why POST /Users '{"userName":"ann"}')" 201
is "another tenant has names of its own" "$(
  sql "INSERT INTO scim_tenant (name) VALUES ('other')"
  why POST /Users '{"userName":"bob"}' '{"tenant":"other"}')" 201

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:t:Car\",
       \"attributes\":[{\"name\":\"plate\",\"uniqueness\":\"global\"}]}');
     INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Car\",
       \"endpoint\":\"/Cars\",\"schema\":\"urn:t:Car\"}')"
is "what is unique everywhere is so for all tenants" "$(
  why POST /Cars '{"plate":"X 1"}'
  why POST /Cars '{"plate":"x 1"}' '{"tenant":"other"}')" "201
409 uniqueness the value of 'plate' is that of another Car"

# ---- Members that have to exist

tenant '{"dangling_references":"reject"}'
is "a member that is not there is named" "$(why POST /Groups \
  '{"displayName":"g","members":[{"value":"nobody"}]}' )" \
  "400 invalidValue 'members' names resources that do not exist: nobody"
is "one that a bulk request is about to make is fine" \
  "$(ask '[.body.Operations[].status] | join(" ")' POST /Bulk '{"Operations":[
    {"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"g",
     "members":[{"value":"bulkId:u"}]}},
    {"method":"POST","path":"/Users","bulkId":"u","data":{"userName":"u"}}]}')" \
  "201 201"

finish
