#!/bin/bash
# scim_release(tenant, options): what it takes, returns and refuses. What it
# lets through: tests/service/breaker.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

is "before scim_init() it says what is missing" \
  "$(sql "SELECT scim_release('default')" | grep -c 'scim_init')" 1
sql "SELECT scim_init()" >/dev/null
now='{"now":"2026-11-21T10:00:00+01:00"}'
is "without a breaker it is an hour" \
  "$(sql "SELECT scim_release('default', '$now')")" "2026-11-21T10:00:00.000Z"
sql "UPDATE scim_tenant SET settings = '{\"breaker\":{\"percent\":10,
       \"minutes\":1440}}'"
is "with one it is as long as one counts" \
  "$(sql "SELECT scim_release('default', '$now')")" "2026-11-22T09:00:00.000Z"
is "without a time it is now" "$(sql "SELECT abs(julianday('now', '+1 day')
  - julianday(scim_release('default'))) < 0.01")" 1
is "each leaves a row that is closed" "$(sql "SELECT count(*), count(released),
  count(until), sum(held), count(token) FROM scim_alert")" "3|3|3|0|0"
while IFS='|' read -r what call; do
  is "it refuses $what, and changes nothing" \
    "$(sql "SELECT $call" | grep -c '^Error: stepping')
$(sql "SELECT count(*) FROM scim_alert")" "1
3"
done <<'CALLS'
a tenant that is not there|scim_release('nobody')
no tenant|scim_release(NULL)
the empty one|scim_release('')
an option that nobody knows|scim_release('default', '{"minutes":5}')
a time that is none|scim_release('default', '{"now":"soon"}')
options that are none|scim_release('default', '5')
CALLS
is "the tenant is named" "$(sql "SELECT scim_release('nobody')")" \
  "Error: stepping, there is no tenant 'nobody'"
is "within a transaction it goes with it" "$(sql "BEGIN;
  SELECT scim_release('default') IS NOT NULL; ROLLBACK;
  SELECT count(*) FROM scim_alert")" "1
3"
is "a view cannot release" "$(sql "CREATE VIEW v AS
  SELECT scim_release('default')" "SELECT * FROM v" "DROP VIEW v" |
  grep -o 'unsafe use of.*')" "unsafe use of scim_release()"
is "a stock sqlite3 reads the rows, and can close one by hand" "$(stock "$db" "
  UPDATE scim_alert SET until = '2026-01-01' WHERE alert = 1;
  SELECT count(*) FROM scim_alert WHERE until < '2026-02'")" 1

finish
