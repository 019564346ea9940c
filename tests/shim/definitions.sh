#!/bin/bash
# A server on a database with definitions that cannot be read: it starts, and
# serves all but them.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

"$SCIMD" init --db "$db" >/dev/null
sqlite3 "$db" <<'EOF_SQL'
DROP TRIGGER scim_schema_insert;
DROP TRIGGER scim_resource_type_insert;
INSERT INTO scim_schema (definition, id) VALUES
  ('{"id":"urn:t:A","id":"urn:t:A","attributes":[]}', 'urn:t:A'),
  ('{"id":"urn:t:B","attributes":[{"name":"a b"}]}', 'urn:t:B'),
  ('{"id":"urn:t:C","attributes":[{"name":"a$b"}]}', 'urn:t:C'), ('', 'x');
INSERT INTO scim_resource_type (definition, endpoint) VALUES
  ('{"name":"A","endpoint":"/As","schema":"urn:t:A"}', '/As'),
  ('{"name":"B","endpoint":"/Bs","schema":"urn:t:B"}', '/Bs'),
  ('{"name":"C","endpoint":"/Cs","schema":"urn:t:C"}', '/Cs'),
  ('{"name":"D","name":"D","endpoint":"/Ds","schema":"urn:t:C"}', '/Ds');
DROP TRIGGER scim_tenant_insert;
INSERT INTO scim_tenant (name, settings) VALUES ('customer', '{"page_max":0}');
EOF_SQL
start

is "users are created" "$(code -H "$bearer" -H "$json" --data "$(user ann)" \
  "$url/Users")" 201
is "and a type that is right is served" "$(code -H "$bearer" "$url/Cs")" 200
is "it is healthy" "$(code "$root/healthz")" 200
health() { curl -s -m 20 "$root/healthz" | quick_jq -r "$1"; }
count=$(sqlite3 "$db" 'SELECT count(*) FROM scim_mistake')
is "and says that not all is well" "$(health '[.status, .mistakes] | join(" ")')" \
  "degraded $count"
is "which, where, and what" \
  "$(health '.definitions[] | [.name, .place, .mistake] | join("|")')" \
  "$(sqlite3 "$db" "SELECT iif(source = 'scim_tenant', '', definition), place,
                           mistake FROM scim_mistake")"
is "a tenant is not named" "$(curl -s "$root/healthz" | grep -c customer)" 0
is "and nothing else" "$(health '[.definitions[] | keys[]] | unique |
  join(" ")')" "mistake name place"
mistakes() {
  curl -s -m 20 "$root/metrics" |
    awk '$1 == "scimd_definition_mistakes" { print $2 }'
}
is "/metrics counts them" "$(mistakes)" "$count"
detail() { curl -s -m 20 -H "$bearer" "$url/$1" | quick_jq -r '.status, .detail'; }
is "a schema that is no JSON of ours is named" "$(detail As)" "404
the endpoint '/As' is out of order, as scim_mistake says: resource type 'A' \
names a schema that is broken: a row of scim_schema is not accepted: \
duplicate member name in the object at byte 16"
is "and one with a mistake" "$(detail Bs)" "404
the endpoint '/Bs' is out of order, as scim_mistake says: resource type 'B' \
names a schema that is broken: an attribute of 'urn:t:B' has the bad name 'a b'"
is "and a type" "$(detail Ds)" "404
the endpoint '/Ds' is out of order, as scim_mistake says: a row of \
scim_resource_type is not accepted: duplicate member name in the object at \
byte 12"
is "what was never there is just not there" "$(detail Es)" "404
there is no endpoint '/Es'"
# What is mended is gone from the next answer.
sqlite3 "$db" "DELETE FROM scim_tenant WHERE name = 'customer';
  DELETE FROM scim_resource_type WHERE endpoint IN ('/As', '/Bs', '/Ds');
  DELETE FROM scim_schema WHERE id IN ('urn:t:A', 'urn:t:B', 'x')"
is "a mistake that was mended is gone at once" \
  "$(health .status) $(mistakes)" "ok 0"
stop
is "it stops as ever" "$ended" 0
start
is "and starts again" "$(code -H "$bearer" "$url/Users")" 200
finish
