#!/bin/bash
# The table scim_check: its rows and columns, where it may be read, and files
# that are broken.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann
user bob
is "a database in which all is well has no row" \
  "$(sql "SELECT count(*) FROM scim_check")" 0
sql "UPDATE scim_count SET live = 7" >/dev/null
want="count|default|User|||scim_count has 7, 2 of them active; there are 2 and 2"
is "what is wrong is a row" "$(sql "SELECT * FROM scim_check")" "$want"
is "in a join the table is read again for each row" "$(sql "SELECT count(*)
  FROM json_each('[1,2,3]') AS j CROSS JOIN scim_check AS c
 WHERE c.kind = 'count' AND j.value > 0")" 3
is "a view may have it" "$(sql "CREATE VIEW wrong AS SELECT * FROM scim_check" \
  "SELECT * FROM wrong" "DROP VIEW wrong")" "$want"
is "a connection that only reads" "$(sql "PRAGMA query_only = 1";
  sql "SELECT * FROM scim_check; PRAGMA query_only = 0")" "$want"
connect
is "nothing is changed by it" "$(sql "SELECT total_changes(), count(*)
  FROM scim_check")" "0|1"
is "it is refused where there are no tables" "$(connect ":memory:"
  sql "SELECT kind FROM scim_check WHERE kind <> 'file'" | head -c 10)" \
  "unreadable"
connect
sql "UPDATE scim_count SET live = 2" >/dev/null

is "SQLite's own check is a part of it" "$(sql "SAVEPOINT s" \
  "PRAGMA ignore_check_constraints = 1" \
  "UPDATE scim_log SET source = 'x' WHERE seq = 1" \
  "PRAGMA ignore_check_constraints = 0" \
  "SELECT kind, detail FROM scim_check WHERE kind = 'file'" "ROLLBACK TO s" \
  "RELEASE s")" "file|CHECK constraint failed in scim_log"

# ---- Broken files

for i in $(seq 40); do user "n$i"; done
sql "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
# destroy TABLE: a page of it is overwritten, in a copy.
destroy() {
  local page
  page=$(sql "SELECT rootpage FROM sqlite_schema WHERE name = '$1'")
  cp "$db" "$folder/broken.db"
  printf 'nonsense%.0s' $(seq 16) | dd of="$folder/broken.db" bs=1 \
    seek=$(((page - 1) * $(sql "PRAGMA page_size"))) conv=notrunc 2>/dev/null
}
for table in scim_value scim_log scim_member scim_unique; do
  destroy "$table"
  is "a page of $table is destroyed: a finding, and no error" \
    "$(connect "$folder/broken.db"
    sql "SELECT count(*) > 0 FROM scim_check")" 1
  connect
done
finish
