#!/bin/bash
# scim_apply: the forms in which it can be called, and what is an SQL error.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
needs=', which a trigger of yours or a map that is on needs: define that anew, '
needs+='or switch the map off'
open_database

id=00000000-0000-4000-8000-00000000000a
sql "SELECT scim_init();
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"id\":\"$id\"}')" >/dev/null

is "two, three and four arguments are the same request" "$(sql "
  SELECT count(DISTINCT reply) FROM (
    SELECT scim_apply('GET', '/Users/$id') AS reply
    UNION ALL SELECT scim_apply('GET', '/Users/$id', NULL)
    UNION ALL SELECT scim_apply('GET', '/Users/$id', NULL, NULL)
    UNION ALL SELECT scim_apply(json_object('method', 'GET',
      'target', '/Users/$id')))")" 1
is "a body of three arguments is sent" "$(sql "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}')
    ->> '\$.body.userName'")" bob
is "in one object the body is JSON, and options stand beside it" "$(sql "
  SELECT scim_apply(json_object('method', 'POST', 'target', '/Users',
    'body', json_object('userName', 'cid'), 'dry_run', true))
    ->> '\$.body.userName';
  SELECT count(*) FROM scim_user WHERE user_name = 'cid'")" "cid
0"
is "none and five arguments are not a call" \
  "$(sql "SELECT scim_apply()" "SELECT scim_apply(1, 2, 3, 4, 5)" |
    grep -c 'wrong number of arguments to function scim_apply()')" 2
is "a request that is no object is answered with 400" "$(sql "
  SELECT scim_apply('[]') ->> '\$.status', scim_apply('7') ->> '\$.status',
    scim_apply('') ->> '\$.status', scim_apply('{}') ->> '\$.status',
    scim_apply('{\"method\":1}') ->> '\$.status'")" "400|400|400|400|400"
is "one that is no JSON says where" "$(sql "
  SELECT scim_apply('{\"method\":') ->> '\$.body.detail'")" \
  "the request is not valid JSON: the JSON text ends early at byte 10"
is "a method in numbers is no method" "$(sql "
  SELECT scim_apply(7, '/Users') ->> '\$.status'")" 405

# ---- errors of the database

is "a read-only connection reads, and writing there is SQLITE_READONLY" "$(sql "
  PRAGMA query_only = on;
  SELECT scim_apply('GET', '/Users/$id') ->> '\$.status'" "
  SELECT scim_apply('DELETE', '/Users/$id')"
  sql "PRAGMA query_only = off")" "200
Error: stepping, attempt to write a readonly database (8)"
logged=$(sql "SELECT count(*) FROM scim_log")
is "where the application's trigger fails the code stays, and all is undone" "$(sql "
  CREATE TRIGGER no BEFORE INSERT ON scim_resource BEGIN
    INSERT INTO nowhere VALUES (1); END;" "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"dan\"}')" "
  DROP TRIGGER no;
  SELECT count(*) FROM scim_user;
  SELECT count(*) FROM scim_log")" "Error: stepping, no such table: main.nowhere$needs
2
$logged"
is "where nothing is committed within a transaction, nothing stays" "$(sql "
  BEGIN;
  SELECT scim_apply('DELETE', '/Users/$id') ->> '\$.status';
  ROLLBACK;
  SELECT scim_apply('GET', '/Users/$id') ->> '\$.status'")" "204
200"

finish
