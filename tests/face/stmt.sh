#!/bin/bash
# scim_stmt: the statements that are kept for a connection.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init()" >/dev/null
connect

is "at first there are none" "$(sql "SELECT count(*) FROM scim_stmt")" 0
sql "SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}')" >/dev/null
is "then those that were run, and how often" "$(sql "
  SELECT runs FROM scim_stmt WHERE sql LIKE 'BEGIN%'")" 2
is "each is there once" "$(sql "
  SELECT count(*) = count(DISTINCT sql), count(*) > 5 FROM scim_stmt")" "1|1"
is "it can be read while it grows" "$(sql "
  SELECT count(scim_apply('GET', '/Users?filter=userName%20eq%20%22'
    || s.rowid || '%22')) > 5 FROM scim_stmt AS s")" 1
is "a statement of a trigger cannot use it: it would own itself" "$(sql "
  CREATE TABLE mine (x);
  CREATE TRIGGER look AFTER INSERT ON mine BEGIN
    UPDATE mine SET x = (SELECT count(*) FROM scim_stmt); END;" "
  INSERT INTO mine VALUES (1)"
  sql "CREATE TRIGGER look_too AFTER INSERT ON scim_log BEGIN
    INSERT INTO mine SELECT runs FROM scim_stmt; END;" "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"cid\"}')"
  sql "DROP TRIGGER look; DROP TRIGGER look_too")" \
  'Error: in prepare, unsafe use of virtual table "scim_stmt"
Error: stepping, unsafe use of virtual table "scim_stmt"'
is "nor can a view" "$(sql "
  CREATE VIEW seen AS SELECT * FROM scim_stmt" "SELECT * FROM seen" |
  sed 's/^Error: in prepare, //')" 'unsafe use of virtual table "scim_stmt"'
is "the connection works on" "$(sql "
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"cid\"}')
    ->> '\$.status'")" 201

finish
