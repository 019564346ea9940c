#!/bin/bash
# What a large database asks of a connection: statements that change more than
# fits into a small journal, and a write-ahead log that does not stay large.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# ---- statements that change many pages

start
group=$(curl -s -H "$bearer" -H "$json" -d '{"displayName":"all"}' \
  "$url/Groups" | jq -r .id)
# More than 16 MiB of index and of members, as at 100,000 users.
sqlite3 "$db" "
  CREATE TEMP TABLE number AS
    WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
    SELECT i, printf('%08d%0392d', i, 0) AS text FROM n;
  INSERT INTO scim_value
    SELECT 'default', 'User', 'userName', text, 1000000 + i FROM number;
  INSERT INTO scim_member (\"group\", value)
    SELECT resource, text
      FROM number, (SELECT resource FROM scim_resource WHERE id = '$group');
  UPDATE scim_schema SET definition = definition WHERE id LIKE '%:User'"
is "a write that rebuilds a large index succeeds" "$(create rebuilt)" 201
is "and the index is rebuilt" "$(sqlite3 "$db" \
  "SELECT count(*) FROM scim_value WHERE attribute = 'userName'")" 1
is "a group of 50,000 members can be deleted" \
  "$(code -H "$bearer" -X DELETE "$url/Groups/$group")" 204
sqlite3 "$db" "
  WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
  INSERT INTO scim_value SELECT 'default', 'User', 'userName',
    printf('%08d%0392d', i, 0), 2000000 + i FROM n;
  UPDATE scim_schema SET definition = definition WHERE id LIKE '%:User'"
stop
start
is "a server that has to rebuild one starts" "$(create restarted)" 201

finish
