#!/bin/bash
# A value that several had before it had to be unique, and now claim (scim_claim):
# the oldest owns it, and when that gives it up the next oldest does.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

car=urn:example:Car
# A definition in which plate and seals have this uniqueness.
definition() {
  echo '{"id":"'$car'","attributes":[{"name":"plate","uniqueness":"'"$1"'"},
    {"name":"seals","multiValued":true,"uniqueness":"'"$1"'"},
    {"name":"colour"}]}'
}
uniqueness() {
  sql "UPDATE scim_schema SET definition = $(literal "$(definition "$1")")
        WHERE id = '$car'; SELECT scim_init()" >/dev/null
}
car() { # METHOD ID [MEMBERS [TENANT]]
  local place=/$2
  [ "$1" = POST ] && place=
  ask '[.status, .body.scimType // empty] | join(" ")' "$1" "/Cars$place" \
    "${3:+{$3\}}" '{"id":"'"$2"'","tenant":"'"${4:-default}"'"}'
}
# Whose each value is, and who claims it besides. That he claims it himself where
# others do, and only there, is what sound asks.
owners() {
  sql "SELECT u.key || ': ' || r.id || coalesce(' ' || (
         SELECT group_concat(id, ' ')
           FROM (SELECT s.id
                   FROM scim_claim AS c JOIN scim_resource AS s USING (resource)
                  WHERE (c.tenant, c.type, c.attribute, c.key)
                      = (u.tenant, u.type, u.attribute, u.key)
                    AND c.resource <> u.resource
                  ORDER BY c.resource)), '')
         FROM scim_unique AS u JOIN scim_resource AS r USING (resource)
        WHERE u.type = 'Car' ORDER BY u.key" | tr '\n' ',' | sed 's/,$//'
}
# Nothing is wrong, and a database that is made of the log is the same.
sound() {
  is "$1: nothing is found" "$(sql "SELECT * FROM scim_check;
    SELECT key FROM scim_claim GROUP BY 1, tenant, attribute HAVING count(*) = 1
    ")" ""
  rm -f "$folder/copy.db"
  is "and the log makes the same of it" "$(sql "VACUUM INTO '$folder/copy.db'"
    sqlite3 :memory: -cmd ".load $extension" "SELECT scim_init();
      SELECT scim_replay('$folder/copy.db') > 0" 2>&1 | tail -1)" 1
}

sql "INSERT INTO scim_tenant (name) VALUES ('acme');
  INSERT INTO scim_schema (definition) VALUES ('$(definition none)');
  INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Car\",
    \"endpoint\":\"/Cars\",\"schema\":\"$car\"}')"
for id in a b c; do car POST $id '"plate":"P","seals":["S","'$id'"]'; done >/dev/null
car POST d '"plate":"Q"' >/dev/null
uniqueness server
is "the oldest has it, the others claim it" "$(owners)" \
  "a: a,b: b,c: c,p: a b c,q: d,s: a b c"
sound "when it has become unique"
is "who claims it may be changed while he keeps it" \
  "$(car PUT b '"plate":"p","seals":["b","S"],"colour":"red"'; owners)" "200
a: a,b: b,c: c,p: a b c,q: d,s: a b c"
sound "then"
is "and has nothing to do with who is made after him" \
  "$(car POST e '"plate":"P"'; car PUT d '"plate":"Q","seals":["S"]')" \
  "409 uniqueness
409 uniqueness"
sql "CREATE TRIGGER no AFTER DELETE ON scim_resource
     BEGIN SELECT RAISE(ABORT, 'scim:403::it stays'); END"
is "a trigger can refuse that they go, where there is no savepoint too" \
  "$(car DELETE b; sql "CREATE TABLE told (reply);
       INSERT INTO told SELECT scim_apply('DELETE', '/Cars/c');
       SELECT reply ->> 'status' FROM told"; owners)" "403
403
a: a,b: b,c: c,p: a b c,q: d,s: a b c"
sql "DROP TRIGGER no"
is "when the owner goes, the next oldest has it" "$(car DELETE a; owners)" \
  "204
b: b,c: c,p: b c,q: d,s: b c"
is "and not somebody new" \
  "$(car POST e '"plate":"P"'; car POST e '"seals":["S"]')" "409 uniqueness
409 uniqueness"
sound "when an owner has gone"
is "when the owner changes it, too" "$(car PUT b '"plate":"R"'; owners)" "200
c: c,p: c,q: d,r: b,s: c"
is "the last one is an owner like any other" \
  "$(car PUT c '"plate":"P","seals":["S"],"colour":"red"'; car DELETE c
  car POST e '"plate":"P","seals":["S"]'; owners)" "200
204
201
p: e,q: d,r: b,s: e"
sound "when an owner has changed it"
uniqueness none
car PUT d '"plate":"P","seals":["S"]' >/dev/null
car PUT b '"plate":"P","seals":["S","T"]' >/dev/null
uniqueness server
is "made unique anew" "$(owners)" "p: b d e,s: b d e,t: b"
is "who claims it and goes, or takes another, claims it no more" \
  "$(car DELETE e; car PUT d '"plate":"Q"'; owners)" "204
200
p: b,q: d,s: b,t: b"
sound "when nobody claims anything"

# ---- Of all tenants

uniqueness none
for id in f h; do car POST $id '"plate":"P","seals":["S"]' acme; done >/dev/null
car PUT d '"plate":"P"' >/dev/null
uniqueness global
is "what is unique everywhere is claimed by others of all tenants" "$(owners)" \
  "p: b d f h,s: b f h,t: b"
sound "then"
is "and goes to them" "$(car DELETE b; owners)" "204
p: d f h,s: f h"
sql "INSERT INTO scim_tenant (name) VALUES ('globex')"
uniqueness none
car PUT d '"plate":"Q"' >/dev/null
car POST i '"plate":"P","seals":["S"]' globex >/dev/null
uniqueness global
is "a tenant that is removed leaves what it owns to another" \
  "$(owners; echo; sql "SELECT scim_tenant_remove('acme', 3)"
  sql "WITH RECURSIVE n AS (SELECT scim_tenant_remove('acme', 1) AS r UNION ALL
       SELECT scim_tenant_remove('acme', 1) FROM n WHERE r > 0)
       SELECT max(r) FROM n"; owners)" "p: f h i,q: d,s: f h i
3
1
p: i,q: d,s: i"
is "and claims nothing" "$(sql "SELECT * FROM scim_claim;
  SELECT * FROM scim_check")" ""

# ---- A trigger that would have it first

sql "CREATE TABLE heard (status)"
for table in scim_unique scim_claim scim_resource; do
  uniqueness none
  for id in l m n; do car POST $id '"plate":"L"'; done >/dev/null
  uniqueness server
  sql "CREATE TEMP TRIGGER app_first AFTER DELETE ON $table
       BEGIN INSERT INTO heard SELECT scim_apply('POST', '/Cars',
         '{\"plate\":\"L\"}') ->> 'status'; END"
  is "a trigger on $table finds that it is still somebody's" \
    "$(car DELETE l; owners; echo; sql 'SELECT DISTINCT status FROM heard
         WHERE status <> 409; DELETE FROM heard; DROP TRIGGER app_first')" "204
l: m n,p: i,q: d,s: i"
  sound "then"
  for id in m n; do car DELETE $id; done >/dev/null
done

# ---- What is wrong

uniqueness none
for id in j k; do car POST $id '"plate":"P"'; done >/dev/null
uniqueness server
while IFS='|' read -r statement want; do
  is "scim_check finds: $statement" "$(sql "SAVEPOINT s; $statement;
    SELECT kind || ' ' || detail FROM scim_check ORDER BY kind DESC LIMIT 1; ROLLBACK TO s;
    RELEASE s")" "$want"
done <<'E2'
DELETE FROM scim_claim WHERE resource = (SELECT max(resource) FROM scim_claim)|index scim_claim has no row of its plate
UPDATE scim_claim SET resource = 1000 WHERE resource = (SELECT max(resource) FROM scim_claim)|orphan scim_claim has plate of a resource, 1000, that is not there
UPDATE scim_claim SET key = 'x'|index scim_claim has no row of its plate
INSERT INTO scim_claim SELECT tenant, type, attribute, 'q', resource FROM scim_claim|index scim_value, scim_unique and scim_claim have 0, 4 and 4 rows, the documents 0, 4 and 2 keys
E2

# ---- How much work that is

# steps COUNT: how many steps of its machine SQLite takes to give up one value while
# so many others are claimed.
steps() {
  sql "SAVEPOINT s; WITH RECURSIVE n (i) AS (
         SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1)
       INSERT INTO scim_claim SELECT 'default', 'Car', 'plate', 'k' || i, r
         FROM n, (SELECT 1 AS r UNION SELECT 2)" ".stats vmstep" \
    "INSERT INTO scim_commit_shared (action, tenant, type, resource, unique_drop)
     VALUES ('none', 'default', 'Car', 1, '[{\"attribute\":\"plate\",\"key\":\"k1\"}]')" \
    ".stats off" "SELECT count(*) FROM scim_claim WHERE key GLOB 'k?*';
    ROLLBACK TO s; RELEASE s" | sed 's/^VM-steps: *//' | tr '\n' ' '
}
read -r few few_left <<<"$(steps 10)"
read -r many many_left <<<"$(steps 1000)"
is "who gives a value up is not told of what others claim" \
  "$few_left $many_left $((few > 0 && many - few < 100))" "19 1999 1"

# ---- The upgrade

cp tests/store/old/version10.db "$folder/old.db"
connect "$folder/old.db"
is "of an earlier version in which an owner was lost" "$(sql "
  INSERT INTO scim_meta VALUES ('shared User', 1);
  DELETE FROM scim_unique
   WHERE (tenant, type, attribute, key) = (
         SELECT tenant, type, attribute, key FROM scim_unique
          WHERE type = 'User' ORDER BY resource LIMIT 1);
  SELECT scim_init(); SELECT * FROM scim_check WHERE kind <> 'definition'")" 16
finish
