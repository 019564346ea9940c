#!/bin/bash
# scim_provenance as a table of SQL: its arguments, types, and where it may be
# used. What it tells is tested by tests/store/provenance.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init();
  INSERT INTO scim_tenant (name) VALUES ('acme');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"tenant\":\"acme\",\"id\":\"ann\"}')" >/dev/null

is "a boolean is a number, all else text" "$(sql "SELECT DISTINCT typeof(value),
  attribute = 'active' FROM scim_provenance('ann', 'acme') ORDER BY 1")" \
  "integer|1
text|0"
is "of the tenant default unless another is named" "$(sql "
  SELECT count(*) FROM scim_provenance('ann');
  SELECT count(*), min(tenant), min(id) FROM scim_provenance('ann')
   WHERE tenant = 'acme';
  SELECT count(*) FROM scim_provenance('ann', NULL)")" "0
2|acme|ann
0"
is "it needs an id" "$(sql "SELECT * FROM scim_provenance" \
  "SELECT * FROM scim_provenance WHERE tenant = 'acme'" |
  sed -E 's/^Error: (in prepare|stepping), //; s/ \(1\)$//')" \
  "scim_provenance needs an id
scim_provenance needs an id"
is "it joins, works on read-only connections and in views" "$(sql "
  CREATE VIEW who AS SELECT u.user_name, p.attribute, p.label
    FROM scim_user AS u, scim_provenance(u.id, u.tenant) AS p;
  PRAGMA query_only = on;
  SELECT * FROM who WHERE attribute = 'userName';
  PRAGMA query_only = off")" "ann|userName|(sql)"

finish
