#!/bin/bash
# scim_map_preview, as the comment in ext/face/preview.c promises it.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

message() { printf '%s' "$1" | sed 's/^.*: //; s/ (1)$//'; }

connect :memory:
is "without tables of ours it says what to do" "$(message "$(sql "
  SELECT * FROM scim_map_preview('x')")" | grep -o 'SELECT.*')" \
  "SELECT scim_init()"
connect
sql "SELECT scim_init();
  CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, points INTEGER);
  CREATE TABLE device (serial TEXT PRIMARY KEY, upn TEXT) STRICT;
  SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\",
    \"key\":\"id\",\"columns\":{\"upn\":{\"from\":\"userName\"}},
    \"match\":[\"upn\"]}');
  SELECT scim_map('device', '{\"type\":\"User\",\"table\":\"device\",
    \"key\":\"serial\",\"columns\":{\"upn\":{\"from\":\"userName\"}},
    \"match\":[\"upn\"]}');
  INSERT INTO learner (id, upn) VALUES (9223372036854775807, 'ann');
  INSERT INTO device VALUES ('07', 'ann');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"Ann\"}',
    '{\"id\":\"u1\"}')" >/dev/null

is "a map must be named" "$(sql "SELECT * FROM scim_map_preview" |
  grep -o 'scim_map_preview needs.*')" \
  "scim_map_preview needs the name of a map"
is "and be there" "$(sql "SELECT * FROM scim_map_preview('lerner')" |
  grep -o 'there is no map.*')" "there is no map 'lerner'"
is "NULL is no map either" "$(sql "SELECT * FROM scim_map_preview(NULL)" |
  grep -o 'there is no map.*')" "there is no map ''"
is "the columns" "$(sql ".headers on" "SELECT * FROM scim_map_preview('learner')" \
  ".headers off")" "id|key|decision|column|have|want|reason
u1|9223372036854775807|link|upn|ann|Ann|it matches by 'upn'"
is "a key has the type of its column" "$(sql "
  SELECT typeof(p.key), l.id = p.key, d.serial = q.key, typeof(q.key)
    FROM scim_map_preview('learner') AS p, learner AS l,
         scim_map_preview('device') AS q, device AS d")" "integer|1|1|text"
is "the tenant can be asked for" "$(sql "SELECT tenant, map
  FROM scim_map_preview('learner') WHERE tenant = 'default'")" \
  "default|learner"
is "names of maps may come from a table" "$(sql "SELECT m.name, p.key
  FROM scim_map AS m, scim_map_preview(m.name) AS p ORDER BY 1")" \
"device|07
learner|9223372036854775807"
is "it works in views, also where nobody trusts the schema" "$(sql "
  CREATE VIEW todo AS SELECT decision FROM scim_map_preview('learner');
  PRAGMA trusted_schema = OFF;
  SELECT * FROM todo;
  PRAGMA trusted_schema = ON")" link
connect "file:$db?mode=ro"
is "and on a read-only connection" "$(sql "SELECT decision
  FROM scim_map_preview('learner')")" link
connect
is "what it shows stays while rows change" "$(sql "
  SELECT p.decision, p.want, scim_apply('POST', '/Users',
         '{\"userName\":\"bob\"}') ->> 'status'
    FROM scim_map_preview('learner') AS p")" "link|Ann|201"
sql "DROP TABLE learner; CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT)"
is "a map that no longer fits its table is an error, with the place" "$(sql "
  SELECT * FROM scim_map_preview('learner')" | grep -o 'columns.*')" \
  "columns.upn: the table 'learner' has no column 'upn'"
sql "DROP TABLE learner"
is "so is one whose table is gone" "$(sql "
  SELECT * FROM scim_map_preview('learner')" | grep -o 'table: .*')" \
  "table: there is no ordinary table 'learner' of yours in the database of scim"

finish
