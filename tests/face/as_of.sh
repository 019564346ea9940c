#!/bin/bash
# scim_as_of: the resources of a type as they stood at a moment.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
id=00000000-0000-4000-8000-00000000000a
sql "SELECT scim_init();
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"id\":\"$id\",\"now\":\"2026-03-01T12:00:00Z\"}');
  SELECT scim_apply('PUT', '/Users/$id', '{\"userName\":\"anna\"}',
    '{\"now\":\"2026-03-02T12:00:00Z\"}');
  INSERT INTO scim_tenant (name) VALUES ('acme');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"bob\"}',
    '{\"tenant\":\"acme\",\"now\":\"2026-03-01T12:00:00Z\"}')" >/dev/null

# at TIME: names, versions and times of change.
at() {
  sql "SELECT doc ->> '\$.userName', version, modified
    FROM scim_as_of('User', '$1')"
}

is "before its creation nobody is there" "$(at 2026-03-01T11:59:59.999Z)" ""
is "changes of that very moment have happened" \
  "$(at 2026-03-01T12:00:00Z; at 2026-03-02T12:00:00Z)" \
  "ann|1|2026-03-01T12:00:00.000Z
anna|2|2026-03-02T12:00:00.000Z"
is "a time may be of another zone, a date is its midnight" \
  "$(at 2026-03-01T13:00:00+01:00; at 2026-03-02)" \
  "ann|1|2026-03-01T12:00:00.000Z
ann|1|2026-03-01T12:00:00.000Z"
is "hidden columns show the arguments" "$(sql "
  SELECT type, time, tenant FROM scim_as_of('User', '2026-03-02')")" \
  "User|2026-03-02|default"
is "of another tenant when it is named" "$(sql "
  SELECT doc ->> '\$.userName', tenant FROM scim_as_of('User', '2026-03-02')
   WHERE tenant = 'acme';
  SELECT count(*) FROM scim_as_of('User', '2026-03-02', 'nobody')")" "bob|acme
0"
is "what is wrong is an SQL error that says what" "$(sql \
  "SELECT * FROM scim_as_of" "SELECT * FROM scim_as_of('User')" \
  "SELECT * FROM scim_as_of('Robot', '2026-03-02')" \
  "SELECT * FROM scim_as_of('User', 'noon')" \
  "SELECT * FROM scim_as_of('User', NULL)" |
  sed -E 's/^Error: (in prepare|stepping), //; s/ \(1\)$//')" \
  "scim_as_of needs a type and a time
scim_as_of needs a type and a time
there is no resource type 'Robot'
'noon' is not a time
'' is not a time"
is "it works on read-only connections and in views" "$(sql "
  CREATE VIEW then_there AS SELECT doc ->> '\$.userName' AS name
    FROM scim_as_of('User', '2026-03-02');
  PRAGMA query_only = on;
  SELECT name FROM then_there;
  PRAGMA query_only = off")" ann
is "an id that is a blob is nobody's, as in every table" "$(sql "
  SELECT count(*) FROM scim_as_of('User', '2026-03-02')
   WHERE id IN ('$id', CAST('$id' AS BLOB));
  SELECT count(*) FROM scim_as_of('User', '2026-03-02')
   WHERE id = CAST('$id' AS BLOB)")" "1
0"

finish
