#!/bin/bash
# scim_prune as a function of SQL: its arguments, and where it may be called.
# What it does is tested by tests/store/prune.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init(); SELECT scim_apply('POST', '/Users',
  '{\"userName\":\"ann\"}', '{\"now\":\"2026-01-01\"}')" >/dev/null

# prune <before> [limit]: what it says on the last of January.
prune() {
  sql "SELECT scim_prune('$1', ${2:-NULL}, '{\"now\":\"2026-01-31\"}')" |
    sed 's/^Error: stepping, //'
}

before=$(sql .dump)
is "what is no moment of the past, or no limit, is an error that says so" \
  "$(prune noon; prune 2026-02-01; prune ''; prune 2026-01-01 0
    prune 2026-01-01 "'x'"; sql "SELECT scim_prune(NULL)
    " "SELECT scim_prune('2026-01-01', 1, '{\"then\":1}')" |
    sed 's/^Error: stepping, //')" \
  "the argument 'before' is no time: 'noon'
the argument 'before' is yet to come: '2026-02-01'
the argument 'before' is no time: ''
the argument 'limit' must be an integer from 1 to 1000000000000
the argument 'limit' must be an integer from 1 to 1000000000000
the argument 'before' is no time: ''
there is no option 'then'"
is "it is for the top level only" "$(
  sql "CREATE VIEW bad AS SELECT scim_prune('2026-01-01'); SELECT * FROM bad" |
    grep -o 'unsafe use of scim_prune'
  sql "DROP VIEW bad")" "unsafe use of scim_prune"
is "and where nothing may be written, it says so" "$(sql "PRAGMA query_only = 1;
  SELECT scim_prune('2026-01-01')" "PRAGMA query_only = 0" |
  grep -o '(8)')" "(8)"
is "nothing of that has left a trace" "$([ "$(sql .dump)" = "$before" ] &&
  echo nothing)" nothing
is "a moment may be a date, or of another zone; it is now at the latest" \
  "$(prune 2026-01-02T01:00:00+01:00; prune 2026-01-31)" \
  "2026-01-02T00:00:00.000Z
2026-01-31T00:00:00.000Z"
is "without options, now is by the clock" "$(sql "
  SELECT scim_prune('2026-02-01'), scim_prune('2026-02-02', 5)")" \
  "2026-02-01T00:00:00.000Z|2026-02-02T00:00:00.000Z"

finish
